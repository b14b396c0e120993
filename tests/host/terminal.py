# SPDX-License-Identifier: GPL-2.0
"""A terminal with somebody before it: runs a command in a pseudo-terminal, as a shell runs a job, keeps the screen that
it draws (pyte is the emulator), types, changes the size, and looks at what it left behind."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pyte

KEYS = {"up": "\x1bOA", "down": "\x1bOB", "right": "\x1bOC", "left": "\x1bOD", "home": "\x1bOH", "end": "\x1bOF",
        "page up": "\x1b[5~", "page down": "\x1b[6~", "enter": "\r", "escape": "\x1b", "back": "\x7f"}


class Screen(pyte.Screen):
    """One that scrolls and repeats, too, as xterm does."""

    def draw(self, data):
        self.last = data[-1:]
        super().draw(data)

    def repeat(self, count=1):
        self.draw(self.last * count)

    def scroll(self, count, step, edge):
        y = self.cursor.y
        margins = self.margins or (0, self.lines - 1)
        self.cursor.y = margins[edge]
        for _ in range(count or 1):
            step()
        self.cursor.y = y

    def scroll_up(self, count=1):
        self.scroll(count, self.index, 1)

    def scroll_down(self, count=1):
        self.scroll(count, self.reverse_index, 0)


class Stream(pyte.ByteStream):
    csi = dict(pyte.ByteStream.csi, S="scroll_up", T="scroll_down", b="repeat")
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down", "repeat"}


class Terminal:
    def __init__(self, *argv, lines=24, columns=80, standard_input=None, **environment):
        self.raw = b""
        self.screen = Screen(columns, lines)
        self.stream = Stream(self.screen)
        self.status = None
        self.report, report = os.pipe()
        self.leader, self.fd = pty.fork()
        if not self.leader:
            # Whoever is typed to begins when the size is right.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            go, going = os.pipe()
            job = os.fork()
            if not job:
                os.close(going)
                os.read(go, 1)
                # A shell without jobs has these ignored in the background.
                for number in signal.SIGTTOU, signal.SIGINT, signal.SIGQUIT:
                    signal.signal(number, signal.SIG_DFL)
                if standard_input:
                    os.dup2(os.open(standard_input, os.O_RDONLY), 0)
                os.environ.update({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"} | environment)
                os.execv(argv[0], argv)
            os.setpgid(job, job)
            os.tcsetpgrp(1, job)
            os.write(report, struct.pack("i", job))
            for fd in range(3, 256):    # nothing of whoever tests stays open here
                if fd != report:
                    try:
                        os.close(fd)
                    except OSError:
                        pass
            _, status = os.waitpid(job, 0)
            os.write(report, struct.pack("i", os.waitstatus_to_exitcode(status)))
            while True:     # the terminal is there until it was looked at
                signal.pause()
        self.found = termios.tcgetattr(self.fd)
        self.job, = struct.unpack("i", os.read(self.report, 4))
        os.close(report)

    def look(self, seconds=0.05):
        """Draw what comes."""
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return
            self.raw += data
            self.stream.feed(data)

    def until(self, done, seconds=20):
        """Draw until something is the case, and what else comes with it; whether it is."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                return False
            self.look()
        self.rest(0.1)
        return True

    def rest(self, seconds=0.3):
        """Draw until nothing has come for a while; what changes all the time has no rest."""
        quiet = time.monotonic()
        end = quiet + seconds + 3
        size = len(self.raw)
        while time.monotonic() < min(quiet + seconds, end):
            self.look()
            if len(self.raw) != size:
                size, quiet = len(self.raw), time.monotonic()

    @property
    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self):
        return "\n".join(self.lines)

    def shows(self, pattern, seconds=20):
        return self.until(lambda: re.search(pattern, self.text, re.M), seconds)

    def press(self, *keys):
        """Names of keys, or text."""
        for key in keys:
            os.write(self.fd, KEYS.get(key, key).encode())
            if key == "escape":     # not the beginning of another key
                time.sleep(0.2)

    def resize(self, lines, columns):
        self.screen.resize(lines, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def send(self, number):
        os.kill(self.job, number)

    def state(self):
        """Of the process: R, S, T …"""
        with open(f"/proc/{self.job}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0]

    def is_as_found(self):
        """Are its modes those before the command ran?"""
        return termios.tcgetattr(self.fd) == self.found

    @property
    def alternate(self):
        """Is it the other screen that is shown?"""
        return self.raw.rfind(b"\x1b[?1049h") > self.raw.rfind(b"\x1b[?1049l")

    @property
    def cursor_shown(self):
        return max(self.raw.rfind(b"\x1b[?25h"), self.raw.rfind(b"\x1b[?12l\x1b[?25h")) >= self.raw.rfind(b"\x1b[?25l")

    def ended(self, seconds=20):
        """Exit status, or minus the signal; None when it does not end."""
        def done():
            if select.select([self.report], [], [], 0)[0] and self.status is None:
                data = os.read(self.report, 4)
                self.status = struct.unpack("i", data)[0] if data else -1
            return self.status is not None
        self.until(done, seconds)
        self.rest(0.1)
        return self.status

    def close(self):
        if self.status is None:
            try:
                os.kill(self.job, signal.SIGKILL)
            except ProcessLookupError:
                pass
        os.kill(self.leader, signal.SIGKILL)
        os.waitpid(self.leader, 0)
        os.close(self.fd)
        os.close(self.report)
