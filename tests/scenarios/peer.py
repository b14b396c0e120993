# SPDX-License-Identifier: GPL-2.0
"""A crafted peer: the far end of a TUN device, where a few lines of Python speak
TCP by hand, so that a scenario decides what the peer sends, when, and what it
leaves unanswered. The near end is this kernel's, with real sockets:

    wire = Wire()                   # in the network namespace of the caller
    peer = wire.peer(4, port=7001)
    sock.connect_ex((peer.address, peer.port))
    peer.passive(port_of(sock))     # SYN, SYN-ACK, ACK
    peer.send("FIN,ACK")
    peer.expect("ACK")

Nothing is sent that the scenario did not ask for: no ACK, no retransmission."""

import contextlib
import fcntl
import os
import select
import socket
import struct
import time

from lib import AF, FLAGS, SLOWNESS, namespace, port_of, run, tcp

NEAR = {4: "10.9.0.1", 6: "fd09::1"}
FAR = {4: "10.9.0.2", 6: "fd09::2"}


def names_of(flags):
    return ",".join(n for n, bit in FLAGS.items() if flags & bit)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip_packet(family, source, target, protocol, payload):
    """A packet of either family; addresses are packed."""
    if family == 4:
        header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0,
                             0x4000, 64, protocol, 0, source, target)
        header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    else:
        header = struct.pack("!IHBB16s16s", 6 << 28, len(payload), protocol, 64,
                             source, target)
    return header + payload


def with_checksum(source, target, protocol, payload, offset):
    """The payload, with that of the pseudo header and itself at offset."""
    pseudo = source + target + struct.pack("!II", len(payload), protocol)
    return payload[:offset] + struct.pack("!H", checksum(pseudo + payload)) + \
        payload[offset + 2:]


class Packet:
    """A TCP segment that the kernel sent."""

    def __init__(self, raw):
        self.raw = raw
        if raw[0] >> 4 == 4:
            self.family, begin, end = 4, (raw[0] & 15) * 4, \
                struct.unpack("!H", raw[2:4])[0]
            self.source, self.target = raw[12:16], raw[16:20]
        else:
            self.family, begin, end = 6, 40, \
                40 + struct.unpack("!H", raw[4:6])[0]
            self.source, self.target = raw[8:24], raw[24:40]
        (self.sport, self.dport, self.seq, self.ack, offset, self.tcp_flags,
         self.window, _, _) = struct.unpack("!HHIIBBHHH", raw[begin:begin + 20])
        self.options = raw[begin + 20:begin + (offset >> 4) * 4]
        self.data = raw[begin + (offset >> 4) * 4:end]
        self.flags = names_of(self.tcp_flags)

    def __repr__(self):
        return (f"{self.sport}>{self.dport} {self.flags} seq={self.seq} "
                f"ack={self.ack} length={len(self.data)}")

    def option(self, kind):
        """Value of a TCP option, or None."""
        at = 0
        while at < len(self.options) and self.options[at] != 0:
            if self.options[at] == 1:
                at += 1
                continue
            length = self.options[at + 1]
            if self.options[at] == kind:
                return self.options[at + 2:at + length]
            at += length
        return None


def is_tcp(raw):
    return raw[0] >> 4 == 4 and raw[9] == 6 or raw[0] >> 4 == 6 and raw[6] == 6


class Wire:
    """A TUN device, made in the network namespace of the caller, and what came
    through it."""

    def __init__(self, name="wire", mtu=1500):
        os.system("modprobe tun")
        self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.fd, 0x400454ca,    # TUNSETIFF; IFF_TUN | IFF_NO_PI
                    struct.pack("16sH22x", name.encode(), 0x1001))
        for command in (f"link set {name} up mtu {mtu}",
                        f"address add {NEAR[4]}/16 dev {name}",
                        f"address add {NEAR[6]}/64 dev {name} nodad"):
            if os.system("ip " + command):
                raise OSError("ip " + command)
        self.waiting = []    # came, and nobody asked for it yet

    def close(self):
        os.close(self.fd)

    def put(self, raw):
        os.write(self.fd, raw)

    def pull(self, seconds=0):
        """Take in what the kernel sent; waits when there is nothing yet."""
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        if not poll.poll(seconds * 1000):
            return False
        while True:
            try:
                raw = os.read(self.fd, 65536)
            except BlockingIOError:
                return True
            if is_tcp(raw):
                self.waiting.append(Packet(raw))

    def get(self, match, seconds=5):
        """The first segment that matches, or None; what does not stays."""
        end = time.monotonic() + seconds
        self.pull()
        while True:
            for packet in self.waiting:
                if match(packet):
                    self.waiting.remove(packet)
                    return packet
            left = end - time.monotonic()
            if left <= 0:
                return None
            self.pull(left)

    def peer(self, family, port, address=None):
        return Peer(self, family, port, address or FAR[family])


