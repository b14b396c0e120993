#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How the command behaves at its edges: exit statuses, messages, options. The
# recordings are made here, byte by byte: a header and no or one event.
# Conditions hand their status to ok:
# shellcheck disable=SC2319
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
export LC_ALL=C

# ok CONDITION-STATUS NAME
ok() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		[ -s "$tmp/out" ] && sed 's/^/# /' "$tmp/out"
		echo "not ok $number - $2"
		failed=1
	fi
}

# says STATUS PATTERN ARGUMENT...: the command ends with STATUS and prints PATTERN
says() {
	local status=$1 pattern=$2 got
	shift 2
	"$wavehand" "$@" >"$tmp/out" 2>&1
	got=$?
	[ $got = "$status" ] || echo "# exit status $got instead of $status"
	[ $got = "$status" ] && grep -qE -- "$pattern" "$tmp/out"
	ok $? "$(printf '%s ' "$@" | tr -c '[:print:]' '?' | tr '#' ' ')"
}

# number VALUE BYTES: little-endian; zeros BYTES
le() {
	local v=$1 i
	for ((i = 0; i < $2; i++)); do
		printf "\\x$(printf %02x $((v & 255)))"
		v=$((v >> 8))
	done
}
zeros() { head -c "$1" /dev/zero; }

header() { printf wavehand; le 1 4; le 160 4; zeros 144; }

# event COMM: client 10.0.0.2:52528 of #7 sends its SYN
event() {
	le 1 8; le 1000000000 8			# serial, time
	le 1 1; le 7 1; le 2 1; le 1 1; le 1 1; le 0 1; le 0 2	# CLOSED -> SYN-SENT
	le 812 4; zeros 12			# actor_pid, reserved, seq, ack
	le 7 8; le 1234 8; le 1 8		# id, cookie, netns
	printf '\x0a\0\0\x02'; zeros 12; printf '\x0a\0\0\x01'; zeros 12
	le 52528 2; le 80 2; le 4 1; le 1 1; le 39 2	# ports, family, role, known
	le 812 4; le 1000 4			# owner
	{ printf "$1"; zeros 16; } | head -c 16
	zeros 24; le 4026531840 4; le 2 1; zeros 3	# …, netns_ino, SYN-SENT
}

{ header; event curl; } >"$tmp/good"
{ header; event '\033[31mred\n\\'; } >"$tmp/hostile"
header >"$tmp/none"
{ header; event curl; event curl | head -c 159; } >"$tmp/truncated"
echo "no recording at all, just a text" >"$tmp/foreign"
{ printf wavehand; printf '\0\0\0\1\0\0\0\240'; zeros 144; } >"$tmp/swapped"
{ printf wavehand; le 9 4; le 160 4; zeros 144; } >"$tmp/newer"
: >"$tmp/empty"

ok "$([ "$(wc -c <"$tmp/good")" = 320 ]; echo $?)" "the recordings are well made"

for verb in list show follow; do
	says 0 '10\.0\.0\.2' $verb -r "$tmp/good"
	says 0 '"id":7' $verb --json -r "$tmp/good"
	says 0 '10\.0\.0\.2' $verb -r "$tmp/good" state syn-sent and dport = :80
	"$wavehand" $verb -r "$tmp/none" >"$tmp/out" 2>&1
	ok "$([ $? = 1 ] && ! [ -s "$tmp/out" ]; echo $?)" "$verb: no events"
	"$wavehand" $verb -r "$tmp/good" dport = :81 >"$tmp/out" 2>&1
	ok "$([ $? = 1 ] && ! [ -s "$tmp/out" ]; echo $?)" "$verb: a filter that matches nothing"
	says 2 'truncated .* 1 whole events' $verb -r "$tmp/truncated"
	says 2 'not a recording' $verb -r "$tmp/foreign"
	says 2 'other byte order' $verb -r "$tmp/swapped"
	says 2 'ABI 9' $verb -r "$tmp/newer"
	says 2 'empty' $verb -r "$tmp/empty"
	says 2 'No such file' $verb -r "$tmp/absent"
	says 2 'load the module' $verb --device "$tmp/absent"
	says 2 'not the wavehand device' $verb --device /dev/null
	says 2 '^ {17}\^$' $verb -r "$tmp/good" dport = :80 or or
	says 2 'unrecognized option' $verb --frobnicate
	says 0 '^Usage: wavehand' $verb --help
	"$wavehand" $verb -r "$tmp/hostile" >"$tmp/out" 2>&1
	ok "$(! tr -d '\n' <"$tmp/out" | grep -qP '[^\x20-\x7e]' &&
	      grep -qF '\x1b[31mred\x0a\x5c' "$tmp/out"; echo $?)" "$verb: no escape sequence gets through"
	[ -e /dev/full ] && { "$wavehand" $verb -r "$tmp/good" >/dev/full 2>"$tmp/out"
	ok "$([ $? = 2 ]; echo $?)" "$verb: a full disk"; }
