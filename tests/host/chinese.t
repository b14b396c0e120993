#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In Chinese: that each message of the sources is translated, and with the same formats; what is drawn of the recordings
# in tests/golden (NAME.zh, UPDATE_GOLDEN=1 writes it anew); that it is aligned, as Python knows how wide its letters are;
# and that programs get what they get in English.
# shellcheck disable=SC2319  # conditions hand their status to ok
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
golden=$root/tests/golden

ok() { # ok STATUS NAME
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		[ -s "$tmp/out" ] && head -n 40 "$tmp/out" | sed 's/^/# /'
		echo "not ok $number - $2"
		failed=1
	fi
}

chinese

# The sources and the translation

make -s -C "$root/tools" BUILD="$tmp/pot" pot >"$tmp/out" 2>&1
ok $? 'the messages are found in the sources'
tried "$(grep -c '^msgid "[^"]\|^msgid ""$' "$tmp/pot/wavehand.pot") messages and their header, each translated"
msgcmp "$root/tools/po/zh_CN.po" "$tmp/pot/wavehand.pot" >"$tmp/out" 2>&1
ok "$([ $? = 0 ] && [ ! -s "$tmp/out" ]; echo $?)" 'each is translated, and nothing else is (make -C tools po brings them in step)'
grep -nE '^#~|^#.*fuzzy' "$root/tools/po/zh_CN.po" >"$tmp/out"
ok "$([ ! -s "$tmp/out" ]; echo $?)" 'nothing is left over or doubtful'
msgfmt -c -o /dev/null "$root/tools/po/zh_CN.po" >"$tmp/out" 2>&1
ok "$([ $? = 0 ] && [ ! -s "$tmp/out" ]; echo $?)" 'formats are those of the message'

# What it looks like

for name in http last-ack-lost gap queue-full simultaneous-close reset; do
	for verb in 'show --explain' list stats check; do
		# shellcheck disable=SC2086  # verb and option
		zh $verb -r "$golden/$name.rec" 2>&1
		echo "exit $?"
	done >"$tmp/actual"
	[ "${UPDATE_GOLDEN:-}" != 1 ] || cp "$tmp/actual" "$golden/$name.zh"
	diff -u "$golden/$name.zh" "$tmp/actual" >"$tmp/out" 2>&1
	ok $? "$name: as expected"
done

for columns in 80 97; do
	for rec in "$golden"/*.rec; do
		echo "@ $(basename "$rec") $columns"
		COLUMNS=$columns zh show --explain -r "$rec"
	done
done >"$tmp/diagrams" 2>&1
for rec in "$golden"/*.rec; do
	echo "@ $(basename "$rec")"
	zh list -r "$rec"
done >"$tmp/lists" 2>&1
python3 - "$tmp/diagrams" "$tmp/lists" >"$tmp/out" 2>&1 <<'END'
import sys
import unicodedata

def columns(line):
    """What stands in each column; the second one of a wide letter is None."""
    out = []
    for c in line:
        assert not unicodedata.combining(c), line
        out += [c, None] if unicodedata.east_asian_width(c) in 'WF' else [c]
    return out

problems = rows = 0

def wrong(*what):
    global problems
    problems += 1
    print(*what)

# Lifelines stand in the columns of the first row, which has the units of time, in all rows of a diagram.
lines = open(sys.argv[1], encoding='utf-8').read().split('\n')
life, name, width = None, None, 80
for line in lines:
    if line.startswith('@ '):
        name, width = line[2:].rsplit(' ', 1)
        life = None
        continue
    cells = columns(line)
    if len(cells) > int(width):
        wrong(f'{name}: {len(cells)} columns: {line}')
    if ' ms │' in line or ' ms ┊' in line:
        life = [i for i, c in enumerate(cells) if c in ('│', '┊')]
    if not life:
        continue
    if len(cells) <= life[0] or not any(c in cells for c in '│┊├'):
        life = None
        continue
    rows += 1
    for at in life:
        if at >= len(cells) or cells[at] not in ('│', '┊', '├', '┤'):
            wrong(f'{name}: no lifeline in column {at}: {line}')

# Cells stand below their heading: numbers end where it does, words begin where it does.
right, left = '编号 时长 事件 丢弃'.split(), '地址族 本端 对端 状态 原因 角色 所有者'.split()
for table in open(sys.argv[2], encoding='utf-8').read().split('@ ')[1:]:
    name, heading, *body = table.strip('\n').split('\n')
    for word in right + left:
        at = len(columns(heading[:heading.index(word)]))
        last = at + len(columns(word)) - 1
        for line in body:
            cells = columns(line)
            rows += 1
            if word in right and (cells[last] == ' ' or cells[last + 1:last + 2] not in ([], [' '])):
                wrong(f'{name}: {word} ends elsewhere: {line}')
            if word in left and (cells[at] == ' ' or at and cells[at - 1] != ' '):
                wrong(f'{name}: {word} begins elsewhere: {line}')
print(f'{rows} rows')
sys.exit(problems > 0 or rows < 500)
END
ok $? 'all is aligned'
tried "$(tail -n 1 "$tmp/out") of diagrams and lists, whether they are aligned"

zh --help >"$tmp/out" 2>&1
grep -q '^用法：' "$tmp/out" && grep -q '每个连接一张时序图' "$tmp/out"
ok $? 'help'
bad=0
for verb in list show follow top record check stats export; do
	zh "$verb" --help >"$tmp/out" 2>&1
	grep -q '^选项：' "$tmp/out" && ! grep -qE 'Options|Usage' "$tmp/out" || bad=1
	# What is typed is the same.
	[ "$(en "$verb" --help | grep -oE '^  +(-., )?--[a-z-]+')" = "$(grep -oE '^  +(-., )?--[a-z-]+' "$tmp/out")" ] || bad=1
done
ok $bad 'help of each subcommand, with the same options'
zh show -r "$tmp/absent" >"$tmp/out" 2>&1
ok "$([ $? = 2 ] && grep -q '^wavehand: .*: 无法打开：' "$tmp/out"; echo $?)" 'an error'
zh show 'state nowhere' >"$tmp/out" 2>&1
ok "$([ $? = 2 ] && grep -q '^此处应为：一个状态' "$tmp/out"; echo $?)" 'a filter that is not understood'

zh show -r "$golden/four-way.rec" 'dport = :80' >"$tmp/diagram" 2>"$tmp/out"
python3 -c 'import sys; sys.exit(open(sys.argv[1]).read() not in open(sys.argv[2]).read())' "$tmp/diagram" "$root/README.md"
ok $? 'the README shows the diagram of four-way.rec'

# What programs get, and terminals without such letters

bad=0
: >"$tmp/out"
for name in http gap queue-full joined reset; do
	while read -r -a words; do
		zh "${words[@]}" -r "$golden/$name.rec" >"$tmp/zh" 2>&1
		en "${words[@]}" -r "$golden/$name.rec" >"$tmp/en" 2>&1
		cmp "$tmp/zh" "$tmp/en" >>"$tmp/out" 2>&1 && [ -s "$tmp/en" ] || { bad=1; echo "$name: ${words[*]}" >>"$tmp/out"; }
	done <<-'LINES'
		show --json --explain
		list --json
		follow --json
		check --json
		stats --json
		stats --json --by owner
		stats --openmetrics
		export --format json --explain
		export --format csv
		export --format pcapng
		export --format openmetrics
		show --ascii --explain
		list --ascii
		stats --ascii
		check --ascii
	LINES
done
ok $bad 'formats for programs, and --ascii, are the same'
LANGUAGE=zh_CN LOCPATH=$tmp/locales TEXTDOMAINDIR=$locales LC_ALL=C "$wavehand" show --explain -r "$golden/http.rec" >"$tmp/zh"
LC_ALL=C "$wavehand" show --explain -r "$golden/http.rec" | cmp - "$tmp/zh" >"$tmp/out" 2>&1
ok $? 'a locale without Chinese letters is English'
LANGUAGE=en zh show --explain -r "$golden/http.rec" >"$tmp/zh"
en show --explain -r "$golden/http.rec" | cmp - "$tmp/zh" >"$tmp/out" 2>&1
ok $? 'LANGUAGE goes before the locale'

# Pictures and pages

zh export --format svg --explain -r "$golden/last-ack-lost.rec" >"$tmp/picture.svg" 2>"$tmp/out"
python3 - "$tmp/picture.svg" >"$tmp/out" 2>&1 <<'END'
import sys
import xml.etree.ElementTree
svg = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
text = ''.join(svg.itertext())
assert svg.get('lang') == 'zh-CN', svg.attrib
for word in ('三次握手 · 四次挥手', '服务器端', '观测', '未见的一端', '重传'):
    assert word in text, word
END
ok $? 'a picture'
zh export --format html -r "$golden/last-ack-lost.rec" >"$tmp/page" 2>"$tmp/out"
grep -q '三次握手 · 四次挥手' "$tmp/page"
ok $? 'a page'
zh export --format mermaid -r "$golden/last-ack-lost.rec" >"$tmp/out" 2>&1
ok "$(grep -q 'sequenceDiagram' "$tmp/out" && grep -q 'Note over a,b: #19977;' "$tmp/out"; echo $?)" 'a diagram of Mermaid'

echo "1..$number"
exit $failed
