#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Bytes that somebody else chose - names of processes, hosts, files, words of a filter -
# and numbers at their extremes: nothing raw comes to the terminal, JSON stays JSON, and
# neither time nor memory grows beyond the size of the recording. What is "raw" is told
# by Python's tables of Unicode here, not by the command's own.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
make_tools tools-plain
python3 - "$wavehand" "${BUILD:-$tmp}/tools-plain/wavehand" "$tmp" <<'END'
import csv
import json
import os
import re
import struct
import subprocess
import sys
import time
import unicodedata
import xml.etree.ElementTree

from tap import finish, point

SANITIZED, PLAIN, TMP = sys.argv[1:]
TOP = 2**64 - 1
runs = 0


def header(host=b'host', release=b'6.12', offset=0):
    return struct.pack('<8sIIq64s64sQ', b'wavehand', 2, 160, offset, host, release, 0)


def event(serial, time, kind=1, old=7, new=2, *, id=7, comm=b'curl', flags=0, seq=0,
          ack=0, count=None, length=0, union=0, error=0, actor=1, client=True, port=52528,
          known=0x7f, sent=0, received=0, iss=0, irs=0, cause=0, joined=0, ep_flags=0,
          cookie=1234, netns=1, pid=812, uid=1000, state=2):
    ends = [(bytes([10, 0, 0, 2]), port), (bytes([10, 0, 0, 1]), 80)]
    (local, local_port), (remote, remote_port) = ends if client else ends[::-1]
    tail = struct.pack('<Q', count) if count is not None else struct.pack('<II', seq, ack)
    return struct.pack('<QQBBBBBBHII', serial, time, kind, old, new, 1, actor, flags, error,
                       length, union) + tail + struct.pack(
        '<QQQ16s16sHHBBHII16sIIQQIBBBB', id, cookie, netns, local, remote, local_port,
        remote_port, 4, 1 if client else 2, known, pid, uid, comm, iss, irs, sent, received,
        4026531840, state, joined, ep_flags, cause)


def write(name, *parts):
    path = os.path.join(TMP.encode(), name if isinstance(name, bytes) else name.encode())
    with open(path, 'wb') as f:
        f.writelines(parts)
    return path


def run(*argv, locale='C.UTF-8', wavehand=SANITIZED, memory=None, limit=120):
    global runs
    runs += 1

    argv = [wavehand.encode()] + [a if isinstance(a, bytes) else a.encode() for a in argv]
    if memory:
        argv = [b'prlimit', b'--as=%d' % memory] + argv
    return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit,
                          env=dict(os.environ, LC_ALL=locale, ASAN_OPTIONS='detect_leaks=0'))


def is_raw(c, wide):
    """What acts on a terminal instead of showing, or shifts a diagram."""
    category = unicodedata.category(c)
    if c == '\n':
        return False
    if category in ('Cc', 'Cf', 'Cs', 'Zl', 'Zp') or c >= '\U000e0000':
        return True
    return wide and (category in ('Mn', 'Me') or unicodedata.east_asian_width(c) in 'WF')


def raw(data, *, ascii=False, wide=True):
    """The first character that must not come to a terminal, or None."""
    try:
        text = data.decode('ascii' if ascii else 'utf-8')
    except UnicodeDecodeError as e:
        return str(e)
    for c in set(text):
        if is_raw(c, wide):
            return ascii_name(c)
    return None


def ascii_name(c):
    return f'U+{ord(c):04X} {unicodedata.name(c, "")}'