done
# What was whole before the cut is shown.
says 2 'SYN-SENT' show -r "$tmp/truncated"

says 2 'is not a subcommand' frobnicate
says 2 '^Usage' --
says 0 'ABI 1' --version
says 0 'list .*show .*follow .*record|record' --help
says 0 'ID' -r "$tmp/good" list
says 0 '^7 +SYN-SENT$|^ *7 SYN-SENT' list -n -o id,state -r "$tmp/good"
says 2 'not a column' list -o id,frobnicate -r "$tmp/good"
says 2 'number of events' follow -c 0 -r "$tmp/good"
says 0 'SYN-SENT' follow -c 1 -r "$tmp/good"

WAVEHAND_DEVICE=$tmp/absent "$wavehand" list >"$tmp/out" 2>&1
ok "$([ $? = 2 ] && grep -q absent "$tmp/out"; echo $?)" "WAVEHAND_DEVICE names the device"
"$wavehand" list -r - <"$tmp/good" >"$tmp/out" 2>&1
ok $? "standard input"
COLUMNS=20 "$wavehand" show -r "$tmp/good" >"$tmp/out"
ok $? "a terminal that is too narrow"
"$wavehand" show --color=always -r "$tmp/good" | grep -q $'\033'
ok $? "--color=always"
says 2 'auto, always or never' show --color=blue -r "$tmp/good"

says 2 'where to' record
says 2 'cannot write' record -r "$tmp/good" "$tmp/absent/file"
"$wavehand" record -r "$tmp/good" "$tmp/copy" 2>"$tmp/out"
ok "$([ $? = 0 ] && cmp -s "$tmp/good" "$tmp/copy" && grep -q '^1 events, 0 lost$' "$tmp/out"; echo $?)" "record copies a recording"
"$wavehand" record -r "$tmp/good" "$tmp/copy" dport = :81 2>"$tmp/out"
ok "$([ $? = 1 ] && cmp -s "$tmp/none" "$tmp/copy"; echo $?)" "record with a filter"
"$wavehand" record -r "$tmp/good" /dev/full 2>"$tmp/out"
ok "$([ $? = 2 ] && grep -q 'No space' "$tmp/out"; echo $?)" "record to a full disk"
says 2 'JSON' record --json -r "$tmp/good" "$tmp/copy"
says 2 'exclude' record --no-dump --dump-only "$tmp/copy"

chmod 644 "$tmp/copy"
"$wavehand" record -r "$tmp/good" "$tmp/copy" 2>"$tmp/out"
ok "$([ $? = 0 ] && [ "$(stat -c %a "$tmp/copy")" = 600 ]; echo $?)" "record makes an old file its owner's only"
"$wavehand" record -r "$tmp/copy" "$tmp/copy" 2>"$tmp/out"
ok "$([ $? = 2 ] && cmp -s "$tmp/good" "$tmp/copy" && grep -q 'name another file' "$tmp/out"; echo $?)" "record over what it reads"
"$wavehand" record -r "$tmp/copy" - 2>"$tmp/out" >>"$tmp/copy"
ok "$([ $? = 2 ] && cmp -s "$tmp/good" "$tmp/copy"; echo $?)" "record to the end of what it reads"

