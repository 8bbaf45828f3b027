# SPDX-License-Identifier: GPL-3.0-or-later
# The stop's shape, in the machine's own time: it depends neither on the memory there
# is nor, much, on what has changed.  With --full, the whole series.

tests="stop pages lazy damaged stretched overlap"
case "$full ${1-}" in
  yes* | *speed/*) tests="$tests order held";;
esac

test_stop ()
{
  . "$top/host/bench.sh"
  if [ "$full" = yes ]; then
    speed_dir=$scratch/speed
    bench_speed
    cp "$scratch/speed/speed.txt" "$scratch/table"
    cp "$scratch/speed/speed.json" "$scratch/json"
  else
    speed_run "$scratch/disks" "rounds=5 first=64
resident='4 64' among=64 dirty='0 1024 4096' shared='0 256' ports='10 1000' runs='64-1024-8'
seconds=2 slow='mixed-256-100:0 mixed-256-100:0.1'" --memory 1024
    rm -f "$scratch/disks/"*.img
    python3 "$top/tests/speed/table.py" --json "$scratch/json" "$scratch/disks/serial" | tee "$scratch/table"
  fi
  grep -E "^floor|^stop with|^one|^[ a-z].* s  +[0-9]+ |^ +[0-9]+ +[0-9.]+ +[0-9]+ +[0-9]+ +[0-9.]+ " "$scratch/table" | while read -r line; do note "$line"; done
  python3 "$top/tests/speed/shape.py" "$scratch/json"
}

# checked NAME CHECKPOINTS SEED OPTION…: that many of random programs, all compared.
checked ()
{
  local name=$1 count=$2 from=$3
  shift 3
  "$top/perdure" run --ground --timeout $((count * 3 + 600)) --log "$scratch/$name.serial" --disks "$scratch/$name.disks" \
      --add "$scratch/random:/home/random" --add "$top/tests/speed/pages.sh:/home/pages.sh" \
      -- sh /home/pages.sh "$count" "$from" "$@" > "$scratch/$name"
  rm -rf "$scratch/$name.disks"
  tail -n 1 "$scratch/$name"
  note "$name: $(tail -n 1 "$scratch/$name"), seed $from"
}

# No page is missed, also when checkpoints begin while another is being written; if only the
# first object of a chain is asked, some are.  With --full ten thousand checkpoints, in some
# boots of other programs each.
test_pages ()
{
  local i count=100 boots=1
  [ "$full" != yes ] || { count=2500 boots=4; }
  "$top/perdure" cc -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -o "$scratch/random" "$top/tests/speed/random.c"
  for i in $(seq $boots); do
    checked pages-$i "$count" $((seed + 101 * (i - 1)))
    grep -q '^[0-9]* checkpoints, .* compared, 0 had changed$' "$scratch/pages-$i"
    not grep -q ' [1-9][0-9]* had changed$' "$scratch/pages-$i"
  done
  checked overlap $((count * 2 / 5 + 60)) $((seed + 7)) --overlap=on
  grep -q '^[0-9]* checkpoints, [1-9][0-9]* early, .* compared, 0 had changed$' "$scratch/overlap"
  not grep -q ' [1-9][0-9]* had changed$' "$scratch/overlap"
  # It takes some luck to see one.
  checked control 400 "$seed" --control=top-object
  not grep -q ' 0 had changed$' "$scratch/control"
  grep -q ' [1-9][0-9]* had changed$' "$scratch/control"
}

lazy_build ()
{
  "$top/perdure" cc -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -o "$scratch/lazy" "$top/tests/speed/lazy.c"
}

# lazy_run NAME OPTION… -- ROUNDS: memory that is looked at, on NAME's disks; with $enough
# until a file is there that says so.
lazy_run ()
{
  local name=$1 options=() mib=12 after='ckpt status; ckpt stats; sleep 1
n=$(ckpt stats | sed -n "s/^restored  *//p")
[ $n = 0 ] || { ckpt drop $n; ckpt list | grep -q "^ *$n " && echo "still there: $n" || echo "dropped: $n"; }'
  shift
  [ $full = no ] || mib=64
  [ ! -e "$scratch/order" ] || mib=128
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  # What becomes of a signal must reach the machine.
  exec "$top/perdure" run --timeout 900 --interval 0.3 --log "$scratch/$name.serial" --disks "$scratch/$name.disks" \
    --add "$scratch/lazy:/bin/lazy" "${options[@]}" --after "$after" \
    -- lazy $mib "$2" "$seed" ${enough:+/home/enough} > "$scratch/$name.out"
}

