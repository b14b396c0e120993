#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make install and make uninstall, from a copy of the checkout in which a module was built, or so it seems: what they
# put where, and that nothing stays. That a program finds the header by pkg-config. That the pages are right.
# shellcheck disable=SC2319  # conditions hand their status to ok
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
export LC_ALL=C.UTF-8

ok() { # ok STATUS NAME
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		[ -s "$tmp/out" ] && sed 's/^/# /' "$tmp/out"
		echo "not ok $number - $2"
		failed=1
	fi
}

mkdir -p "$tmp/copy"
cp -r "$root/Makefile" "$root/module" "$root/tools" "$tmp/copy"
rm -rf "$tmp/copy/tools/build"
: >"$tmp/copy/wavehand.ko"
make_copy() { make -s -C "$tmp/copy" RELEASE=9.9.9 DESTDIR="$tmp/there" PREFIX=/usr BUILD="$tmp/build" "$@" >"$tmp/out" 2>&1; }

(umask 077 && make_copy install)
ok $? 'make install'
cat >"$tmp/expected" <<'END'
lib/modules/9.9.9/updates/wavehand.ko 644
usr/include/wavehand/wavehand.h 644
usr/sbin/wavehand 755
usr/share/bash-completion/completions/wavehand 644
usr/share/doc/wavehand/examples/60-wavehand.rules 644
usr/share/doc/wavehand/examples/ends.c 644
usr/share/doc/wavehand/examples/modules-load.conf 644
usr/share/doc/wavehand/examples/wavehand-log.service 644
usr/share/doc/wavehand/examples/wavehand-metrics.service 644
usr/share/doc/wavehand/examples/wavehand-metrics.timer 644
usr/share/doc/wavehand/examples/wavehand-rsyslog.conf 644
usr/share/locale/zh_CN/LC_MESSAGES/wavehand.mo 644
usr/share/man/man4/wavehand.4 644
usr/share/man/man5/wavehand.5 644
usr/share/man/man8/wavehand.8 644
usr/share/pkgconfig/wavehand.pc 644
usr/share/zsh/site-functions/_wavehand 644
END
(cd "$tmp/there" && find . -type f -printf '%P %m\n' | sort) | diff "$tmp/expected" - >"$tmp/out"
ok $? 'what is installed'
! grep -rIl "$tmp" "$tmp/there" >"$tmp/out"
ok $? 'no text of it tells where it was built or staged'
[ "$("$tmp/there/usr/sbin/wavehand" --version)" = "$("$wavehand" --version)" ]
ok $? 'the command runs'
make_copy uninstall
ok $? 'make uninstall'
find "$tmp/there" ! -type d -o -name wavehand >"$tmp/out"
ok "$([ ! -s "$tmp/out" ]; echo $?)" 'nothing stays'
make_copy uninstall
ok $? 'once more is no error'

# Into a place of its own, as somebody without root does.
make -s -C "$tmp/copy/tools" PREFIX="$tmp/prefix" BUILD="$tmp/build" install >"$tmp/out" 2>&1
ok $? 'make install with PREFIX alone'
export PKG_CONFIG_PATH=$tmp/prefix/share/pkgconfig
ok "$([ "$(pkg-config --modversion wavehand)" = "$("$wavehand" --version | sed 's/wavehand //; s/,.*//')" ]; echo $?)" \
	'pkg-config knows the version'
ok "$([ "$(sed -n 's/^MODULE_VERSION("\(.*\)");/\1/p' "$root/module/main.c")" = "$(pkg-config --modversion wavehand)" ]; echo $?)" \
	'which is that of the module'
# shellcheck disable=SC2046  # flags
cc -std=c99 -D_DEFAULT_SOURCE -Wall -Wextra -Werror -o "$tmp/ends" "$tmp/prefix/share/doc/wavehand/examples/ends.c" \
	$(pkg-config --cflags wavehand) >"$tmp/out" 2>&1
ok $? 'the example is built by the header that pkg-config finds'
"$tmp/ends" "$tmp/absent" >"$tmp/out" 2>&1
ok "$([ $? = 2 ] && grep -q 'No such file' "$tmp/out"; echo $?)" 'without a device it says so'
"$tmp/ends" /dev/null >"$tmp/out" 2>&1
ok "$([ $? = 2 ] && grep -q 'Inappropriate ioctl' "$tmp/out"; echo $?)" 'and with another one'
unset PKG_CONFIG_PATH

# examples PAGE: what stands between .EX and .EE, as one reads it
examples() {
	sed -n '/^\.SH EXAMPLES/,/^\.SH SEE/{/^\.EX/,/^\.EE/{/^\.E[EX]/d;s/^\\&//;s/\\-/-/g;s/\\e/\\/g;s/\\(dq/"/g;p}}' \
		"$root/tools/man/$1"
}

examples wavehand.4 | sed '/^cc /d' | diff "$root/tools/examples/ends.c" - >"$tmp/out"
ok $? 'wavehand(4) shows the example'

# Those of wavehand(8), of a recording where the page has the device: each is understood, and finds something or nothing.
mkdir "$tmp/run"
cp "$root/tests/golden/http.rec" "$tmp/run/night.rec"
for end in 'client 10.0.0.2' 'server 10.0.0.1'; do	# what each of two hosts would have recorded
	read -r name address <<<"$end"
	"$wavehand" -r "$tmp/run/night.rec" record "$tmp/run/$name.rec" src "$address" >"$tmp/out" 2>&1
	ok $? "a recording of the $name"
done
bad=0 tried=0
: >"$tmp/out"
while IFS= read -r line; do
	tried=$((tried + 1))
	here=${line//\/var\/lib\/prometheus\/node-exporter\//}
	[[ $here == *" -r "* ]] || here=${here/wavehand /wavehand -r "$root/tests/golden/http.rec" }
	(
		cd "$tmp/run" || exit
		wavehand() { "$wavehand" "$@"; }
		jq() { cat; }
		eval "$here"
	) >"$tmp/said" 2>&1
	status=$?
	[ $status -le 1 ] && [ -z "$(sed -n '/^wavehand:/p' "$tmp/said")" ] || {
		bad=1
		{ echo "$here: $status"; cat "$tmp/said"; } >>"$tmp/out"
	}
done < <(examples wavehand.8)
ok "$((bad || tried < 8))" 'the examples of wavehand(8)'

# That of /proc is run by half-close.
events=$("$wavehand" -r "$tmp/run/night.rec" follow --json | wc -l)
(cd "$tmp/run" && eval "$(examples wavehand.5 | grep -v /proc/)") >"$tmp/out" 2>&1
[ "$(<"$tmp/out")" = "wavehand $events" ]
ok $? 'the example of wavehand(5)'

echo "1..$number"
exit $failed
