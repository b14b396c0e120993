# SPDX-License-Identifier: GPL-2.0
"""What the heavy loads share: programs in C, what the kernel itself counted, and
the memory that the module has."""

import os
import subprocess

from lib import *

TRACING = "/sys/kernel/tracing/events"


def full(count, tenth, few):
    """The size of a load that takes a minute and more: what it shows about the
    store is the same for all kernels, so two of the four do it in full."""
    return many(count if KERNEL in ("6.12", "7.3") else tenth, few)


def free():
    """What /proc/meminfo says, in words."""
    with open("/proc/meminfo", encoding="ascii") as file:
        lines = [line.split() for line in file]
    return ", ".join(f"{name} {int(value) >> 10} MiB" for name, value, *_ in lines
                     if name in ("MemFree:", "MemAvailable:", "Slab:"))


def kernels_sockets():
    """TCP sockets that the kernel counts, but for those in TIME-WAIT."""
    with open("/proc/net/sockstat", encoding="ascii") as file:
        return int(re.search(r"TCP: inuse (\d+)", file.read())[1])


class Clock:
    """Says how long each part took."""

    def __init__(self, tap):
        self.tap, self.last = tap, time.monotonic()

    def lap(self, what):
        now = time.monotonic()
        self.tap.note(f"{what}: {now - self.last:.1f} s")
        self.last = now


class Child:
    """A program that obeys lines and says "done" after each."""

    def __init__(self, *command, greets=False):
        self.process = subprocess.Popen(command, text=True,
                                        stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        if greets:
            self.answer()

    def answer(self):
        """What it says, until it is done."""
        lines = []
        for line in self.process.stdout:
            if line == "done\n":
                return lines
            lines.append(line.rstrip("\n"))
        raise AssertionError(f"{self.process.args} ended: {self.process.wait()}")

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def do(self, line):
        self.say(line)
        return self.answer()

    def end(self):
        self.process.stdin.close()
        return self.process.wait()


class Tally(Child):
    """tally.c: a reader of the device that counts."""

    def __init__(self):
        super().__init__(program("tally"), greets=True)

    def report(self):
        """(its figures, {story: how many endpoints})."""
        figures, stories = {}, {}
        self.examples = []
        for line in self.do("report"):
            name, value, *words = line.split()
            if name == "example":
                self.examples.append(line)
            elif name == "story":
                stories[" ".join(words)] = int(value)
            else:
                figures[name] = int(value)
        return figures, stories


class Histogram:
    """ftrace counts the events of a tracepoint by the values of some fields. Where
    they happen, without a buffer: what has no entry, for lack of one or because
    another makes it at the same time (tracing_map_insert()), it counts as dropped."""

    def __init__(self, event, keys, condition):
        self.file = f"{TRACING}/{event}"
        self.trigger = f"hist:keys={keys}:size=4096 if {condition}"
        with open(f"{self.file}/trigger", "w", encoding="ascii") as file:
            file.write(self.trigger)

    def read(self):
        """({values of the keys: count}, count of all, with those in no entry)."""
        with open(f"{self.file}/hist", encoding="ascii") as file:
            text = file.read()
        counts = {tuple(int(v, 0) for v in re.findall(r": +(\w+)", keys)): int(n)
                  for keys, n in re.findall(r"\{(.*)\} hitcount: +(\d+)", text)}
        return (counts, int(re.search(r"Hits: (\d+)", text)[1]) +
                int(re.search(r"Dropped: (\d+)", text)[1]))

    def remove(self):
        with open(f"{self.file}/trigger", "w", encoding="ascii") as file:
            file.write("!" + self.trigger)


def state_changes():
    """What the module's tracepoint told, of TCP, by (old state, new state)."""
    return Histogram("sock/inet_sock_set_state", "oldstate,newstate",
                     "protocol == 6")


class Memory:
    """What the module has, by the kernel's books."""

    def __init__(self):
        """From now on the allocations are counted that its code asks for."""
        with open("/proc/modules", encoding="ascii") as file:
            size, address = next((int(words[1]), int(words[5], 0)) for words in
                                 map(str.split, file) if words[0] == "wavehand")
        # Code of a module is within 2 GiB of all other code, not of its data.
        self.calls = [Histogram(
            f"kmem/{event}", "call_site",
            f"call_site >= {address:#x} && call_site < {address + size:#x}")
            for event in ("kmalloc", "kmem_cache_alloc")]

    def allocations(self):
        return sum(calls.read()[1] for calls in self.calls)

    def remove(self):
        for calls in self.calls:
            calls.remove()

    @staticmethod
    def areas():
        """[(function, bytes)] of the areas that it got from vmalloc; each has a guard
        page."""
        with open("/proc/vmallocinfo", encoding="ascii") as file:
            return [(line.split()[2], int(line.split()[1]) - 4096)
                    for line in file if "[wavehand]" in line]
