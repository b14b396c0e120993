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

# text STRING SIZE: padded
text() { { printf "$1"; zeros "$2"; } | head -c "$2"; }

# header [OFFSET HOST]
header() { printf wavehand; le 2 4; le 160 4; le "${1-0}" 8; text "${2-}" 64; zeros 72; }

# event COMM: client 10.0.0.2:52528 of #7 sends its SYN
event() {
	le 1 8; le 1000000000 8			# serial, time
	le 1 1; le 7 1; le 2 1; le 1 1; le 1 1; le 0 1; le 0 2	# CLOSED -> SYN-SENT
	le 812 4; zeros 12			# actor_pid, reserved, seq, ack
	le 7 8; le 1234 8; le 1 8		# id, cookie, netns
	printf '\x0a\0\0\x02'; zeros 12; printf '\x0a\0\0\x01'; zeros 12
	le 52528 2; le 80 2; le 4 1; le 1 1; le 39 2	# ports, family, role, known
	le 812 4; le 1000 4			# owner
	text "$1" 16
	zeros 24; le 4026531840 4; le 2 1; zeros 3	# …, netns_ino, SYN-SENT
}

{ header; event curl; } >"$tmp/good"
{ header; event '\033[31mred\n\\'; } >"$tmp/hostile"
header >"$tmp/none"
{ header; event curl; event curl | head -c 159; } >"$tmp/truncated"
echo "no recording at all, just a text" >"$tmp/foreign"
{ printf wavehand; printf '\0\0\0\1\0\0\0\240'; zeros 144; } >"$tmp/swapped"
{ printf wavehand; le 9 4; le 160 4; zeros 144; } >"$tmp/newer"
{ printf wavehand; le 1 4; le 160 4; zeros 144; } >"$tmp/older"
: >"$tmp/empty"

ok "$([ "$(wc -c <"$tmp/good")" = 320 ]; echo $?)" "the recordings are well made"

for verb in list show follow check stats; do
	address='10\.0\.0\.2' id='"id":7'
	[ $verb = check ] && address='^1 endpoints, 1 edges and 0 segments held, 0 impossible$' id='"impossible":0'
	[ $verb = stats ] && address='^1 endpoints, 1 transitions$' id='"endpoints":1'
	says 0 "$address" $verb -r "$tmp/good"
	says 0 "$id" $verb --json -r "$tmp/good"
	says 0 "$address" $verb -r "$tmp/good" state syn-sent and dport = :80
	"$wavehand" $verb -r "$tmp/none" >"$tmp/out" 2>&1
	ok "$([ $? = 1 ] && ! [ -s "$tmp/out" ]; echo $?)" "$verb: no events"
	"$wavehand" $verb -r "$tmp/good" dport = :81 >"$tmp/out" 2>&1
	ok "$([ $? = 1 ] && ! [ -s "$tmp/out" ]; echo $?)" "$verb: a filter that matches nothing"
	says 2 'truncated .* 1 whole events' $verb -r "$tmp/truncated"
	says 2 'not a recording' $verb -r "$tmp/foreign"
	says 2 'other byte order' $verb -r "$tmp/swapped"
	says 2 'ABI 9' $verb -r "$tmp/newer"
	says 2 'a recording of ABI 1, this command reads ABI 2: read it with the version' $verb -r "$tmp/older"
	says 2 'empty' $verb -r "$tmp/empty"
	says 2 'No such file' $verb -r "$tmp/absent"
	says 2 'load the module' $verb --device "$tmp/absent"
	says 2 'not the wavehand device' $verb --device /dev/null
	says 2 '^ {17}\^$' $verb -r "$tmp/good" dport = :80 or or
	says 2 'unrecognized option' $verb --frobnicate
	says 0 '^Usage: wavehand' $verb --help
	[ $verb = check ] && continue	# it shows no names where all holds
	[ $verb = stats ] && verb='stats --by owner'
	# shellcheck disable=SC2086  # words
	"$wavehand" $verb -r "$tmp/hostile" >"$tmp/out" 2>&1
	ok "$(! tr -d '\n' <"$tmp/out" | grep -qP '[^\x20-\x7e]' &&
	      grep -qF '\x1b[31mred\x0a\x5c' "$tmp/out"; echo $?)" "$verb: no escape sequence gets through"
	# shellcheck disable=SC2086
	[ -e /dev/full ] && { "$wavehand" $verb -r "$tmp/good" >/dev/full 2>"$tmp/out"
	ok "$([ $? = 2 ]; echo $?)" "$verb: a full disk"; }
