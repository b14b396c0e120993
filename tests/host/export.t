#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# wavehand export: which formats there are, where it writes, that its pictures and tables
# say what the diagrams say, and its metrics what stats says.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
cc -O2 -D_GNU_SOURCE -I"$root/module/uapi" -o "$tmp/generate" "$root/tests/bench/generate.c" &&
	"$tmp/generate" 109040 >"$tmp/many.rec" || { echo 'Bail out! no recording of many'; exit 1; }
python3 - "$wavehand" "$root" "$tmp" <<'END'
import csv
import fcntl
import glob
import json
import os
import re
import resource
import signal
import stat
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

from tap import finish, point

WAVEHAND, ROOT, TMP = sys.argv[1:]
HTTP = f'{ROOT}/tests/golden/http.rec'
STATES = ('CLOSED', 'LISTEN', 'SYN-SENT', 'SYN-RECEIVED', 'ESTABLISHED', 'FIN-WAIT-1', 'FIN-WAIT-2',
          'CLOSE-WAIT', 'CLOSING', 'LAST-ACK', 'TIME-WAIT')
SVG = '{http://www.w3.org/2000/svg}'


def run(*argv, locale='C.UTF-8', **more):
    return subprocess.run([WAVEHAND, *argv],
                          **{'stdin': subprocess.DEVNULL, 'capture_output': True, **more},
                          env=dict(os.environ, LC_ALL=locale))


def says(status, words, *argv):
    said = run(*argv)
    point(said.returncode == status and words in (said.stdout + said.stderr).decode(),
          ' '.join(argv).replace('#', ' ').replace(TMP, '').replace(ROOT, '') + f': {words}',
          f'{said.returncode} {said.stderr!r}')


def write(name, data):
    path = f'{TMP}/{name}'
    with open(path, 'wb') as f:
        f.write(data)
    return path


def read(path):
    with open(path, 'rb') as f:
        return f.read()


says(2, 'which format? --format F, where F is one of svg, html, mermaid, json, csv, pcapng, openmetrics', 'export', '-r', HTTP)
says(2, '"gif" is not a format: there is svg, html, mermaid, json, csv, pcapng, openmetrics', 'export', '--format', 'gif', '-r', HTTP)
says(2, '"" is not a format', 'export', '--format=', '-r', HTTP)
says(2, 'an argument is missing: -f', 'export', '-f')
says(2, '--json is for other subcommands', 'export', '-f', 'svg', '--json', '-r', HTTP)
says(2, '--by is not for the format svg', 'export', '-f', 'svg', '--by', 'peer', '-r', HTTP)
says(2, '--explain is not for the format openmetrics', 'export', '-f', 'openmetrics', '--explain',
     '--by', 'peer', '-r', HTTP)
for format_, option in (('html', '--by=peer'), ('mermaid', '--explain'), ('mermaid', '--by=peer'), ('json', '--raw'),
                        ('json', '--by=peer'), ('csv', '--raw'), ('csv', '--explain'), ('csv', '--by=peer'),
                        ('pcapng', '--raw'), ('pcapng', '--explain'), ('openmetrics', '--raw')):
    says(2, f"{option.partition('=')[0]} is not for the format {format_}", 'export', '-f', format_, option,
         '-r', HTTP)
says(2, '--ascii is for a terminal', 'export', '-f', 'svg', '--ascii', '-r', HTTP)
says(2, '--color is for a terminal', 'export', '-f', 'svg', '--color=always', '-r', HTTP)
says(2, 'listener, peer or owner is expected', 'export', '-f', 'openmetrics', '--by', 'age', '-r', HTTP)
says(2, 'expected here', 'export', '-f', 'svg', '-r', HTTP, 'dport =')
says(2, 'load the module', 'export', '-f', 'svg', '--device', f'{TMP}/absent')
says(0, '  svg ', 'export', '--help')
says(0, '  export ', '--help')
says(0, '</svg>', 'export', '-f', 'svg', '-r', HTTP)

# Where it writes.
out = write('out.svg', b'before')
os.chmod(out, 0o644)
said = run('export', '-f', 'svg', '-r', HTTP, '-o', out, 'dport = :81')
point(said.returncode == 1 and not said.stdout + said.stderr and read(out) == b'before',
      'nothing matches: the file is as it was', said)
said = run('export', '-f', 'svg', '-r', HTTP, '-o', out)
plain = run('export', '-f', 'svg', '-r', HTTP).stdout
point(said.returncode == 0 and not said.stdout and read(out) == plain and
      stat.S_IMODE(os.stat(out).st_mode) == 0o600, "-o: the same, its owner's only", said)

