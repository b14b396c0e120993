#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Replays the recordings in tests/golden/ and compares with what is expected: NAME.rec, of the real module, is drawn to
# NAME.txt (UTF-8), NAME.ascii and NAME.json; where there is a NAME.svg, .mermaid, .csv or .pcapng, it is exported
# to that; and where there is a NAME.stats, it is counted to that, in every way, and to NAME.openmetrics. UPDATE_GOLDEN=1
# writes these anew: look at the difference before you commit it. BUILD=dir keeps what was built.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"

# check NAME FILE: standard input is what FILE should hold
check() {
	number=$((number + 1))
	cat >"$tmp/actual"
	if [ "${UPDATE_GOLDEN:-}" = 1 ]; then
		cp "$tmp/actual" "$2"
	fi
	if diff -u "$2" "$tmp/actual" >"$tmp/diff" 2>&1; then
		echo "ok $number - $1"
	else
		sed 's/^/# /' "$tmp/diff"
		echo "not ok $number - $1"
		failed=1
	fi
}

shopt -s nullglob
for rec in "$root"/tests/golden/*.rec; do
	base=${rec%.rec}
	name=${base##*/}
	# No pipe: check() counts, and a pipe would run it in a subshell.
	check "$name: show" "$base.txt" < <(
		LC_ALL=C.UTF-8 "$wavehand" show -r "$rec" 2>&1; echo "exit $?")
	check "$name: show --raw --explain, ASCII" "$base.ascii" < <(
		LC_ALL=C "$wavehand" show --raw --explain -r "$rec" 2>&1; echo "exit $?")
	check "$name: JSON" "$base.json" < <(
		for verb in show list follow; do
			LC_ALL=C.UTF-8 "$wavehand" $verb --json -r "$rec" 2>&1
			echo "exit $?"
		done)
	for format in svg mermaid csv pcapng; do
		[ -e "$base.$format" ] && check "$name: $format" "$base.$format" < <(
			LC_ALL=C "$wavehand" export --format $format -r "$rec" 2>&1)
	done

	if [ -e "$base.stats" ]; then
		check "$name: stats" "$base.stats" < <(
			for by in listener peer owner; do
				LC_ALL=C.UTF-8 "$wavehand" stats --by $by -r "$rec" 2>&1
				echo "exit $?"
			done
			LC_ALL=C "$wavehand" stats -r "$rec" 2>&1
			echo "exit $?"
			LC_ALL=C "$wavehand" stats --json -r "$rec" 2>&1
			echo "exit $?")
		check "$name: stats, OpenMetrics" "$base.openmetrics" < <(
			LC_ALL=C "$wavehand" stats --openmetrics -r "$rec" 2>&1; echo "exit $?")
	fi

	# A recording of a recording is the same recording, and fits 80 columns.
	number=$((number + 1))
	if [ -s "$rec" ] && "$wavehand" record -r "$rec" - 2>/dev/null | cmp -s - "$rec"; then
		echo "ok $number - $name: recorded again"
	else
		echo "not ok $number - $name: recorded again"
		failed=1
	fi
	number=$((number + 1))
	LC_ALL=C.UTF-8 "$wavehand" show -r "$rec" >"$tmp/diagram"
	if ! [ -s "$tmp/diagram" ] || LC_ALL=C.UTF-8 grep -qE '^.{81}' "$tmp/diagram"; then
		echo "not ok $number - $name: wider than 80 columns"
		failed=1
	else
		echo "ok $number - $name: fits 80 columns"
	fi
done

# The README shows what the tool prints.
number=$((number + 1))
LC_ALL=C.UTF-8 "$wavehand" show -r "$root/tests/golden/http.rec" 'dport = :80' >"$tmp/diagram"
if [ -s "$tmp/diagram" ] && perl -e 'local $/; my @t = map { open my $f, "<", $_ or die; <$f> } @ARGV;
	exit(index($t[0], $t[1]) < 0)' "$root/README.md" "$tmp/diagram"; then
	echo "ok $number - the README shows the diagram of http.rec"
else
	sed 's/^/# /' "$tmp/diagram"
	echo "not ok $number - the README shows the diagram of http.rec"
	failed=1
fi

echo "1..$number"
exit $failed