# lazy_until NAME N …: likewise, but kill the machine when it has taken N checkpoints more.
lazy_until ()
{
  local name=$1 n=$2 pid before
  shift 2
  touch "$scratch/$name.serial"
  before=$(grep -ac '@@PD ckpt' "$scratch/$name.serial" || true)
  lazy_run "$name" "$@" &
  pid=$!
  while kill -0 $pid 2>/dev/null && [ "$(grep -ac '@@PD ckpt' "$scratch/$name.serial")" -lt $((before + n)) ]; do
    sleep 1
  done
  # It may have ended: with nothing that can be restored it does.
  kill $pid || true
  wait $pid || true
}

# lazy_figure NAME FIGURE: the last one of that name in the statistics.
lazy_figure () { awk -v f="$2" '$1 == f { v = $2 } END { sub ("\r", "", v); print v }' "$scratch/$1.serial"; }

# Memory that comes from the store when it is touched is what it was, through kills,
# with checkpoints in between and children; what is taken for unchanged is; and little is read
# before programs run.  Control: with --verify=full all of it is.
test_lazy ()
{
  local how kills=2 i pages enough=yes
  [ $full = no ] || kills=10
  lazy_build
  for how in lazy full; do
    for i in $(seq 1 $kills); do
      lazy_until $how 3 --option --verify=$how --option --check-pages -- 0
      [ $how = lazy ] || break
    done
    ( lazy_run $how --add "$scratch/lazy:/home/enough" -- 0 )
    grep -q '^good: ' "$scratch/$how.out"
    grep -aq '^checked: .* 0 had changed' "$scratch/$how.serial"
    note "$how: $(grep '^good' "$scratch/$how.out"), $(grep -ac '@@PD restored' "$scratch/$how.serial") restores," \
      "$(lazy_figure $how restore_pages) pages read before programs ran, $(lazy_figure $how lazy_pages) later, seed $seed"
    rm -rf "$scratch/$how.disks"
  done
  [ "$(grep -ac '@@PD restored' "$scratch/lazy.serial")" = $kills ]
  # When nobody has memory of it any more, the checkpoint is not held.
  grep -aq '^dropped: ' "$scratch/lazy.serial"
  pages=$(sed -n 's/^good: \([0-9]*\) .*/\1/p' "$scratch/lazy.out")
  [ "$(lazy_figure lazy lazy_pages)" -ge "$pages" ]
  [ "$(lazy_figure lazy restore_pages)" -lt $((pages / 4)) ]
  not [ "$(lazy_figure full restore_pages)" -lt $((pages / 4)) ]
}

# A page that is damaged after the last checkpoint: who touches it gets SIGBUS, and people are
# told which it is and where to go back to.  With --verify=full that checkpoint does not run.
test_damaged ()
{
  local how code number
  lazy_build
  for how in lazy full; do
    lazy_until $how 2 --option --verify=$how -- 1000000
    python3 "$top/tests/speed/spoil.py" "$scratch/$how.disks/store.img" 1500
    code=0
    if [ $how = lazy ]; then
      ( lazy_run $how -- 0 ) || code=$?
      echo "exit status: $code"
      [ $code = 138 ]
    else
      # The first boot may have ended before the ground had written its options.
      lazy_until $how 1 --option --verify=$how -- 0
    fi
    rm -rf "$scratch/$how.disks"
  done
  grep -aEq '@@PD restored [0-9]+' "$scratch/lazy.serial"
  grep -aEq '@@PD damage: checkpoint [0-9]+: memory of pid [0-9]+ at 0x[0-9a-f]+ is damaged \(block [0-9]+: .*SIGBUS; the checkpoint before is [0-9]+' "$scratch/lazy.serial"
  grep -aq '^damaged: .*1 page' "$scratch/lazy.serial"
  note "$(grep -aEo 'damage: checkpoint.*' "$scratch/lazy.serial" | head -n 1 | tr -d '\r'), seed $seed"
  number=$(sed -n 's/.*@@PD error checkpoint \([0-9]*\): memory of pid .* does not verify.*/\1/p' "$scratch/full.serial" | head -n 1)
  [ -n "$number" ]
  not grep -aEq "@@PD restored $number"'[^0-9]*$' "$scratch/full.serial"
}