# A file is whole at any time: as it was, or as it is to be; and there is no other one then.
os.mkdir(f'{TMP}/whole')
name, link = f'{TMP}/whole/it', f'{TMP}/link'
with open(name, 'w+b') as old:
    os.symlink('whole/it', link)
    old.write(b'before')
    old.flush()
    said = run('export', '-f', 'svg', '-r', HTTP, '-o', link)
    old.seek(0)
    point(said.returncode == 0 and old.read() == b'before' and read(name) == plain and os.path.islink(link),
          'a file is replaced, not written over, through a link, too', said)


def short_of_room():
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


with open(name, 'wb') as f:
    f.write(b'before')
said = run('export', '-f', 'svg', '-r', HTTP, '-o', name, preexec_fn=short_of_room, restore_signals=False)
point(said.returncode == 2 and b'cannot write: File too large' in said.stderr and read(name) == b'before',
      'no room: the file is as it was', said)
point(os.listdir(f'{TMP}/whole') == ['it'], 'nothing is left beside it', os.listdir(f'{TMP}/whole'))
said = run('export', '-f', 'svg', '-r', HTTP, '-o', name, preexec_fn=lambda: resource.setrlimit(
    resource.RLIMIT_FSIZE, (1000, 1000)))
point(said.returncode == -signal.SIGXFSZ and read(name) == b'before' and os.listdir(f'{TMP}/whole') == ['it'],
      'nor by a signal that ends it for that', (said, os.listdir(f'{TMP}/whole')))


def interrupted(number, handling=signal.SIG_DFL):
    """How it ends when that signal comes while it writes much, and what is in the directory then. What runs these tests
    in the background may have it ignored."""
    process = subprocess.Popen([WAVEHAND, 'export', '-f', 'csv', '-r', f'{TMP}/many.rec', '-o', name],
                               preexec_fn=lambda: signal.signal(number, handling))
    while len(os.listdir(f'{TMP}/whole')) == 1 and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(number)
    return process.wait(60), os.listdir(f'{TMP}/whole')


for number in signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGXCPU:
    said = interrupted(number)
    point(said == (-number, ['it']) and read(name) == b'before',
          f'{number.name}: it ends, the file is as it was, and nothing is left beside it', said)
said = interrupted(signal.SIGHUP, signal.SIG_IGN)
point(said == (0, ['it']) and read(name) != b'before', 'nohup: it goes on', said)
os.mkfifo(f'{TMP}/fifo')
with open(os.open(f'{TMP}/fifo', os.O_RDONLY | os.O_NONBLOCK), 'rb') as fifo:
    said = run('export', '-f', 'svg', '-r', HTTP, '-o', f'{TMP}/fifo')
    point(said.returncode == 0 and fifo.read() == plain, 'into a FIFO', said)

dangling = f'{TMP}/dangling'
os.symlink('nowhere', dangling)
said = run('export', '-f', 'svg', '-r', HTTP, '-o', dangling)
point(said.returncode == 2 and b'name that file' in said.stderr and os.readlink(dangling) == 'nowhere' and
      not os.path.exists(f'{TMP}/nowhere'), 'a link to nothing stays one', said)
with open(f'{TMP}/log', 'a+b') as log:
    log.write(b'before')
    log.flush()
    said = run('export', '-f', 'svg', '-r', HTTP, '-o', '/dev/stdout', capture_output=False, stdout=log)
    log.seek(0)
    point(said.returncode == 0 and log.read() == b'before' + plain, 'what standard output is appended to is kept', said)
restricted = f'{TMP}/restricted'
with open(restricted, 'wb'):
    os.chmod(restricted, 0o640)
if not os.geteuid():
    os.chown(restricted, 65534, 65534)
was = os.stat(restricted)
said = run('export', '-f', 'openmetrics', '-r', HTTP, '-o', restricted)
now = os.stat(restricted)
point(said.returncode == 0 and now.st_size and now.st_ino != was.st_ino and
      (was.st_mode, was.st_uid, was.st_gid) == (now.st_mode, now.st_uid, now.st_gid),
      'who might not read the file before may not now', (was, now))
said = run('export', '-f', 'svg', '-r', HTTP, '-o', restricted)
now = os.stat(restricted)
point(said.returncode == 0 and (stat.S_IMODE(now.st_mode), now.st_uid) == (0o600, os.geteuid()),
      'what others may not read is not given to whoever owned a file of its name', now)

