#!/bin/bash
# Secure Boot, as far as a machine without UEFI goes: a kernel that enforces signatures refuses the module as it was built,
# as does one under lockdown, and a signed one only because it does not know the key. The steps are those of the README, but for
# the enrolment.
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

echo 1..5
kernel=6.12
tree=$(tests/vm/tree "$(suite_of $kernel)") && built=$(tests/vm/build $kernel) || exit
cp "$built/wavehand.ko" "$tmp/unsigned.ko"
cp "$built/wavehand.ko" "$tmp/signed.ko"
openssl req -new -x509 -newkey rsa:2048 -nodes -days 36500 -subj '/CN=wavehand test/' -addext extendedKeyUsage=codeSigning \
	-outform DER -keyout "$tmp/mok.key" -out "$tmp/mok.der" 2>"$tmp/log"
point $? 'a key is made' "$(<"$tmp/log")"
# shellcheck disable=SC2016
in_tree "$tree" "$tmp" bash -euc '"/lib/modules/$1/build/scripts/sign-file" sha256 /mnt/mok.key /mnt/mok.der /mnt/signed.ko' \
	- "$(release_of $kernel "$tree")" >"$tmp/log" 2>&1
good=$?
signer=$(modinfo -F signer "$tmp/signed.ko")
[[ $good == 0 && $signer == 'wavehand test' ]]
point $? 'the module is signed with it' "$(<"$tmp/log") $signer"

# refused APPEND MODULE: the message of insmod in a machine with that command line.
refused() {
	KERNEL=$kernel LOAD=0 SHARE=$tmp APPEND=$1 CMD="insmod /mnt/$2; dmesg | tail -n 3; exit 0" tests/vm/vm 2>&1
}

# A key that the kernel does not know (ENOKEY) is another answer than a signature that is wrong, or none.
out=$(refused module.sig_enforce=1 unsigned.ko)
grep -q 'Key was rejected by service' <<<"$out"
point $? 'signatures enforced: the module as built is refused' "$out"
out=$(refused module.sig_enforce=1 signed.ko)
grep -q 'Required key not available\|Loading of module with unavailable key is rejected' <<<"$out"
point $? 'signatures enforced: the signed one lacks nothing but a known key' "$out"
out=$(refused lockdown=integrity unsigned.ko)
grep -q 'Lockdown: insmod: unsigned module loading is restricted' <<<"$out"
point $? 'lockdown: the module as built is refused' "$out"
exit $failed