# When the disk cannot follow, the interval stretches, and `ckpt status' says so; and not when it can.
test_stretched ()
{
  lazy_build
  "$top/perdure" run --timeout 600 --interval 0.01 --log "$scratch/serial" --add "$scratch/lazy:/bin/lazy" \
    --add "$top/tests/speed/stretched.sh:/root/stretched.sh" --get "/root/log:$scratch/ground" \
    --before 'sh /root/stretched.sh > /root/log 2>&1 &' -- lazy 16 600 "$seed" > "$scratch/out"
  cat "$scratch/ground"
  note "$(head -n 1 "$scratch/ground")"
  head -n 1 "$scratch/ground" | grep -Eq '^0.01 s, stretched: the last checkpoint took [0-9.]+ s$'
  [ "$(tail -n 2 "$scratch/ground" | tr '\n' ' ')" = "100 s end " ]
}

# A checkpoint that begins while another is being written has what it should have, through
# kills, with files and memory, and when some of those that are being written fail.  Control:
# without overlap none begins early.
test_overlap ()
{
  local how i kills=2 enough=yes options
  [ $full = no ] || kills=10
  lazy_build
  for how in overlap failing control; do
    options=(--interval 0.05 --option --check-pages)
    [ $how = control ] || options+=(--option --overlap=on)
    [ $how != failing ] || options+=(--option --fault=commit:io:3:3)
    for i in $(seq 1 $kills); do
      [ $how != overlap ] || lazy_until $how 4 "${options[@]}" -- 0
    done
    ( lazy_run $how "${options[@]}" --add "$scratch/lazy:/home/enough" -- 0 )
    grep -q '^good: ' "$scratch/$how.out"
    rm -rf "$scratch/$how.disks"
    grep -aq '^checked: .* 0 had changed' "$scratch/$how.serial"
    note "$how: $(lazy_figure $how taken) checkpoints, $(lazy_figure $how failed) failed, $(lazy_figure $how taken_early) began early," \
      "$(grep -ac '@@PD restored' "$scratch/$how.serial" || true) restores, seed $seed"
  done
  [ "$(lazy_figure overlap taken_early)" -gt 0 ]
  [ "$(lazy_figure failing taken_early)" -gt 0 ]
  [ "$(lazy_figure failing failed)" = 3 ]
  [ "$(lazy_figure control taken_early)" = 0 ]
}

# What the last run looked at first after its restore is read first after the next: the kernel has to
# ask for fewer pages.  Control: without that order it asks for more.
test_order ()
{
  local how i options
  "$top/perdure" cc -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -o "$scratch/lazy" "$top/tests/speed/order.c"
  touch "$scratch/order"
  for how in order control; do
    options=(--option --verify=lazy)
    [ $how = order ] || options+=(--control no-order)
    for i in 3 9; do
      lazy_until $how $i "${options[@]}" --interval 1 -- 20
    done
    ( lazy_run $how -- 0 )
    tail -n 1 "$scratch/$how.out" | grep -q '^round'
    rm -rf "$scratch/$how.disks"
    note "$how: $(lazy_figure $how lazy_requests) requests for pages, $(lazy_figure $how lazy_pages) pages"
  done
  [ "$(lazy_figure order lazy_requests)" -lt $(($(lazy_figure control lazy_requests) * 3 / 4)) ]
}

# An answer of a stream, which has to be in the journal first, does not wait for a checkpoint that
# is being written.  Control: with one lock for both it does.
test_held ()
{
  local how options most
  "$top/perdure" cc -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -pthread -o "$scratch/held" "$top/tests/speed/held.c"
  for how in held control; do
    options=()
    [ $how = held ] || options=(--control whole-lock)
    "$top/perdure" run --timeout 600 --log "$scratch/$how.serial" --add "$scratch/held:/bin/held" \
      --add "$build/guest/tests/guest/sink:/hurd/sink" --before 'settrans -pc /home/telling /hurd/sink /root/telling' \
      "${options[@]}" -- held /home/telling 24 40 > "$scratch/$how.out"
    most=$(sed -n 's/^longest //p' "$scratch/$how.out")
    note "$how: the longest of the writes took $most ms, $(grep -ac '@@PD ckpt' "$scratch/$how.serial") checkpoints"
  done
  [ "$(sed -n 's/^longest //p' "$scratch/held.out")" -lt $(($(sed -n 's/^longest //p' "$scratch/control.out") * 2 / 3)) ]
}