# A pipe that somebody made non-blocking, and whose reader has time
reading, writing = os.pipe()
os.set_blocking(writing, False)
fcntl.fcntl(writing, 1031, 4096)    # F_SETPIPE_SZ
with subprocess.Popen([WAVEHAND, 'export', '-f', 'svg', '-r', HTTP], stdout=writing, stderr=subprocess.PIPE) as process:
    os.close(writing)
    time.sleep(0.3)
    with os.fdopen(reading, 'rb') as file:
        got = file.read()
    point(process.wait() == 0 and got == plain and len(got) > 4096, 'into a pipe that does not wait', process.stderr.read())

# Statistics: the same as stats has them, of nothing, too, and who may read them the umask decides.
for filter_, status in ('', 0), ('dport = :80', 0), ('dport = :81', 1):
    for by in ['--by', 'listener'], ['--by', 'peer'], ['--by', 'owner'], []:
        os.umask(0o027)
        os.remove(name)
        said = run('export', '-f', 'openmetrics', *by, '-r', HTTP, '-o', name, filter_)
        os.umask(0o022)
        wanted = run('stats', '--openmetrics', *by, '-r', HTTP, filter_)
        point(said.returncode == wanted.returncode == status and not said.stdout + said.stderr and
              read(name) == wanted.stdout and wanted.stdout.endswith(b'# EOF\n') and
              stat.S_IMODE(os.stat(name).st_mode) == 0o640,
              f"as stats --openmetrics {' '.join(by)} {filter_}", said)
point(run('export', '-f', 'openmetrics', '-r', HTTP).stdout == run('stats', '--openmetrics', '-r', HTTP).stdout,
      'on standard output, too')
copy = write('copy.rec', read(HTTP))
said = run('export', '-f', 'svg', '-r', copy, '-o', copy)
point(said.returncode == 2 and b'name another file' in said.stderr and read(copy) == read(HTTP),
      'not over what is read', said)
with open(copy, 'ab') as f:
    said = run('export', '-f', 'svg', '-r', copy, capture_output=False, stdout=f,
               stderr=subprocess.DEVNULL)
point(said.returncode == 2 and read(copy) == read(HTTP), 'nor to its end', said)
with open(copy, 'rb') as f:
    said = run('export', '-f', 'svg', '-r', f'{ROOT}/tests/golden/ipv6.rec', '-r', '-', '-o', copy, stdin=f)
point(said.returncode == 2 and b'name another file' in said.stderr and read(copy) == read(HTTP),
      'nor over one of several that comes through standard input', said)
says(2, 'cannot write', 'export', '-f', 'svg', '-r', HTTP, '-o', f'{TMP}/absent/x')
if os.path.exists('/dev/full'):
    says(2, 'cannot write: No space', 'export', '-f', 'svg', '-r', HTTP, '-o', '/dev/full')
cut = write('cut.rec', read(HTTP)[:-1])
said = run('export', '-f', 'svg', '-r', cut)
point(said.returncode == 2 and b'truncated' in said.stderr and b'</svg>' in said.stdout,
      'what is whole before a cut is drawn', said)


def picture(data):
    """Its root; one that says why where it is no XML."""
    try:
        return ET.fromstring(data)
    except ET.ParseError as e:
        return ET.Element(f'no XML: {e}', viewBox='0 0 0 0')


def texts(root):
    return [''.join(t.itertext()) for t in root.iter(SVG + 'text')]


def classes(root, tag, name):
    return sum(name in e.get('class', '').split() for e in root.iter(SVG + tag))


def numbers(text):
    return [float(n) for n in re.findall(r'-?\d+(?:\.\d+)?', text)]


def states(text):
    return sorted(re.findall(rf'[~?]?(?:{"|".join(STATES)})(?![-\w])', text))


