# SPDX-License-Identifier: GPL-3.0-or-later
# A program in the environment outlives the machine.  Each test of a mechanism
# has a control that leaves the mechanism out and must fail.

tests="survivor control_write_through control_no_fpu control_empty_store
  threads taken_up commit_kill unnoticed control_abort bad_store bad_redo"
tests=$(echo $tests)

# Sizes: work per line, kills, bytes of text, and seconds that a run may take.
if [ "$full" = yes ]; then
  work=90 kills=12 commit_kills=20 size=1200000 limit=1500
else
  work=8 kills=3 commit_kills=3 size=1200000 limit=400
fi

# random LOW HIGH: a number of tenths of seconds between LOW and HIGH, as
# seconds, from the suite's seed.
random ()
{
  state=$(( (${state:-$seed} * 16807 + 11) % 2147483647 ))
  awk -v l="$1" -v h="$2" -v r="$state" 'BEGIN { printf "%.1f", l + r % (10 * (h - l)) / 10 }'
}

# env OPTION… -- COMMAND…: run in the environment; output in $scratch/NAME.out.
env_run ()
{
  local name=$1
  shift
  "$top/perdure" run --timeout $limit --log "$scratch/$name.serial" \
     --report "$scratch/$name.report" "$@" > "$scratch/$name.out"
}

report () { awk -v k="$2" '$1 == k { print $2 }' "$scratch/$1.report"; }

# words NAME OPTION…: the Lua program; result file in $scratch/NAME.result.
words ()
{
  local name=$1
  shift
  awk -v size=$size -v seed="$seed" -f "$top/tests/survivor/text.awk" > "$scratch/text"
  env_run "$name" --add "$scratch/text:/home/text" \
     --add "$top/tests/survivor/words.lua:/home/words.lua" \
     --get "/home/result:$scratch/$name.result" "$@" \
     -- lua /home/words.lua /home/text /home/result 1000 $work
}

# kill_times HOW-MANY SECONDS: options that spread kills over a run, from when
# the first checkpoint is there for sure.
kill_times ()
{
  local i low
  for i in $(seq 1 "$1"); do
    low=$(awk -v i="$i" -v n="$1" -v s="$2" 'BEGIN { print 3 + (i - 1) * (s - 4) / n }')
    printf -- '--kill-at %s ' "$(random "$low" "$(awk -v l="$low" -v n="$1" -v s="$2" \
      'BEGIN { print l + (s - 4) / n }')")"
  done
}

# through_kills HOW-MANY COMMAND…: run COMMAND with kills spread over the time
# that the run `plain' took; it makes the run `killed'.  When the machine is
# less busy now and the program was done before the last of them, again and
# with all of them sooner.
through_kills ()
{
  local wanted=$1 seconds times
  shift
  seconds=$(report plain ran)
  for _ in 1 2 3 4; do
    times=$(kill_times "$wanted" "$seconds")
    note "never killed: $(report plain ran) s; killed at: $times (seed $seed)"
    "$@" $times || return
    if [ "$(report killed kills)" -lt "$wanted" ]; then
      seconds=$(awk -v s="$seconds" 'BEGIN { s *= 0.6; print s < 7 ? 7 : s }')
    elif [ -n "${each_restored-}" ] && [ "$(report killed restores)" -lt "$wanted" ]; then
      # A kill came before there was a checkpoint.
      seconds=$(awk -v s="$seconds" 'BEGIN { print s * 1.3 }')
    else
      return 0
    fi
  done
  note "done before it was killed $wanted times"
  return 1
}

test_survivor ()
{
  local ran
  words plain
  ran=$(report plain ran)
  # On a fast machine there is more to compute: a full run lasts a minute.
  if [ "$full" = yes ] && [ "${ran%.*}" -lt 61 ]; then
    work=$(awk -v w=$work -v r="$ran" 'BEGIN { print int (w * 75 / r) }')
    words plain
    ran=$(report plain ran)
    [ "${ran%.*}" -ge 60 ]
  fi
  grep -q '^digest' "$scratch/plain.out"
  each_restored=yes through_kills $kills words killed
  cmp "$scratch/plain.out" "$scratch/killed.out"
  cmp "$scratch/plain.result" "$scratch/killed.result"
  [ "$(report killed kills)" = $kills ]
  [ "$(report killed restores)" = $kills ]
  [ "$(grep -c '^block' "$scratch/killed.out")" -ge 18 ]
  [ "$(awk '/^block/ { print $4 }' "$scratch/killed.out" | sort -u | wc -l)" = 1 ]
  note "restores: $(report killed restores), checkpoints: $(report killed checkpoints)"
}

