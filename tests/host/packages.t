#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The Debian packages, in a tree of trixie: made, looked at by lintian, installed and removed without a trace; DKMS
# builds the module for the kernel that is there, and for one that comes. In a machine, too, where it is loaded, on the way
# from the packages to a picture that the README tells. And what needs programs of that tree: the manual pages, the udev
# rule, the units, completion in zsh.
set -uo pipefail
# shellcheck source=tests/vm/common
. "$(dirname "$0")/../vm/common"
cd "$top" || exit

# In the cache, which a machine shares.
mkdir -p "$cache/packaging"
tmp=$(mktemp -d "$cache/packaging/.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
number=0 failed=0
point() { # point NAME COMMAND…: passes when the command is content; what it says is shown when it is not
	local name=$1 said
	shift
	number=$((number + 1))
	if said=$("$@" 2>&1); then
		echo "ok $number - $name"
	else
		failed=1
		echo "not ok $number - $name"
		tail -n 60 <<<"$said" | sed 's/^/# /' >&2
	fi
}

# inside with|without FUNCTION ARGUMENT…: runs a function in the tree.
inside() {
	tests/vm/packaging "$1" "$tmp" bash -c "$(declare -f everything without_a_trace built "$2"); set -euxo pipefail; ${*:2}"
}

made() {
	tests/vm/deb "$tmp" && cp -r tools/man tools/completion tools/packaging tests/host/keys "$tmp"
}

contents() {
	dpkg-deb -c /mnt/wavehand_*_amd64.deb | awk '!/\/$/ { print $6 }' | diff /mnt/expected -
}
cat >"$tmp/expected" <<'END'
./usr/include/wavehand/wavehand.h
./usr/sbin/wavehand
./usr/share/bash-completion/completions/wavehand
./usr/share/doc/wavehand/README.md.gz
./usr/share/doc/wavehand/changelog.gz
./usr/share/doc/wavehand/copyright
./usr/share/doc/wavehand/examples/60-wavehand.rules
./usr/share/doc/wavehand/examples/ends.c
./usr/share/doc/wavehand/examples/modules-load.conf
./usr/share/doc/wavehand/examples/wavehand-log.service
./usr/share/doc/wavehand/examples/wavehand-metrics.service
./usr/share/doc/wavehand/examples/wavehand-metrics.timer
./usr/share/doc/wavehand/examples/wavehand-rsyslog.conf
./usr/share/locale/zh_CN/LC_MESSAGES/wavehand.mo
./usr/share/man/man4/wavehand.4.gz
./usr/share/man/man5/wavehand.5.gz
./usr/share/man/man8/wavehand.8.gz
./usr/share/pkgconfig/wavehand.pc
./usr/share/zsh/vendor-completions/_wavehand
END

clean() {
	local said
	said=$(lintian --fail-on error,warning --allow-root /mnt/*.changes 2>&1) || { echo "$said"; return 1; }
	[[ -z $said ]] || { echo "$said"; return 1; }
}

# everything: each file there is, but what dpkg, depmod and DKMS (its key) write for themselves. The kernel's own modules
# are left out, too: when a kernel goes DKMS tidies up the empty directories among them. So are its headers: they are most
# of all files, and one by one slow in a machine.
everything() {
	find / -xdev \( -path /proc -o -path /dev -o -path /mnt -o -path /tmp -o -path /var/lib/dpkg -o -path /var/log \
		-o -path /var/cache -o -path '/var/lib/dkms/mok.*' -o -path '/usr/lib/modules/*/modules.*' \
		-o -path '/usr/lib/modules/*/kernel' -o -path '/usr/src/linux-*' \) -prune -o \
		-type d -printf '%p %m\n' -o -printf '%p %m %s %l\n' | sort
	dpkg-query -W
}

# without_a_trace PACKAGE…: purges these; everything is what it was before.
without_a_trace() {
	dpkg --purge "$@"
	everything >/tmp/after
	diff /tmp/before /tmp/after
}

command_alone() {
	everything >/tmp/before
	dpkg -i /mnt/wavehand_*_amd64.deb
	wavehand --version
	[[ $(pkg-config --cflags wavehand) == -I/usr/include/wavehand* ]]
	# shellcheck disable=SC2046
	cc -Wall -Werror -o /tmp/ends /usr/share/doc/wavehand/examples/ends.c $(pkg-config --cflags wavehand)
	without_a_trace wavehand
}

# built RELEASE VERSION: there is a module for that kernel, and it loads into no other.
built() {
	local file
	file=$(find "/lib/modules/$1/updates" -name 'wavehand.ko*')
	[[ $(modinfo -F vermagic "$file") == "$1 "* ]]
	[[ $(modinfo -F version "$file") == "$2" ]]
}

# Two kernels; the second one comes later, as far as DKMS can tell: its hook, which the kernel's package runs, is run then.
dkms_package() {
	local first=$1 second=$2 version=$3 dir
	for dir in /lib/modules/*; do	# all but the first have no headers yet
		[[ $dir == */$first ]] || mv "$dir/build" "$dir/later"
	done
	everything >/tmp/before
	dpkg -i /mnt/wavehand-dkms_*.deb
	built "$first" "$version"
	! built "$second" "$version"
	mv "/lib/modules/$second/later" "/lib/modules/$second/build"
	/etc/kernel/header_postinst.d/dkms "$second"
	built "$first" "$version"
	built "$second" "$version"
	[[ $(dkms status wavehand | grep -c ': installed') == 2 ]]
	/etc/kernel/prerm.d/dkms "$second"	# it goes again
	built "$first" "$version"
	! built "$second" "$version"
	mv "/lib/modules/$second/build" "/lib/modules/$second/later"
	without_a_trace wavehand-dkms
}

