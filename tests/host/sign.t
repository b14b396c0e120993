#!/bin/bash
# Signatures, Secure Boot and lockdown, with the README's steps: a kernel that enforces signatures refuses the module as it
# was built, and one that is signed with a key that it does not know; one that knows it loads it. Under lockdown the module
# does all that it does elsewhere.
# Only the enrolment is done by hand: shim and its MokManager keep the keys in a variable of the firmware, MokList, and
# show the kernel a copy, MokListRT. Here there is no shim, and the copy is all there is.
set -uo pipefail
# shellcheck source=tests/vm/common
. "$(dirname "$0")/../vm/common"
cd "$top" || exit

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
number=0 failed=0
point() { # point STATUS NAME OUTPUT
	if (($1 == 0)); then echo "ok $((++number)) - $2"; else
		echo "not ok $((++number)) - $2"
		sed 's/^/# /' <<<"$3"
		failed=1
	fi
}

# sign KERNEL: the module for it, as it was built and signed with the key, in a directory of that name.
sign() {
	local tree built
	tree=$(tests/vm/tree "$(suite_of "$1")") && built=$(tests/vm/build "$1") && mkdir "$tmp/$1" &&
		cp "$built/wavehand.ko" "$tmp/$1/unsigned.ko" && cp "$built/wavehand.ko" "$tmp/$1/signed.ko" || return
	# shellcheck disable=SC2016
	in_tree "$tree" "$tmp" bash -euc '
		"/lib/modules/$2/build/scripts/sign-file" sha256 /mnt/mok.key /mnt/mok.der "/mnt/$1/signed.ko"' \
		- "$1" "$(release_of "$1" "$tree")" || return
	modinfo -F signer "$tmp/$1/signed.ko" | grep -x 'wavehand test'
}

# machine KERNEL NAME FUNCTION: a point for a function that runs, with those that it needs, in a machine.
machine() {
	local out functions
	functions=$(declare -f refused all_on locked seen told enforced "$3")
	out=$(KERNEL=$1 LOAD=0 SHARE=$tmp CMD="$functions; set -exuo pipefail; $3" tests/vm/vm 2>&1)
	point $? "$2" "$out"
}

# refused MODULE ERROR REASON: insmod of it fails with that error, and the kernel's log says why.
refused() {
	local out
	dmesg -C
	if out=$(insmod "/mnt/$KERNEL/$1.ko" 2>&1); then return 1; fi
	grep ": $2\$" <<<"$out"
	dmesg | grep "$3"
}

# all_on: every source is attached.
all_on() {
	[[ $(sed -n 's/^source_[a-z]* //p' /proc/wavehand/stats | uniq -c | xargs) == '5 on' ]]
}

# locked MODE: that lockdown is in force.
locked() {
	grep -F "[$1]" /sys/kernel/security/lockdown
}

# seen PORT: a connection from there is seen by everything that shows one.
seen() {
	local try recorder
	pgrep nginx || nginx
	wavehand record /tmp/live &
	recorder=$!
	until readlink "/proc/$recorder/fd/"* | grep -x /dev/wavehand; do
		kill -0 "$recorder"
		sleep 0.1
	done
	curl -sS -o /dev/null --local-port "$1" http://127.0.0.1/
	for ((try = 0; try < 50; try++)); do # the server closes a moment after the client
		! grep " 127.0.0.1:80 127.0.0.1:$1 CLOSED passive " /proc/wavehand/sockets || break
		sleep 0.1
	done
	wavehand record --dump-only /tmp/kept
	told "$1" wavehand show
	told "$1" wavehand show -r /tmp/kept
	wavehand list "sport = :$1" | grep TIME-WAIT
	grep " 127.0.0.1:$1 127.0.0.1:80 TIME-WAIT active " /proc/wavehand/sockets
	grep "^#.* local=127.0.0.1:$1 " /proc/wavehand/history
	wavehand check
	kill "$recorder"
	wait "$recorder"
	told "$1" wavehand show -r /tmp/live
}

