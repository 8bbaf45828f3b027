# SPDX-License-Identifier: GPL-3.0-or-later
# `./perdure bench speed': what a checkpoint and a restore cost, in parts, each a boot
# (or some) of its own, under -icount.

speed_dir=$build/speed
speed_parts="memory changes objects bytes slow slower long curve restore eager history"

# each NAMES INTERVALS: every name with every interval.
each ()
{
  local name interval
  for name in $1; do
    for interval in $2; do printf '%s:%s ' "$name" "$interval"; done
  done
}

# speed_settings PART: what its job reads; `memory' is the machine's, in MiB.
speed_settings ()
{
  local loops=$(each 'pages-256-100 mixed-256-100' '0 0.1'; each 'pages-1024-1000 mixed-1024-1000' '0 1')
  local programs='lua lua-large sqlite-tmpfs sqlite-relaxed sqlite-checkpoint compile'
  case $1 in
    memory) echo "rounds=9 first='4 16 64' resident='4 16 64 256 512'";;
    changes) echo "rounds=9 among=256 dirty='0 256 1024 4096 16384' shared='0 64 1024'";;
    objects) echo "rounds=9 tasks='1 10 50 100 200' threads='1 10 50 100' ports='10 100 1000 10000'";;
    bytes) echo "rounds=20 keep=0 runs='64-256-1 64-256-8 64-1024-8 64-4096-8'";;
    # Three times each: a median, and how much it varies.
    slow) echo "seconds=10 slow='$(for i in 1 2 3; do each computing '0 1 0.1'; echo "$loops"; done)'";;
    slower) echo "seconds=10 slow='$(for i in 1 2 3; do each "$programs" '0 1 0.1'; done)'";;
    # One checkpoint in a minute needs more than one.
    long) echo "seconds=66 slow='$(each computing '0 10 60'; each "$programs" '0 10 60')'";;
    curve) echo "seconds=5 slow='$(for n in 16 64 128 256 512 1024; do each mixed-$n-100 '0 0.1'; done
	for n in 256 1024 4096 8192; do each mixed-$n-1000 '0 1'; done)'";;
    # Nothing changes but where it spins.
    restore) echo "verify=lazy cases='$(for i in 1 2 3; do echo 4-0-1 16-0-1 64-0-1 256-0-1 512-0-1; done)'";;
    eager) echo "verify=full cases='4-0-1 64-0-1 512-0-1'";;
    history) echo "verify=lazy cases='64-1024-1 64-1024-1000'";;
  esac | tr '\n' ' '
}

# speed_progress FILE: say what figures appear in FILE, until we are ended.
speed_progress ()
{
  local last= line
  while sleep 5; do
    line=$(grep -a '^@@' "$1" 2> /dev/null | tail -n 1 | cut -d '{' -f 1 | cut -c 1-60)
    [ "$line" = "$last" ] || say "$(grep -ac '^@@' "$1") figures, the last: ${line#@@}"
    last=$line
  done
}

# speed_run DISKS SETTINGS [ARGUMENT…]: the loads of tests/speed that SETTINGS say, with arguments
# for the machine; the console goes to DISKS/serial.
speed_run ()
{
  local disks=$1 settings=$2 file job=job.sh follower
  shift 2
  rm -rf "$disks"
  mkdir -p "$disks"
  truncate -s 6G "$disks/store.img"
  make_disks "$disks"
  case $settings in *cases=*) job=restore.sh;; esac
  printf '%s\n' "$settings" > "$disks/settings"
  "$cross/bin/i686-gnu-gcc" -std=gnu17 -Wall -Wextra -D_GNU_SOURCE -O2 -static -pthread -Wl,--no-warn-execstack \
     -o "$disks/load" "$top/tests/speed/load.c" || die "the load does not build"
  put_file "$disks/root.img" "$disks/load" /home/load 0100755
  put_file "$disks/root.img" "$disks/settings" /etc/perdure/speed
  put_file "$disks/root.img" "$top/tests/speed/$job" /etc/perdure/job 0100755
  for file in slow.sh work.lua; do put_file "$disks/root.img" "$top/tests/speed/$file" /home/$file; done
  put_tree "$disks/root.img" "$top/tests/programs/project" /home/project
  # With sleep=off the clock would run ahead while the disk is waited for.
  speed_progress "$disks/serial" &
  follower=$!
  run_machine --timeout 7200 --log "$disks/serial" "$@" \
    --qemu-arg -icount --qemu-arg shift=0,sleep=on > "$disks/out"
  set -- $?
  kill $follower
  return $1
}

# speed_part PART: one of them, in a folder of its own.
speed_part ()
{
  local disks=$speed_dir/$1 arguments="--memory 1024"
  case $1 in
    memory | restore | eager) arguments="--memory 2048";;
    bytes) arguments="$arguments --log-writes $disks.writes"; : > "$disks.writes";;
  esac
  say "part $1 (virtual time)"
  speed_run "$disks" "$(speed_settings $1)" $arguments || die "the part $1 did not get to its end (see $disks/serial)"
  rm -f "$disks/"*.img
  [ $1 != bytes ] || echo "@@DISK $(python3 "$top/tests/speed/writes.py" "$disks.writes")" >> "$disks/serial"
  rm -f "$disks.writes"
}

# The stop against what there is and what changed, what is written, how much longer
# programs take, restores: tables, and a plot beside them, of all parts that were run.
bench_speed ()
{
  local part dir=$speed_dir logs=
  mkdir -p "$dir"
  for part; do
    case " $speed_parts " in *" $part "*) ;; *) die "bench speed: there is no part $part ($speed_parts)";; esac
  done
  for part in ${@:-$speed_parts}; do speed_part $part; done
  for part in $speed_parts; do
    [ ! -s "$dir/$part/serial" ] || logs="$logs $dir/$part/serial"
  done
  python3 "$top/tests/speed/table.py" --json "$dir/speed.json" --plot "$dir/speed.svg" $logs | tee "$dir/speed.txt"
  say "the table is $dir/speed.txt, the plot $dir/speed.svg"
}
