#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# wavehand export --format html: what the page holds is what the other formats say, and what it does in a browser: it is
# filtered, walked through with keys, narrow and dark; in Chinese; with 10,000 conversations, too, and with names that
# somebody else chose, none of which is a script. Without root, there is no browser (tests/vm/browser).
set -u

# shellcheck source=tests/host/build
. "$(dirname "$0")/build"
cc -O2 -D_GNU_SOURCE -I"$root/module/uapi" -o "$tmp/generate" "$root/tests/bench/generate.c" &&
	"$tmp/generate" 272600 >"$tmp/many.rec" || { echo 'Bail out! no recording of many'; exit 1; }
chinese
zh export --format html -r "$root/tests/golden/http.rec" >"$tmp/chinese.html"
python3 - "$wavehand" "$root" "$tmp" <<'END'
import base64
import glob
import hashlib
import html
import json
import os
import re
import struct
import subprocess
import sys

from tap import finish, point, skip

WAVEHAND, ROOT, TMP = sys.argv[1:]
GOLDEN = sorted(glob.glob(f'{ROOT}/tests/golden/*.rec'))


def run(*argv, locale='C.UTF-8'):
    return subprocess.run([WAVEHAND, *argv], stdin=subprocess.DEVNULL, capture_output=True,
                          env=dict(os.environ, LC_ALL=locale))


def export(rec, *argv, **more):
    return run('export', '--format', 'html', '-r', rec, *argv, **more).stdout.decode()


def write(name, data):
    path = f'{TMP}/{name}'
    with open(path, 'wb') as f:
        f.write(data)
    return path


def read(path):
    with open(path, 'rb') as f:
        return f.read()


BEGIN, END = '<script type="application/json" id="data">', '</script>'


def parts(page):
    """What stands before the data, the data, and what stands behind."""
    before, rest = page.split(BEGIN)
    data, behind = rest.split(END, 1)
    return before, data, behind


def unpack(data, picture):
    *texts, order = picture
    texts = iter(texts)
    lines = ''.join(data['lines'][i] + '\n' for i in data['orders'][order])
    return re.sub('\t', lambda _: next(texts), lines)


def edges(rec, *argv):
    lines = run('stats', '--json', '-r', rec, *argv).stdout.splitlines()
    return {(e['old_state'], e['new_state']): (e['count'], e['inferred']) for e in json.loads(lines[0])['edges']}


def buckets(rec):
    """Of all listeners together, as they are in the page: by state, not cumulative."""
    sums = {}
    for line in run('stats', '--openmetrics', '-r', rec).stdout.decode().splitlines():
        found = re.match(r'wavehand_state_seconds_bucket{.*state="([^"]+)",le="([^"]+)"} (\d+)', line)
        if found:
            state, bound, count = found.groups()
            bounds = sums.setdefault(state, {})
            bounds[float(bound)] = bounds.get(float(bound), 0) + int(count)
    each = {}
    for state, bounds in sums.items():
        counts = [bounds[b] for b in sorted(bounds)]
        each[state] = [n - m for n, m in zip(counts, [0] + counts)]
    return {state: counts for state, counts in each.items() if any(counts)}


def fault(rec):
    """What is wrong with the page of a recording, or None."""
    said = run('export', '--format', 'html', '-r', rec)
    if said.returncode:
        return f'ends with {said.returncode}, {said.stderr!r}'
    before, text, behind = parts(said.stdout.decode())
    if (before, behind) != STATIC:
        return 'more than the data differs between two pages'
    if '<' in text or '&' in text:
        return 'markup in the data'
    data = json.loads(text)
    shown = [json.loads(line) for line in run('show', '--json', '-r', rec).stdout.splitlines()]
    strings = data['strings']
    if len(shown) != len(data['conversations']):
        return f"{len(data['conversations'])} conversations instead of {len(shown)}"
    for c, wanted in zip(data['conversations'], shown):
        ids, opening, closing, verdict, left, right, client, server = (strings[i] for i in c[3:-1])
        if (opening, closing) != (wanted['opening'], wanted.get('closing', '')):
            return f'{opening}, {closing} instead of {wanted}'
        if verdict.replace(' · ', ', ') != wanted['verdict']:
            return f'{verdict} instead of {wanted["verdict"]}'
        for end in wanted['endpoints']:
            if 'owner_pid' in end and (client, server)[end['side']] != f"{end['owner_comm']}[{end['owner_pid']}]":
                return f'{client}, {server} instead of {end}'
        drawn = run('export', '--format', 'svg', '-r', rec, ids.split()[0]).stdout.decode()
        if unpack(data, c[-1]) != drawn:
            return f'{ids} is another picture'
    if {(e[0], e[1]): (e[2], e[3]) for e in data['edges']} != edges(rec):
        return 'other edges than those of stats'
    if {t[0]: t[8] for t in data['times'] if any(t[8])} != buckets(rec):
        return f'other times than those of stats: {data["times"]}, {buckets(rec)}'
    if any(sum(t[8]) != t[1] for t in data['times']):
        return 'times do not add up'
    if said.stdout != run('export', '--format', 'html', '-r', rec, locale='C').stdout:
        return 'another page in another locale'
    return None