done
# What was whole before the cut is shown.
says 2 'SYN-SENT' show -r "$tmp/truncated"

says 2 'is not a subcommand' frobnicate
says 2 '^Usage' --
says 0 'ABI 2' --version
says 0 '^  check ' --help
says 0 'ID' -r "$tmp/good" list
says 0 '^7 +SYN-SENT$|^ *7 SYN-SENT' list -n -o id,state -r "$tmp/good"
says 2 'not a column' list -o id,frobnicate -r "$tmp/good"
says 2 '"" is not a column' list -o '' -r "$tmp/good"
says 2 'an argument is missing: -r' list -r
says 2 'an argument is missing: -[-r]' list --read
says 2 'an argument is missing: -o' list -o
cat "$tmp/good" "$tmp/good" >"$tmp/twice"
says 2 'another recording begins behind event 1: give each with an -r of its own' list -r "$tmp/twice"
says 2 '10\.0\.0\.2' list -r "$tmp/twice"
if [ -e /dev/full ]; then
	for word in --help --version; do
		"$wavehand" $word >/dev/full 2>"$tmp/out"
		ok "$([ $? = 2 ] && grep -q 'cannot write: No space' "$tmp/out"; echo $?)" "$word: a full disk"
	done
fi
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
says 2 'no-dump is for the device' record --no-dump -r "$tmp/good" "$tmp/copy"
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

# What an endpoint of #7 does next: thing SERIAL KIND OLD NEW FLAGS [ACTOR_PID/LENGTH UNION SEQ ACK]
thing() {
	le "$1" 8; le $((1000000000 + $1 * 1000000)) 8
	le "$2" 1; le "$3" 1; le "$4" 1; le 1 1; le 0 1; le "$5" 1; le 0 2
	le "${6-0}" 4; le "${7-0}" 4; le "${8-0}" 4; le "${9-0}" 4
	event curl | tail -c 120
}
# Window 64240 and SYN; as much, and again once; 65160 and SYN,ACK.
{ cat "$tmp/good"; thing 2 2 0 0 5 0 $((64240 + (2 << 16))) 99; thing 3 2 0 0 5 0 $((64240 + (2 << 16) + (1 << 24))) 99
  thing 4 2 0 0 3 10 $((65160 + (18 << 16))) 7 100; } >"$tmp/segments"
says 0 ' -> SYN Seq=raw:99 win 64240 curl\[812\]$' follow --ascii -r "$tmp/segments"
says 0 ' -> SYN Seq=99 win 64240 again 1 curl' follow --raw -r "$tmp/segments"
says 0 ' <- SYN,ACK Seq=raw:7 Ack=raw:100 length 10 win 65160 curl' follow -r "$tmp/segments"
says 0 '"kind":"segment".*"direction":"sent","flags":"SYN","length":0,"window":64240,"again":1,"seq":99[,}]' follow --json -r "$tmp/segments"
says 0 '"direction":"received","flags":"SYN,ACK","length":10,"window":65160,"seq":7,"ack":100' follow --json -r "$tmp/segments"
# Relative to the initial number of whoever sent it: here both are known, 99 and 7.
cp "$tmp/segments" "$tmp/relative"
for i in 1 3; do
	patch "$tmp/relative" $((160 * i + 102)) '\x3f'
	patch "$tmp/relative" $((160 * i + 128)) '\x63\0\0\0\x07\0\0\0'
done
says 0 ' -> SYN Seq=0 win' follow -r "$tmp/relative"
says 0 ' <- SYN,ACK Seq=0 Ack=1 length' follow -r "$tmp/relative"
{ cat "$tmp/segments"; thing 5 1 2 7 16 0 $((10 + (6 << 8))); thing 6 1 5 7 8; thing 7 4 0 0 0; thing 8 5 0 0 0; } >"$tmp/end"
printf '\x0a' | dd of="$tmp/end" bs=1 seek=$((160 * 5 + 159)) conv=notrunc status=none	# its cause
says 0 'SYN-SENT -> CLOSED hidden reason=timeout tries=6 cause=timeout' follow -r "$tmp/end"
says 0 'FIN-WAIT-2 -> CLOSED raw curl' follow -r "$tmp/end"
says 0 ' accepted curl' follow -r "$tmp/end"
says 0 ' accept queue full' follow -r "$tmp/end"
says 0 '"new_state":"CLOSED","hidden":true,"reason":"timeout","tries":6,' follow --json -r "$tmp/end"
says 0 '"raw":true' follow --json -r "$tmp/end"
says 0 '"kind":"accepted"' follow --json -r "$tmp/end"
says 0 '"kind":"queue-full"' follow --json -r "$tmp/end"
says 0 '"cause":"timeout"' follow --json -r "$tmp/end"
cp "$tmp/good" "$tmp/flags"
patch "$tmp/flags" 158 '\x7f\x03'
says 0 '"cause":"reset".*"owner_inherited":true,"mptcp":true,"repair":true,"fast_open":true,"syn_cookie":true,"request":true,"minisocket":true' list --json -r "$tmp/flags"
says 0 '^ *7 +reset$' list -n -o id,cause -r "$tmp/flags"
says 0 '^ *7 +-$' list -n -o id,cause -r "$tmp/good"
patch "$tmp/flags" 156 '\x06\0\0\0'
says 0 'TIME-WAIT' list -r "$tmp/flags" state time-wait
patch "$tmp/flags" 156 '\x03'
says 0 'SYN-RECEIVED' list -r "$tmp/flags" state syn-recv

