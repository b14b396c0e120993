#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Completion: in a real bash, and that what is offered is what the command takes. zsh has its turn in packages.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
export LC_ALL=C.UTF-8

ok() { # ok STATUS NAME
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		[ -s "$tmp/out" ] && sed 's/^/# /' "$tmp/out"
		echo "not ok $number - $2"
		failed=1
	fi
}

"$root/tests/host/keys" bash "$wavehand" ". $root/tools/completion/wavehand.bash" >"$tmp/out" 2>&1
ok $? "in bash"
grep -v '^ok\|^1\.\.' "$tmp/out" | sed 's/^/# /'

# offered WORD…: first words of what is offered
offered() { "$wavehand" --complete "$@" | cut -f 1; }

# Every option of every subcommand's table is offered, and nothing that it does not take.
subcommands=$(offered '')
for verb in $subcommands; do
	: >"$tmp/out"
	shared=$(grep -oE '\{ "[a-z-]+", [a-z]+_argument' "$root/tools/command.h")
	own=$(grep -oE '\{ "[a-z-]+", [a-z]+_argument' "$root/tools/$verb.c")
	sed 's/{ "/--/; s/", optional_argument/=/; s/", .*//' <<<"$shared${own:+$'\n'$own}" | sort >"$tmp/taken"
	offered "$verb" -- | sort | diff "$tmp/taken" - >"$tmp/out"
	ok $? "$verb: all options of its table, and no other"
done

# What the argument of an option may be is taken.
for by in $(offered stats --by ''); do
	"$wavehand" stats --by "$by" -r "$root/tests/golden/http.rec" >"$tmp/out" 2>&1
	ok $? "stats --by $by"
done
for format in $(offered export --format ''); do
	"$wavehand" export --format "$format" -r "$root/tests/golden/http.rec" >"$tmp/out" 2>&1
	ok $? "export --format $format"
done
for color in $(offered --color=); do
	"$wavehand" "$color" show -r "$root/tests/golden/http.rec" >"$tmp/out" 2>&1
	ok $? "$color"
done
for column in $(offered list -o ''); do
	"$wavehand" list -o "$column" -r "$root/tests/golden/http.rec" >"$tmp/out" 2>&1
	ok $? "list -o $column"
done
for state in $(offered list state ''); do
	"$wavehand" list -r "$root/tests/golden/http.rec" state "$state" >"$tmp/out" 2>&1
	ok "$([ $? -le 1 ]; echo $?)" "state $state"
done

# Whatever is typed: an answer, or none, and no crash.
bad=0
: >"$tmp/out"
judge() {
	if [ "$1" -gt 2 ] || grep -q Sanitizer "$tmp/said"; then
		bad=1
		{ echo "$words: $1"; cat "$tmp/said"; } >>"$tmp/out"
	fi
}
for words in '-' '--' '-- ' '-x' '--frobnicate=' 'show --' 'show -- -' 'nothing ' 'record' 'record x y z' '-rj -' '-jr' 'show ((((' \
	'list -o ,' '--color' '=' 'list -c 1 -' "$(printf '%0300d' 0)" "show $(printf '( %.0s' {1..200})"; do
	# shellcheck disable=SC2086  # words
	"$wavehand" --complete $words '' >"$tmp/said" 2>&1
	judge $?
	# shellcheck disable=SC2086
	"$wavehand" --complete $words >"$tmp/said" 2>&1
	judge $?
done
ok $bad 'odd lines'

echo "1..$number"
exit $failed