NAMES = {
    'escape sequence': b'\033[31mred\033[0m', 'title': b'\033]0;x\007', 'newline': b'a\nb',
    'return, tab, backspace': b'a\rb\tc\bd', 'DEL': b'\x7f\x7f', 'C1, as UTF-8': b'\xc2\x9b31m',
    'C1, as a byte': b'\x9b31m', 'NEL': b'\xc2\x85', 'overlong': b'\xc0\x9b\xe0\x80\x9b',
    'surrogate': b'\xed\xa0\x80', 'beyond Unicode': b'\xf4\x90\x80\x80\xf8\x88\x80\x80\x80',
    'cut in a character': b'abcdefghijkl\xf0\x9f\x98', 'right to left': b'\xe2\x80\xaetxt.exe',
    'isolate': b'\xe2\x81\xa6x\xe2\x81\xa9', 'Arabic letter mark': b'\xd8\x9c',
    'zero width': b'\xe2\x80\x8b\xe2\x80\x8d\xef\xbb\xbf', 'line separator': b'\xe2\x80\xa8',
    'wide': b'\xe4\xb8\xad\xf0\x9f\x98\x80', 'combining': b'e\xcc\x81\xcc\x81',
    'tag': b'\xf3\xa0\x81\x81',
    'soft hyphen': b'\xc2\xad', 'annotation': b'\xef\xbf\xb9', 'Mongolian': b'\xe1\xa0\x8e',
    'quotes, markup': b'"\'`$()\\&lt;<b>', 'format': b'%n%s%99999d', 'escaped already': b'\\x1b[31m',
}
# Of processes, which get into tables.
PROCESSES = NAMES | {'formula': b'=1+1', 'another': b' @A1;=2', 'a wide one': '＝1,"+'.encode()}
DRAWN = 'svg title style defs marker path rect g text tspan'.split()
VERBS = [(['show'], 'text'), (['show', '--explain', '--raw'], 'text'), (['list'], 'text'),
         (['list', '-o', 'COMM,OWNER'], 'text'), (['follow'], 'text'), (['check'], 'text'),
         (['show', '--json'], 'json'), (['show', '--json', '--explain'], 'json'), (['list', '--json'], 'json'),
         (['follow', '--json'], 'json'), (['check', '--json'], 'json'), (['stats', '--by', 'owner'], 'text'),
         (['stats', '--json', '--by', 'owner'], 'json'), (['stats', '--openmetrics', '--by', 'owner'], 'text'),
         (['export', '--format', 'svg', '--explain'], 'svg'), (['export', '--format', 'html', '--explain'], 'html'),
         (['export', '--format', 'mermaid'], 'mermaid'), (['export', '--format', 'csv'], 'csv'),
         (['export', '--format', 'pcapng'], 'pcapng')]
PAGE = []   # what stands around the data in every page


def svg_fault(data):
    """What is wrong with a picture, or None."""
    try:
        root = data and xml.etree.ElementTree.fromstring(data)
    except xml.etree.ElementTree.ParseError as e:
        return f'no XML: {e}'
    for element in root.iter() if data else ():
        if element.tag.rpartition('}')[2] not in DRAWN:
            return f'{element.tag} in a picture'
    return None


def strings(value):
    """All that a JSON value says, but the tabulators that stand for texts."""
    if isinstance(value, str):
        return value.replace('\t', '')
    return '\n'.join(map(strings, value.values() if isinstance(value, dict) else value)) \
        if isinstance(value, (dict, list)) else ''


def html_fault(data):
    """What is wrong with a page, or None: its data are JSON, and all else is as ever."""
    if not data:
        return None
    before, _, rest = data.partition(b'<script type="application/json" id="data">')
    text, _, behind = rest.partition(b'</script>')
    if not PAGE:
        PAGE.extend((before, behind))
    if PAGE != [before, behind] or b'<' in text or b'&' in text:
        return 'markup in a page'
    try:
        found = raw(strings(json.loads(text)).encode(), wide=False)
    except ValueError as e:
        return f'no JSON: {e}'
    return found and f'{found} gets through'


def mermaid_fault(data):
    """A line that is not one of the few that there may be, or None."""
    for line in data.decode().splitlines():
        if not re.fullmatch(r"(```(mermaid)?|sequenceDiagram)?|    (participant [ab] as |Note (left of a|right of b|over a(,b)?)"
                            r": |[ab](->>|-->>|-x)[ab]: )(?:[\w .,:=/()\[\]-]|<br/>|#\d+;)+", line, re.A):
            return f'a line: {line}'
    return None


def csv_fault(data):
    """What is wrong with a table, or None."""
    if data.count(b'\n') != data.count(b'\r\n') or data.count(b'\r') != data.count(b'\r\n'):
        return 'not CR and LF behind each row'
    rows = list(csv.reader(data.decode().replace('\r\n', '\n').splitlines(True), strict=True))
    for row in rows:
        if len(row) != len(rows[0]):
            return f'{len(row)} fields, not {len(rows[0])}'
        for field in row:
            if field.lstrip(' ')[:1] in [*'=+-@＝＋－＠'] or ';' in field:
                return f'{field!r} may be a formula'
    return None


