#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How far it is, on a terminal, of what takes longer than a second: what the line says, that it is gone in the end, and
# that there is none where it would be in somebody's way. Prints TAP.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
# Debian's, which finds its pyte.
/usr/bin/python3 - "$wavehand" "$tmp" "$root/tests/golden/http.rec" <<'END'
import contextlib
import os
import re
import signal
import sys
import time

from tap import finish, point
from terminal import Terminal

COMMAND, DIRECTORY, HTTP = sys.argv[1:]
LONG, CUT, OTHER, OUT = (f"{DIRECTORY}/{name}" for name in ("long.rec", "cut.rec", "other.rec", "out"))
HEADER = 160


def run(command, columns=80, stops=20):
    """What was on the terminal, each time that a line began; in the end; the exit status; and all that came. However
    fast this machine is, it takes long: it is stopped in between, until it told something a few times."""
    t = Terminal("/bin/bash", "-c", command, columns=columns)
    with contextlib.suppress(ProcessLookupError):
        while stops and len({part for part in t.raw.split(b"\r") if part.strip()}) < 4:
            stops -= 1
            t.look(0.01)
            os.killpg(t.job, signal.SIGSTOP)
            time.sleep(0.26)
            os.killpg(t.job, signal.SIGCONT)
    status = t.ended(120)
    said = [part.decode().rstrip() for part in t.raw.split(b"\r") if part.strip()]
    text, raw = t.text.strip(), t.raw
    t.close()
    return said, text, status, raw


def rises(said, what):
    """Percents that become more."""
    numbers = [int(m[1]) for m in (re.fullmatch(rf"{what}: +(\d+) %", line) for line in said) if m]
    return len(numbers) == len(said) >= 2 and numbers == sorted(numbers) and numbers[0] < numbers[-1] <= 100


with open(HTTP, "rb") as file:
    data = file.read()
events = data[HEADER:]
times = 1000000 // (len(events) // 160)
for name, more in ((LONG, b""), (CUT, b"cut")):
    with open(name, "wb") as file:
        file.write(data + events * times + more)
# Of another host
with open(OTHER, "wb") as file:
    file.write(data[:24] + b"other" + data[29:])

for verb, what in (("follow", "reading"), ("follow --json", "reading"), ("list", "reading")):
    said, text, status, _ = run(f"{COMMAND} {verb} -r {LONG} >{OUT}")
    point(rises(said, what), f"{verb}: percents of the recording", *said)
    point(not text and status == 0, f"{verb}: they are gone in the end", text, status)
said, text, status, _ = run(f"{COMMAND} record -r {LONG} {OUT}")
point(rises(said[:-1], "recording") and re.fullmatch(r"\d+ events, 0 lost", text), "record: percents, then what it says at its end",
   *said, text)
said, text, status, _ = run(f"{COMMAND} follow -r {LONG} >{OUT}", columns=10)
point(said and all(len(line) < 10 and "reading:".startswith(line[:8]) for line in said) and not text,
   "a narrow terminal: in one line of it", *said)
said, text, status, _ = run(f"cat {LONG} | {COMMAND} list -r - >{OUT}")
point(said and all(re.fullmatch(r"reading: \d+", line) for line in said) and not text, "of a pipe: how many events", *said)
said, text, status, _ = run(f"{COMMAND} list -r {LONG} -r {OTHER} >{OUT}")
point(any(re.fullmatch(r"reading: +\d+ %", line) for line in said), "of several recordings", *said, text)
said, text, status, _ = run(f"{COMMAND} follow -r {CUT} >{OUT}")
point(status == 2 and re.match(r"wavehand: .*cut", text), "an error begins its own line", *said[-3:], text)

# Where nobody wants it
said, text, status, raw = run(f"{COMMAND} list -r {HTTP} >{OUT}", stops=0)
point(status == 0 and not raw, "what takes no second says nothing", raw)
said, text, status, raw = run(f"{COMMAND} follow -r {LONG} | tail -n 3000 | tee {OUT}.said; exit ${{PIPESTATUS[0]}}")
point(status == 0 and b"reading" not in raw, "nothing where a pipe leads, which may be a pager", raw[-300:])
said, text, status, raw = run(f"{COMMAND} record -r {LONG} - | {COMMAND} follow -r - >{OUT}")
point(status == 0 and b"recording" not in raw, "nor of a recording into a pipe", raw[-300:])
said, text, status, raw = run(f"(cat {HTTP}; sleep 1.5; tail -c +161 {HTTP}) | {COMMAND} follow -r -", stops=0)
point(status == 0 and raw and b"reading" not in raw, "nothing between the lines that it prints", raw)
said, text, status, raw = run(f"{COMMAND} follow -r {LONG} >{OUT} 2>{OUT}.said")
point(status == 0 and not raw and not open(f"{OUT}.said", "rb").read(), "nothing in a file")
said, text, status, raw = run(f"set -m; {COMMAND} follow -r {LONG} >{OUT} & wait $!")
point(status == 0 and b"reading" not in raw, "nothing from a job in the background", raw)

finish()
END