HTTP = f'{ROOT}/tests/golden/http.rec'
before, _, behind = parts(export(HTTP))
STATIC = before, behind
for rec in GOLDEN:
    said = fault(rec)
    point(not said, f'{os.path.basename(rec)[:-4]}: it holds what the other formats say', said)
data = json.loads(parts(export(HTTP, '--explain', '--raw', 'dport = :80'))[1])
point(len(data['conversations']) == 1 and unpack(data, data['conversations'][0][-1]) ==
      run('export', '--format', 'svg', '-r', HTTP, '--explain', '--raw', 'dport = :80').stdout.decode(),
      '--explain, --raw and a filter are as for svg')
said = run('export', '--format', 'html', '-r', HTTP, 'dport = :81')
point(said.returncode == 1 and not said.stdout + said.stderr, 'nothing matches: nothing is written', said)
scripts = re.findall(r'<script>(.*?)</script>', behind, re.S)
wanted = "script-src 'sha256-" + base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode() + "'"
policy = re.search(r'Content-Security-Policy" content="([^"]*)"', before).group(1)
point(len(scripts) == 1 and wanted in policy and policy.startswith("default-src 'none'") and
      not re.search(r'''\s(?:src|href)="(?!#)|url\((?!#)|@import| on[a-z]+=''', before + behind),
      'it allows its own script only, and names nothing elsewhere', policy)


chinese = read(f'{TMP}/chinese.html').decode()
words = json.loads(parts(chinese)[1])['words']
texts = set(re.findall(r'(?:data-(?:text|label|hint)=|_\()"([^"]*)"', read(f'{ROOT}/tools/page.html').decode()))
point(parts(chinese)[0] == before and parts(chinese)[2] == behind, 'in Chinese no more than the data differs')
point(len(texts) > 60 and texts - set(words) == {'CLOSE', 'SEND'} and not set(words) - texts,
      'its texts are there in Chinese, but for what the RFC calls the calls of users', texts ^ set(words))


def mix(recordings):
    """All of them one behind the other, as if one host had seen them."""
    events, serial, time, ids = [], 1, 10**9, 0
    for path in recordings:
        data = read(path)
        some = [bytearray(data[i:i + 160]) for i in range(160, len(data), 160)]
        some = [e for e in some if e[16] < 17]
        times = [struct.unpack_from('<Q', e, 8)[0] for e in some if e[16] < 16]
        last_serial = last_id = 0
        for e in some:
            s, t = struct.unpack_from('<QQ', e)
            i, = struct.unpack_from('<Q', e, 40)
            struct.pack_into('<QQ', e, 0, serial + s, t - min(times) + time if e[16] < 16 else t)
            struct.pack_into('<Q', e, 40, ids + i)
            struct.pack_into('<Q', e, 56, ids + 1)
            last_serial, last_id = max(last_serial, s), max(last_id, i)
            events.append(bytes(e))
        serial, ids, time = serial + last_serial, ids + last_id, time + max(times) - min(times) + 10**8
    return write('mix.rec', read(recordings[0])[:160] + b''.join(events))


def browser(*argv):
    return subprocess.run([f'{ROOT}/tests/vm/browser', TMP, *argv], stdin=subprocess.DEVNULL, capture_output=True)