# Statistics.
says 0 '^SYN-SENT +SS +1 +\.$|^CLOSED +CLD +1$' stats -r "$tmp/good"
says 0 '^none +SYN-SENT +- .* 1 +- *$' stats -r "$tmp/good"
says 0 '^curl\[812\] +SYN-SENT' stats --by owner -r "$tmp/good"
says 0 '^10\.0\.0\.1 +SYN-SENT' stats --by peer -r "$tmp/good"
says 0 '^none +1( +-){6}$' stats -r "$tmp/segments"
says 0 '"old_state":"CLOSED","new_state":"SYN-SENT","count":1,"inferred":0' stats --json -r "$tmp/good"
says 0 '"events_lost":100,.*"endpoints_evicted":77' stats --json -r "$tmp/missing"
says 0 '^wavehand_open_uncertain\{listener="none",state="SYN-SENT"\} 1$' stats --openmetrics -r "$tmp/missing"
says 0 '^100 events were lost' stats -r "$tmp/missing"
says 0 '^none +SYN-SENT +- .* 1\? +- *$' stats -r "$tmp/missing"
says 1 '^# EOF$' stats --openmetrics -r "$tmp/none"
says 2 'listener, peer or owner is expected' stats --by frobnication -r "$tmp/good"
says 2 'exclude each other' stats --openmetrics --json -r "$tmp/good"
"$wavehand" stats --openmetrics --by owner -r "$tmp/hostile" >"$tmp/out"
ok "$(grep -qxF 'wavehand_endpoints{owner="\\x1b[31mred\\x0a\\x5c"} 1' "$tmp/out"; echo $?)" "labels are escaped"
{ header; event '?'; } >"$tmp/question"
says 0 'owner="..x3f"' stats --openmetrics --by owner -r "$tmp/question"

# An edge that cannot be, with what is around it.
{ cat "$tmp/segments"; thing 5 1 2 8 0; thing 6 1 8 9 0; } >"$tmp/impossible"
says 1 '^x +5\.000 ms  SYN-SENT -> CLOSE-WAIT$' check -r "$tmp/impossible"
says 1 'neither the RFC nor Linux has such an edge' check -r "$tmp/impossible"
says 1 '^ +4\.000 ms  <- SYN,ACK' check -r "$tmp/impossible"
says 1 '^ +6\.000 ms  CLOSE-WAIT -> LAST-ACK' check -r "$tmp/impossible"
says 1 '^#7  10\.0\.0\.2:52528 > 10\.0\.0\.1:80  SYN-SENT  curl' check -r "$tmp/impossible"
says 1 '^1 endpoints, 3 edges and 3 segments held, 1 impossible$' check -r "$tmp/impossible"
says 1 '"impossible":"neither.*"event":.*"serial":5.*"before":\[\{"serial":2.*"after":\[\{"serial":6.*"endpoint":\{"id":7' check --json -r "$tmp/impossible"
says 0 '^ESTABLISHED -> CLOSE-WAIT  \(RFC 9293, 3\.3\.2, figure 5\)$' check --rules
ok "$(! grep -qE '^.{81}' "$tmp/out"; echo $?)" "rules fit 80 columns"

# Two recordings of two hosts: b's clock is 5 ms ahead, a segment takes 1 ms.
server() {
	thing "$@" | head -c 40
	le 9 8; le 77 8; le 1 8; printf '\x0a\0\0\x01'; zeros 12; printf '\x0a\0\0\x02'; zeros 12
	le 80 2; le 52528 2; le 4 1; le 2 1; le 3 2; zeros 56
}
{ header 0 left; thing 2 2 0 0 5 0 $((2 << 16)) 99; thing 5 2 0 0 3 0 $((18 << 16)) 7 100; } >"$tmp/a"
{ header 0 'ri\033ght'; server 8 2 0 0 1 0 $((2 << 16)) 99; server 9 2 0 0 7 0 $((18 << 16)) 7 100; } >"$tmp/b"
ok "$([ "$(wc -c <"$tmp/b")" = 480 ]; echo $?)" "the second one is well made"
both=(-r "$tmp/a" -r "$tmp/b")
says 0 'clocks: b is 5\.000 ms ahead of a, \+-1\.000 ms, estimated from 2 segments' list "${both[@]}"
"$wavehand" list "${both[@]}" 2>"$tmp/err" >"$tmp/out"
ok "$(grep -q '^ *a#7 ' "$tmp/out" && grep -q '^ *b#9 ' "$tmp/out" && ! grep -q clocks "$tmp/out" &&
      grep -qF 'b, host ri\x1bght' "$tmp/err"; echo $?)" "list tells of the clocks on standard error"