# in_machine RELEASE RELEASE VERSION: a machine with the first kernel, whose root is that tree; what is changed is lost.
in_machine() {
	local lower
	lower=$(tests/vm/packaging lower) || return
	KERNEL=6.12 LOAD=0 MEM=2G TIMEOUT=1800 SHARE=$cache CMD="$(declare -f everything without_a_trace built root way)
		set -euxo pipefail; root '${lower//"$cache"//mnt}' '${tmp/"$cache"//mnt}' $*" tests/vm/vm >"$tmp/said" || return
	sed -n '/^page$/,$p' "$tmp/said" | sed 1d | base64 -d >"$tmp/page.html"
}

# root LOWER DIR ARGUMENT…: in the machine: way, with DIR at /mnt.
root() {
	local new=/run/packages dir
	mkdir "$new"
	mount -t tmpfs packages "$new"
	mkdir "$new"/{files,work,root}
	mount -t overlay -o "lowerdir=$1,upperdir=$new/files,workdir=$new/work" packages "$new/root"
	for dir in proc sys dev; do
		mount --rbind "/$dir" "$new/root/$dir"
	done
	mount --bind "$2" "$new/root/mnt"
	rm -f "$new"/root/etc/dpkg/dpkg.cfg.d/*
	chroot "$new/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root bash -c \
		"$(declare -f everything without_a_trace built way); PS4='+ \$SECONDS s: '; set -euxo pipefail; way ${*:3}"
}

# The README's way, word by word; then another kernel comes, and all goes. Standard output ends with the page.
way() {
	local first=$1 second=$2 version=$3 dir
	for dir in /lib/modules/*; do
		[[ $dir == */$first ]] || mv "$dir/build" "$dir/later"
	done
	nginx
	everything >/tmp/before
	(cd /mnt || exit; . ./way) >&2
	[[ $(modinfo -F filename wavehand) == "/lib/modules/$first/updates/dkms/"* ]]
	[[ $(</sys/module/wavehand/version) == "$version" ]]
	wavehand show 'dport = :80' | tee /dev/stderr | grep 'three-way handshake' >&2
	modprobe -r wavehand
	mv "/lib/modules/$second/later" "/lib/modules/$second/build"
	/etc/kernel/header_postinst.d/dkms "$second" >&2
	built "$first" "$version"
	built "$second" "$version"
	/etc/kernel/prerm.d/dkms "$second" >&2
	mv "/lib/modules/$second/build" "/lib/modules/$second/later"
	mv /tmp/page.html /tmp/page
	# The debugging symbols are a package, too, that make deb leaves there.
	without_a_trace wavehand wavehand-dbgsym wavehand-dkms >&2
	echo page
	base64 /tmp/page
}

# What a browser makes of it.
picture() {
	tests/vm/browser "$tmp" --virtual-time-budget=60000 --dump-dom page.html | grep 'three-way handshake'
}

# The same from a checkout, without a package.
dkms_make() {
	local release=$1 version=$2
	everything >/tmp/before
	make -C /mnt/wavehand dkms-install "RELEASE=$release"
	built "$release" "$version"
	make -C /mnt/wavehand dkms-uninstall
	everything >/tmp/after
	diff /tmp/before /tmp/after
}

pages() {
	local said page
	for page in /mnt/man/*; do
		said=$(mandoc -T lint -W warning "$page" 2>&1; man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
		[[ -z $said ]] || { echo "$said"; return 1; }
	done
}

rule() {
	groupadd --system wavehand
	udevadm verify /mnt/packaging/60-wavehand.rules
}

units() {
	dpkg -i /mnt/wavehand_*_amd64.deb
	systemd-analyze verify /mnt/packaging/wavehand-*.service /mnt/packaging/wavehand-*.timer
}

in_zsh() {
	dpkg -i /mnt/wavehand_*_amd64.deb
	/mnt/keys zsh /usr/sbin/wavehand 'autoload -U compinit; compinit -u -D'
}

tree=$(tests/vm/tree trixie) || exit
first=$(release_of 6.12 "$tree")
second=$(release_of 7.3 "$tree")
version=$(sed -n 's/^VERSION := //p' tools/Makefile)

# The commands that the README has for it.
sed -n '/^    apt install \.\/wavehand/,/^$/s/^    //p' README.md >"$tmp/way"

echo 1..12
point 'the packages are made' made
tools/packaging/source "$tmp/wavehand"
point 'what the package of the command has' inside with contents
point 'lintian has nothing to say' inside with clean
point 'the command comes, and goes without a trace' inside without command_alone
point "DKMS builds for $first, then for $second that comes later; and goes without a trace" \
	inside with dkms_package "$first" "$second" "$version"
point "the README's way to a page, in a machine; DKMS builds for its kernel and the next, and all goes without a trace" \
	in_machine "$first" "$second" "$version"
point 'a browser shows that page' picture
point 'make dkms-install and dkms-uninstall' inside with dkms_make "$first" "$version"
point 'mandoc and man have nothing to say' inside with pages
point 'udevadm finds the rule right' inside with rule
point 'systemd finds the units right' inside with units
point 'completion in zsh' inside with in_zsh
exit $failed
