#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# wavehand export --format mermaid: the text says what the diagram says, and Mermaid itself, in a browser, draws it with
# as many ends, arrows and notes, whatever the names of processes are. Without root, there is no browser
# (tests/vm/browser).
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
why='needs root, for tests/vm/browser' mermaid=
if [ "$EUID" = 0 ]; then
	mermaid=$("$root/tests/vm/mermaid" 2>"$tmp/why") || { why=$(tail -n 1 "$tmp/why") mermaid=; }
fi
python3 - "$wavehand" "$root" "$tmp" "$mermaid" "$why" <<'END'
import glob
import html
import json
import os
import re
import shutil
import subprocess
import sys

from tap import finish, point, skip

WAVEHAND, ROOT, TMP, MERMAID, WHY = sys.argv[1:]
ARROW = re.compile(r'    ([ab])(->>|-->>|-x)([ab]): (.*)')


def run(*argv):
    return subprocess.run([WAVEHAND, *argv], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          env=dict(os.environ, LC_ALL='C.UTF-8'))


def plain(text):
    """What Mermaid shows of a text."""
    return re.sub(r'#(\d+);', lambda m: chr(int(m[1])), text.replace('<br/>', ' '))


def diagrams_of(text):
    """Blocks of Markdown, and nothing beside them."""
    blocks = re.findall(r'```mermaid\n(.*?)```\n\n', text, re.S)
    assert ''.join(f'```mermaid\n{b}```\n\n' for b in blocks) == text, 'more than blocks'
    return blocks


def look(block, c):
    """Raises what is wrong with a diagram of a conversation."""
    lines = block.splitlines()
    assert lines.pop(0) == 'sequenceDiagram'
    for line in lines:
        assert re.fullmatch(r"    (participant [ab] as |Note (left of a|right of b|over a(,b)?): |[ab](->>|-->>|-x)[ab]: )"
                            r"(?:[\w .,:=/()\[\]-]|<br/>|#\d+;)+", line, re.A), line
    people = [plain(line) for line in lines if line.startswith('    participant')]
    assert len(people) == (1 if c['opening'] == 'listener' else 2), people
    for end in c['endpoints']:
        name = f"{end['owner_comm']}[{end['owner_pid']}]" if 'owner_pid' in end else '?'
        assert f":{end['local_port']} " in people[end['side']], people
        assert f"#{end['id']} {name}" in people[end['side']], people
    arrows = [m.groups() for m in map(ARROW.fullmatch, lines) if m]
    wanted, left = [('ab'[s['from']], ('-' if s['provenance'] == 'observed' else '--') + ('x' if s.get('lost') else '>>'), s)
                    for s in c['segments']], list(arrows)
    assert len(arrows) == len(wanted), f'{len(arrows)} arrows instead of {len(wanted)}'
    for source, line, s in wanted:
        flags = ','.join(f for f in re.split(',| or ICMP', s['flags']) if f in ('SYN', 'FIN', 'RST', 'ACK'))
        at = next((a for a in left if a[0] == source and a[1] == line and a[2] != source and
                   re.match(r'(?:\? )?' + flags + r'(?![,\w])', plain(a[3]))), None)
        assert at, f'no arrow for {s}'
        left.remove(at)
    assert all(plain(f'    Note over {"a" if len(people) == 1 else "a,b"}: {note}') in map(plain, lines)
               for note in [c['verdict'], *c['notes']])


blocks = []     # name, text, what has to be in the picture
for rec in sorted(glob.glob(f'{ROOT}/tests/golden/*.rec')):
    name, fault = os.path.basename(rec)[:-4], None
    said = run('export', '-f', 'mermaid', '-r', rec)
    try:
        assert said.returncode == 0, said
        found = diagrams_of(said.stdout)
        conversations = [json.loads(line) for line in run('show', '--json', '-r', rec).stdout.splitlines()]
        assert len(found) == len(conversations), f'{len(found)} diagrams'
        for block, c in zip(found, conversations):
            look(block, c)
            blocks.append((f"{name} {c['endpoints'][0]['id']}", block))
        shown = run('show', '-r', rec).stdout
        states = r'[~?]?(?:CLOSED|LISTEN|SYN-SENT|SYN-RECEIVED|ESTABLISHED|FIN-WAIT-1|FIN-WAIT-2|CLOSE-WAIT|CLOSING' \
                 r'|LAST-ACK|TIME-WAIT)(?![-\w])'
        assert sorted(re.findall(states, plain(said.stdout))) == sorted(re.findall(states, shown)), 'other states'
    except AssertionError as e:
        fault = e
    point(not fault, f'{name}: the text says what the diagram says', fault)

HTTP = f'{ROOT}/tests/golden/http.rec'
raw = json.loads(run('show', '--json', '-r', HTTP, 'dport = :80').stdout)
said = run('export', '-f', 'mermaid', '--raw', '-r', HTTP, 'dport = :80')
point(f"Seq={raw['segments'][0]['seq']}" in said.stdout, '--raw', said)

# Names that somebody else chose.
with open(HTTP, 'rb') as f:
    data = f.read()