def drawing_fault(data, conversations, shown):
    """What is wrong with a picture of these conversations, of which show printed this."""
    root = picture(data)
    if root.tag != SVG + 'svg':
        return root.tag
    wide, high = numbers(root.get('viewBox'))[2:]
    said = ' '.join(texts(root))
    segments = [s for c in conversations for s in c['segments']]
    if sum(1 for _ in root.iter(SVG + 'g')) != len(conversations):
        return 'another number of conversations'
    # The legend has two arrows and a cross.
    if classes(root, 'path', 'a') != len(segments) + 2:
        return 'another number of arrows'
    if classes(root, 'path', 'x') != sum(s.get('lost', False) for s in segments) + 1:
        return 'another number of lost segments'
    if classes(root, 'path', 'inf') != sum(s['provenance'] == 'inferred' for s in segments) + 1:
        return 'another number of inferred segments'
    if states(said) != states(shown):
        return f'states: {states(said)} instead of {states(shown)}'
    for c in conversations:
        for note in (c['verdict'].split(', ')[0], *c['notes']):
            if note not in said:
                return f'{note!r} is not told'
        for end in c['endpoints']:
            address = f"[{end['local_addr']}]" if end['family'] == 'IPv6' else end['local_addr']
            if f"{address}:{end['local_port']}" not in said:
                return f'{address} is not told'
            if 'owner_pid' in end and f"{end['owner_comm']}[{end['owner_pid']}]" not in said:
                return f"{end['owner_comm']} is not told"
    for e in root.iter():
        x, y = e.get('x'), e.get('y')
        if x and not 0 <= float(x) <= wide or y and not 0 <= float(y) <= high:
            return f'{e.tag} outside of the picture'
        if e.tag == SVG + 'path' and 'd' in e.attrib and e.get('class') in ('a', 'life'):
            if max(numbers(e.get('d'))) > max(wide, high):
                return 'an arrow that leads outside'
        if any(a.rpartition('}')[2] in ('href', 'src', 'onload') for a in e.attrib):
            return 'something from elsewhere'
    if re.search(rb'url\((?!#)|@import|https?://(?!www\.w3\.org/2000/svg")', data):
        return 'something from elsewhere'
    return None


for rec in sorted(glob.glob(f'{ROOT}/tests/golden/*.rec')):
    said = run('export', '-f', 'svg', '-r', rec)
    fault = f'ends with {said.returncode}, {said.stderr!r}' if said.returncode else None
    lines = run('show', '--json', '-r', rec).stdout.splitlines()
    shown = run('show', '-r', rec).stdout.decode()
    fault = fault or drawing_fault(said.stdout, [json.loads(line) for line in lines], shown)
    if not fault and said.stdout != run('export', '-f', 'svg', '-r', rec, locale='C').stdout:
        fault = 'another picture in another locale'
    point(not fault, f'{os.path.basename(rec)[:-4]}: the picture says what the diagram says', fault)

# JSON is that of show. Tables have its events, under its keys.
NOTICE = {'serial', 'kind', 'count'}


def shown_json(*argv):
    return run('show', '--json', *argv).stdout


def rows_of(conversations):
    """What the rows of a table should be: dictionaries of text, without what is empty."""
    for number, c in enumerate(conversations, 1):
        bases = {}
        for end in c['endpoints']:
            if not end.get('repair'):
                for side, key in ((end['side'], 'iss'), (1 - end['side'], 'irs')):
                    if key in end and (side not in bases or key == 'iss'):
                        bases[side] = end[key]
        events = [(e['serial'], end, e) for end in c['endpoints'] for e in end['events']]
        for _, end, event in sorted(events, key=lambda e: e[0]):
            wanted = {**end, **event, 'conversation': number}
            own = end['side'] ^ (event.get('direction') == 'received')
            for key, side in ('seq', own), ('ack', 1 - own):
                if key in event and side in bases:
                    wanted[f'relative_{key}'] = (event[key] - bases[side]) % 2**32
            yield {key: {True: 'true', False: ''}.get(value, value) if isinstance(value, bool) else str(value)
                   for key, value in wanted.items()}


def table_fault(data, conversations):
    """What is wrong with a table of these conversations, or None."""
    if data.count(b'\r\n') != data.count(b'\n'):
        return 'rows do not end with CR and LF'
    table = csv.DictReader(data.decode().splitlines(), strict=True)
    rows, wanted = list(table), list(rows_of(conversations))
    if len(rows) != len(wanted):
        return f'{len(rows)} rows instead of {len(wanted)}'
    for n, (row, want) in enumerate(zip(rows, wanted)):
        for key in table.fieldnames:
            if row[key] != want.get(key, ''):
                return f'row {n}: {key} is {row[key]!r} instead of {want.get(key)!r}'
    events = {key for c in conversations for end in c['endpoints'] for e in end['events'] for key in e}
    return f'not in the table: {events - set(table.fieldnames)}' if events - set(table.fieldnames) else None