says 0 'a#7' list "${both[@]}" a#7
says 1 'clocks' list "${both[@]}" a#9
says 0 '^clocks: b is 5\.000 ms' follow "${both[@]}"
says 0 '^00:00:01\.003000 b#9 .* <- SYN Seq' follow "${both[@]}"
says 0 '^clocks: b is 5\.000 ms' check "${both[@]}"
says 0 '^2 endpoints' check "${both[@]}"
says 0 '^clocks: b is 5\.000 ms' show "${both[@]}"
says 0 '^\{"recordings":\[\{"recording":"a",.*"clock":"first".*"host":"ri\\u001Bght".*"clock":"exchange","ahead_ns":5000000,"error_ns":1000000,"drifted":false,"segments":2\}\]\}$' list --json "${both[@]}"
says 0 '^\{"id":9,"recording":"b",' list --json "${both[@]}"
says 0 '^4 events, 0 lost$' record "${both[@]}" "$tmp/merged"
says 0 '^2 endpoints, 0 transitions$' stats "${both[@]}"
says 0 '^wavehand_resets\{listener="none",recording="a",direction="sent"\} 0$' stats --openmetrics "${both[@]}"
"$wavehand" stats --openmetrics "${both[@]}" 2>"$tmp/err" >"$tmp/out"
ok "$(! grep -q clocks "$tmp/out" && grep -q clocks "$tmp/err"; echo $?)" "stats tells of the clocks on standard error"
says 0 'b#9' list -r "$tmp/merged"
says 2 'made of several' list -r "$tmp/merged" -r "$tmp/a"
says 2 'both of the same machine' list "${both[@]}" -r "$tmp/a"
says 2 'name another file' record "${both[@]}" "$tmp/b"
head -c 479 "$tmp/b" >"$tmp/cut"
says 2 'truncated' list -r "$tmp/a" -r "$tmp/cut"
says 2 'a#7' follow -r "$tmp/a" -r "$tmp/cut"
says 2 'not a recording' list -r "$tmp/a" -r "$tmp/foreign"
"$wavehand" show "${both[@]}" >"$tmp/out"
ok "$(! grep -qE '^.{81}' "$tmp/out"; echo $?)" "80 columns are enough for the clocks of several recordings"
many=()
for _ in {1..27}; do many+=(-r "$tmp/a"); done
says 2 '26 recordings at most' list "${many[@]}"

# Signals end what waits for more, and what waits for a reader.
# interrupted SIGNAL FILE WORD ARGUMENT…: the command reads a pipe that stays open, and gets SIGNAL once WORD is in FILE;
# its exit status. What is in the background would ignore SIGINT; env undoes that.
mkfifo "$tmp/pipe"
interrupted() {
	local signal=$1 file=$2 word=$3 verb=$4 try
	shift 4
	env --default-signal "$wavehand" "$verb" -r - "$@" <"$tmp/pipe" >"$tmp/out" 2>&1 &
	exec 7>"$tmp/pipe"
	cat "$tmp/good" >&7
	for ((try = 0; try < 200; try++)); do
		! grep -qa "$word" "$file" 2>/dev/null || break
		sleep 0.1
	done
	kill -"$signal" $!
	wait $!
	local status=$?
	exec 7>&-
	return $status
}
interrupted TERM "$tmp/out" SYN-SENT follow
ok "$([ $? = 0 ] && grep -q SYN-SENT "$tmp/out"; echo $?)" "SIGTERM while there is nothing to read"
rm -f "$tmp/copy"
interrupted INT "$tmp/copy" curl record "$tmp/copy"
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
