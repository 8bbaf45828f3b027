# SPDX-License-Identifier: GPL-3.0-or-later
# The verb `bench': what a checkpoint costs, in guest virtual time.

# bench_table LOG: one row for each size, from the @@BENCH lines.  What is
# written is what differs from the checkpoint before, without the store's index.
bench_table ()
{
  python3 - "$1" <<'EOT'
import json, re, statistics, sys
rows = {}
for line in open(sys.argv[1], errors="replace"):
    match = re.search(r"@@BENCH (\d+) (\{.*\})", line)
    if match:
        rows.setdefault(int(match.group(1)), []).append(json.loads(match.group(2)))
if not rows:
    sys.exit("perdure: the machine reported no figures")
print("resident   stop us       KiB written")
print("     MiB   median     max   first   later")
for size, runs in sorted(rows.items()):
    stops = [r["stop_us"] for r in runs]
    written = [r["pages_read"] * 4 + r["meta_bytes"] / 1024 for r in runs]
    print("%8d %8.0f %7.0f %7.0f %7.0f" % (
        size, statistics.median(stops), max(stops), written[0],
        statistics.median(written[1:])))
print(json.dumps({str(s): r for s, r in rows.items()}), file=open(sys.argv[1] + ".json", "w"))
EOT
}

verb_bench ()
{
  local disks=$build/bench
  setup_all
  rm -rf "$disks"
  make_disks "$disks"
  "$cross/bin/i686-gnu-gcc" -O2 -static -Wl,--no-warn-execstack -o "$disks/resident" \
     "$top/tests/bench/resident.c" || die "the benchmark's program does not build"
  put_file "$disks/root.img" "$disks/resident" /home/resident 0100755
  put_file "$disks/root.img" "$top/tests/bench/job.sh" /etc/perdure/job 0100755
  say "running the checkpoints (virtual time; a few minutes)"
  runner --timeout 1500 --log "$disks/serial" \
    --qemu-arg -icount --qemu-arg shift=0,sleep=off > "$disks/out" || return
  bench_table "$disks/serial"
}