def capture_fault(capture):
    """A packet that is shorter than what there is of it, or None."""
    while capture:
        kind, size = struct.unpack('<II', capture[:8])
        if kind == 6:
            caught, whole = struct.unpack('<II', capture[20:28])
            if caught not in (40, 60) or not caught <= whole <= caught + 65535:
                return f'{caught} bytes of {whole}'
        capture = capture[size:]
    return None


def texts_of(capture):
    """What somebody else chose in a capture: names and comments."""
    texts = b''
    while capture:
        kind, size = struct.unpack('<II', capture[:8])
        at = {0x0a0d0d0a: 24, 1: 16}.get(kind) or 28 + struct.unpack('<I', capture[20:24])[0]
        while capture[at:at + 2] != b'\0\0':
            code, length = struct.unpack('<HH', capture[at:at + 4])
            if code in (1, 3, 4, 12) or kind == 1 and code == 2:
                texts += capture[at + 4:at + 4 + length] + b'\n'
            at += 4 + (length + 3) // 4 * 4
        capture = capture[size:]
    return texts


def json_fault(data):
    """What is wrong with lines of JSON, or None."""
    try:
        for line in data.decode().splitlines():
            json.loads(line)
    except ValueError as e:
        return f'no JSON: {e}'
    return None


FAULTS = {'json': json_fault, 'svg': svg_fault, 'html': html_fault, 'mermaid': mermaid_fault, 'csv': csv_fault,
          'pcapng': capture_fault}
# What of it is looked through for what must not show; of a page the data are, by its fault.
SHOWN = {'html': lambda data: b'', 'csv': lambda data: data.replace(b'\r\n', b'\n'), 'pcapng': texts_of}


def held(said, kind, locale):
    """What is wrong with what was said, or None. kind: 'text', or one of those with a fault of its own."""
    if said.returncode not in (0, 1, 2):
        return f'ends with {said.returncode}'
    for data in (SHOWN.get(kind, bytes)(said.stdout), said.stderr):
        found = raw(data, ascii=locale == 'C' and kind == 'text', wide=kind == 'text')
        if found:
            return f'{found} gets through'
    return FAULTS[kind](said.stdout) if kind in FAULTS else None


def hold(name, argvs, want=None, other=SANITIZED):
    """One point: each of these command lines, in two locales."""
    begin, wrong = runs, ''
    for argv, kind in argvs:
        # In one of them with the sanitizers, mostly: these take their time to start.
        for locale, wavehand in (('C', PLAIN), ('C.UTF-8', other)):
            said = run(*argv, locale=locale, wavehand=wavehand)
            found = held(said, kind, locale)
            if not found and want is not None and said.returncode not in want:
                found = f'ends with {said.returncode}'
            if found:
                wrong += f'{argv}, {locale}: {found}\n{(said.stdout + said.stderr)[:800]!r}\n'
    point(not wrong, f'{name} ({runs - begin} runs)', wrong)


# Processes, on their way through lives that check takes for impossible: it shows them then.
lives = []
for i, comm in enumerate(PROCESSES.values()):
    lives += [event(2 * i + 1, 10**9, id=i + 1, port=i + 1, comm=comm[:16]),
              event(2 * i + 2, 2 * 10**9, old=2, new=8, id=i + 1, port=i + 1, state=8,
                    comm=comm[:16])]
path = write('processes', header(), *lives)
hold(f'{len(PROCESSES)} names of processes', [(['-r', path] + v, j) for v, j in VERBS], (0, 1))
said = run('-r', path, 'list', '-n', '-o', 'COMM', locale='C').stdout.decode()
point(said.count('\\x') > 50 and said.count('\n') == len(PROCESSES), 'they are shown, escaped', said)

hosts = []
for i, host in enumerate(NAMES.values()):
    hosts += ['-r', write(f'host{i}', header(host, host, i),
                          event(1, 10**9, 2, flags=5, seq=i, id=i + 1, union=2 << 16))]
hold(f'{len(NAMES)} names of hosts', [(hosts + v, j) for v, j in VERBS], (0, 1))