# told PORT COMMAND…: it shows the whole life of the connection from there, with segments that were seen at both ends.
told() {
	local out
	out=$("${@:2}" --ascii "sport = :$1 or dport = :$1")
	grep 'three-way handshake' <<<"$out"
	grep '|<-\+ SYN,ACK Seq=0 Ack=1 -|' <<<"$out"
	grep TIME-WAIT <<<"$out"
}

# From here on what the machines run, one function each.

enforced() {
	refused unsigned 'Key was rejected by service' 'Loading of unsigned module is rejected'
	# Not that its signature is wrong.
	refused signed 'Key was rejected by service' 'Loading of module with unavailable key is rejected'
}

locked_later() {
	mount -t securityfs securityfs /sys/kernel/security
	locked none
	insmod "/mnt/$KERNEL/unsigned.ko"
	echo confidentiality >/sys/kernel/security/lockdown
	locked confidentiality
	all_on
	seen 50001
	rmmod wavehand
	refused unsigned 'Operation not permitted' 'Lockdown: insmod: unsigned module loading is restricted'
	refused signed 'Operation not permitted' 'Lockdown: insmod: unsigned module loading is restricted'
}

unknown() {
	mount -t securityfs securityfs /sys/kernel/security
	locked integrity
	enforced
	modprobe efivarfs
	mount -t efivarfs efivarfs /sys/firmware/efi/efivars
	cat /mnt/MokListRT >/sys/firmware/efi/efivars/MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23
}

known() {
	mount -t securityfs securityfs /sys/kernel/security
	locked integrity
	refused unsigned 'Key was rejected by service' 'Loading of unsigned module is rejected'
	insmod "/mnt/$KERNEL/signed.ko"
	all_on
	seen 50001
	rmmod wavehand
	echo confidentiality >/sys/kernel/security/lockdown
	locked confidentiality
	insmod "/mnt/$KERNEL/signed.ko"
	all_on
	seen 50002
	rmmod wavehand
}

read -ra all <<<"$kernels"
kernel=6.12
echo 1..$((5 + ${#all[@]}))
openssl req -new -x509 -newkey rsa:2048 -nodes -days 36500 -subj '/CN=wavehand test/' -addext extendedKeyUsage=codeSigning \
	-outform DER -keyout "$tmp/mok.key" -out "$tmp/mok.der" 2>"$tmp/log"
point $? 'a key is made' "$(<"$tmp/log")"
good=0
for each in "${all[@]}"; do
	sign "$each" >>"$tmp/log" 2>&1 || good=1
done
point $good 'the module is signed with it, for each kernel' "$(<"$tmp/log")"

APPEND=module.sig_enforce=1 machine $kernel \
	'signatures enforced: the module as built is refused, the signed one lacks nothing but a known key' enforced
machine $kernel 'lockdown, once it is loaded: all is still seen, and once unloaded it is refused' locked_later

# Secure Boot is on, with a key that Debian has for tests; vm boots a kernel that is not signed with it all the same. What
# is written is the variable's attributes (it is kept, and is there at run time), and a list of one certificate, an
# EFI_SIGNATURE_LIST (UEFI, 32.4.1) of type EFI_CERT_X509_GUID. The variable's own GUID is shim's.
mkdir "$tmp/firmware"
cp /usr/share/OVMF/OVMF_CODE_4M.secboot.fd "$tmp/firmware/code.fd"
cp /usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd "$tmp/firmware/vars.fd"
perl -0777 -ne 'print pack "V H32 V3 x16 a*", 7, "a159c0a5e494a74a87b5ab155c2bf072", 44 + length, 0, 16 + length, $_' \
	"$tmp/mok.der" >"$tmp/MokListRT"
export FIRMWARE=$tmp/firmware
machine $kernel 'Secure Boot: the module is refused as it was built, and signed with a key that is not enrolled' unknown
for each in "${all[@]}"; do
	# Otherwise PREEMPT_RT asks the firmware nothing, as that may take its time, and so learns of no key.
	[[ $each != *-rt ]] || export APPEND=efi=runtime
	machine "$each" "Secure Boot, $each: with the key enrolled the signed module loads, also under confidentiality, and sees all" \
		known
	unset APPEND
done
exit $failed
