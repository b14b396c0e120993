#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fuzzes the command with clang's libFuzzer, under ASan and UBSan: recordings through
# every subcommand, and filters. First what is in the repository, as a regression; then
# what the fuzzer makes of it, for FUZZ_SECONDS each (60). It fails at a crash, a leak, an
# input that takes too long or too much memory, and output that must not be; then it
# prints the input. "make fuzz" runs for longer.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
programs=${wavehand%/*/*}/tools-fuzzer/fuzz
make_tools tools-fuzzer SANITIZE=fuzzer fuzz
kept=${XDG_CACHE_HOME:-$HOME/.cache}/wavehand/fuzz/artefacts

# The figures of a run: executions, edges covered, features.
figures() {
	sed -n 's/^#\([0-9]*\)[ \t]*DONE *cov: \([0-9]*\) ft: \([0-9]*\).*/\1 executions, \2 edges, \3 features/p' "$tmp/log"
}

# ok STATUS TARGET NAME
ok() {
	local file
	number=$((number + 1))
	if [ "$1" = 0 ] && [ -n "$(figures)" ]; then
		echo "ok $number - $3: $(figures)"
		return
	fi
	tail -n 60 "$tmp/log" | tr -cd '\n -~' | sed 's/^/# /'
	for file in "$tmp/artefacts"/*; do
		[ -e "$file" ] || continue
		mkdir -p "$kept/$2" && cp "$file" "$kept/$2"
		echo "# it is kept as $kept/$2/${file##*/}; base64 -d | gunzip makes it of this:"
		gzip -9c "$file" | base64 | sed 's/^/# /'
	done
	rm -rf "$tmp/artefacts"
	echo "not ok $number - $3"
	failed=1
}

seconds=${FUZZ_SECONDS:-60}
for target in recording filter; do
	fuzz=("$root/tests/fuzz/fuzz" "$programs/$target")
	"${fuzz[@]}" 0 "$tmp/none" "$tmp/artefacts" >"$tmp/log" 2>&1
	ok $? "$target" "$target: what is in the repository"
	[ "$seconds" -gt 0 ] || continue
	"${fuzz[@]}" "$seconds" "$tmp/$target" "$tmp/artefacts" >"$tmp/log" 2>&1
	ok $? "$target" "$target: $seconds s"
	tried "$(figures) of the fuzzer's: ${target}s"
done

echo "1..$number"
exit $failed
