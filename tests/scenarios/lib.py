# SPDX-License-Identifier: GPL-2.0
"""What scenarios share: TAP, histories read from /proc, events read from the
device, network namespaces, sockets. Scenarios run as root inside a test machine;
nothing here waits for a fixed time where it can poll for what it waits for."""

import contextlib
import ctypes
import os
import re
import select
import socket
import struct
import subprocess
import sys
import time
import traceback

KERNEL = os.environ.get("KERNEL", "")
# A kernel that watches itself is slower: by so much limits of time are longer.
SLOWNESS = int(os.environ.get("SLOWNESS", "1"))
DEBUG = SLOWNESS > 1
PROC = "/proc/wavehand"
DEVICE = "/dev/wavehand"
FAMILIES = (4, 6)
LOOPBACK = {4: "127.0.0.1", 6: "::1"}
AF = {4: socket.AF_INET, 6: socket.AF_INET6}

ACTIVE_CLOSE = ["ESTABLISHED>FIN-WAIT-1", "FIN-WAIT-1>FIN-WAIT-2",
                "FIN-WAIT-2>CLOSED"]
PASSIVE_CLOSE = ["ESTABLISHED>CLOSE-WAIT", "CLOSE-WAIT>LAST-ACK",
                 "LAST-ACK>CLOSED"]
ACTIVE_OPEN = ["CLOSED>SYN-SENT", "SYN-SENT>ESTABLISHED"]
PASSIVE_OPEN = ["LISTEN>SYN-RECEIVED", "SYN-RECEIVED>ESTABLISHED"]


# ---------------------------------------------------------------------- TAP

