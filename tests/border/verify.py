#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the drivers of all.sh left, against what they must have left.

usage: verify.py DIR STEPS TRANSACTIONS TREE KILLS
TREE is tree.c's program for this machine; what it says of the tree on the ground is in
DIR.tree.  What the sinks of telling and silent streams have is in DIR.telling and
DIR.silent, if there were some; one that does not tell may have one answer twice for each
of the KILLS.
STEPS is 0 if each driver tells how many they were; one that is told to end does so, too.
One line per driver: its name, and `ok' or what is wrong.  Exits with how many are
wrong."""

import os
import sqlite3
import struct
import subprocess
import sys
import tempfile

top, n, t = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def read(*names):
    with open(os.path.join(top, *names), 'rb') as f:
        return f.read()


def steps(driver):
    """As many as it has told, because it was told to end, or as it was to do."""
    try:
        for line in read(driver + '.out').split(b'\n'):
            if line.endswith(b' steps'):
                return int(line.split()[0])
    except OSError:
        pass
    if n:
        return n
    raise OSError('did not tell how far it came')


def compare(what, is_, expected):
    """Two lists of lines; None if they are equal."""
    if is_ == expected:
        return None
    have, want = set(is_), set(expected)
    lost = [l for l in expected if l not in have]
    strange = [l for l in is_ if l not in want]
    doubled = len(is_) - len(have)
    return '%s: %d lost, %d doubled, %d strange%s' % (
        what, len(lost), doubled, len(strange),
        '' if lost or doubled or strange else ', reordered')


def append():
    n = steps('append')
    expected = [b'line %d ' % i + bytes([97 + i % 26]) * (i % 300) for i in range(1, n + 1)]
    return compare('lines', read('append', 'lines').split(b'\n'), expected + [b''])


def queue():
    n = steps('queue')
    taken = range(1, n - 3 + 1)
    bad = compare('log', read('queue', 'log').split(b'\n'),
                  [b'letter %d of the queue' % i for i in taken] + [b''])
    for where, names in (('tmp', []), ('new', ['%d' % i for i in range(max(1, n - 2), n + 1)]),
                         ('cur', ['%d:2,S' % i for i in taken if i % 4])):
        bad = bad or compare(where, sorted(os.listdir(os.path.join(top, 'queue', where))), sorted(names))
        for name in names if not bad else []:
            if read('queue', where, name) != b'letter %d of the queue\n' % int(name.split(':')[0]):
                bad = '%s/%s: other contents' % (where, name)
    return bad


def rotate():
    n = steps('rotate')
    logs, small, last, current = {}, b'', None, b''
    for i in range(1, n + 1):
        current += b'entry %d\n' % i
        if i % 20 == 0:
            last = 'log.%d' % (i // 20 % 3)
            logs[last] = current + b'closed\n'
            current = b''
        if i % 50 == 0:
            small = (small + bytes(i))[:i] if small else small
            small += b'entry %d\n' % i
    if current:
        logs['log'] = current
    if small:
        logs['small'] = small
    names = list(logs)
    if last:
        names.append('last')
        logs['last'] = logs[last]
    if n >= 50:
        names.append('d%d' % (n // 50 * 50))
    bad = compare('names', sorted(os.listdir(os.path.join(top, 'rotate'))), sorted(names))
    for name in logs if not bad else []:
        bad = bad or compare(name, read('rotate', name).split(b'\n'), logs[name].split(b'\n'))
    return bad


def slots():
    n = steps('slots')
    v = [0] * 16384
    for i in range(1, n + 1):
        v[i * 37 % 8192] += i
        v[8192 + i * 53 % 8192] += i
    is_ = struct.unpack('<16384I', read('slots', 'slots'))
    wrong = sum(1 for i in range(16384) if v[i] != is_[i])
    return '%d of 16384 numbers' % wrong if wrong else None


def database(mode):
    out = compare('told', [l for l in read(mode + '.out').split(b'\n') if l.startswith(b'done')],
                  [b'done %d' % i for i in range(1, t + 1)])
    if mode.encode() not in read(mode + '.out').split(b'\n'):
        return 'another journal mode'
    try:
        db = sqlite3.connect(os.path.join(top, 'sqlite', mode + '.db'))
        check = db.execute('pragma integrity_check').fetchall()
        if check != [('ok',)]:
            return 'integrity: %s' % check[0]
        numbers = [r[0] for r in db.execute('select n from t order by n')]
        sums = [r[0] for r in db.execute('select sum from s')]
    except sqlite3.Error as e:
        return 'database: %s' % e
    if sums != [t * (t + 1) // 2]:
        return 'sum is %s' % sums
    return compare('numbers', numbers, list(range(1, t + 1))) or out


def tree():
    with tempfile.TemporaryDirectory() as d:
        states = subprocess.run([sys.argv[4], 'states', d, str(steps('tree'))], check=True, stdout=subprocess.PIPE)
    states = states.stdout.decode().split()
    # A copy of it would have files apart that are one here.
    with open(top + '.tree') as f:
        is_ = f.read().strip()
    return None if is_ == states[-1] else 'as after change %d' % states.index(is_) if is_ in states else 'another tree'


def shell():
    return compare('lines', read('shell').split(b'\n'), [b'shell %d' % i for i in range(1, 41)] + [b''])


def stream(name, repeated):
    """Answers are numbered, and have the number that was asked for, which only grows."""
    with open(top + '.' + name, 'rb') as f:
        lines = f.read().split(b'\n')
    answers = [l for i, l in enumerate(lines[:-1]) if i == 0 or l != lines[i - 1]]
    asked = [int(l.split()[1]) for l in answers]
    if any(a >= b for a, b in zip(asked, asked[1:])):
        return 'asked for numbers twice'
    if asked and asked[-1] > len(asked) + repeated:
        return '%d numbers lost' % (asked[-1] - len(asked))
    if len(lines) - 1 - len(answers) > repeated * (name == 'silent'):
        return '%d answers twice' % (len(lines) - 1 - len(answers))
    return compare('answers', [l.split(b':')[0] for l in answers] + lines[-1:],
                   [b'%d' % i for i in range(1, steps(name) + 1)] + [b''])


wrong = 0
for name, check in (('append', append), ('queue', queue), ('rotate', rotate), ('slots', slots),
                    ('delete', lambda: database('delete')), ('wal', lambda: database('wal')), ('shell', shell),
                    ('tree', tree), ('telling', lambda: stream('telling', int(sys.argv[5]))),
                    ('silent', lambda: stream('silent', int(sys.argv[5])))):
    if name in ('telling', 'silent') and not os.path.exists(top + '.' + name):
        continue
    try:
        bad = check()
    except (OSError, ValueError, IndexError, struct.error, subprocess.CalledProcessError) as e:
        bad = str(e)
    said = ''
    if bad:
        wrong += 1
        try:
            said = read(name + '.out').decode(errors='replace').strip().split('\n')[-1]
        except OSError:
            pass
    print('%s: %s%s' % (name, bad or 'ok', ' (it said: %s)' % said if said and bad else ''))
sys.exit(wrong)