for rec in sorted(glob.glob(f'{ROOT}/tests/golden/*.rec')):
    lines = shown_json('-r', rec)
    said = run('export', '-f', 'csv', '-r', rec)
    fault = f'ends with {said.returncode}, {said.stderr!r}' if said.returncode else table_fault(
        said.stdout, [json.loads(line) for line in lines.splitlines()])
    point(not fault, f'{os.path.basename(rec)[:-4]}: the table says what JSON says', fault)
    said = run('export', '-f', 'json', '-r', rec)
    point(said.returncode == 0 and said.stdout == lines, f'{os.path.basename(rec)[:-4]}: the JSON of show', said)
said = run('export', '-f', 'json', '--explain', '-r', HTTP, 'dport = :80')
point(said.stdout == shown_json('--explain', '-r', HTTP, 'dport = :80') != b'', 'json --explain, of a filter')
two = [x for rec in ('http', 'ipv6') for x in ('-r', f'{ROOT}/tests/golden/{rec}.rec')]
said = run('export', '-f', 'json', *two)
point(said.stdout == shown_json(*two) and b'"recordings"' in said.stdout, 'json of two recordings', said)
said = run('export', '-f', 'csv', *two)
fault = table_fault(said.stdout, [json.loads(line) for line in shown_json(*two).splitlines()[1:]])
point(not fault and b',b,' in said.stdout, 'csv of two recordings', fault)
for format_ in 'json', 'csv':
    said = run('export', '-f', format_, '-r', HTTP, 'dport = :81')
    point(said.returncode == 1 and not said.stdout + said.stderr, f'{format_}: nothing is written of nothing', said)

for comm, shown in ((b'=1+1', r'\x3d1+1'), (b'+1', r'\x2b1'), (b'-1', r'\x2d1'), (b'@A1', r'\x40A1'),
                    (b' =1', r' \x3d1'), ('＝1'.encode(), r'\xef\xbc\x9d1'), ('Ａ1'.encode(), 'Ａ1'),
                    (b'a=b-c+d@e', 'a=b-c+d@e'), (b'a;=1', r'a\x3b=1'), (b'a,b', 'a,b'), (b'a"b', 'a"b'),
                    (b'"a","b"', '"a","b"'), (b'"', '"'), (b'\r\n=1', r'\x0d\x0a=1'), (b'\t=1', r'\x09=1'),
                    (b'\xff=1', r'\xff=1'), (b'\\x3d1', r'\x5cx3d1'), ('三次握手'.encode(), '三次握手')):
    changed = read(HTTP).replace(b'curl'.ljust(16, b'\0'), comm.ljust(16, b'\0'))
    said = run('export', '-f', 'csv', '-r', write('name.rec', changed), 'dport = :80', locale='C')
    table = list(csv.DictReader(said.stdout.decode().splitlines(), strict=True))
    names = {row['owner_comm'] for row in table if row['side'] == '0'}
    point(names == {shown}, f'a name of a process in a table: {ascii(shown)}', names)

# Names that somebody else chose. They stand in each event.
for name, comm, shown in (
        ('Chinese', '三次握手'.encode(), '三次握手[195]'),
        ('Hebrew', 'שלום'.encode(), 'שלום[195]'),
        ('markup', b'</text><script>', '</text><script>[195]'),
        ('entities', b'&lt;&#0;&amp', '&lt;&#0;&amp[195]'),
        ('an override', b'\xe2\x80\xaetxt', r'\xe2\x80\xaetxt[195]'),
        ('an escape', b'\033[31m', r'\x1b[31m[195]'),
        ('no UTF-8', b'\xff\xfe', r'\xff\xfe[195]'),
        ('no character', b'\xef\xbf\xbe\xef\xbf\xbf', r'\xef\xbf\xbe\xef\xbf\xbf[195]')):
    data = read(HTTP)
    changed = data.replace(b'curl'.ljust(16, b'\0'), comm.ljust(16, b'\0'))
    said = run('export', '-f', 'svg', '--explain', '-r', write('name.rec', changed), locale='C')
    ok = changed != data and said.returncode == 0 and any(
        shown in text for text in texts(picture(said.stdout)))
    point(ok, f'a name of a process: {name}', said.stdout[-3000:])

said = run('export', '-f', 'svg', '--raw', '-r', HTTP, 'dport = :80')
raw = json.loads(run('show', '--json', '-r', HTTP, 'dport = :80').stdout)
point(f"Seq={raw['segments'][0]['seq']}" in ' '.join(texts(picture(said.stdout))), '--raw')
said = run('export', '-f', 'svg', '--explain', '-r', HTTP, 'dport = :80')
point('Three steps are enough' in ' '.join(texts(picture(said.stdout))), '--explain')
finish()
END