# What a test does in the page: to look, to type, to press keys; "said" comes back.
HELPERS = r'''
const wait = () => new Promise(done => setTimeout(done, 50));
const options = () => [...document.querySelectorAll('#rows [role=option]')];
const selected = () => document.querySelector('#rows [aria-selected=true]');
const picture = () => document.querySelector('#right svg').textContent;
const key = name => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
const type = async text => { $('filter').value = text; $('filter').dispatchEvent(new Event('input')); await wait(); };
const pick = async (id, value) => { $(id).value = value; $(id).dispatchEvent(new Event('change')); await wait(); };
const lines = () => options().map(o => o.innerText.replace(/\s+/g, ' '));
'''


def look(page, body, *argv, policy=None):
    """What a script says that runs behind the page's own."""
    script = ('(async () => { const said = { errors: [] };\n'
              'addEventListener("error", e => said.errors.push(e.message));\n' + HELPERS +
              'try {\n' + body + '\n} catch (e) { said.errors.push(String(e)); }\n'
              'const pre = document.createElement("pre"); pre.id = "said";\n'
              'pre.textContent = JSON.stringify(said); document.body.append(pre); })();')
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = page.replace("script-src '", policy or f"script-src 'sha256-{allowed}' '", 1)
    page = page.replace('</body>', f'<script>{script}</script></body>')
    write('page.html', page.encode())
    said = browser('--virtual-time-budget=20000', '--dump-dom', *argv, 'page.html')
    found = re.search(r'<pre id="said">(.*?)</pre>', said.stdout.decode(), re.S)
    if not found:
        return {'errors': [f'nothing came back: {said.stderr.decode()[-600:]}']}
    return json.loads(html.unescape(found.group(1)))


def holds(name, said, **wanted):
    wrong = {key: said.get(key) for key in wanted if said.get(key) != wanted[key]}
    if said['errors']:
        wrong['errors'] = said['errors']
    point(not wrong, name, '\n'.join(f'{key}: {value!r}, not {wanted.get(key)!r}' for key, value in wrong.items()))


