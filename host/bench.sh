# SPDX-License-Identifier: GPL-3.0-or-later
# The verb `bench': what a checkpoint costs, in guest virtual time.

. "$top/host/speed.sh"

# bench_table LOG: one row for each size, from the @@BENCH lines.  What is
# written is what differs from the checkpoint before, without the store's index;
# a restore is that of the last checkpoint, after the machine was killed.
bench_table ()
{
  python3 - "$1" <<'EOT'
import json, re, statistics, sys
rows, restores = {}, {}
for line in open(sys.argv[1], errors="replace"):
    match = re.search(r"@@(BENCH|RESTORE) (\d+) (\{.*\})", line)
    if not match:
        continue
    figures = json.loads(match.group(3))
    # A cycle of the counter is a nanosecond here; the machine knows its clock less well.
    for name in figures:
        if name.endswith("_us"):
            figures[name] *= figures["cycles_per_ms"] / 1e6
    if match.group(1) == "BENCH":
        rows.setdefault(int(match.group(2)), []).append(figures)
    else:
        restores[int(match.group(2))] = figures
if not rows or set(rows) != set(restores):
    sys.exit("perdure: the machine reported figures for %s MiB, and restores for %s"
             % (sorted(rows), sorted(restores)))
print("resident   stop us           KiB written       restore")
print("     MiB   median     max   first   later      us   pages")
for size, runs in sorted(rows.items()):
    stops = [r["stop_us"] for r in runs]
    written = [r["pages_read"] * 4 + r["meta_bytes"] / 1024 for r in runs]
    back = restores[size]
    if back["restored"] != runs[-1]["checkpoint"]:
        sys.exit("perdure: checkpoint %d was restored, not %d"
                 % (back["restored"], runs[-1]["checkpoint"]))
    print("%8d %8.0f %7.0f %7.0f %7.0f %7.0f %7.0f" % (
        size, statistics.median(stops), max(stops), written[0],
        statistics.median(written[1:]), back["restore_us"], back["restore_pages"]))
print(json.dumps({str(s): {"checkpoints": r, "restore": restores[s]}
                  for s, r in rows.items()}),
      file=open(sys.argv[1] + ".json", "w"))
EOT
}

# The peer on the same machine model; beside our own figures, if there are some.
bench_criu ()
{
  local dir=$build/criu ours=$build/speed/speed.json
  packages="gcc libc6-dev qemu-system-x86 python3" setup_packages
  say "running CRIU in a Linux guest (virtual time; ten minutes)"
  sh "$top/tests/speed/criu.sh" "$dir" "${PERDURE_CRIU_MIB:-4 16 64 256}" "0 256" > "$dir.out" \
    || { cat "$dir.out"; die "CRIU was not measured (see $dir)"; }
  [ -e "$ours" ] || ours=
  python3 "$top/tests/speed/peer.py" "$dir/console" $ours | tee "$dir/criu.txt"
}

# cost_table LOG: ticks of the time stamp counter per request on the ground, and how many times that inside.
cost_table ()
{
  awk '$1 == "@@COST" { t[$2, $3] = $4; if (!seen[$3]++) kinds[++n] = $3 }
    END { printf "%-10s %9s %8s %8s %8s %16s %8s %15s\n", "request", "ground", "through", "commit", "replay",
	"commit / through", "to disk", "replay/to disk"
      for (i = 1; i <= n; i++) { k = kinds[i]; g = t["ground", k]
	if (g && t["through", k]) { printf "%-10s %9d %8.2f %8.2f %8.2f %16.2f", k, g, t["through", k] / g,
	  t["commit", k] / g, t["replay", k] / g, t["commit", k] / t["through", k]
	  # The same read, and written to the same disk, by a program of the ground.
	  if ((d = t["keep", k]) > 0) printf " %8.2f %15.2f", d / g, t["replay", k] / d
	  printf "\n" } }
      exit n == 0 }' "$1"
}

# cost_run DISKS: what requests cost, on the ground and inside, under -icount; the
# console goes to DISKS/serial.
cost_run ()
{
  local disks=$1
  rm -rf "$disks"
  make_disks "$disks"
  "$cross/bin/i686-gnu-gcc" -std=gnu17 -Wall -Wextra -D_GNU_SOURCE -O2 -static -Wl,--no-warn-execstack \
     -o "$disks/requests" "$top/tests/bench/requests.c" || die "the benchmark's program does not build"
  put_file "$disks/root.img" "$disks/requests" /home/requests 0100755
  put_file "$disks/root.img" "$top/tests/bench/border.sh" /etc/perdure/job 0100755
  run_machine --timeout 1500 --log "$disks/serial" \
    --qemu-arg -icount --qemu-arg shift=0,sleep=on > "$disks/out"
}

bench_border ()
{
  say "running the requests (virtual time; a few minutes)"
  cost_run "$build/cost" && cost_table "$build/cost/serial" | tee "$build/cost/table"
}

verb_bench ()
{
  local disks=$build/bench
  case ${1-} in
    speed) shift; setup_all; bench_speed "$@"; return;;
    criu) bench_criu; return;;
    border) setup_all; bench_border; return;;
    '') ;;
    *) die "bench: there is no $1 (speed, criu, border)";;
  esac
  setup_all
  rm -rf "$disks"
  make_disks "$disks"
  "$cross/bin/i686-gnu-gcc" -O2 -static -Wl,--no-warn-execstack -o "$disks/resident" \
     "$top/tests/bench/resident.c" || die "the benchmark's program does not build"
  put_file "$disks/root.img" "$disks/resident" /home/resident 0100755
  put_file "$disks/root.img" "$top/tests/bench/job.sh" /etc/perdure/job 0100755
  # With sleep=off the clock would run ahead while the disk is waited for.
  say "running the checkpoints (virtual time; a few minutes)"
  run_machine --timeout 1500 --log "$disks/serial" \
    --qemu-arg -icount --qemu-arg shift=0,sleep=on > "$disks/out" || return
  bench_table "$disks/serial"
}
