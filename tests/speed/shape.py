#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""shape.py FILE: assert what must hold of the figures that table.py has written; a part
that was not run is not asked for."""
import json
import statistics
import sys

r = json.load(open(sys.argv[1]))
bad = 0


def must(what, value, most):
    global bad
    good = value <= most
    bad += not good
    print("%-4s %s: %.3f (at most %.3f)" % ("ok" if good else "BAD", what, value, most))


def wanted(what, value, most):
    """A target that may be missed, if it is known why; said, and no failure."""
    print("%-4s %s: %.3f (target %.3f)" % ("ok" if value <= most else "MISS", what, value, most))


def by_number(d):
    return [d[k] for k in sorted(d, key=int)]


for which in ("median", "max"):
    stops = by_number(r["resident"][which])
    must("stop with the most memory over that with the least, " + which,
         stops[-1] / stops[0], 1.2)
must("stop per changed page over a memcpy", r["dirty"]["slope"] / r["copy"], 1)
# What was to be written was found: no less, and little more.
for x, pages in r["dirty"]["pages"].items():
    must("pages written over those changed, and back, %s" % x,
         max(int(x) / pages, pages / (int(x) + 40)), 1)
# The first time all the memory is new, and is written.
for x, pages in r["first"]["pages"].items():
    must("pages there are over those written the first time, %s MiB" % x, int(x) * 256 / pages, 1)
ports = r["ports"]["median"]
few, many = min(ports, key=int), max(ports, key=int)
must("us per port", (ports[many] - ports[few]) / (int(many) - int(few)), 20)
for what, ratio in r["bytes"].items():
    must("bytes written over those changed, " + what, ratio["median"], 1.10)
# How much longer a program may take with checkpoints so many seconds apart.
most = {0.1: 20, 1: 5, 10: 1, 60: 0.5}
for name, intervals in r["slower"].items():
    # Of changes there is a curve, too.
    if name[:6] in ("pages-", "mixed-") and name[6:] not in ("256-100", "1024-1000"):
        continue
    for interval, percent in intervals.items():
        wanted("%% longer, %s, each %s s" % (name, interval),
               statistics.median(percent), most[float(interval)])
back = r["restore"]
if "lazy, 512 MiB, 1 checkpoints" in back:
    for which in ("first", "busy"):
        wanted("first instruction after a restore, 512 MiB over 4 MiB, " + which,
               back["lazy, 512 MiB, 1 checkpoints"][which] / back["lazy, 4 MiB, 1 checkpoints"][which], 1.3)
if "lazy, 64 MiB, 1000 checkpoints" in back:
    one, many = back["lazy, 64 MiB, 1 checkpoints"], back["lazy, 64 MiB, 1000 checkpoints"]
    for which in ("first", "busy", "all"):
        wanted("restore of the last of 1000 over that of the only one, " + which,
               many[which] / one[which], 1.05)
for what, figures in back.items():
    must("pages wrong after the restore of " + what, figures["wrong"], 0)
sys.exit(bad != 0)
