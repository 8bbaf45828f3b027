#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What isolate.sh saw of a changing tree, against the states that it goes through.

usage: isolation.py SERIAL TREE STEPS
TREE is tree.c's program for this machine.  Prints how often the tree was looked at, of
how many checkpoints, after how many restores; and what was wrong.  Exits with 1 then."""

import re
import subprocess
import sys
import tempfile

serial, tree, steps = sys.argv[1:4]
with tempfile.TemporaryDirectory() as d:
    states = subprocess.run([tree, 'states', d, steps], check=True, stdout=subprocess.PIPE).stdout.decode().split()
places = {}
for i, h in enumerate(states):
    places.setdefault(h, []).append(i)

views, raws, between, restores, seen_after = 0, 0, 0, 0, 0
of, bad = {}, []
last, fresh = 0, False
with open(serial, errors='replace') as f:
    for line in f:
        m = re.search(r'@@PD restored (\d+)', line)
        if m:
            restores += 1
            fresh = True
        m = re.search(r'@@ground raw ([0-9a-f]{16})', line)
        if m:
            raws += 1
            between += m[1] not in places
        m = re.search(r'@@ground view (\d+) ([0-9a-f]{16}) ([0-9a-f]{16})', line)
        if not m:
            continue
        n, view, ground = int(m[1]), m[2], m[3]
        views += 1
        if fresh:
            seen_after += 1
            fresh = False
        if view != ground:
            bad.append('checkpoint %d: the view is not what the ground has' % n)
        if view not in places:
            bad.append('checkpoint %d: a state that never was' % n)
            continue
        if of.setdefault(n, view) != view:
            bad.append('checkpoint %d: two different states' % n)
        # The history goes on, but for what a kill takes back.
        later = [i for i in places[view] if i >= last]
        if later:
            last = later[0]
        else:
            bad.append('checkpoint %d: an older state than before' % n)

print('%d views of %d checkpoints, of them the first after %d of %d restores; before the environment was there'
      ' %d, %d of them in the middle of a redo; %d wrong' % (views, len(of), seen_after, restores, raws, between, len(bad)))
for b in bad[:20]:
    print(b)
sys.exit(1 if bad or not views else 0)
