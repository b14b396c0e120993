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

    def done(self):
        print(f"1..{self.count}")
        sys.stdout.flush()
        sys.exit(1 if self.failed else 0)


def wait_for(condition, seconds=20):
    """What condition() returned when it was true, or last."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result or time.monotonic() > end:
            return result
        time.sleep(0.01)


def run(*command, **options):
    """Run a command; raises when it fails, returns its output."""
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE, **options).stdout


# -------------------------------------------------------------------- /proc

class Event:
    """A line of an endpoint's block in /proc/wavehand/history."""

    def __init__(self, line):
        words = line.split()
        self.time = float(words[0])
        self.edge = f"{words[1]}>{words[3]}"
        self.provenance = words[4]
        self.word = dict(w.split("=", 1) for w in words[5:])

    def number(self, name):
        """Relative Seq or Ack, or None."""
        text = self.word[name]
        return int(text) if text.isdigit() else None


class Endpoint:
    """A block of /proc/wavehand/history."""

    def __init__(self, line):
        words = line.split()
        self.id = int(words[0][1:])
        self.family = words[1]
        self.word = dict(w.split("=", 1) for w in words[2:] if "=" in w)
        self.flags = [w for w in words[2:] if "=" not in w]
        self.events = []
        self.joined = None
        self.gap = None

    def __repr__(self):
        return (f"#{self.id} {self.word} joined={self.joined} "
                f"{' '.join(e.edge for e in self.events)}")

    @property
    def edges(self):
        return [e.edge for e in self.events]

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
                endpoints[-1].events.append(Event(line))
    return sorted(endpoints, key=lambda e: e.id)


def with_ports(local=None, remote=None, role=None):
    """Endpoints of this network namespace that have these ports and role."""
    return [e for e in histories()
            if (local is None or e.port("local") == local)
            and (remote is None or e.port("remote") == remote)
            and (role is None or e.word["role"] == role)]


def closed(local=None, remote=None, role=None):
    """The one endpoint that matches, once it is CLOSED."""
    def look():
        found = with_ports(local, remote, role)
        return found[0] if len(found) == 1 and \
            found[0].word["state"] == "CLOSED" else None
    result = wait_for(look)
    if result is None:
        raise AssertionError(f"no single closed endpoint {local}->{remote}: "
                             f"{with_ports(local, remote, role)}")
    return result


def stats():
    with open(PROC + "/stats", encoding="ascii") as file:
        return {name: int(value) for name, value in map(str.split, file)}


# ------------------------------------------------------------------- device

TRANSITION, GONE, GAP, LOST, LIVE = 1, 3, 16, 17, 18
STATES = ["?", "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1",
          "FIN-WAIT-2", "TIME-WAIT", "CLOSED", "CLOSE-WAIT", "LAST-ACK",
          "LISTEN", "CLOSING"]
EVENT = struct.Struct("=QQBBBBBBHIIQ" "QQQ16s16sHHBBHII16sIIQQIBBBB")
IOC_INFO = 0x801857a0


class DeviceEvent:
    """One struct wavehand_event."""

    def __init__(self, data):
        (self.serial, self.time, self.kind, self.old, self.new, self.provenance,
         self.actor, self.flags, self.error, self.actor_pid, _, self.count,
         self.id, self.cookie, self.netns, self.local_addr, self.remote_addr,
         self.local_port, self.remote_port, self.family, self.role, self.known,
         self.owner_pid, self.owner_uid, self.owner_comm, self.iss, self.irs,
         self.bytes_sent, self.bytes_received, self.netns_ino, self.state,
         self.joined, self.endpoint_flags, _) = EVENT.unpack(data)

    @property
    def edge(self):
        return f"{STATES[self.old]}>{STATES[self.new]}"


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
