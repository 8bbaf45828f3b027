# SPDX-License-Identifier: GPL-3.0-or-later
# The stop's shape, in the machine's own time: it depends neither on the memory there
# is nor, much, on what has changed.  With --full, the whole series.

tests="stop pages"

test_stop ()
{
  . "$top/host/bench.sh"
  if [ "$full" = yes ]; then
    speed_run "$scratch/disks" "$speed_all"
  else
    speed_run "$scratch/disks" "rounds=5 first=64
resident='4 64' among=64 dirty='0 1024 4096' shared='0 256' tasks= threads= ports='10 1000'"
  fi
  python3 "$top/tests/speed/table.py" "$scratch/disks/serial" | tee "$scratch/table"
  rm -f "$scratch/disks/"*.img
  grep -E '^floor|^stop with|^one' "$scratch/table" | while read -r line; do note "$line"; done
  python3 "$top/tests/speed/shape.py" "$scratch/disks/serial.json"
}

# checked NAME CHECKPOINTS OPTION…: that many of random programs, all compared.
checked ()
{
  local name=$1 count=$2
  shift 2
  "$top/perdure" run --ground --timeout $((count * 3 + 600)) --log "$scratch/$name.serial" --disks "$scratch/$name.disks" \
      --add "$scratch/random:/home/random" --add "$top/tests/speed/pages.sh:/home/pages.sh" \
      -- sh /home/pages.sh "$count" "$seed" "$@" > "$scratch/$name"
  rm -rf "$scratch/$name.disks"
  tail -n 1 "$scratch/$name"
  note "$name: $(tail -n 1 "$scratch/$name"), seed $seed"
}

# No page is missed; if only the first object of a chain is asked, some are.
test_pages ()
{
  local count=100
  [ "$full" != yes ] || count=10000
  "$top/perdure" cc -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -o "$scratch/random" "$top/tests/speed/random.c"
  checked pages "$count"
  grep -q '^[0-9]* checkpoints, .* compared, 0 had changed$' "$scratch/pages"
  # It takes some luck to see one.
  checked control 400 --control=top-object
  not grep -q ' 0 had changed$' "$scratch/control"
  grep -q ' [1-9][0-9]* had changed$' "$scratch/control"
}
