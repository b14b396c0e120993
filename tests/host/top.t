#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# wavehand top in a pseudo-terminal: what is on the screen, what keys do, and how the terminal is left. Recordings do not
# change; for what does, a FIFO pretends to be the device.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
make_tools tools-plain
cc -D_GNU_SOURCE -Wall -Wextra -shared -fPIC -I"$root/module/uapi" -o "$tmp/pretend.so" "$root/tests/host/pretend.c" -ldl || {
	echo 'Bail out! pretend.c does not build'
	exit 1
}
# Debian's, which finds its pyte.
/usr/bin/python3 "$root/tests/host/screens" "$wavehand" "${BUILD:-$tmp}/tools-plain/wavehand" "$tmp"
