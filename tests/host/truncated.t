#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Recordings that are cut behind any byte, or have any byte changed: no crash, the
# exit status that the manual tells, and a cut one says so, in every subcommand and
# format. In one process, as tests/fuzz/bytes.c tells: that is many runs.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
bytes=${wavehand%/*}/fuzz/bytes
make_tools tools-sanitized SANITIZE=1 "$bytes"

# bytes MODE NAME…: its points, numbered on
bytes() {
	local mode=$1 file files=()
	shift
	for file; do files+=("$root/tests/golden/$file.rec"); done
	"$bytes" "$mode" "${files[@]}" >"$tmp/points" 2>"$tmp/err"
	local status=$?
	while read -r ok word rest; do
		case $ok in
		ok | not)
			number=$((number + 1))
			[ "$ok" = not ] && rest=${rest#* } failed=1 ok="not ok"
			echo "$ok $number $rest"
			;;
		*)
			echo "$ok $word $rest"
			tried "$word recordings: $mode"
			;;
		esac
	done <"$tmp/points"
	if [ $status != 0 ]; then
		failed=1
		number=$((number + 1))
		sed 's/^/# /' "$tmp/err"
		echo "not ok $number - $mode: ends with $status"
	fi
}

bytes cut refused gap http
bytes pair refused reset
bytes change given-up

echo "1..$number"
exit $failed
