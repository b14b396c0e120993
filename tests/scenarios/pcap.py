# SPDX-License-Identifier: GPL-2.0
"""What tcpdump saw, and the rule of module/uapi/wavehand.h which of it are events,
written down a second time, from the words of the header alone."""

import socket
import struct

SYN, FIN, RST, ACK = 2, 1, 4, 16
MASK = 0xffffffff


class Seen:
    """One segment on one interface; key is (local, local port, remote, remote
    port), addresses packed; place is its number in the file."""

    __slots__ = ("time", "place", "sent", "flags", "seq", "ack", "length",
                 "window")

    def __repr__(self):
        return (f"{'->' if self.sent else '<-'} {self.flags:#04x} {self.seq}"
                f"/{self.ack} length={self.length} window={self.window}")

    @property
    def facts(self):
        """What must be equal on both sides."""
        ack = self.ack if self.flags & ACK else 0
        return (self.sent, self.flags, self.seq, ack, self.length, self.window)


def read(path, own):
    """All TCP segments of a file by key; own has the host's own addresses. Time
    is CLOCK_REALTIME in ns."""
    with open(path, "rb") as file:
        data = memoryview(file.read())
    magic, _, _, _, _, _, link = struct.unpack("=IHHiIII", data[:24])
    assert magic == 0xa1b23c4d and link == 1, (hex(magic), link)
    by_key = {}
    at, place = 24, 0
    record = struct.Struct("=IIII")
    header = struct.Struct("!HHIIBBH")
    while at < len(data):
        seconds, ns, kept, _ = record.unpack_from(data, at)
        ip = at + 16 + 14
        at += 16 + kept
        if data[ip] >> 4 == 4:
            tcp = ip + (data[ip] & 15) * 4
            total = int.from_bytes(data[ip + 2:ip + 4], "big") - (tcp - ip)
            source, target = bytes(data[ip + 12:ip + 16]), bytes(data[ip + 16:ip + 20])
        else:
            tcp = ip + 40
            total = int.from_bytes(data[ip + 4:ip + 6], "big")
            source, target = bytes(data[ip + 8:ip + 24]), bytes(data[ip + 24:ip + 40])
        seen = Seen()
        sport, dport, seen.seq, seen.ack, offset, seen.flags, seen.window = \
            header.unpack_from(data, tcp)
        seen.length = total - (offset >> 4) * 4
        seen.time, seen.place = seconds * 10**9 + ns, place
        seen.sent = source in own
        place += 1
        key = (source, sport, target, dport) if seen.sent else \
            (target, dport, source, sport)
        by_key.setdefault(key, []).append(seen)
    return by_key


def incarnations(segments):
    """Cut what one key saw where another connection begins: at a SYN without
    ACK whose number is none that this direction's SYNs had before."""
    lives, syns = [], {True: set(), False: set()}
    for s in segments:
        if s.flags & (SYN | ACK | RST) == SYN and s.seq not in syns[s.sent]:
            # The other end's first SYN, when both connect, begins nothing.
            if not lives or syns[s.sent]:
                lives.append([])
                syns = {True: set(), False: set()}
        if s.flags & SYN:
            syns[s.sent].add(s.seq)
        if not lives:
            lives.append([])
        lives[-1].append(s)
    return lives


NONE_OPEN = {True: (), False: ()}


def step(open_, s):
    """Whether a segment is an event: with SYN, FIN or RST, or, after each SYN or
    FIN in one direction, the first in the other that acknowledges it, unless a RST
    came or went meanwhile. open_ has, by direction, the numbers not acknowledged
    before; they are returned as they are afterwards."""
    event, waiting = s.flags & (SYN | FIN | RST) != 0, open_[not s.sent]
    left = tuple(n for n in waiting if s.ack - n & MASK >= 0x80000000) \
        if s.flags & ACK else waiting
    event = event or left != waiting
    if s.flags & RST:
        return event, NONE_OPEN
    own = open_[s.sent]
    if s.flags & SYN:
        own += (s.seq + 1 & MASK,)
    elif s.flags & FIN:
        own += (s.seq + s.length + 1 & MASK,)
    return event, {s.sent: own, not s.sent: left}


def events(segments):
    """Those of one incarnation that are events."""
    found, open_ = [], NONE_OPEN
    for s in segments:
        event, open_ = step(open_, s)
        if event:
            found.append(s)
    return found


def agree(segments, facts, span, late=4):
    """Whether these facts are of the events of one incarnation, in an order in which
    the hook may have met what the tap met in this one. The tap is outside of the
    hook: what comes in meets the tap first, what goes out meets it last. So what
    came in may be overtaken on its way from the one to the other, when it
    interrupted a departure or by what another processor handles: by arrivals and
    departures, of the next span ns. Never what the tap saw as "out, then in", and
    never one departure by another. Not more than late are on that way at once."""
    # Depth first, the tap's own order before all others: how far the tap is, which
    # before that are still on their way, how many facts were met, and what is open.
    todo, seen = [(0, (), 0, NONE_OPEN)], set()
    while todo and len(seen) < 1_000_000:
        at, way, met, open_ = todo.pop()
        known = at, way, met, open_[True], open_[False]
        if known in seen:
            continue
        seen.add(known)
        if at == len(segments) and not way:
            if met == len(facts):
                return True
            continue
        moves = []
        if at < len(segments):
            s = segments[at]
            if not way or s.time - segments[way[0]].time < span:
                if not s.sent and len(way) < late:
                    moves.append((at + 1, way + (at,), None))
                moves.append((at + 1, way, s))
        moves[:0] = [(at, way[:n] + way[n + 1:], segments[i]) for n, i in enumerate(way)]
        for at, way, s in moves:
            if s is None:
                todo.append((at, way, met, open_))
                continue
            event, after = step(open_, s)
            if not event:
                todo.append((at, way, met, after))
            elif met < len(facts) and facts[met] == s.facts:
                todo.append((at, way, met + 1, after))
    return False


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address
                            else socket.AF_INET, address)
