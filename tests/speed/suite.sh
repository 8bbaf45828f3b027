# SPDX-License-Identifier: GPL-3.0-or-later
# The stop's shape, in the machine's own time: it depends neither on the memory there
# is nor, much, on what has changed.  With --full, the whole series.

tests="stop"

test_stop ()
{
  . "$top/host/bench.sh"
  if [ "$full" = yes ]; then
    speed_run "$scratch/disks" "$speed_all"
  else
    speed_run "$scratch/disks" "rounds=5
resident='4 64' among=64 dirty='0 1024 4096' shared='0 256' tasks= threads= ports='10 1000'"
  fi
  python3 "$top/tests/speed/table.py" "$scratch/disks/serial" | tee "$scratch/table"
  rm -f "$scratch/disks/"*.img
  grep -E '^floor|^stop with|^one' "$scratch/table" | while read -r line; do note "$line"; done
  python3 "$top/tests/speed/shape.py" "$scratch/disks/serial.json"
}