def in_browser():
    rec = mix(GOLDEN)
    page = export(rec)
    data = json.loads(parts(page)[1])
    strings = data['strings']
    total = len(data['conversations'])
    shown = [json.loads(line) for line in run('show', '--json', '-r', rec).stdout.splitlines()]
    resets = sum((c.get('closing') or c['opening']) == 'reset' for c in shown)

    said = browser('--virtual-time-budget=5000', '--dump-dom', 'untouched.html') \
        if write('untouched.html', page.encode()) else None
    point(said.stdout.decode().count('role="option"') > 5, 'the page as it is: its script runs', said.stderr[-600:])
    write('changed.html', page.replace("'use strict';", "'use strict' ;", 1).encode())
    said = browser('--virtual-time-budget=5000', '--dump-dom', 'changed.html')
    point(b'role="option"' not in said.stdout and b'<h1' in said.stdout, 'another script does not')

    holds('each conversation has its row, and a click its diagram', look(page, r'''
        const c = $('count'); said.count = c.textContent; said.setsize = options()[0].getAttribute('aria-setsize');
        said.first = current.right !== '*' && selected().id === 'row-' + current.index;
        options()[4].click(); await wait();
        said.same = selected() === options()[4] && options().filter(o => o.getAttribute('aria-selected') === 'true').length;
        const name = conversations[4].left; said.drawn = picture().includes(name) && picture().includes(conversations[4].ids);
        said.label = $('right').getAttribute('aria-label').includes(conversations[4].verdict);
        said.active = $('list').getAttribute('aria-activedescendant') === selected().id;
        said.all = 0;
        for (let i = 0; i < conversations.length; i++) {
            choose(i);
            const svg = document.querySelector('#right svg');
            said.all += svg.namespaceURI === SVG && !svg.querySelector('parsererror') && picture().includes(shown[i].ids);
        }'''), count=f'{total} conversations', setsize=str(total), first=True, same=1, drawn=True, label=True, active=True, all=total)

    holds('the filter: words, outcomes, orders', look(page, r'''
        await type('RESET  10.'); said.every = lines().every(l => /reset|✕/.test(l)); said.picture = picture().includes(shown[0].ids);
        await type('no such thing'); said.none = [options().length, $('rows').innerText, document.querySelector('#right svg')];
        await type(''); await pick('outcome', 'reset'); said.outcome = options().length;
        await pick('outcome', ''); await pick('order', 'last'); said.last = shown[0].index;
        await pick('order', 'long'); said.long = shown.every((c, i) => !i || c.ns <= shown[i - 1].ns);
        said.kept = selected().id === 'row-' + current.index;'''),
          none=[0, 'No conversation matches.', None], outcome=resets, kept=True, last=total - 1, long=True, every=True,
          picture=True)

    holds('the keys: / j k arrows Enter Escape Home End', look(page, r'''
        const at = () => shown.indexOf(current);
        key('/'); said.slash = document.activeElement.id; await type('nginx'); const n = shown.length;
        key('ArrowDown'); said.down = at(); key('Enter'); said.enter = document.activeElement.id;
        key('j'); said.j = at(); key('k'); said.k = at(); key('ArrowUp'); key('ArrowUp'); key('k'); said.top = at();
        key('End'); said.end = at() === n - 1; await wait(); said.there = selected().getAttribute('aria-posinset') === String(n);
        key('Home'); said.home = at(); key('Enter'); said.diagram = document.activeElement.id;
        key('j'); said.on = at(); key('Escape'); said.back = document.activeElement.id;
        key('/'); key('j'); said.typed = at(); key('Escape'); said.cleared = [$('filter').value, shown.length];
        key('Escape'); said.list = document.activeElement.id;'''),
          slash='filter', down=1, enter='list', j=2, k=1, top=0, end=True, there=True, home=0, diagram='right', on=1,
          back='list', typed=1, cleared=['', total], list='list')

    wanted = {f'{a} {b}': n for (a, b), (n, _) in edges(rec).items()}
    said = look(page, r'''
        said.edges = {};
        for (const g of document.querySelectorAll('#figure .edge'))
            if (+g.dataset.count)
                said.edges[`${g.dataset.from} ${g.dataset.to}`] = +g.dataset.count;
        said.figure = Object.keys(said.edges).length;
        said.told = [...document.querySelectorAll('#figure .edge')].every(g =>
            g.querySelector('.count').textContent.replace(/[,~]/g, '') === (+g.dataset.count ? g.dataset.count : ''));
        said.pale = [...document.querySelectorAll('#figure .never')].every(g => g.dataset.count === '0');
        said.ways = document.querySelectorAll('#figure .edge').length; said.states = document.querySelectorAll('#figure .state').length;
        for (const tr of document.querySelectorAll('#beyond tbody tr'))
            said.edges[tr.cells[0].textContent.replace(' → ', ' ')] = +tr.cells[1].textContent.replace(/[,~]/g, '');
        said.sources = [...document.querySelectorAll('#beyond table')].map(t => t.dataset.source).join();
        said.charts = [...document.querySelectorAll('#charts .chart')].map(c => c.dataset.state);
        said.bars = [...document.querySelectorAll('#charts svg')].every(s => s.querySelectorAll('rect').length === data.bounds.length + 1);
        said.named = [...document.querySelectorAll('[role=img], [role=region], [role=listbox], input, select')].every(e =>
            e.getAttribute('aria-label') || e.getAttribute('aria-labelledby'));''')
    holds('the state machine: 21 ways of figure 5, and each count of stats', said, edges=wanted, told=True, pale=True,
          ways=21, states=12, sources='0,1', charts=[t[0] for t in data['times']], bars=True, named=True)
    point(0 < said.get('figure', 0) < len(wanted), 'some transitions are in the figure, some beside it', said)

    said = look(chinese, r'''
        said.lang = document.documentElement.lang; said.title = document.title; said.texts = [document.body.innerText];
        for (const e of document.querySelectorAll('[aria-label], [placeholder], title, #figure text'))
            said.texts.push(e.getAttribute('aria-label') || e.getAttribute('placeholder') || e.textContent);
        said.values = said.texts.filter(text => /%\d/.test(text)); said.count = $('count').textContent;
        await type('curl'); said.some = $('count').textContent; await type('xyz'); said.none = $('rows').innerText;''')
    texts = ' '.join(said.pop('texts', []))
    holds('in Chinese', said, lang='zh-CN', title=words['TCP conversations'], values=[], count='3 个连接', some='3 个连接中的 1 个',
          none=words['No conversation matches.'])
    ways = texts.count('次状态转换') + texts.count(words['never observed'])
    point(ways == 21 + 2, 'all of its texts were looked at: each way of the figure, and what stands above them', ways)
    # But for states and flags, processes, the host, its kernel, units, keys, and the command.
    left = re.sub(r'[A-Z][A-Z0-9-]+[A-Z0-9]|\w+\[\d+\]|Linux \S+|Linux$|wavehand export --format html', '', texts)
    left = set(re.findall('[A-Za-z]{2,}', left)) - set('wavehand ms min Seq Ack IPv uid Linux Enter Esc'.split())
    point(not left, 'and nothing in English', left)

    # Its own colours, and in any window nothing sticks out.
    colors = {}
    for scheme in 0, 1:
        said = look(page, 'said.page = getComputedStyle(document.body).backgroundColor; said.ink = getComputedStyle(document.body).color;',
                    f'--blink-settings=preferredColorScheme={scheme}')
        colors[scheme] = said
    point(colors[0].get('page') == 'rgb(14, 17, 22)' and colors[1].get('page') == 'rgb(246, 247, 249)' and
          colors[0].get('ink') != colors[1].get('ink'), 'light and dark', colors)
    for size in '500,740', '800,600', '1900,1000':
        said = look(page, r'''said.out = document.documentElement.scrollWidth - innerWidth; said.width = innerWidth;
            said.high = [...document.querySelectorAll('.row')].every(r => r.scrollHeight <= r.clientHeight + 1);
            said.list = $('list').clientHeight > 200;''', f'--window-size={size}')
        holds(f'{size}: nothing sticks out', said, out=0, high=True, list=True, width=int(size.split(',')[0]))
    browser('--virtual-time-budget=5000', '--window-size=1000,800', '--screenshot=shot.png', 'untouched.html')
    shot = read(f'{TMP}/shot.png') if os.path.exists(f'{TMP}/shot.png') else b''
    point(shot[:8] == b'\x89PNG\r\n\x1a\n' and struct.unpack('>II', shot[16:24]) == (1000, 800) and len(shot) > 20000,
          'a screenshot', len(shot))
    browser('--virtual-time-budget=5000', '--print-to-pdf=page.pdf', 'untouched.html')
    printed = read(f'{TMP}/page.pdf') if os.path.exists(f'{TMP}/page.pdf') else b''
    point(printed.startswith(b'%PDF') and printed.count(b'/Type /Page\n') > 1, 'printed', printed[:100])

    said = look(page, r'''
        said.broken = []; addEventListener('securitypolicyviolation', e => said.broken.push(e.effectiveDirective));
        try { await fetch('http://127.0.0.1/'); said.fetched = true; } catch (e) { said.fetched = false; }
        new Image().src = 'http://127.0.0.1/x'; document.body.append(make('iframe', { src: 'http://127.0.0.1/' }));
        document.body.append(make('link', { rel: 'stylesheet', href: 'http://127.0.0.1/' }));
        document.body.append(make('button', { id: 'bad', onclick: 'window.ran = 1' })); $('bad').click();
        await wait(); await wait(); said.ran = window.ran || 0; said.broken = [...new Set(said.broken)].sort().join();''')
    holds('it may not load anything, nor run what stands in an attribute', said, fetched=False, ran=0,
          broken='connect-src,frame-src,img-src,script-src-attr,style-src-elem')

    # Very many: opened, filtered, walked through; no time is held against it, but the document stays small.
    page = export(f'{TMP}/many.rec')
    data = json.loads(parts(page)[1])
    many = len(data['conversations'])
    print(f'# {many} conversations: {len(page.encode()) // 1000} kB')
    end = run('list', '-n', '-o', 'ID', '-r', f'{TMP}/many.rec', 'sport = :32777').stdout.decode().split()
    said = look(page, r'''
        said.count = $('count').textContent; said.rows = options().length < 60;
        await type('10.0.0.2:32777'); said.one = [options().length, shown[0].ids.split(' ')[0].slice(1)];
        said.drawn = picture().includes('10.0.0.2:32777');
        await type('curl[1777]'); said.few = shown.length; said.match = lines().every(l => l.includes('curl[1777]'));
        await type(''); $('list').focus(); key('End'); await wait(); said.last = selected().getAttribute('aria-posinset');
        said.small = options().length < 60 && document.querySelectorAll('*').length < 2000;
        $('list').scrollTop = 5000 * rowHeight; $('list').dispatchEvent(new Event('scroll'));
        said.scrolled = options().some(o => o.getAttribute('aria-posinset') === '5001');''')
    holds('10,000 conversations', said, count=f'{many:,} conversations', rows=True, one=[1, end[0]], drawn=True, match=True,
          few=sum('curl[1777]' in s for s in (data['strings'][c[9]] for c in data['conversations'])), last=str(many),
          small=True, scrolled=True)
    point(many > 10000 and len(page.encode()) < 1000 * many, 'a page of them has less than 1 kB for each', len(page))

    hostile()