# patch FILE OFFSET BYTES: in the only event of FILE
patch() { printf "$3" | dd of="$1" bs=1 seek=$((160 + $2)) conv=notrunc status=none; }

# notice KIND COUNT
notice() { le 1 8; zeros 8; le "$1" 1; zeros 15; le "$2" 8; zeros 120; }

cp "$tmp/good" "$tmp/untracked"
patch "$tmp/untracked" 40 '\0'
says 1 '^1 events of untracked endpoints' list -r "$tmp/untracked"
says 1 '^1 events of untracked endpoints' show -r "$tmp/untracked"
says 0 ' #\? 10\.0\.0\.2' follow -r "$tmp/untracked"
cp "$tmp/good" "$tmp/repair"
patch "$tmp/repair" 158 '\4'
says 0 'TCP_REPAIR' show -r "$tmp/repair"
says 0 '"repair":true' list --json -r "$tmp/repair"
{ cat "$tmp/good"; notice 17 100; notice 18 77; } >"$tmp/missing"
for verb in list show; do
	says 0 '^100 events were lost' $verb -r "$tmp/missing"
	says 0 '^77 endpoints were evicted' $verb -r "$tmp/missing"
done
says 0 'opening when last seen in SYN-SENT' show -r "$tmp/missing"
says 0 '^---.* 77 endpoints were evicted' follow -r "$tmp/missing"
says 0 '"kind":"live","count":77' follow --json -r "$tmp/missing"
says 0 '^1 events, 100 lost, 77 endpoints evicted' record -r "$tmp/missing" "$tmp/copy"
{ header; event '\xc2\x9b31m\xe2\x80\xae"'; } >"$tmp/direction"
says 0 '"owner_comm":"\\u009B31m\\u202E\\""' list --json -r "$tmp/direction"

# Signals end what waits for more, and what waits for a reader.
timeout --preserve-status -k 5 0.5 "$wavehand" follow -r - < <(cat "$tmp/good"; sleep 2) >"$tmp/out" 2>&1
ok "$([ $? = 0 ] && grep -q SYN-SENT "$tmp/out"; echo $?)" "SIGTERM while there is nothing to read"
timeout -s INT --preserve-status -k 5 0.5 "$wavehand" record -r - "$tmp/copy" < <(cat "$tmp/good"; sleep 2) 2>"$tmp/out"
ok "$([ $? = 0 ] && cmp -s "$tmp/good" "$tmp/copy"; echo $?)" "SIGINT while there is nothing to record"
tail -c 160 "$tmp/good" >"$tmp/events"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	cat "$tmp/events" "$tmp/events" >"$tmp/twice" && mv "$tmp/twice" "$tmp/events"
done
{ header; cat "$tmp/events"; } >"$tmp/long"
timeout --preserve-status -k 4 0.5 "$wavehand" follow -r "$tmp/long" 2>"$tmp/out" | (sleep 3)
ok "$([ "${PIPESTATUS[0]}" = 2 ] && grep -q 'cannot write' "$tmp/out"; echo $?)" "SIGTERM while nobody reads"

says 2 '^wavehand: unrecognized option.*--x.x1b' list $'--x\033'
"$wavehand" follow -r "$tmp/good" 2>"$tmp/out" >&-
ok "$([ $? = 2 ]; echo $?)" "no standard output"
{ header; event fifteen-letters; } >"$tmp/wide"
if command -v script >/dev/null; then
	script -qec "stty cols 80; '$wavehand' list -r '$tmp/wide'" /dev/null </dev/null | tr -d '\r' >"$tmp/out"
	ok "$(grep -q 'fifteen-letters' "$tmp/out" && ! grep -qE '^.{81}' "$tmp/out"; echo $?)" "list fits a terminal of 80 columns"
fi
"$wavehand" list -r "$tmp/wide" >"$tmp/out"
ok "$(grep -q DROPPED "$tmp/out"; echo $?)" "list tells all to what is no terminal"

echo "1..$number"
exit $failed