class Tap:
    """Test points in the order in which they happen; done() prints the plan."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, good, name, why=""):
        self.count += 1
        if not good:
            self.failed += 1
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")
        if not good and why != "":
            for line in str(why).splitlines():
                print("# " + line)
        sys.stdout.flush()
        return good

    def equal(self, got, wanted, name):
        return self.ok(got == wanted, name, f"got:    {got!r}\nwanted: {wanted!r}")

    def note(self, text):
        print("# " + text)
        sys.stdout.flush()

    def tried(self, text):
        """A figure that make check shows: how much was tried."""
        self.note("tried: " + text)

    def done(self):
        print(f"1..{self.count}")
        sys.stdout.flush()
        sys.exit(1 if self.failed else 0)


def each_family(tap, wire, *parts):
    """Run the parts of a scenario, each with a family and its name; one that
    breaks off does not keep the others from running. The kernel gives no port to both
    families, as histories are looked for by ports."""
    for family, ports in zip(FAMILIES, ("32768 46883", "46884 60999")):
        sysctl("ip_local_port_range", ports)
        for part in parts:
            try:
                part(wire, family, f"IPv{family}: ")
            except Exception:
                tap.ok(False, f"IPv{family}: {part.__name__}",
                       traceback.format_exc())
    sysctl("ip_local_port_range", "32768 60999")


def wait_for(condition, seconds=20):
    """What condition() returned when it was true, or last."""
    end = time.monotonic() + seconds * SLOWNESS
    pause = 0.01    # longer when it takes long: looking costs time as well
    while True:
        result = condition()
        if result or time.monotonic() > end:
            return result
        time.sleep(pause)
        pause = min(pause * 1.1, 0.25)


def many(count, few):
    """The size of a load: the first on a stock kernel, the other on one that
    watches itself."""
    return few if DEBUG else count


KMEMLEAK = "/sys/kernel/debug/kmemleak"


def leaked():
    """What kmemleak finds that nobody knows any more."""
    time.sleep(6)       # what is younger may be on its way
    for _ in range(2):  # what the first scan met for the first time may still change
        with open(KMEMLEAK, "w", encoding="ascii") as file:
            file.write("scan")
    with open(KMEMLEAK, encoding="ascii") as file:
        return file.read()


def run(*command, **options):
    """Run a command; raises when it fails, returns its output."""
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE, **options).stdout


def error_of(function, *arguments):
    """The errno with which it fails, or None."""
    try:
        function(*arguments)
        return None
    except OSError as error:
        return error.errno


def program(name):
    """Path of a program of tests/programs."""
    return f"/run/wavehand/programs/{name}"


def words(line):
    """{"name": number} of "name number name number…", as those programs say it."""
    all_ = line.split()
    return dict(zip(all_[::2], map(int, all_[1::2])))


# -------------------------------------------------------------------- /proc

FLAGS = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32,
         "ECE": 64, "CWR": 128}


class Line:
    """A line of an endpoint's block in /proc/wavehand/history, of any kind:
    "TIME WHAT… PROVENANCE key=value… word…"."""

    def __init__(self, words, what):
        self.time = float(words[0])
        self.time_ns = int(words[0].replace(".", ""))
        self.provenance = words[1 + what]
        self.word = dict(w.split("=", 1) for w in words[2 + what:] if "=" in w)
        self.flags = [w for w in words[2 + what:] if "=" not in w]

    def number(self, name):
        """A number, relative where it is one of sequence, or None."""
        text = self.word.get(name, "")
        return int(text) if text.isdigit() else None


class Event(Line):
    """A transition, or its socket gone without one: "ESTABLISHED>gone"."""

    def __init__(self, words):
        super().__init__(words, 3)
        self.edge = f"{words[1]}>{words[3]}"
        self.raw = "raw" in self.flags
        self.hidden = "hidden" in self.flags
        self.gone = words[3] == "gone"
        # Does the state-change tracepoint tell it? That there was no minisocket
        # is what it did not mean.
        self.told = not self.gone and \
            (not self.hidden or self.word.get("reason") == "no-minisocket")

    def __str__(self):
        return self.edge + ("*" if self.hidden else "#" if self.raw else "")


class Segment(Line):
    """A control segment, sent or received."""

    def __init__(self, words):
        super().__init__(words, 2)
        self.sent = words[1] == "sent"
        self.tcp = words[2]

    def __str__(self):
        return f"{'->' if self.sent else '<-'} {self.tcp}"


class Notice(Line):
    """What has no more to tell than its name: accepted, accept-queue-full."""

    def __init__(self, words):
        super().__init__(words, 1)
        self.name = words[1]

    def __str__(self):
        return self.name


def line_of(text):
    """The right one of the above."""
    words = text.split()
    if words[2] == "->":
        return Event(words)
    if words[1] in ("sent", "received"):
        return Segment(words)
    if words[1] in ("accepted", "accept-queue-full"):
        return Notice(words)
    raise ValueError(f"no line of a history: {text!r}")


class Endpoint:
    """A block of /proc/wavehand/history."""

    def __init__(self, line):
        words = line.split()
        self.id = int(words[0][1:])
        self.family = words[1]
        self.word = dict(w.split("=", 1) for w in words[2:] if "=" in w)
        self.flags = [w for w in words[2:] if "=" not in w]
        self.lifeline = []
        self.joined = None
        self.gap = None

    def __repr__(self):
        return (f"#{self.id} {self.word} {self.flags} joined={self.joined} "
                f"gap={self.gap} {self.story}")

    @property
    def story(self):
        """All that happened, in order, as words: "CLOSED>SYN-SENT", "-> SYN",
        "<- SYN,ACK", "accepted"; a hidden transition ends with *, a raw one
        with #."""
        return [str(line) for line in self.lifeline]

    @property
    def events(self):
        """What the state-change tracepoint tells."""
        return [e for e in self.lifeline if isinstance(e, Event) and e.told]

    @property
    def edges(self):
        return [e.edge for e in self.events]

    @property
    def hidden(self):
        """The transitions that the tracepoint does not show."""
        return [e for e in self.lifeline if isinstance(e, Event) and e.hidden]

    @property
    def path(self):
        """Where the endpoint really was, one state after the other: hidden
        transitions count, raw ones don't."""
        return [e.edge for e in self.lifeline
                if isinstance(e, Event) and not e.raw]

    @property
    def segments(self):
        return [e for e in self.lifeline if isinstance(e, Segment)]

    @property
    def accepted(self):
        """The line that says who accepted it, or None."""
        found = [e for e in self.lifeline if str(e) == "accepted"]
        return found[0] if found else None

    @property
    def reasons(self):
        """[(edge, reason)] of the transitions that have a reason."""
        return [(e.edge, e.word["reason"]) for e in self.lifeline
                if isinstance(e, Event) and "reason" in e.word]

    @property
    def over(self):
        """Nothing more is to come of its socket."""
        return self.word["state"] in ("CLOSED", "TIME-WAIT")

    def port(self, end):
        """Port of "local" or "remote", or None."""
        text = self.word[end].rpartition(":")[2]
        return int(text) if text.isdigit() else None


