#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""shape.py FILE: assert what must hold of the figures that table.py has written."""
import json
import sys

r = json.load(open(sys.argv[1]))
bad = 0


def must(what, value, most):
    global bad
    good = value <= most
    bad += not good
    print("%-4s %s: %.3f (at most %.3f)" % ("ok" if good else "BAD", what, value, most))


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
sys.exit(bad != 0)
