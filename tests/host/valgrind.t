#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The command as it is installed, without sanitizers, under valgrind's memcheck: no
# use of what was never set, no access that is none, no leak. All golden recordings in
# every subcommand and format, in one process, as tests/fuzz/bytes.c tells; and each
# subcommand once as a process of its own.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
plain=${BUILD:-$tmp}/tools-plain
make_tools tools-plain all "$plain/fuzz/bytes"

check() {
	valgrind -q --leak-check=full --errors-for-leak-kinds=definite,indirect,possible \
		--error-exitcode=99 --log-file="$tmp/log" "$@"
}

# ok STATUS NAME
ok() {
	number=$((number + 1))
	if [ "$1" = 0 ] && ! [ -s "$tmp/log" ]; then
		echo "ok $number - $2"
	else
		sed 's/^/# /' "$tmp/log"
		echo "not ok $number - $2 (exit status $1)"
		failed=1
	fi
}

check "$plain/fuzz/bytes" whole "$root"/tests/golden/*.rec >"$tmp/out" 2>&1
status=$?
grep '^not ok' "$tmp/out" | sed 's/^/# /'
ok $status "$(grep -c '^ok' "$tmp/out") recordings: $(sed -n 's/^# //p' "$tmp/out") in one process"
tried "$(grep -c '^ok' "$tmp/out") recordings under valgrind"

export LC_ALL=C.UTF-8
rec=$root/tests/golden/http.rec
for verb in 'show --explain' 'show --json' list 'list --json' follow check 'record -' \
	'stats --by owner' 'stats --json' 'stats --openmetrics' \
	'export --format svg --explain' 'export --format html --explain' 'export --format mermaid' \
	'export --format json --explain' 'export --format csv' 'export --format pcapng' \
	'export --format openmetrics'; do
	# shellcheck disable=SC2086  # words
	check "$plain/wavehand" -r "$rec" $verb >"$tmp/out" 2>&1
	ok $? "$verb"
done
head -c 1000 "$rec" >"$tmp/cut"
check "$plain/wavehand" show -r "$tmp/cut" >"$tmp/out" 2>&1
ok $(($? - 2)) "show, of a recording that is cut"
check "$plain/wavehand" show -r "$rec" 'dport = :80 or (' >"$tmp/out" 2>&1
ok $(($? - 2)) "show, with a filter that is none"

echo "1..$number"
exit $failed