class Peer:
    """One end of one connection, at a time: next Seq and Ack are kept, and can be
    said otherwise."""

    def __init__(self, wire, family, port, address):
        self.wire, self.family, self.port = wire, family, port
        self.address = address
        self.packed = socket.inet_pton(AF[family], address)
        self.near = socket.inet_pton(AF[family], NEAR[family])
        self.remote = None      # port of the kernel's socket
        self.iss = self.seq = 0x10000000 + port * 0x1000
        self.ack = 0
        self.last = None        # what expect() returned last

    def segment(self, flags, seq=None, ack=None, data=b"", window=65535,
                options=b"", spoilt=False):
        """Its bytes; spoilt: with a wrong checksum."""
        bits = sum(FLAGS[f] for f in flags.split(","))
        if ack is None:
            ack = self.ack if bits & FLAGS["ACK"] else 0
        options += b"\1" * (-len(options) % 4)
        tcp = struct.pack("!HHIIBBHHH", self.port, self.remote,
                          (self.seq if seq is None else seq) & 0xffffffff,
                          ack & 0xffffffff, (5 + len(options) // 4) << 4, bits,
                          window, 0, 0) + options + data
        tcp = with_checksum(self.packed, self.near, 6, tcp, 16)
        return tcp[:16] + bytes([tcp[16] ^ 0x55]) + tcp[17:] if spoilt else tcp

    def send(self, flags, seq=None, **more):
        """Send a segment; without a Seq of its own it moves the next one on."""
        self.wire.put(ip_packet(self.family, self.packed, self.near, 6,
                                self.segment(flags, seq, **more)))
        if seq is None:
            self.seq += len(more.get("data", b"")) + \
                len({"SYN", "FIN"} & set(flags.split(",")))

    def get(self, flags=None, seconds=5):
        """The next segment for this peer (with these flags), or None."""
        return self.wire.get(
            lambda p: p.dport == self.port and p.target == self.packed
            and self.remote in (None, p.sport)
            and flags in (None, p.flags), seconds)

    def expect(self, flags=None, seconds=5):
        """The same, and there must be one; the next Ack is what it asks for."""
        packet = self.get(flags, seconds * SLOWNESS)
        if packet is None:
            raise AssertionError(f"no {flags} came; came: {self.wire.waiting}")
        self.remote = packet.sport
        self.ack = packet.seq + len(packet.data) + \
            bool(packet.tcp_flags & 2) + bool(packet.tcp_flags & 1)
        self.last = packet
        return packet

    def silence(self, seconds=0.3):
        """Nothing comes."""
        return self.get(None, seconds) is None

    def passive(self, remote=None):
        """Answer a connect()."""
        self.remote = remote
        self.expect("SYN")
        self.send("SYN,ACK")
        self.expect("ACK")

    def active(self, remote):
        """Connect to a listener."""
        self.remote = remote
        self.send("SYN")
        self.expect("SYN,ACK")
        self.send("ACK")

    def icmp(self, kind, code, about):
        """An ICMP error about a segment that the kernel sent."""
        raw = about.raw[:576]
        if self.family == 4:
            body = struct.pack("!BBHI", kind, code, 0, 0) + raw[:28]
            body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
            protocol = 1
        else:
            body = with_checksum(self.packed, self.near, 58, struct.pack(
                "!BBHI", kind, code, 0, 0) + raw, 2)
            protocol = 58
        self.wire.put(ip_packet(self.family, self.packed, self.near, protocol,
                                body))


@contextlib.contextmanager
def lone_host():
    """A network namespace with nothing but a wire to crafted peers, entered: what
    is set there is nobody else's, and /proc shows nobody else's."""
    run("ip", "netns", "add", "lone")
    try:
        with namespace("lone"):
            run("ip", "link", "set", "lo", "up")
            wire = Wire()
            yield wire
            wire.close()
    finally:
        run("ip", "netns", "delete", "lone")


def dialled(wire, family, port):
    """A socket of ours connected to a crafted peer."""
    peer = wire.peer(family, port)
    sock = tcp(family)
    sock.setblocking(False)
    sock.connect_ex((peer.address, port))
    peer.passive(port_of(sock))
    sock.setblocking(True)
    return sock, peer


def served(wire, family, port, server):
    """A crafted peer connected to a listener of ours, and the accepted socket."""
    peer = wire.peer(family, port)
    peer.active(port_of(server))
    sock, _ = server.accept()
    return sock, peer


def let_go(sock, peer, answer=True):
    """Our side closes first; the peer acknowledges, and lets go too, or not."""
    sock.close()
    peer.expect("FIN,ACK")
    peer.send("ACK")
    if answer:
        peer.send("FIN,ACK")
        peer.expect("ACK")
