#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# `make bench QUICK=1` prints a line with a number for everything that it measures, the table, and the chart. How large a
# number is, and how long it takes, is no test. Prints TAP.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/vm/common
. tests/vm/common
set +e

# What costs something, and what may be nothing: "lost", "gaps", and how far rounds are apart.
names=()
positive() { names+=("$@"); }
rounds() { for name; do names+=("$name" "$name/spread?"); done; }

rounds load connection/{none,none-again,empty,evicting,no-segments,ftrace,bpftrace,tcpdump}
rounds connection/{transitions,all}{,-record,-follow,-cat}
names+=(connection/{transitions,all}-{record,follow,cat}/lost? connection/{bpftrace,tcpdump}/lost?)
rounds segment/{1,1448,65483,iperf3}/{none,no-segments,empty,all}
positive load/capacity memory/{endpoint,event}
rounds endpoints/{none,transitions,all}/{1000,2000,4000}/connection
positive endpoints/all/{1000,2000,4000}/{dump,proc}
names+=(gaps? endpoints/{transitions,all}/{1000,2000,4000}/untracked?)
positive processors/{none,{,all-}{one-shard,shards}}/{one,two,ratio} processors/{,all-}{one-shard,shards}/shards
names+=(processors/{none,{,all-}{one-shard,shards}}/{one,two}/spread?)
positive replay/events replay/{json,text,list,show,check}{,/memory}

count=0 failed=0
# point NAME COMMAND…
point() {
	local name=$1
	shift
	count=$((count + 1))
	if "$@"; then
		echo "ok $count - $name"
	else
		failed=1
		echo "not ok $count - $name"
	fi
}

# has NAME: a line with a number; with ? behind it, it may be 0.
has() {
	awk -v name="${1%\?}" -v least="$([[ $1 == *\? ]] || echo 1)" '
		$1 == "bench" && $2 == name { found++; number = $3; words = NF }
		END { exit !(found == 1 && words == 4 && number ~ /^[0-9]+(\.[0-9]+)?$/ && (!least || number > 0)) }' <<<"$said"
}

unexpected() {
	local extra
	extra=$(comm -13 <(printf '%s\n' "${names[@]%\?}" | sort) <(awk '$1 == "bench" { print $2 }' <<<"$said" | sort))
	[[ -z $extra ]] || { printf '# not expected: %s\n' "$extra" >&2; return 1; }
}

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
said=$(QUICK=1 KERNEL='' TIMEOUT='' RESULTS=$dir tests/bench/bench)
point 'it runs' test $? = 0
for name in "${names[@]}"; do
	point "${name%\?}" has "$name"
done
point 'nothing else' unexpected
point 'what it prints is kept' cmp -s <(cat "$dir/lines" "$dir/table.md") <(printf '%s\n' "$said")
point 'a table of tracers' grep -q '^| ftrace, event on, no reader |' "$dir/table.md"
point 'a table of budgets' grep -Eq '^\| transitions only, no reader \| 150 .* (holds|\*\*does not hold\*\*)' "$dir/table.md"
point 'a chart' grep -q 'wavehand, transitions only, no reader' "$dir/chart.svg"
echo "1..$count"
exit $failed
