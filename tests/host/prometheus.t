#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's Prometheus has our numbers: the command of wavehand-metrics.service writes them of a recording, the textfile
# collector of node_exporter finds them where it looks by itself, Prometheus scrapes that each second, and its API says
# what the file says; then it is replaced by that of another recording. All of it in a network and a PID namespace of
# its own, which ends with the test, however that ends.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
if [ "$EUID" != 0 ]; then
	echo '1..0 # SKIP needs root, for tests/vm/unpacked'
	exit
fi
# Before there is no network to fetch them from.
packages='prometheus prometheus-node-exporter'
"$root/tests/vm/unpacked" "$packages" "$tmp" true || { echo 'Bail out! no Prometheus'; exit 1; }
setpriv --pdeathsig KILL unshare --net --pid --fork --kill-child --mount-proc python3 - "$wavehand" "$root" "$tmp" "$packages" <<'END'
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request

from tap import finish, point

WAVEHAND, ROOT, TMP, PACKAGES = sys.argv[1:]
LIMIT = 300  # seconds, of everything: only what never comes takes so long
UNIT = f'{ROOT}/tools/packaging/wavehand-metrics.service'
PLACE = '/var/lib/prometheus/node-exporter'
FILE = f'{TMP}/textfile/wavehand.prom'


def start(name, script):
    with open(f'{TMP}/{name}.log', 'wb') as log:
        subprocess.Popen([f'{ROOT}/tests/vm/unpacked', PACKAGES, TMP, 'sh', '-euc', script],
                         stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def logs():
    for name in 'exporter', 'prometheus':
        with open(f'{TMP}/{name}.log') as log:
            yield from log.readlines()[-8:]


def write(rec, *options):
    """What the unit does, with a recording for the device. Return: what the file says then."""
    with open(UNIT) as unit:
        command, *argv = re.search('^ExecStart=(.*)', unit.read(), re.M).group(1).split()
    assert command == 'wavehand' and f'{PLACE}/wavehand.prom' in argv
    subprocess.run([WAVEHAND, *[arg.replace(PLACE, f'{TMP}/textfile') for arg in argv], *options, '-r', rec],
                   stdin=subprocess.DEVNULL, check=True)
    samples = {}
    with open(FILE) as file:
        for line in file:
            if line[0] != '#':
                name, labels, value = re.fullmatch(r'(\w+)(?:\{(.*)\})? (\S+)\n', line).groups()
                found = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or '')
                samples[key(name, {k: re.sub(r'\\(.)', r'\1', v) for k, v in found})] = float(value)
    return samples


def key(name, labels):
    """By what a sample is found; the numbers of le are written in more than one way."""
    return name, frozenset((k, float(v) if k == 'le' else v) for k, v in labels.items())


def query(text):
    """What Prometheus answers: samples without what it knows of the target."""
    url = 'http://127.0.0.1:9090/api/v1/query?' + urllib.parse.urlencode({'query': text})
    with urllib.request.urlopen(url) as answer:
        result = json.load(answer)['data']['result']
    samples = {}
    for sample in result:
        labels = {k: v for k, v in sample['metric'].items() if k not in ('__name__', 'instance', 'job')}
        samples[key(sample['metric'].get('__name__', ''), labels)] = float(sample['value'][1])
    return samples


def arrives(wanted, what):
    """Wait until Prometheus has exactly these; of others there is no trace any more."""
    now = {}
    try:
        while now != wanted:
            time.sleep(0.2)
            try:
                now = query('{__name__=~"wavehand_.*"}')
            except OSError:  # it does not listen yet
                pass
    except Late:
        missing = [f'missing: {k} {v}' for k, v in wanted.items() if now.get(k) != v]
        more = [f'not in the file: {k} {v}' for k, v in now.items() if k not in wanted]
        point(False, what, '\n'.join([*missing[:5], *more[:5], *logs()]))
        sys.exit(1)
    point(len(wanted) > 50, f'{what}: {len(wanted)} samples')


class Late(Exception):
    pass


def late(*_):
    raise Late


def asked_to_end(*_):
    sys.exit(1)


signal.signal(signal.SIGALRM, late)
signal.signal(signal.SIGTERM, asked_to_end)
signal.alarm(LIMIT)

os.mkdir(f'{TMP}/textfile')
with open(f'{TMP}/prometheus.yml', 'w') as f:
    f.write('global: {scrape_interval: 1s}\n'
            'scrape_configs: [{job_name: node, static_configs: [{targets: ["127.0.0.1:9100"]}]}]\n')
first = write(f'{ROOT}/tests/golden/queue-full.rec')
start('exporter', f'''
    ip link set lo up
    mount -t tmpfs none /var/lib # the tree stays as it is
    mkdir -p {PLACE}
    mount --bind /mnt/textfile {PLACE}
    exec prometheus-node-exporter --collector.disable-defaults --collector.textfile --web.listen-address=127.0.0.1:9100
''')
start('prometheus', '''
    exec prometheus --config.file=/mnt/prometheus.yml --storage.tsdb.path=/mnt/data --web.listen-address=127.0.0.1:9090
''')
arrives(first, 'a recording')
point(query('node_textfile_scrape_error') == {key('node_textfile_scrape_error', {}): 0}, 'node_exporter found no fault')
said = query('node_textfile_mtime_seconds')
point(said == {key('node_textfile_mtime_seconds', {'file': f'{PLACE}/wavehand.prom'}): int(os.stat(FILE).st_mtime)},
      'and says how old the file is', said)

# The quantile is in the bucket that has it, of each histogram.
bounds, wrong = {}, []
for (name, labels), count in first.items():
    if name == 'wavehand_state_seconds_bucket':
        bounds.setdefault(labels - {('le', dict(labels)['le'])}, []).append((dict(labels)['le'], count))
said = query('histogram_quantile(0.5, wavehand_state_seconds_bucket)')
for labels, buckets in bounds.items():
    buckets.sort()
    low, high = 0, next(bound for bound, count in buckets if count >= buckets[-1][1] / 2)
    low = max([bound for bound, _ in buckets if bound < high], default=0)
    if not low <= said.get(('', labels), -1) <= high:
        wrong.append(f'{labels}: {said.get(("", labels))} is not in {low}..{high}')
point(len(said) == len(bounds) > 5 and not wrong, f'histogram_quantile() of {len(bounds)} histograms', '\n'.join(wrong))

# What the README asks is understood; the last one, that the file is old, is not so.
with open(f'{ROOT}/README.md') as f:
    asked = re.search('### Many machines\n.*?```\n(.*?)```', f.read(), re.S).group(1).splitlines()
said = [query(line) for line in asked]
point(len(said) == 3 and not said[2] and query(asked[2].replace('>', '<')), 'what the README asks is understood', said)

arrives(write(f'{ROOT}/tests/golden/http.rec'), 'the file is replaced by that of another recording')
with open(f'{ROOT}/tests/golden/http.rec', 'rb') as f:
    rec = f.read()
for n, comm in enumerate((b'a"} 1\n# EOF\n', b'\\x3f', '三次握手'.encode(), b'\xff\xfe{le="1"}')):
    with open(f'{TMP}/name.rec', 'wb') as f:
        f.write(rec.replace(b'curl'.ljust(16, b'\0'), comm.ljust(16, b'\0')))
    wanted = write(f'{TMP}/name.rec', '--by', 'owner')
    arrives(wanted, f'name {n} that somebody else chose')
point(query('node_textfile_scrape_error') == {key('node_textfile_scrape_error', {}): 0}, 'and no fault in these')
finish()
END