good = event(1, 10**9)
other = write('other', header(b'y'), event(3, 10**9, id=8, port=4))
for name, text in NAMES.items():
    path = write(b'file' + text.replace(b'/', b''), header(b'x'), good, good[:100])
    words = [(['-r', path, '-r', other] + v, j) for v, j in VERBS[1::2]]
    words += [(['-r', path, 'show'], 'text'), (['-r', path + b'?', 'list', '--json'], 'json'),
              (['--device', path, 'list'], 'text'), (['-r', other, 'record', path + b'/x'], 'text'),
              (['-r', path, 'record', path], 'text')]
    # No subcommand, option, filter, column, number.
    words += [([b'x' + text], 'text'), ([b'--x' + text], 'text'), ([b'-' + text, 'list'], 'text'),
              ([b'--color=' + text, 'list'], 'text'),
              (['-r', other, 'list', b'dport = :80 ' + text], 'text'),
              (['-r', other, 'show', b'src ' + text + b' or'], 'text'),
              (['-r', other, 'list', '-o', b'ID,' + text], 'text'),
              (['-r', other, 'follow', '-c', b'1' + text], 'text')]
    hold(f'file names and arguments: {name}', words, (2,), PLAIN)
    os.unlink(path)

# Each character that there is, four bytes of them a name.
names, name = [], b''
for c in range(1, 0x110000):
    if 0xd800 <= c < 0xe000:
        continue
    char = chr(c).encode()
    if len(name + char) > 15:
        names.append(name)
        name = b''
    name += char
names.append(name)
unicode = write('unicode', header(), *(event(i + 1, 10**9, comm=n) for i, n in enumerate(names)))
for verb, kind in ((['follow'], 'text'), (['follow', '--json'], 'json')):
    said = run('-r', unicode, *verb, wavehand=PLAIN)
    chars = sorted(set(said.stdout.decode()))
    wrong = [ascii_name(c) for c in chars if is_raw(c, False)]
    wide = [ascii_name(c) for c in chars if kind == 'text' and is_raw(c, True)]
    # Of widths libc's Unicode and Python's, of another version, differ in a few.
    if len(wide) > 16:
        wrong += wide
    lines, shown = said.stdout.count(b'\n'), len(chars)
    point(not wrong and lines == len(names) and not said.returncode,
          f'{" ".join(verb)}: all 1,112,063 characters, {shown} shown as they are',
          f'{said.returncode}, {lines} lines; {len(wrong)} characters get through: {wrong[:40]}')

# A long name, each byte of which takes six in JSON.
deep = os.path.join(TMP.encode(), *[b'\001' * 250] * 4)
os.makedirs(deep)
with open(deep + b'/a', 'wb') as f:
    f.write(header(b'x') + good)
hold('a file name of 1,000 control characters',
     [(['-r', deep + b'/a', '-r', other] + v, j) for v, j in VERBS], (0, 1))
hold('a filter of 100,000 bytes', [(['-r', other, 'list', b'(' * 100000], 'text'),
                                  (['-r', other, 'list', b'! ' * 50000], 'text'),
                                  (['-r', other, 'list', b'sport = :1 ' * 9000], 'text'),
                                  (['-r', other, 'list', b'\033' * 100000], 'text')], (2,))

