#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""table.py [--json FILE] [--plot FILE] LOG...: tables of the lines that begin with @@ in
machines' console logs: for each kind of load the stop in microseconds of guest time,
its median and maximum and where it goes, and the whole as a floor and a slope (least
squares of the medians); what is written for what was changed; how much longer programs
take; restores.  With --plot, a plot of the stops' medians and maxima, one panel for each
kind, and of the slowdown against pages changed.  With --json, the figures for the tests."""
import argparse
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


def load(text):
    """Figures of `ckpt stats --json'.  A cycle of the counter is a nanosecond here; the
    machine knows its clock less well."""
    figures = json.loads(text)
    for name in figures:
        if name.endswith("_us"):
            figures[name] *= figures["cycles_per_ms"] / 1e6
    return figures


def lines(logs):
    for log in logs:
        yield from open(log, errors="replace")


def read(logs):
    series = {}
    for line in lines(logs):
        m = re.search(r"@@SPEED (\w+) ([\d ]*\d) (\{.*\})", line)
        if m:
            x = int(m.group(2).split()[-1])
            series.setdefault(m.group(1), {}).setdefault(x, []).append(load(m.group(3)))
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


def written(logs):
    """What is written over what was changed: the store's own count of blocks."""
    rows, result = {}, {}
    for line in lines(logs):
        m = re.search(r"@@BYTES (\d+) (\d+) (\d+)  *(\{.*\})", line)
        if m:
            figures = json.loads(m.group(4))
            rows.setdefault(tuple(int(m.group(i)) for i in (1, 2, 3)), []).append(
                (figures["new_blocks"] + figures["meta_blocks"]) / int(m.group(2)))
    if rows:
        print("bytes written per checkpoint over bytes changed\n"
              "    MiB  changed (MiB)  runs  checkpoints   median      max      min")
    for (mib, pages, runs), ratios in sorted(rows.items()):
        print("%7d %14.2f %5d %12d %8.3f %8.3f %8.3f" % (
            mib, pages / 256, runs, len(ratios), statistics.median(ratios), max(ratios), min(ratios)))
        result["%d pages, %d runs" % (pages, runs)] = {
            "median": statistics.median(ratios), "max": max(ratios)}
    whole = {m.group(1): int(m.group(2)) for m in
             (re.search(r"@@(SUM|DISK) (\d+)", line) for line in lines(logs)) if m}
    if len(whole) == 2:
        print("all checkpoints of that boot say that they wrote %d KiB; the disk saw %d KiB: %.3f of it"
              % (whole["SUM"], whole["DISK"], whole["DISK"] / whole["SUM"]))
    if rows:
        print()
    return result


def program(name):
    m = re.fullmatch(r"(pages|mixed)-(\d+)-(\d+)", name)
    return "%.4g MiB each %s ms, %s" % (
        int(m.group(2)) / 256, m.group(3),
        "mixed" if m.group(1) == "mixed" else "in order") if m else name


def read_slow(logs):
    """Of each log's programs, by interval (0: none): milliseconds and, of the time
    between, checkpoints, failed ones, the mean stop, and what the last one wrote."""
    took, ground = {}, {}
    for log, line in ((log, line) for log in logs for line in lines([log])):
        m = re.search(r"@@SLOW (\S+) ([\d.]+|ground) ([\d.]+) *(\{[^}]*\})?(\{[^}]*\})?", line)
        if not m:
            continue
        if m.group(2) == "ground":
            ground.setdefault((log, m.group(1)), []).append(float(m.group(3)))
            continue
        a, b = load(m.group(4)), load(m.group(5))
        n = b["taken"] - a["taken"]
        took.setdefault((log, m.group(1)), {}).setdefault(float(m.group(2)), []).append({
            "ms": float(m.group(3)), "checkpoints": n, "failed": b["failed"] - a["failed"],
            "stop": (b["taken"] * b["stop_mean_us"] - a["taken"] * a["stop_mean_us"]) / max(n, 1) / 1e3,
            "pages": b["pages_read"], "write": b["write_us"] / 1e3, "commit": b["commit_us"] / 1e3})
    return took, ground


def slowdown(logs):
    """Of each program, how much longer it takes with checkpoints: by program and
    interval, the lists of percents of the median time without."""
    took, ground = read_slow(logs)
    result = {}
    if took:
        print("how much longer programs take with checkpoints, in percent; checkpoints in that time, and of one:"
              " what it\ncosts the program, its stop, and of the last one pages written and the times to"
              " write and commit (ms)\n"
              "%-30s %6s %4s %8s %7s %7s %7s %6s %6s %6s %6s %6s %7s" % (
                  "program", "every", "runs", "without", "median", "max", "spread", "number", "costs",
                  "stop", "pages", "write", "commit"))
    for (log, name), times in took.items():
        of = lambda interval, what: statistics.median(t[what] for t in times[interval])
        base = of(0, "ms")
        for interval in sorted(set(times) - {0}, reverse=True):
            rows = times[interval]
            percent = [100 * (t["ms"] / base - 1) for t in rows]
            n = of(interval, "checkpoints")
            result.setdefault(name, {})[interval] = percent
            print("%-30s %4g s %4d %5.1f s %7.2f %7.2f %7.2f %6d %6.1f %6.2f %6d %6.1f %7.1f" % (
                program(name), interval, len(rows), base / 1e3, statistics.median(percent), max(percent),
                max(percent) - min(percent), n, (of(interval, "ms") - base) / max(n, 1),
                of(interval, "stop"), of(interval, "pages"), of(interval, "write"), of(interval, "commit")))
        failed = sum(t["failed"] for rows in times.values() for t in rows)
        if failed:
            print("  (%d checkpoints failed)" % failed)
        if (log, name) in ground:
            print("%-30s on the ground itself: %.1f s" % (program(name),
                                                          statistics.median(ground[log, name]) / 1e3))
    if took:
        print()
    return result


def restores(logs):
    """From the moment when somebody looks for the environment: until the program goes
    on, and until it has read its memory; and what root-proxy says of itself."""
    found = {}
    for line in lines(logs):
        m = re.search(r"@@BACK (\w+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\{.*\})", line)
        if m:
            mib, pages, checkpoints, start, on, end, wrong, idle = (int(m.group(i)) for i in range(2, 10))
            figures = load(m.group(10))
            found.setdefault((m.group(1), mib, pages, checkpoints), []).append({
                "first": (on - start) / 1e6, "busy": (on - start - idle) / 1e6, "all": (end - start) / 1e6, "wrong": wrong,
                "own": figures["restore_first_us"] / 1e3, "own_all": figures["restore_all_us"] / 1e3,
                "before": figures["restore_pages"], "later": figures["lazy_pages"]})
    result = {}
    if found:
        print("restore: from the first look at the environment until its program goes on, and until it has\n"
              "read its memory (without: less the time in which the machine did nothing but wait for the disk,\n"
              "which depends on the host); from root-proxy's start until programs go on, until all is there\n"
              "(ms, medians); pages read before and after\n"
              "verify     MiB  changing  checkpoints  runs  goes on      max  without      max  memory read |"
              "  goes on       all  before   after  wrong")
    for (how, mib, pages, checkpoints), rows in sorted(found.items()):
        r = {what: statistics.median(row[what] for row in rows) for what in rows[0]}
        for what, of in (("max", "first"), ("busy_max", "busy"), ("wrong", "wrong")):
            r[what] = max(row[of] for row in rows)
        result["%s, %d MiB, %d checkpoints" % (how, mib, checkpoints)] = r
        print("%-6s %7d %9d %12d %5d %8.1f %8.1f %8.1f %8.1f %12.1f | %8.1f %9.1f %7d %7d %6d" % (
            how, mib, pages, checkpoints, len(rows), r["first"], r["max"], r["busy"], r["busy_max"], r["all"],
            r["own"], r["own_all"], r["before"], r["later"], r["wrong"]))
    if found:
        print()
    return result


def curves(slower):
    """Of the loops that change memory: how much longer they take, in percent, against
    MiB changed each time, for the plot."""
    result = {}
    for name, intervals in slower.items():
        m = re.fullmatch(r"mixed-(\d+)-(\d+)", name)
        for interval, percent in intervals.items() if m else ():
            if float(interval) * 1000 == int(m.group(2)):
                curve = result.setdefault(float(interval), {"median": {}, "max": {}})
                curve["median"][int(m.group(1)) / 256] = statistics.median(percent)
                curve["max"][int(m.group(1)) / 256] = max(percent)
    return {("percent longer, MiB changed each %g s" % interval, "MiB"): result[interval]
            for interval in sorted(result)}


def panel(out, kind, result, left, top):
    width, height = 300, 170
    title, unit = kind
    xs = sorted(result["median"])
    most_x = max(xs[-1], 1)
    most_y = max(max(result["max"].values()), 1) * 1.1
    px = lambda x: left + 45 + (width - 60) * x / most_x
    py = lambda y: top + height - 30 - (height - 60) * y / most_y
    out.append('<text x="%d" y="%d" font-weight="bold">%s</text>'
               % (left + 45, top + 15, title))
    out.append('<path d="M%.1f %.1f V%.1f H%.1f" fill="none" stroke="#444"/>'
               % (px(0), py(most_y), py(0), px(most_x)))
    for part in (0, 0.5, 1):
        y = most_y / 1.1 * part
        out.append('<text x="%.1f" y="%.1f" text-anchor="end">%.3g</text>'
                   % (px(0) - 4, py(y) + 4, y))
        out.append('<text x="%.1f" y="%.1f" text-anchor="middle">%.5g</text>'
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


def plot(results, extra, path):
    results = {("stop (us) against " + TITLES[kind][0], TITLES[kind][1]): result
               for kind, result in results.items()} | extra
    rows = (len(results) + 1) // 2
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="640" height="%d" '
           'font-family="sans-serif" font-size="11">' % (rows * 190 + 30),
           '<!-- SPDX-License-Identifier: GPL-3.0-or-later -->',
           '<rect width="100%" height="100%" fill="white"/>']
    for i, (kind, result) in enumerate(results.items()):
        panel(out, kind, result, i % 2 * 315, i // 2 * 190)
    out.append('<text x="45" y="%d">in guest time; <tspan fill="#1060a0">median'
               '</tspan>, <tspan fill="#b04010">maximum</tspan></text></svg>'
               % (rows * 190 + 15))
    open(path, "w").write("\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json")
    parser.add_argument("--plot")
    parser.add_argument("logs", nargs="+")
    args = parser.parse_args()
    series = read(args.logs)
    results = {kind: table(kind, series[kind]) for kind in TITLES if kind in series}
    found = dict(results, bytes=written(args.logs), slower=slowdown(args.logs),
                 restore=restores(args.logs))
    if not any(found.values()):
        sys.exit("table.py: no figures in %s" % " ".join(args.logs))
    copies = [int(m.group(1)) / 1000 for m in
              (re.search(r"@@COPY (\d+)", line) for line in lines(args.logs)) if m]
    if copies:
        found["copy"] = statistics.median(copies)
        print("one memcpy of a page: %.3f us" % found["copy"])
    if "resident" in results:
        r = results["resident"]
        print("stop with %d MiB over stop with %d MiB: median %.3f, maximum %.3f"
              % (max(r["median"]), min(r["median"]),
                 r["median"][max(r["median"])] / r["median"][min(r["median"])],
                 r["max"][max(r["max"])] / r["max"][min(r["max"])]))
    if args.json:
        json.dump(found, open(args.json, "w"))
    if args.plot:
        plot(results, curves(found["slower"]), args.plot)


main()
