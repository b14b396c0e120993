#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# wavehand export --format pcapng: each segment that was observed is one packet, well-formed, with right checksums; and
# tshark reads the same from it, in its flow graph, too, as the diagram shows.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
python3 - "$wavehand" "$root" "$tmp" <<'END'
import glob
import json
import os
import re
import socket
import struct
import subprocess
import sys

from tap import finish, point, skip

WAVEHAND, ROOT, TMP = sys.argv[1:]
FLAGS = {'FIN': 1, 'SYN': 2, 'RST': 4, 'PSH': 8, 'ACK': 16, 'URG': 32, 'ECE': 64, 'CWR': 128}


def run(*argv):
    return subprocess.run([WAVEHAND, *argv], stdin=subprocess.DEVNULL, capture_output=True,
                          env=dict(os.environ, LC_ALL='C'))


def options_of(data):
    """Options of a block, by their code."""
    options = {}
    while True:
        code, size = struct.unpack('<HH', data[:4])
        if not code:
            assert not size and len(data) == 4, 'something behind the end of options'
            return options
        value, rest = data[4:4 + size], data[4 + (size + 3) // 4 * 4:]
        assert len(value) == size and not data[4 + size:len(data) - len(rest)].strip(b'\0'), 'padding'
        options.setdefault(code, []).append(value)
        data = rest


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f'>{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def dissect(data, size):
    """A packet of this length on the wire, of which the headers are there."""
    if data[0] >> 4 == 4:
        length, protocol = struct.unpack('>H', data[2:4])[0], data[9]
        assert not checksum(data[:20]), 'checksum of IPv4'
        family, ends, tcp, total = socket.AF_INET, (data[12:16], data[16:20]), data[20:], length
    else:
        assert data[0] >> 4 == 6
        length, protocol = struct.unpack('>H', data[4:6])[0], data[6]
        family, ends, tcp, total = socket.AF_INET6, (data[8:24], data[24:40]), data[40:], length + 40
    assert protocol == 6 and len(tcp) == 20 and (total == size or size > 65535)
    payload = size - len(data)
    pseudo = b''.join(ends) + struct.pack('>II', 20 + payload, 6)
    assert not checksum(pseudo + tcp + bytes(payload)), 'checksum of TCP'
    ports, seq, ack, flags, window = struct.unpack('>4sIIHH', tcp[:16])
    assert flags >> 8 == 0x50, 'header of TCP'
    ports = struct.unpack('>HH', ports)
    return (*((socket.inet_ntop(family, a), p) for a, p in zip(ends, ports)), flags & 255, seq, ack, payload, window)


def read_capture(data):
    """Section's options, interfaces' options, packets."""
    section, interfaces, packets = None, [], []
    while data:
        kind, size = struct.unpack('<II', data[:8])
        assert size % 4 == 0 and size >= 12 and data[size - 4:size] == data[4:8], 'length of a block'
        body, data = data[8:size - 4], data[size:]
        if kind == 0x0a0d0d0a:
            assert section is None and struct.unpack('<IHHq', body[:16]) == (0x1a2b3c4d, 1, 0, -1)
            section = options_of(body[16:])
        elif kind == 1:
            assert struct.unpack('<HHI', body[:8]) == (101, 0, 0)
            interfaces.append(options_of(body[8:]))
            assert interfaces[-1][9] == [b'\x09'], 'nanoseconds'
        else:
            assert kind == 6, 'a block of another kind'
            interface, high, low, caught, size = struct.unpack('<5I', body[:20])
            assert interface < len(interfaces) and caught % 4 == 0
            packets.append({'interface': interface, 'time': high << 32 | low, 'options': options_of(body[20 + caught:]),
                            'is': dissect(body[20:20 + caught], size)})
    return section, interfaces, packets


def ends_of(c):
    for end in c['endpoints']:
        if 'remote_addr' in end:
            ends = (end['local_addr'], end['local_port']), (end['remote_addr'], end['remote_port'])
            return ends if end['side'] == 0 else ends[::-1]


def mask(flags):
    return sum(FLAGS[word] for word in flags.split(',') if word != 'none')


def wanted_of(conversations, offset):
    """What there should be: of each conversation the segments that were observed, and windows from their events."""
    wanted = []
    for c in conversations:
        events = [(end['side'], e) for end in c['endpoints'] for e in end['events'] if e['kind'] == 'segment']
        for s in c['segments']:
            if s['provenance'] != 'observed':
                continue
            time = s.get('sent_ns') or s['received_ns']
            at = next(e for side, e in events if e['time_ns'] == time and e['seq'] == s['seq'] and
                      (e['direction'] == 'sent') == (side == s['from']))
            ends = ends_of(c)
            wanted.append((time + offset, (*(ends[::-1] if s['from'] else ends), mask(s['flags']), s['seq'],
                                           s.get('ack', 0), s.get('length', 0), at['window']), s, c))
    # One that ended an endpoint and began another is in both conversations.
    seen, once = set(), []
    for w in sorted(wanted, key=lambda w: (w[0], 'sent_ns' not in w[2])):
        key = (w[2].get('received_ns'), w[1])
        if key[0] is None or key not in seen:
            once.append(w)
        seen.add(key)
    return once


def capture_fault(data, rec, conversations):
    """What is wrong with a capture, and what should be in it."""
    with open(rec, 'rb') as f:
        header = f.read(160)
    offset, host, release = struct.unpack('<q64s64s', header[16:152])
    section, interfaces, packets = read_capture(data)
    wanted = wanted_of(conversations, offset)
    assert section[3] == [b'Linux ' + release.rstrip(b'\0')] and b'host ' + host.rstrip(b'\0') in section[1]
    assert len(packets) == len(wanted), f'{len(packets)} packets instead of {len(wanted)}'
    names = [i[2][0].decode() for i in interfaces]
    assert len(set(names)) == len(names), 'an interface again'
    for n, (packet, (time, is_, s, c)) in enumerate(zip(packets, wanted)):
        assert packet['time'] == time, f'packet {n}: time'
        assert packet['is'] == is_, f"packet {n}: {packet['is']} instead of {is_}"
        said = b'\n'.join(packet['options'][1]).decode()
        ids = {end['side']: end for end in c['endpoints']}
        for key, side, word in ('sent_ns', s['from'], 'sent'), ('received_ns', 1 - s['from'], 'received'):
            if key in s:
                end = ids.get(side) or ids[0]
                who = f"{end['owner_comm']}[{end['owner_pid']}]" if 'owner_pid' in end else '?'
                assert f"{word} by #{end['id']} {who}" in said, f'packet {n}: {said}'
        side = s['from'] if 'sent_ns' in s else 1 - s['from']
        assert names[packet['interface']] == f"net:[{(ids.get(side) or ids[0])['netns_ino']}]", f'packet {n}: interface'
        assert packet['options'][2] == [struct.pack('<I', 2 if 'sent_ns' in s else 1)]
        assert ('lost' in said) == s.get('lost', False)
    return wanted


# What the diagram says of a life that is there as a whole.
WANTED = [('sent by #3 curl[195], after CLOSED -> SYN-SENT by process 195; observed',
           'received by #4 nginx[194], 17 µs later: LISTEN -> SYN-RECEIVED; observed'),
          ('sent by #4 nginx[194]; observed', 'received by #3 curl[195], 4 µs later: SYN-SENT -> ESTABLISHED; observed'),
          ('sent by #3 curl[195]; observed', 'received by #4 nginx[194], 3 µs later: SYN-RECEIVED -> ESTABLISHED; observed'),
          ('sent by #3 curl[195], after ESTABLISHED -> FIN-WAIT-1 by process 195; observed',
           'received by #4 nginx[194], 3 µs later: ESTABLISHED -> CLOSE-WAIT; observed'),
          ('sent by #4 nginx[194], after CLOSE-WAIT -> LAST-ACK by process 194; observed',
           'received by #3 curl[195], 3 µs later: FIN-WAIT-1 -> FIN-WAIT-2, FIN-WAIT-2 -> TIME-WAIT; observed'),
          ('sent by #3 curl[195]; observed', 'received by #4 nginx[194], 13 µs later: LAST-ACK -> CLOSED; observed')]
packets = read_capture(run('export', '-f', 'pcapng', '-r', f'{ROOT}/tests/golden/http.rec').stdout)[2]
said = [tuple(text.decode() for text in p['options'][1]) for p in packets]
point(said == WANTED, 'comments tell which states a segment leads to', said)


def flow(said):
    """The arrows of a flow graph: time, flags, relative numbers, ports."""
    arrows = []
    for line in said.splitlines():
        head = re.search(r'\|(\d+\.\d+)\|[\s|]*([A-Z]+(?:, [A-Z]+)*)(?: - Len: \d+)?[\s|]*Seq = (\d+)(?: Ack = (\d+))?',
                         line)
        if head:
            arrows.append([head[1], mask(head[2].replace(' ', '')), int(head[3]), head[4] and int(head[4])])
        ports = re.search(r'\((\d+)\)\s+(<?)-+(>?)\s+\((\d+)\)', line)
        if ports and arrows:
            pair = int(ports[1]), int(ports[4])
            arrows[-1].append(pair[::-1] if ports[2] else pair)
    return arrows


def tshark(*argv):
    return subprocess.run([f'{ROOT}/tests/vm/tshark', TMP, *argv], stdin=subprocess.DEVNULL, capture_output=True, text=True)


def base_of(c, side):
    for end in c['endpoints']:
        key = 'iss' if end['side'] == side else 'irs'
        if key in end:
            return end[key]


def tshark_fault(wanted):
    """What is wrong with what tshark says of out.pcapng, or None."""
    fields = 'frame.time_epoch tcp.srcport tcp.dstport tcp.flags tcp.seq_raw tcp.ack_raw tcp.len tcp.window_size_value'
    said = tshark('-r', 'out.pcapng', '-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE', '-T', 'fields',
                  *(word for f in [*fields.split(), '_ws.malformed', 'tcp.checksum.status'] for word in ('-e', f)),
                  '-z', 'flow,tcp,network')
    if said.returncode:
        return said.stderr
    rows = [line.split('\t') for line in said.stdout.splitlines() if '\t' in line]
    for n, (row, (time, is_, _, _)) in enumerate(zip(rows, wanted)):
        (_, source), (_, target), flags, seq, ack, length, window = is_
        if row[:9] != [f'{time // 10**9}.{time % 10**9:09}', str(source), str(target), f'0x{flags:04x}', str(seq),
                       str(ack), str(length), str(window), '']:
            return f'packet {n}: {row} instead of {wanted[n]}'
        if row[9] != '1' and not length:
            return f'packet {n}: checksum'
    arrows = flow(said.stdout)
    if not len(rows) == len(arrows) == len(wanted):
        return f'{len(rows)} packets, {len(arrows)} arrows instead of {len(wanted)}\n{said.stdout}'
    # The zero of numbers is that of a SYN that tshark saw; an old one, or one of a new life, is another stream's.
    first = wanted[0][0] if wanted else 0
    begun = {(id(c), s['from']) for _, is_, s, c in wanted if is_[2] & 2}
    for n, (arrow, (time, is_, s, c)) in enumerate(zip(sorted(arrows, key=lambda a: float(a[0])), wanted)):
        if (abs(float(arrow[0]) * 10**9 - (time - first)) > 1 or (arrow[1] ^ is_[2]) & 0x17 or
                arrow[4] != (is_[0][1], is_[1][1])):
            return f'arrow {n}: {arrow} instead of {is_}'
        if is_[2] & 2 and s['seq'] != base_of(c, s['from']):
            begun -= {(id(c), 0), (id(c), 1)}
        for number, key, side in (arrow[2], 'seq', s['from']), (arrow[3], 'ack', 1 - s['from']):
            base = base_of(c, side)
            if (id(c), side) not in begun or key not in s:
                continue
            if not is_[2] & 4 and number != (s[key] - base) % 2**32:
                return f'{key} of arrow {n}: {arrow} instead of {(s[key] - base) % 2**32}'
    return None


# Of several hosts the interfaces are: the letter, and the host's name.
two = [x for rec in ('http', 'ipv6') for x in ('-r', f'{ROOT}/tests/golden/{rec}.rec')]
section, interfaces, packets = read_capture(run('export', '-f', 'pcapng', *two).stdout)
point([i[2][0][:6] for i in interfaces] == [b'a: net', b'a: net', b'b: net', b'b: net'] and
      all(i[3][0].startswith(b'host ') and i[12][0].startswith(b'Linux ') for i in interfaces) and
      3 not in section and b'sent by a#3 curl[195]' in packets[0]['options'][1][0], 'two recordings', interfaces)
said = run('export', '-f', 'pcapng', '-r', f'{ROOT}/tests/golden/http.rec', 'dport = :81')
point(said.returncode == 1 and not said.stdout + said.stderr, 'nothing is written of nothing')
section, interfaces, packets = read_capture(
    run('export', '-f', 'pcapng', '-r', f'{ROOT}/tests/golden/http.rec', '#1').stdout)
point(section and not interfaces + packets, 'a listener has no segments')

can = tshark('--version')
for rec in sorted(glob.glob(f'{ROOT}/tests/golden/*.rec')):
    name = os.path.basename(rec)[:-4]
    said = run('export', '-f', 'pcapng', '-r', rec, '-o', f'{TMP}/out.pcapng')
    lines = run('show', '--json', '-r', rec).stdout.splitlines()
    fault = f'ends with {said.returncode}, {said.stderr!r}' if said.returncode else None
    try:
        with open(f'{TMP}/out.pcapng', 'rb') as f:
            wanted = capture_fault(f.read(), rec, [json.loads(line) for line in lines])
    except Exception as e:
        fault = fault or repr(e)
    point(not fault, f'{name}: the segments that were observed, once each', fault)
    if can.returncode == 0:
        fault = fault or tshark_fault(wanted)
        point(not fault, f"{name}: tshark's flow graph is the diagram", fault)
if can.returncode:
    skip('tshark', (can.stderr.splitlines() or ['it does not run'])[-1])
finish()
END