# With writes passed straight through, the repeated ones appear twice.  The
# interval is long enough that each kill loses some.
test_control_write_through ()
{
  words plain
  through_kills 3 words killed --interval 8 --control write-through
  not cmp "$scratch/plain.result" "$scratch/killed.result"
}

# threads NAME OPTION…: the threaded C program.
threads ()
{
  local name=$1
  shift
  "$top/perdure" cc -O2 -o "$scratch/threads" "$top/tests/survivor/threads.c" -lm -lpthread
  env_run "$name" --add "$scratch/threads:/home/threads" "$@" -- /home/threads 30 20000
}

test_control_no_fpu ()
{
  threads plain
  through_kills 3 threads killed --control no-fpu || true
  [ "$(report killed restores)" -ge 1 ]
  not cmp "$scratch/plain.out" "$scratch/killed.out"
}

# Without its store the program is gone: it starts anew.
test_control_empty_store ()
{
  local disks=$scratch/disks
  env_run first --disks "$disks" --timeout 20 -- sh -c 'i=0; while [ $i -lt 1000 ]; do
     i=$((i + 1)); echo $i; sleep 1; done' || true
  truncate -s 0 "$disks/store.img"
  truncate -s 512M "$disks/store.img"
  env_run second --disks "$disks" --timeout 120 -- sh -c 'echo anew' || true
  grep -qx anew "$scratch/second.out"
  [ "$(report second restores)" = 0 ]
}

test_threads ()
{
  threads plain
  grep -q '^signals 30' "$scratch/plain.out"
  each_restored=yes through_kills $kills threads killed
  cmp "$scratch/plain.out" "$scratch/killed.out"
  [ "$(report killed restores)" = $kills ]
}

# All that looks after the machine is killed with it; who starts it again sees
# the rest of the output, and no byte twice.
test_taken_up ()
{
  local disks=$scratch/disks pid i
  local job='i=0; while [ $i -lt 12 ]; do i=$((i + 1)); echo $i; sleep 1; done'
  : > "$scratch/first.out"
  setsid "$top/perdure" run --disks "$disks" --log "$scratch/serial" -- sh -c "$job" > "$scratch/first.out" &
  pid=$!
  for i in $(seq 1 1200); do
    [ "$(wc -l < "$scratch/first.out")" -lt 5 ] || break
    sleep 0.1
  done
  kill -KILL -- -$pid
  wait $pid || true
  [ "$(wc -l < "$scratch/first.out")" -lt 12 ]
  env_run second --disks "$disks" -- sh -c "$job"
  [ "$(report second restores)" = 1 ]
  cat "$scratch/first.out" "$scratch/second.out" | cmp - <(seq 1 12)
}

# Killed while a checkpoint is being written: the next boot has the newest that
# was committed, and the program ends as it must.
test_commit_kill ()
{
  local i args=
  words plain
  for i in $(seq 1 $commit_kills); do
    args="$args --kill-writing 0.$(random 0 3 | tr -d .)"
  done
  words killed $args
  cmp "$scratch/plain.out" "$scratch/killed.out"
  cmp "$scratch/plain.result" "$scratch/killed.result"
  [ "$(report killed kills)" = $commit_kills ]
  # Each restore names the newest checkpoint that had been committed before.
  awk '/@@PD ckpt/ { sub (/.*@@PD ckpt /, ""); newest = $1 + 0 }
       /@@PD restored/ { sub (/.*@@PD restored /, ""); n++
	 if ($1 + 0 < newest || $1 + 0 > newest + 1) { print "restored", $1, "after", newest; bad = 1 } }
       END { exit bad || n == 0 }' "$scratch/killed.serial"
}

# What a program can see of five checkpoints per second: nothing.  `sleeping'
# prints milliseconds of sleep 10 and of sleep 0, which starts a program as well;
# a control is given its name and a shorter time, as it may never end.
sleeping ()
{
  env_run "$1" --interval 0.2 ${2:+--control "$2" --timeout 60} \
     -- sh -c 'a=$(date +%s%N); sleep 0; b=$(date +%s%N); sleep 10; c=$(date +%s%N)
       echo $(((c - b) / 1000000)) $(((b - a) / 1000000))'
}

