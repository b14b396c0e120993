#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What stats counts, counted again in another way: from the events as follow tells them, and in another language.
# Every golden recording, and one of thousands of connections.
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
make_tools tools-plain
cc -O2 -D_GNU_SOURCE -I"$root/module/uapi" -o "$tmp/generate" "$root/tests/bench/generate.c" &&
	"$tmp/generate" 40000 >"$tmp/many.rec" || { echo 'Bail out! no recording of many'; exit 1; }
python3 - "${BUILD:-$tmp}/tools-plain/wavehand" "$root"/tests/golden/*.rec "$tmp/many.rec" <<'END'
import collections
import json
import os
import subprocess
import sys

wavehand, *recordings = sys.argv[1:]


def lines(*argv):
    said = subprocess.run([wavehand, *argv], stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in said.stdout.splitlines()]


def nearest_rank(times, percent):
    return sorted(times)[-(-len(times) * percent // 100) - 1]


def count(events):
    """Edges, and by process and state the times that endpoints were there."""
    edges, here, times, owner = collections.Counter(), {}, {}, {}
    for event in events:
        if 'id' in event:
            owner[event['id']] = event.get('owner_comm', '')
        if event['kind'] != 'transition' or event.get('raw'):
            continue
        old, new, who, now = event['old_state'], event['new_state'], event['id'], event['time_ns']
        edges[old, new] += 1
        if old == new:
            continue
        if old != 'CLOSED' and here.get(who, [''])[0] == old:
            times[who, old] = now - here[who][1]
        here[who] = new, now
    groups = collections.defaultdict(list)
    for (who, state), time in times.items():
        groups[owner[who], state].append(time)
    return edges, groups


def differs(recording):
    edges, groups = count(lines('follow', '--json', '-r', recording))
    total, *told = lines('stats', '--json', '--by', 'owner', '-r', recording)
    said = {(e['old_state'], e['new_state']): e['count'] for e in total['edges']}
    if {k: n for k, n in said.items() if k[1] != 'gone'} != edges:
        return f'{said} instead of {edges}'
    for group in told:
        for state in group.get('states', []):
            times = groups.pop((group['owner'], state['state']), [])
            want = {'left': len(times)}
            if times:
                want.update(sum_ns=sum(times), max_ns=max(times), p50_ns=nearest_rank(times, 50),
                            p90_ns=nearest_rank(times, 90), p99_ns=nearest_rank(times, 99))
            if not want.items() <= state.items():
                return f"{group['owner']}: {state} instead of {want}"
    return groups and f'{groups} are missing'


print(f'1..{len(recordings)}')
failed = 0
for number, recording in enumerate(recordings, 1):
    wrong = differs(recording)
    if wrong:
        failed = 1
        print('#', wrong)
    print('not ' * bool(wrong) + f'ok {number} - {os.path.basename(recording)}')
sys.exit(failed)
END