for name, comm, shown in (
        ('Chinese', '三次握手'.encode(), '三次握手'), ('Hebrew', 'שלום'.encode(), 'שלום'),
        ('markup', b'<script>a()', '<script>a()'), ('an image', b'<img onerror=a>', '<img onerror=a>'),
        ('entities', b'#35;&lt;#quot;', '#35;&lt;#quot;'), ('a participant', b'x;participant', 'x;participant'),
        ('an arrow', b'a->>b: ACK', 'a->>b: ACK'), ('an end', b'end', 'end'), ('a line', b'a\nNote over a: x', r'a\x0aNote over a: '),
        ('a directive', b'%%{init:{}}%%', '%%{init:{}}%%'), ('a comment', b'%% x # y', '%% x # y'), ('a fence', b'```', '```'),
        ('what Mermaid writes itself', 'ﬂ°°35¶ß'.encode(), 'ﬂ°°35¶ß'), ('a link', b'[x](y)**b**`c`', '[x](y)**b**`c`'),
        ('formulas', b'$$x$$', '$$x$$'), ('a break', b'a<br/>b', 'a<br/>b'), ('wrap', b'wrap:x', 'wrap:x'),
        ('a style', b'style:_x', 'style:_x'), ('a class', b'classDef:<b>', 'classDef:<b>'),
        ('no UTF-8', b'\xff\xfe', r'\xff\xfe'), ('an override', b'\xe2\x80\xaetxt', r'\xe2\x80\xaetxt')):
    with open(f'{TMP}/name.rec', 'wb') as f:
        f.write(data.replace(b'curl'.ljust(16, b'\0'), comm.ljust(16, b'\0')[:16]))
    said = run('export', '-f', 'mermaid', '-r', f'{TMP}/name.rec', 'dport = :80')
    try:
        block, = diagrams_of(said.stdout)
        people = plain(block.splitlines()[1])
        ok = f'client #3 {shown}' in people
    except (AssertionError, ValueError) as e:
        ok = False
    point(ok, f'a name of a process: {name}', said)
    if ok:
        blocks.append((f'the name of {name}', block))

# In a browser. What it drew comes back as JSON, in the page.
PAGE = '''<!DOCTYPE html><meta charset="utf-8"><body><script src="mermaid.min.js"></script><script src="blocks.js"></script>
<script>
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });
const said = document.createElement('pre');
(async () => {
	const all = [];
	for (const [i, text] of blocks.entries()) {
		try {
			const { svg } = await mermaid.render('d' + i, text);
			const div = document.createElement('div');
			div.innerHTML = svg;
			document.body.append(div);
			const count = (what) => div.querySelectorAll(what).length;
			const texts = (what) => [...div.querySelectorAll(what)].map((e) => e.textContent);
			all.push({ actors: count('rect.actor-top'), solid: count('.messageLine0'), dashed: count('.messageLine1'),
				   crosses: count('[marker-end*=crosshead]'), notes: count('rect.note'),
				   texts: texts('text').join(' '), odd: count('script, img, a, foreignObject') });
			div.remove();
		} catch (e) {
			all.push({ error: String(e) });
		}
	}
	said.id = 'said';
	said.textContent = JSON.stringify(all);
	document.body.replaceChildren(said);
})();
</script>'''


def drawing_fault(block, drawn):
    """What is wrong with what Mermaid drew of a text, or None."""
    lines = block.splitlines()
    arrows = [m.groups() for m in map(ARROW.fullmatch, lines) if m]
    wanted = {'actors': sum(line.startswith('    participant') for line in lines),
              'solid': sum(a[1] != '-->>' for a in arrows), 'dashed': sum(a[1] == '-->>' for a in arrows),
              'crosses': sum(a[1] == '-x' for a in arrows), 'notes': sum(line.startswith('    Note') for line in lines),
              'odd': 0}
    if 'error' in drawn:
        return drawn['error']
    for key, value in wanted.items():
        if drawn[key] != value:
            return f'{drawn[key]} {key} instead of {value}'
    for line in lines[1:]:
        text = re.sub(r'^    (participant . as |.*?: )', '', line)
        for part in text.split('<br/>'):
            if re.sub(r'\s', '', plain(part)) not in re.sub(r'\s', '', drawn['texts']):
                return f'{plain(part)!r} is not shown'
    return None


if MERMAID:
    shutil.copy(MERMAID, f'{TMP}/mermaid.min.js')
    with open(f'{TMP}/blocks.js', 'w', encoding='utf-8') as f:
        f.write(f'const blocks = {json.dumps([text for _, text in blocks])};')
    with open(f'{TMP}/page.html', 'w', encoding='utf-8') as f:
        f.write(PAGE)
    said = subprocess.run([f'{ROOT}/tests/vm/browser', TMP, '--virtual-time-budget=600000', '--dump-dom', 'page.html'],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    result = re.search(r'<pre id="said">(.*?)</pre>', said.stdout, re.S)
    drawn = json.loads(html.unescape(result[1])) if result else []
    point(len(drawn) == len(blocks), f'Mermaid drew {len(drawn)} diagrams', said.stdout[-500:] + said.stderr[-500:])
    for (name, block), one in zip(blocks, drawn):
        fault = drawing_fault(block, one)
        point(not fault, f'{name}: drawn', fault)
    print(f'# tried {len(drawn)} diagrams drawn by Mermaid', file=sys.stderr)
else:
    skip('Mermaid in a browser', WHY)
finish()
END
