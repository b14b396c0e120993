#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What wavehand follow --json prints goes through Debian's rsyslog, by wavehand-rsyslog.conf and the command of
# wavehand-log.service, and is in its file, and at a collector elsewhere, byte for byte: with names that somebody else
# chose, with the longest line, and much of it. All in a network and a PID namespace of its own, which ends with it.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
if [ "$EUID" != 0 ]; then
	echo '1..0 # SKIP needs root, for tests/vm/unpacked'
	exit
fi
cc -O2 -D_GNU_SOURCE -I"$root/module/uapi" -o "$tmp/generate" "$root/tests/bench/generate.c" &&
	"$tmp/generate" 27260 >"$tmp/many.rec" || { echo 'Bail out! no recording of many'; exit 1; }
# Before there is no network to fetch it from.
"$root/tests/vm/unpacked" rsyslog "$tmp" true || { echo 'Bail out! no rsyslog'; exit 1; }
setpriv --pdeathsig KILL unshare --net --pid --fork --kill-child --mount-proc python3 - "$wavehand" "$root" "$tmp" <<'END'
import glob
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

from tap import finish, point

WAVEHAND, ROOT, TMP = sys.argv[1:]
LIMIT = 300  # seconds, of everything: only what never comes takes so long
GOLDEN = sorted(glob.glob(f'{ROOT}/tests/golden/*.rec'))
FILE = f'{TMP}/var/wavehand.json'


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def write(name, data):
    with open(f'{TMP}/{name}', 'wb') as f:
        f.write(data)
    return f'{TMP}/{name}'


# The tree stays as it is: what is written to its /run and /var/log is below TMP.
PLACES = 'mount --bind /mnt/run /run; mount --bind /mnt/var /var/log; '


def unpacked(script, **more):
    return subprocess.Popen([f'{ROOT}/tests/vm/unpacked', 'rsyslog', TMP, 'sh', '-euc', PLACES + script], **more)


class Late(Exception):
    pass


def late(*_):
    raise Late


def asked_to_end(*_):
    sys.exit(1)


def wait_until(done, what):
    """done() is true in the end, or all ends here."""
    try:
        while not done():
            time.sleep(0.05)
    except Late:
        point(False, what, read(f'{TMP}/rsyslogd.log').decode(errors='replace'))
        sys.exit(1)


def first_difference(got, wanted):
    for n, (g, w) in enumerate(zip(got.splitlines(), wanted.splitlines())):
        if g != w:
            return f'line {n}\n{g!r}\n{w!r}'
    return f'{got.count(10)} lines, not {wanted.count(10)}'