# The server tells its count once more at the end, to somebody who was not
# captured.
writing ()
{
  "$top/perdure" cc -O2 -o "$scratch/writes" "$top/tests/survivor/writes.c"
  env_run "$1" --add "$build/guest/tests/guest/counter:/home/counter" \
     --add "$scratch/writes:/home/writes" \
     --before 'settrans -pc /home/count /home/counter 8' --interval 0.2 \
     --after 'echo "@@COUNT $(cat /home/count)" > /dev/console' \
     ${2:+--control "$2" --timeout 120} \
     -- /home/writes /home/count 10000 2> "$scratch/$1.err"
}

# What the server has counted.
counted () { tr -d '\r' < "$scratch/$1.serial" | awk '/@@COUNT/ { sub (/.*@@COUNT /, ""); print $1 }'; }

# Did sleep 10 take 10 s, the start of a program left out?
slept ()
{
  awk 'NF == 2 && $1 >= 10000 && $1 - $2 <= 10900 { good = 1 } END { exit !good }' "$scratch/sleep.out"
}

# Did all writes succeed, and has the server counted each once?
counted_once ()
{
  [ "$(cat "$scratch/writes.out")" = 10000 ] && [ "$(counted writes)" = 10000 ]
}

test_unnoticed ()
{
  sleeping sleep
  writing writes
  note "sleep 10 (and 0) took $(cat "$scratch/sleep.out") ms at $(report sleep checkpoints) checkpoints;" \
       "$(cat "$scratch/writes.out") writes counted in $(report writes ran) s" \
       "at $(report writes checkpoints) checkpoints"
  slept
  counted_once
  [ "$(report sleep checkpoints)" -ge 30 ]
  [ "$(report writes checkpoints)" -ge 50 ]
}

# The same two questions must be answered with no.  The server sees writes
# twice; a client may also get the second answer as that to its next request,
# and fail by it before the server has counted any write twice.
test_control_abort ()
{
  sleeping sleep abort-threads || true
  writing writes abort-threads || true
  note "every thread aborted: sleep 10 (and 0) took $(cat "$scratch/sleep.out") ms (nothing: for ever);" \
       "of 10000 writes the server counted $(counted writes); $(cat "$scratch/writes.err")"
  [ "$(report sleep checkpoints)" -ge 1 ]
  [ "$(report writes checkpoints)" -ge 1 ]
  not slept
  not counted_once
}

# A damaged store: a clear message, and the checkpoint before where there is one.
test_bad_store ()
{
  local image=$build/host/stable-store/ckpt-image disks=$scratch/disks flips=40
  [ $full = no ] || flips=2000
  # Damage to memory is to be found before anything runs.
  env_run first --disks "$disks" --option --verify=full --kill-at 6 --timeout 60 -- sh -c 'i=0
     while [ $i -lt 100 ]; do i=$((i + 1)); echo $i; sleep 1; done' || true
  "$image" list "$disks/store.img"
  PERDURE_SEED=$seed bash "$top/tests/survivor/damage.sh" "$disks" "$scratch" "$top/perdure" "$image" $flips
  note "$(grep '^sample' "$scratch/flips") (seed $seed)"
}

# What the newest checkpoint has for the ground is damaged: that is found before anything is
# made of it, and the one before is restored.
test_bad_redo ()
{
  local image=$build/host/stable-store/ckpt-image disks=$scratch/disks newest before
  local job='i=0; while [ $i -lt 8 ]; do i=$((i + 1)); echo line $i >> /home/lines; echo $i; sleep 1; done'
  env_run first --disks "$disks" -- sh -c "$job"
  read -r before newest <<< "$("$image" list "$disks/store.img" | awk '$1 ~ /^[0-9]+$/ { print $1 }' | tail -n 2 | tr '\n' ' ')"
  # 1 << 62: where the objects begin that are named after the files' checkpoint (root-proxy/files.h).
  "$image" object -o "$scratch/redo" "$disks/store.img" "$newest" $(((1 << 62) + newest))
  python3 "$top/tests/survivor/spoil.py" "$disks/store.img" "$scratch/redo"
  env_run second --disks "$disks" -- sh -c "$job"
  grep -aE '@@PD (error|restored)' "$scratch/second.serial"
  grep -aEq "@@PD error checkpoint $newest: what root-proxy has in it is damaged" "$scratch/second.serial"
  grep -aEq "@@PD error checkpoint $newest: block [0-9]+: page 0 of object" "$scratch/second.serial"
  grep -aEq "@@PD restored $before" "$scratch/second.serial"
  note "the redo of checkpoint $newest is damaged: $before is restored"
}
