# SPDX-License-Identifier: GPL-2.0
"""What the scenes of the bench share. They run as root inside a machine and print
lines of "bench NAME VALUE UNIT"; they judge nothing: that is for `table`."""

import contextlib
import ctypes
import os
import re
import statistics
import sys
import time

TOP = os.path.dirname(os.path.abspath(__file__)) + "/../.."
sys.path.insert(0, TOP + "/tests/scenarios")
sys.dont_write_bytecode = True
from lib import (IOC_INFO, program, run, settled, stats, sysctl,    # noqa: E402,F401
                 wait_for, words)

KO = os.environ["WAVEHAND_KO"]
EMPTY_KO = os.path.dirname(KO) + "/empty.ko"
QUICK = "quick" in sys.argv[1:]
# Parameters of the module: nothing but state changes.
ALONE = tuple(f"{name}=N" for name in ("segments", "timewait", "requests", "accepts"))


def full(count, few):
    """The size of a load; the second is for a look."""
    return few if QUICK else count


def say(name, value, unit):
    print(f"bench {name} {value} {unit}", flush=True)


def say_rounds(name, rounds, unit):
    """The median of some rounds, and how far they are apart."""
    middle = statistics.median(rounds)
    say(name, f"{middle:.0f}", unit)
    say(name + "/spread", f"{100 * (max(rounds) - min(rounds)) / middle:.2f}", "%")


def measured(name, unit, *command):
    """What a program says of each of its rounds."""
    say_rounds(name, [int(n) for n in run(*command).split()], unit)


@contextlib.contextmanager
def module(*parameters, ko=KO):
    run("insmod", ko, *parameters)
    try:
        yield
    finally:
        run("rmmod", os.path.basename(ko).removesuffix(".ko"))


def idle():
    """Nanoseconds, of all processors; as in busy.h."""
    with open("/proc/timer_list", encoding="ascii") as file:
        return sum(map(int, re.findall(r"\.(?:idle|iowait)_sleeptime *: (\d+)", file.read())))


class Busy:
    """How many nanoseconds the machine worked in a block: took."""

    def __enter__(self):
        self.idle = idle()
        self.begin = time.monotonic_ns()
        return self

    def __exit__(self, *_):
        end = time.monotonic_ns()
        self.took = end - self.begin - (idle() - self.idle)


def insert(ko):
    """insmod without a process for it."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(ko, "rb") as file, Busy() as busy:
        if libc.syscall(313, file.fileno(), b"", 0):    # finit_module, on x86-64
            raise OSError(ctypes.get_errno(), ko)
    return busy.took