# Numbers at their extremes.
U32 = 2**32 - 1
LIVES = {
    'times of 0': [event(1, 0), event(2, 0, 2, flags=5), event(3, 0, old=2, new=1)],
    'times of 2^64-1': [event(1, TOP), event(2, TOP, 2, flags=5), event(3, TOP, old=2, new=1)],
    'times that go from the one to the other': [
        event(i, (0, TOP, 1, 2**63, 2**63 - 1)[i % 5], 1 + i % 2, 2, 1 + i % 11, flags=i & 31,
              id=7 + i % 3, client=bool(i % 2)) for i in range(60)],
    'serials that wrap': [event(s, 10**9, 1 + i % 2, flags=5)
                          for i, s in enumerate((TOP - 1, TOP, 0, 1, 2))],
    'serials backwards': [event(50 - i, 10**9 + i, 1 + i % 2, 2, 1, flags=5) for i in range(50)],
    'counts of 2^64-1': [event(1, 10**9), event(1, 0, 16, count=TOP),
                         event(1, 0, 17, count=TOP, id=0), event(1, 0, 17, count=TOP, id=0),
                         event(1, 0, 18, count=TOP, id=0),
                         event(1, 0, 18, count=TOP, id=0), event(2, 2 * 10**9, old=2, new=1)],
    'all numbers as large as they can be': [
        event(1, 10**9, seq=U32, ack=U32, id=TOP, iss=U32, irs=U32, sent=TOP, received=TOP,
              cookie=TOP, netns=TOP, pid=U32, uid=U32, known=65535, state=255, joined=255,
              cause=255, error=65535, length=U32, union=U32, flags=255, actor=255, ep_flags=255),
        event(2, TOP, 2, seq=U32, ack=U32, id=TOP, iss=U32, irs=U32, sent=TOP, received=TOP,
              cookie=TOP, netns=TOP, pid=U32, uid=U32, known=65535, length=U32, union=U32,
              flags=255, ep_flags=64, port=65535, error=65535)],
    'kinds, states that are none': [event(i + 1, 10**9 + i, i, i, 255 - i, state=i, joined=255 - i)
                                    for i in range(256)],
}
for name, life in LIVES.items():
    for offset in (2**63 - 1, -2**63):
        one = write('extreme', header(offset=offset), *life)
        two = write('extreme2', header(b'b', offset=-offset if offset > 0 else offset), *(
            event(1, TOP - i, 2, id=9, client=False, flags=1) for i in range(3)))
        words = [(['-r', one] + v, j) for v, j in VERBS] + [
            (['-r', one, '-r', two] + v, j) for v, j in VERBS[::2]]
        hold(f'{name}, clock {offset:+d}', words)

# Size: time and memory are those of the recording, not of what it tells. The command as
# it is installed, with a limit of its address space.
MB = 2**20
SECONDS = 40     # 1.5 on a busy machine
SIZES = {
    'one endpoint, 100,000 transitions': lambda: (
        event(i, i * 1000, 1, (1, 8)[i % 2], (8, 1)[i % 2], state=1) for i in range(100000)),
    'one endpoint, 100,000 segments that look the same': lambda: (
        event(i, i * 1000, 2, flags=(i % 2) * 4 | 3, union=0x12 << 16) for i in range(100000)),
    'two ends, 100,000 FINs, each again and none received': lambda: (
        event(i, i * 1000, 2, id=7 + i % 2, client=bool(i % 2), flags=7, seq=5, ack=6,
              union=0x3f110000) for i in range(100000)),
    '100,000 endpoints of the same addresses': lambda: (
        event(i, 10**9, id=i + 1, client=bool(i % 2)) for i in range(100000)),
    '100,000 endpoints, each perhaps the peer of any, and of none': lambda: (
        event(i, 10**9, id=i + 1, known=3) for i in range(100000)),
    '100,000 endpoints whose ids are 2^32 apart': lambda: (
        event(i, 10**9, id=(i << 32) % TOP + 1, port=i % 65536) for i in range(100000)),
    '100,000 gaps and losses of 2^64-1': lambda: (
        event(i, 0 if i % 3 else 10**9, (1, 16, 17)[i % 3], count=TOP) for i in range(100000)),
}
for name, make in SIZES.items():
    big = write('big', header(), *make())
    size = os.path.getsize(big)
    slowest, wrong = 0, ''
    limit = 40 * MB + 16 * size
    for verb, _ in VERBS:
        begin = time.monotonic()
        try:
            said = run('-r', big, *verb, wavehand=PLAIN, memory=limit, limit=SECONDS)
        except subprocess.TimeoutExpired:
            wrong += f'{verb}: takes longer than {SECONDS} s\n'
            continue
        slowest = max(slowest, time.monotonic() - begin)
        if said.returncode not in (0, 1) or b'out of memory' in said.stderr:
            wrong += f'{verb}: {said.returncode}, {said.stderr[:300]!r}\n'
    print(f'# {name}: {size // MB} MB, {slowest:.1f} s at most, within {limit // MB} MB')
    point(not wrong, name, wrong)

print(f'# tried {runs} runs with hostile recordings and terminals', file=sys.stderr)
finish()
END