def event(serial, id, comm, old=7, new=2, state=2):
    return (struct.pack('<QQBBBBBBHIIII', serial, serial * 10**6, 1, old, new, 1, 1, 0, 0, 0, 0, 0, 0) +
            struct.pack('<QQQ16s16sHHBBHII16sIIQQIBBBB', id, id, 1, bytes([10, 0, 0, 2]), bytes([10, 0, 0, 1]),
                        id, 80, 4, 1, 0x7f, 812, 0, comm, 0, 0, 0, 0, 1, state, 0, 0, 0))


NAMES = [b'</script><b>x', b'<!--<script>', b'-->', b']]><i>', b'"><img src=x>', b"' onload='ran()", b'&lt;b&gt;&amp;',
         b'&quot;&#60;b&#62;', b'\\u003cb\\u003e', b'\\"</script>', b'${ran()}', b'`;ran();//', b'\xe2\x80\xa8ran()', b'$&$1$`', b'\t\t1\t',
         b'</text></svg><b', b'javascript:ran', b'\0', b'\xff<b>', b'{{ran()}}', b'</style><b>1', b'</title><b>2',
         b'__proto__', b'constructor']


def hostile():
    host = b"</script><script>window.ran=1</script><img src=x onerror=ran=1>"
    lives = [event(i + 1, i + 1, comm) for i, comm in enumerate(NAMES)]
    lives += [event(100 + i, i + 1, comm, 2, 8, 8) for i, comm in enumerate(NAMES)]
    rec = write('hostile.rec', struct.pack('<8sIIq64s64sQ', b'wavehand', 2, 160, 2**63 - 1, host, b'"><script>ran=1</script>', 0) +
                b''.join(lives))
    page = export(rec)
    # Here the policy lets each script run that there is: it is not what keeps these harmless.
    said = look(page, r'''
        said.ran = window.ran === undefined; said.title = document.title; said.n = conversations.length;
        const look = () => document.querySelectorAll('script').length + ' ' + [...document.querySelectorAll(
            'b, i, img, iframe, object, embed, link, base, form, foreignObject, image, use, animate, set')].length;
        said.marks = new Set([look()]); said.tags = new Set();
        for (let i = 0; i < conversations.length; i++) {
            choose(i); await wait();
            const svg = document.querySelector('#right svg');
            said.marks.add(look());
            for (const e of svg.querySelectorAll('*')) {
                said.tags.add(e.localName);
                for (const a of e.attributes)
                    if (/^on|href/.test(a.name))
                        said.marks.add(a.name);
            }
        }
        said.marks = [...said.marks]; said.tags = [...said.tags].sort().join(' '); said.about = $('about').textContent;
        said.texts = conversations.map(c => c.client);
        said.pictures = conversations.map((c, i) => { choose(i); return picture().includes(c.client.replace(/\[812\]$/, '')); });
        said.last = window.ran === undefined;''', policy="script-src 'unsafe-inline'; old '")
    names = [w['owner_comm'] for line in run('list', '--json', '-r', rec).stdout.splitlines() for w in [json.loads(line)]]
    holds('names of processes and hosts that look like markup or scripts are texts', said, ran=True, last=True,
          title='TCP conversations', n=len(NAMES), marks=['3 0'], tags='defs marker path rect style text tspan g'.split() and
          'defs g marker path rect style text tspan', pictures=[True] * len(NAMES))
    point(host.decode() in said.get('about', '') and sum(f'{n}[812]' in said.get('texts', []) for n in names) > 15,
          'and are shown as they are', said)


# Nobody else can make the browser's tree.
if os.geteuid():
    skip('in a browser', 'needs root, for tests/vm/browser')
elif browser('--version').returncode:
    point(False, 'a browser', browser('--version').stderr.decode())
else:
    in_browser()
finish()
END