def histories(path=PROC + "/history"):
    """All endpoints of this network namespace, oldest first."""
    endpoints = []
    with open(path, encoding="ascii") as file:
        for line in file:
            if line.startswith("#"):
                endpoints.append(Endpoint(line))
            elif line.startswith("  joined in "):
                endpoints[-1].joined = line.split()[2]
            elif line.startswith("  dropped "):
                endpoints[-1].gap = int(line.split()[1])
            else:
                endpoints[-1].lifeline.append(line_of(line))
    return sorted(endpoints, key=lambda e: e.id)


def with_ports(local=None, remote=None, role=None):
    """Endpoints of this network namespace that have these ports and role."""
    return [e for e in histories()
            if (local is None or e.port("local") == local)
            and (remote is None or e.port("remote") == remote)
            and (role is None or e.word["role"] == role)]


def the_one(condition, local=None, remote=None, role=None, seconds=20):
    """The one endpoint that matches, once condition(endpoint) is true."""
    def look():
        found = with_ports(local, remote, role)
        return found[0] if len(found) == 1 and condition(found[0]) else None
    result = wait_for(look, seconds)
    if result is None:
        raise AssertionError(f"no single such endpoint {local}->{remote}: "
                             f"{with_ports(local, remote, role)}")
    return result


def in_state(state, local=None, remote=None, role=None, seconds=20):
    """The one endpoint that matches, once it is in that state."""
    return the_one(lambda e: e.word["state"] == state, local, remote, role,
                   seconds)


def closed(local=None, remote=None, role=None, seconds=20):
    """The one endpoint that matches, once its socket is gone: it is CLOSED, or
    in TIME-WAIT, where it stays for a minute; the end of its socket is told then, a
    moment later."""
    def is_closed(e):
        return e.over and (e.gap or any(t.edge.endswith(">CLOSED")
                                        for t in e.lifeline if isinstance(t, Event)))
    return the_one(is_closed, local, remote, role, seconds)


def all_over():
    """Wait until no socket of this network namespace lives, but in TIME-WAIT."""
    return wait_for(lambda: all(e.over for e in histories()))


def sockets(path=PROC + "/sockets"):
    """The lines of /proc/wavehand/sockets, as dictionaries by column."""
    with open(path, encoding="ascii") as file:
        header, *lines = [line.split(" ") for line in file.read().splitlines()]
    return [dict(zip(header, line)) for line in lines]


def stats():
    with open(PROC + "/stats", encoding="ascii") as file:
        return {name: int(value) if value.isdigit() else value
                for name, value in map(str.split, file)}


def unaccounted(counted):
    """Endpoints made that are neither kept nor evicted, of what stats() says: none at
    any time."""
    return counted["endpoints"] - sum(counted[n] for n in (
        "endpoints_live", "endpoints_closed", "requests", "evicted", "requests_evicted"))


def settled():
    """Events made so far, once nothing moves any more."""
    last = -1
    while last != stats()["events"]:
        last = stats()["events"]
        time.sleep(0.2)
    return last


# ------------------------------------------------------------------- device

TRANSITION, SEGMENT, GONE, ACCEPTED, QUEUE_FULL = 1, 2, 3, 4, 5
GAP, LOST, LIVE = 16, 17, 18
EV_SENT, EV_RAW, EV_HIDDEN = 0x04, 0x08, 0x10
NO_MINISOCKET = 34
STATES = ["?", "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1",
          "FIN-WAIT-2", "TIME-WAIT", "CLOSED", "CLOSE-WAIT", "LAST-ACK",
          "LISTEN", "CLOSING"]
ABI = 2
EVENT = struct.Struct("=QQBBBBBBHI4sQ" "QQQ16s16sHHBBHII16sIIQQIBBBB")
FILE_HEADER = struct.Struct("=8sIIq64s64sQ")
IOC_INFO = 0x801857a0
IOC_NEXT = 0xc01057a1


class DeviceEvent:
    """One struct wavehand_event."""

    def __init__(self, data):
        (self.serial, self.time, self.kind, self.old, self.new, self.provenance,
         self.actor, self.flags, self.error, self.actor_pid, union, self.count,
         self.id, self.cookie, self.netns, self.local_addr, self.remote_addr,
         self.local_port, self.remote_port, self.family, self.role, self.known,
         self.owner_pid, self.owner_uid, self.owner_comm, self.iss, self.irs,
         self.bytes_sent, self.bytes_received, self.netns_ino, self.state,
         self.joined, self.endpoint_flags, self.cause) = EVENT.unpack(data)
        self.seq, self.ack = self.count & 0xffffffff, self.count >> 32
        if self.kind == SEGMENT:
            self.length = self.actor_pid
            self.window, self.tcp_flags, self.again = struct.unpack("=HBB", union)
        else:
            self.reason, self.tries, _ = struct.unpack("=BBH", union)

    @property
    def edge(self):
        return f"{STATES[self.old]}>{STATES[self.new]}"

    @property
    def is_edge(self):
        """Is it what the state-change tracepoint tells?"""
        return self.kind == TRANSITION and (not self.flags & EV_HIDDEN or
                                            self.reason == NO_MINISOCKET)


