#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""peer.py CONSOLE [SPEED.JSON]: a table of what criu.sh measured and, beside the
figures of table.py, how many times longer CRIU's program stands still.

The ratios are also written as JSON to CONSOLE.json, for the tests."""
import json
import re
import statistics
import sys


def read(path):
    stops, restores = {}, {}
    for line in open(path, errors="replace"):
        m = re.search(r"@@CRIU (\d+) MiB, (\d+) pages changed: (.*)", line)
        if not m:
            continue
        key = int(m.group(1)), int(m.group(2))
        figures = [int(x) for x in re.findall(r"\d+", m.group(3))]
        if len(figures) == 4:
            stops.setdefault(key, []).append(figures)
        else:
            restores[key] = figures[0]
    return stops, restores


def main():
    stops, restores = read(sys.argv[1])
    if not stops:
        sys.exit("peer.py: no figures in %s" % sys.argv[1])
    median = {key: [statistics.median(column) for column in zip(*rows)]
              for key, rows in stops.items()}
    print("CRIU: the program stands still (us)        written (KiB)       restore")
    print("%7s %8s %9s %9s   %8s %8s   %9s" % (
        "MiB", "changed", "full", "next", "full", "next", "us"))
    for key, row in sorted(median.items()):
        print("%7d %8d %9.0f %9.0f   %8.0f %8.0f   %9.0f" % (*key, *row, restores.get(key, 0)))
    if len(sys.argv) < 3:
        return
    ours = json.load(open(sys.argv[2]))
    ratios = {}
    for (mib, pages), row in sorted(median.items()):
        first = ours.get("first", {}).get("median", {}).get(str(mib))
        dirty = ours.get("dirty", {}).get("median", {}).get(str(pages))
        if first and pages == 0:
            ratios["full %d MiB" % mib] = row[0] / first
        if dirty:
            ratios["%d MiB, %d pages changed" % (mib, pages)] = row[1] / dirty
    for what, ratio in ratios.items():
        print("CRIU's stop over ours, %s: %.1f" % (what, ratio))
    json.dump(ratios, open(sys.argv[1] + ".json", "w"))


main()