def arrives(name, recordings):
    """What follow prints of these is in the file, the same bytes; and the collector has what it is to have."""
    global wanted, chosen
    for rec in recordings:
        follow = subprocess.Popen([WAVEHAND, *FOLLOW, '-r', rec], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        sender = unpacked('exec ' + SENDER, stdin=follow.stdout)
        follow.stdout.close()
        said = subprocess.check_output([WAVEHAND, *FOLLOW, '-r', rec], stdin=subprocess.DEVNULL)
        wanted += said
        for line in said.splitlines(True):
            event = json.loads(line)
            if event.get('new_state') == 'CLOSED' and event.get('cause') in ('reset', 'timeout'):
                chosen += line
        try:
            ends = follow.wait(), sender.wait()
        except Late:
            ends = 'not at all'
        if ends != (0, 0):
            point(False, f'{name}: the command of the unit ends', f'{ends}')
            sys.exit(1)
    wait_until(lambda: len(read(FILE)) >= len(wanted) and len(collected) >= len(chosen), f'{name}: it arrives')
    time.sleep(0.2)  # were there more, it would be here
    got = read(FILE)
    point(got == wanted, f'{name}: {wanted.count(10)} lines by now, the same bytes', first_difference(got, wanted))
    point(bytes(collected) == chosen, f'{name}: {chosen.count(10)} of them at the collector',
          first_difference(bytes(collected), chosen))


signal.signal(signal.SIGALRM, late)
signal.signal(signal.SIGTERM, asked_to_end)
signal.alarm(LIMIT)
subprocess.run([f'{ROOT}/tests/vm/unpacked', 'rsyslog', TMP, 'ip', 'link', 'set', 'lo', 'up'], check=True)

# A collector: whatever comes, from one connection after the other.
collected = bytearray()
collector = socket.create_server(('127.0.0.1', 5140))


def collect():
    while True:
        connection, _ = collector.accept()
        while data := connection.recv(65536):
            collected.extend(data)


threading.Thread(target=collect, daemon=True).start()

# What is shipped; the rule that is commented out is for this collector.
for name in 'run', 'var', 'spool':
    os.mkdir(f'{TMP}/{name}')
example = read(f'{ROOT}/tools/packaging/wavehand-rsyslog.conf').decode()
enabled = re.sub(r'^\t#(?=if|\t)', '\t', example, flags=re.M).replace('collector.example', '127.0.0.1')
point(enabled.count('\n\t#') == example.count('\n\t#') - 4, 'the rule that forwards can be switched on', enabled)
write('wavehand.conf', enabled.encode())
write('rsyslog.conf', b'global(workDirectory="/mnt/spool")\ninclude(file="/mnt/wavehand.conf")\n')
unit = read(f'{ROOT}/tools/packaging/wavehand-log.service').decode()
follow, SENDER = re.search("^ExecStart=/bin/sh -c 'wavehand ([^|]*) [|] (.*)'$", unit, re.M).groups()
FOLLOW = follow.split()
daemon = 'exec rsyslogd -n -iNONE -f /mnt/rsyslog.conf -M "$(echo /srv/usr/lib/*-linux-gnu/rsyslog)"'
with open(f'{TMP}/rsyslogd.log', 'wb') as log:
    unpacked(daemon, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
wait_until(lambda: os.path.exists(f'{TMP}/run/wavehand.log'), 'rsyslogd listens')
point(os.stat(f'{TMP}/run/wavehand.log').st_mode & 0o777 == 0o600, 'only root may send')

wanted, chosen = b'', b''
arrives('golden recordings', GOLDEN)
point(os.stat(FILE).st_mode & 0o777 == 0o600, 'only root may read the file')
names = ('三次握手'.encode(), 'שלום'.encode(), b'"}', b'\\', b'\n', b'\r\n{"a":1}\n', b'\033[31m', b'\xff\xfe', b'\x7f',
         b'<13>1 - - - -', b'12 {}', b'@cee: {}', b'%msg%', b'$!kind', b'a\tb', b'\xe2\x80\xa8', b' ', b'\x01' * 15)
reset = read(f'{ROOT}/tests/golden/reset.rec')
owner = b'python3'.ljust(16, b'\0')
arrives('names that somebody else chose', [write(f'{n}.rec', reset.replace(owner, name.ljust(16, b'\0')))
                                           for n, name in enumerate(names)])
# Each number has all its digits, each byte of the name is six.
most = 2**64 - 1
event = struct.pack('<QQBBBBBBHIIII', most, most, 1, 3, 3, 1, 1, 0xff, 0xffff, 0xff, *[2**32 - 1] * 3) + struct.pack(
    '<QQQ16s16sHHBBHII16sIIQQIBBBB', 2**56 - 1, most, most, b'\xfe' * 16, b'\xfe' * 16, 65535, 65535, 6, 2, 0xffff,
    *[2**32 - 1] * 2, b'\x01' * 15, *[2**32 - 1] * 2, most, most, 2**32 - 1, 10, 0, 0xff, 3)
before = len(wanted)
arrives('the longest line', [write('longest.rec', reset[:160] + event)])
point(len(wanted) - before > 900, f'which has {len(wanted) - before} bytes', wanted[before:])
arrives('many events', [f'{TMP}/many.rec'])
point(chosen.count(10) > 10, 'there was something to choose from')
finish()
END