def recording(path):
    """The file header's words, and the events of a recording."""
    with open(path, "rb") as file:
        header = FILE_HEADER.unpack(file.read(FILE_HEADER.size))
        assert header[:3] == (b"wavehand", ABI, EVENT.size), header
        return header, split_events(file.read())


def split_events(data):
    assert len(data) % EVENT.size == 0, "a read returned part of an event"
    return [DeviceEvent(data[i:i + EVENT.size])
            for i in range(0, len(data), EVENT.size)]


class Reader:
    """An open /dev/wavehand. Never blocks: asks poll first."""

    def __init__(self, dump=False):
        self.fd = os.open(DEVICE, os.O_RDONLY | os.O_NONBLOCK)
        if dump:
            os.lseek(self.fd, 0, os.SEEK_SET)

    def read(self, size=64 * EVENT.size):
        """What is there now, in one read."""
        try:
            return split_events(os.read(self.fd, size))
        except BlockingIOError:
            return []

    def drain(self):
        events = []
        while True:
            more = self.read()
            if not more:
                return events
            events += more

    def wait(self, seconds=20):
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def close(self):
        os.close(self.fd)


# ------------------------------------------------- namespaces and addresses

libc = ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def namespace(name):
    """Be in a named network namespace; sockets made here stay there."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{name}", os.O_RDONLY)
    try:
        if libc.setns(there, 0):
            raise OSError(ctypes.get_errno(), "setns")
        yield
    finally:
        libc.setns(home, 0)
        os.close(home)
        os.close(there)


@contextlib.contextmanager
def at_home():
    """Be in the first network namespace for a while."""
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    first = os.open("/proc/1/ns/net", os.O_RDONLY)
    libc.setns(first, 0)
    try:
        yield
    finally:
        libc.setns(here, 0)
        os.close(here)
        os.close(first)


@contextlib.contextmanager
def two_hosts():
    """  client                        server
         10.0.0.2, fd00::2 ── veth ── 10.0.0.1, fd00::1
    """
    run("ip", "netns", "add", "client")
    run("ip", "netns", "add", "server")
    try:
        run("ip", "link", "add", "c0", "netns", "client", "type", "veth",
            "peer", "name", "s0", "netns", "server")
        for host, device, number in (("client", "c0", 2), ("server", "s0", 1)):
            ip = ("ip", "-n", host)
            run(*ip, "link", "set", "lo", "up")
            run(*ip, "address", "add", f"10.0.0.{number}/24", "dev", device)
            run(*ip, "address", "add", f"fd00::{number}/64", "dev", device,
                "nodad")
            run(*ip, "link", "set", device, "up")
        yield
    finally:
        run("ip", "netns", "delete", "client")
        run("ip", "netns", "delete", "server")


SERVER = {4: "10.0.0.1", 6: "fd00::1"}
CLIENT = {4: "10.0.0.2", 6: "fd00::2"}


def sysctl(name, value, host=None):
    """Set net.ipv4.NAME, in a namespace."""
    inside = ("ip", "netns", "exec", host) if host else ()
    run(*inside, "sysctl", "-qw", f"net.ipv4.{name}={value}")


def netem(host, device, *what):
    run("tc", "-n", host, "qdisc", "replace", "dev", device, "root", "netem",
        *what)


# ------------------------------------------------------------------ sockets

def tcp(family):
    return socket.socket(AF[family], socket.SOCK_STREAM)


def listener(family, address=None, backlog=64, port=0):
    sock = tcp(family)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address or LOOPBACK[family], port))
    sock.listen(backlog)
    return sock


def port_of(sock):
    return sock.getsockname()[1]


def connection(family, address=None):
    """Both ends of a connection over loopback, and the listener."""
    server = listener(family, address)
    client = tcp(family)
    client.connect(server.getsockname()[:2])
    child, _ = server.accept()
    return client, child, server


def read_all(sock):
    data = b""
    while True:
        more = sock.recv(65536)
        if not more:
            return data
        data += more


def reset_on_close(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
