#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Others read what wavehand stats --openmetrics and wavehand export --format openmetrics write, which is the same:
# promtool, of every golden recording and of names that somebody else chose; and a look of our own at what promtool
# takes for comments, or does not look at.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"

# The least that OpenMetrics wants beyond Prometheus' text: families in one piece, no sample twice, buckets that add up
# to the count, "# EOF" at the end.
strict() {
	perl -ne '
		BEGIN { sub bad { print "line $.: $_[0]\n"; $bad = 1 } }
		bad("behind # EOF") if $eof;
		if (/^# (TYPE|UNIT|HELP) (\w+) (.+)$/) {
			bad("$2 again") if $1 eq "TYPE" && $type{$2};
			bad("$2 in pieces") if $1 ne "TYPE" && $2 ne $now;
			$type{$now = $2} = $3 if $1 eq "TYPE";
		} elsif (/^# EOF$/) {
			$eof = 1;
		} elsif (/^(\w+)(\{(?:\w+="(?:[^"\\\n]|\\[\\"n])*",?)+\})? ([0-9.]+)$/) {
			my ($name, $labels, $value) = ($1, $2 // "", $3);
			bad("$name$labels again") if $seen{$name . $labels}++;
			my $family = $type{$now} eq "histogram" ? $name =~ s/_(?:bucket|count|sum)$//r : $name;
			bad("$name is not of $now") if $family ne $now;
			if ($name =~ /_bucket$/) {
				$labels =~ s/,le="([^"]+)"//;
				bad("buckets fall") if $value < ($bucket{$labels} // 0);
				$bucket{$labels} = $value;
				$infinite{$labels} = $value if $1 eq "+Inf";
			}
			bad("count $labels") if $name =~ /_count$/ && $value != $infinite{$labels};
		} else {
			bad($_);
		}
		bad("not plain") if /[^\x20-\x7e\n]/;
		END { bad("no # EOF") if !$eof; exit $bad }' "$1"
}

# point STATUS NAME
point() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		sed 's/^/# /' "$tmp/said"
		echo "not ok $number - $2"
		failed=1
	fi
}

promtool=promtool
if ! command -v promtool >/dev/null; then
	# Beside the servers of prometheus.t, which are fetched once for both.
	promtool() { "$root/tests/vm/unpacked" 'prometheus prometheus-node-exporter' "$tmp" promtool "$@"; }
	promtool --version >"$tmp/why" 2>&1 || promtool=
fi
written=0
for by in listener peer owner; do
	: >"$tmp/said"
	wrong=0
	for rec in "$root"/tests/golden/*.rec; do
		"$wavehand" stats --openmetrics --by $by -r "$rec" >"$tmp/metrics" 2>>"$tmp/said" &&
			strict "$tmp/metrics" >>"$tmp/said" || wrong=1
		"$wavehand" export --format openmetrics --by $by -o "$tmp/exported" -r "$rec" 2>>"$tmp/said" &&
			cmp "$tmp/metrics" "$tmp/exported" >>"$tmp/said" 2>&1 || wrong=1
		if [ -n "$promtool" ]; then
			promtool check metrics <"$tmp/exported" >>"$tmp/said" 2>&1 || wrong=1
		fi
		written=$((written + 1))
	done
	point $wrong "every recording, by $by"
done
tried "$written times OpenMetrics${promtool:+, under promtool}"

# A process of each name, one that is not known, families and addresses that make no name.
python3 - >"$tmp/hostile" <<'END'
import struct
import sys

names = [b'', b'?', b'\\x3f', b'"', b'\\', b'\n', b'a"} 1\n# EOF\n', b'\033[31m', b'\xff\xfe', b'\xe4\xb8\xad',
         b'none', b'unknown', b'a\0b', b'a\0c', None]
out = sys.stdout.buffer
out.write(struct.pack('<8sIIq64s64sQ', b'wavehand', 2, 160, 0, b'', b'', 0))
serial = 0
for role in range(5):
    for family in 4, 6, 0, 9:
        for name in names:
            serial += 1
            out.write(struct.pack('<QQBBBBBBHIIII', serial, serial, 1, 7, 2, 1, 1, 0, 0, 0, 0, 0, 0))
            out.write(struct.pack('<QQQ16s16sHHBBHII16sIIQQIBBBB', serial | (serial % 40) << 56, 0, 0,
                                  bytes([10] + [0] * 14 + [role]), bytes([10] + [0] * 14 + [family]), 80, 81,
                                  family, role, 0x23 if name is not None else 3, 1, 0, name or b'',
                                  0, 0, 0, 0, serial % 3, 2 + serial % 12, 0, 0, serial % 256))
END
for by in listener peer owner; do
	: >"$tmp/said"
	"$wavehand" stats --openmetrics --by $by -r "$tmp/hostile" >"$tmp/metrics" 2>"$tmp/said"
	[ $? = 0 ] && strict "$tmp/metrics" >>"$tmp/said"
	point $? "names that somebody else chose, by $by"
done

number=$((number + 1))
if [ -n "$promtool" ]; then
	number=$((number - 1))
	promtool check metrics <"$tmp/metrics" >"$tmp/said" 2>&1
	point $? "promtool check metrics accepts these names, and what is above"
else
	echo "ok $number - promtool check metrics # SKIP no promtool: $(tail -n 1 "$tmp/why")"
fi

echo "1..$number"
exit $failed
