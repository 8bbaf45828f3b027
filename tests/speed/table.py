#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""table.py LOG [SVG]: tables of the @@SPEED lines in a machine's console log: for each
kind of load the stop in microseconds of guest time, its median and maximum and
where it goes, and the whole as a floor and a slope (least squares of the medians).
With SVG, a plot of the medians and maxima, one panel for each kind.

The figures are also written as JSON to LOG.json, for the tests."""
import json
import re
import statistics
import sys

PARTS = ["quiesce", "threads", "memory", "ports", "servers", "resume"]
TITLES = {
    "first": ("new memory: the first checkpoint", "MiB", "MiB"),
    "resident": ("resident memory, nothing changed", "MiB", "MiB"),
    "dirty": ("changed pages", "pages", "page"),
    "shared": ("changed pages of a file mapped shared", "pages", "page"),
    "tasks": ("processes", "processes", "process"),
    "threads": ("threads", "threads", "thread"),
    "ports": ("ports", "ports", "port"),
}


def read(log):
    series = {}
    for line in open(log, errors="replace"):
        m = re.search(r"@@SPEED (\w+) ([\d ]*\d) (\{.*\})", line)
        if m:
            x = int(m.group(2).split()[-1])
            figures = json.loads(m.group(3))
            # A cycle of the counter is a nanosecond here; the machine knows its clock
            # less well.
            for name in figures:
                if name.endswith("_us"):
                    figures[name] *= figures["cycles_per_ms"] / 1e6
            series.setdefault(m.group(1), {}).setdefault(x, []).append(figures)
    return series


def fit(points):
    """Floor and slope of the line through POINTS, (x, y)."""
    n = len(points)
    mx = sum(x for x, _ in points) / n
    my = sum(y for _, y in points) / n
    d = sum((x - mx) ** 2 for x, _ in points)
    slope = sum((x - mx) * (y - my) for x, y in points) / d if d else 0
    return my - slope * mx, slope


def table(kind, rows):
    title, unit, one = TITLES[kind]
    print("stop against %s (us)" % title)
    print("%9s  %7s %7s %7s  %s  %8s" % (
        unit, "median", "max", "spread", " ".join("%7s" % p for p in PARTS),
        "written"))
    points = []
    for x, runs in sorted(rows.items()):
        stops = [r["stop_us"] for r in runs]
        points.append((x, statistics.median(stops)))
        print("%9d  %7.0f %7.0f %7.0f  %s  %8.0f" % (
            x, points[-1][1], max(stops), max(stops) - min(stops),
            " ".join("%7.0f" % statistics.median(r[p + "_us"] for r in runs)
                     for p in PARTS),
            statistics.median(r["pages_read"] for r in runs)))
    floor, slope = fit(points)
    print("floor %.0f us, slope %.3f us per %s\n" % (floor, slope, one))
    return {"floor": floor, "slope": slope,
            "median": {x: y for x, y in points},
            "max": {x: max(r["stop_us"] for r in runs) for x, runs in rows.items()},
            "pages": {x: statistics.median(r["pages_read"] for r in runs)
                      for x, runs in rows.items()}}


def slowdown(log):
    """Of each program, how much longer it takes with checkpoints."""
    took = {}
    for line in open(log, errors="replace"):
        m = re.search(r"@@SLOW ([\d.]+) (\d+) (.*)", line)
        if m:
            took.setdefault(m.group(3).strip(), {})[float(m.group(1))] = int(m.group(2))
    result = {}
    if took:
        print("how much longer programs take")
    for what, times in took.items():
        words = what.split()
        name = (words[1] if words[0] == "time" else "computing" if words[2] == "0" else
                "computing, %s pages changed every %s ms" % (words[2], words[3]))
        for interval in sorted(set(times) - {0}, reverse=True):
            slower = 100 * (times[interval] / times[0] - 1)
            result.setdefault(name, {})[interval] = slower
            print("%-45s %4g s: %6.1f %% (%d ms, %d ms without)"
                  % (name, interval, slower, times[interval], times[0]))
    if took:
        print()
    return result


def panel(out, kind, result, left, top):
    width, height = 300, 170
    title, unit, _ = TITLES[kind]
    xs = sorted(result["median"])
    most_x = max(xs[-1], 1)
    most_y = max(max(result["max"].values()), 1) * 1.1
    px = lambda x: left + 45 + (width - 60) * x / most_x
    py = lambda y: top + height - 30 - (height - 60) * y / most_y
    out.append('<text x="%d" y="%d" font-weight="bold">stop against %s</text>'
               % (left + 45, top + 15, title))
    out.append('<path d="M%.1f %.1f V%.1f H%.1f" fill="none" stroke="#444"/>'
               % (px(0), py(most_y), py(0), px(most_x)))
    for part in (0, 0.5, 1):
        y = most_y / 1.1 * part
        out.append('<text x="%.1f" y="%.1f" text-anchor="end">%.0f</text>'
                   % (px(0) - 4, py(y) + 4, y))
        out.append('<text x="%.1f" y="%.1f" text-anchor="middle">%.0f</text>'
                   % (px(most_x * part), py(0) + 14, most_x * part))
    out.append('<text x="%.1f" y="%.1f" text-anchor="end">%s</text>'
               % (px(most_x), py(0) + 27, unit))
    for what, colour, dash in (("median", "#1060a0", ""), ("max", "#b04010", "4 3")):
        line = " ".join("%.1f,%.1f" % (px(x), py(result[what][x])) for x in xs)
        out.append('<polyline points="%s" fill="none" stroke="%s" stroke-dasharray="%s"/>'
                   % (line, colour, dash))
        for x in xs:
            out.append('<circle cx="%.1f" cy="%.1f" r="2.5" fill="%s"/>'
                       % (px(x), py(result[what][x]), colour))


def plot(results, path):
    rows = (len(results) + 1) // 2
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="640" height="%d" '
           'font-family="sans-serif" font-size="11">' % (rows * 190 + 30),
           '<!-- SPDX-License-Identifier: GPL-3.0-or-later -->',
           '<rect width="100%" height="100%" fill="white"/>']
    for i, (kind, result) in enumerate(results.items()):
        panel(out, kind, result, i % 2 * 315, i // 2 * 190)
    out.append('<text x="45" y="%d">microseconds of guest time; <tspan fill="#1060a0">median'
               '</tspan>, <tspan fill="#b04010">maximum</tspan></text></svg>'
               % (rows * 190 + 15))
    open(path, "w").write("\n".join(out) + "\n")


def main():
    series = read(sys.argv[1])
    if not series:
        sys.exit("table.py: no figures in %s" % sys.argv[1])
    results = {kind: table(kind, series[kind]) for kind in TITLES if kind in series}
    slower = slowdown(sys.argv[1])
    for line in open(sys.argv[1], errors="replace"):
        m = re.search(r"@@COPY (\d+)", line)
        if m:
            results_copy = int(m.group(1)) / 1000
            print("one memcpy of a page: %.3f us" % results_copy)
    if "resident" in results:
        r = results["resident"]
        print("stop with %d MiB over stop with %d MiB: median %.3f, maximum %.3f"
              % (max(r["median"]), min(r["median"]),
                 r["median"][max(r["median"])] / r["median"][min(r["median"])],
                 r["max"][max(r["max"])] / r["max"][min(r["max"])]))
    json.dump(dict(results, copy=results_copy, slower=slower), open(sys.argv[1] + ".json", "w"))
    if len(sys.argv) > 2:
        plot(results, sys.argv[2])


main()
