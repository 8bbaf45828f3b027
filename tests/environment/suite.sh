# SPDX-License-Identifier: GPL-3.0-or-later
# Every kind of state, each in a program of its own (programs/*.c): all of them
# run in one environment, through the same kills and restores.

tests="states restored torture"
rounds=5 limit=900
# ENV_PROGRAMS: for a machine that is too slow for all of them, those to take.
# These take longer; each can be run by its name.
case "$full ${1-}" in
  yes* | *environment/*) tests="$tests unnoticed repeated scenarios day forks torture_control"; limit=3000;;
esac

# env_build: the programs, in one executable.
env_build ()
{
  "$top/perdure" cc -std=gnu17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -O2 -msse2 -Wall -Wextra -Wno-unused-parameter \
     -o "$scratch/envtest" "$top"/tests/environment/*.c "$top"/tests/environment/programs/*.c \
     -lckpt -lpthread -lm
}

# env_all NAME KILLS SECONDS OPTION… -- PROGRAM…: run all programs (or those
# named) through KILLS kills, or for SECONDS without one.
env_all ()
{
  local name=$1 kills=$2 seconds=$3 options=() i
  shift 3
  while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
  [ $# = 0 ] || shift
  for i in $(seq 1 "$kills"); do options+=(--kill-mark 0.3); done
  "$top/perdure" run --timeout $limit --log "$scratch/$name.serial" --report "$scratch/$name.report" \
     --memory 1024 --add "$scratch/envtest:/bin/envtest" "${options[@]}" \
     -- envtest --all /home/env "$kills" "$seconds" "$@" > "$scratch/$name.out"
}

# env_late NAME: how late waits ended; a restore makes one later by at most the time
# between two checkpoints and a second.
env_late ()
{
  awk 'NR == FNR { a[$1] = $2; next }
    $3 == "late" { if ($4 > most) most = $4; if ($4 > a["longest-interval"] + 1.5) { print "late:", $0; bad = 1 } }
    END { printf "waits end at most %.2f s late, checkpoints are at most %.2f s apart\n", most, a["longest-interval"]; exit bad }' \
    "$scratch/$1.report" "$scratch/$1.out"
}

env_note ()
{
  note "$1: $(tail -n 1 "$scratch/$1.out");" \
    $(awk '/^(kills|restores|checkpoints|failed-checkpoints)/ { printf "%s %s ", $2, $1 }' "$scratch/$1.report")
}

# The manual's table of states is that of the programs there are.
test_states ()
{
  sh "$top/tests/environment/states.sh" "$top/tests/environment" > "$scratch/states.texi"
  cmp "$scratch/states.texi" "$top/doc/states.texi"
}

# Checkpoints ten times per second, or as often as they can be written, without a kill:
# nobody who waits or is interrupted notices.  Control: with every thread aborted they do.
test_unnoticed ()
{
  local programs="time_alarm time_condition time_interval time_message time_monotonic time_nanosleep time_poll time_select
    time_semaphore time_sleep_short writes_counted pipe_end interrupt_options select_pipe crowded"
  local seconds=60
  # Ten per second in 60 seconds are 600; a slow machine takes longer for so many.
  [ "$full" != yes ] || seconds=180
  env_build
  env_all unnoticed 0 $seconds --interval 0.1 -- $programs || { grep ^FAIL "$scratch/unnoticed.out"; exit 1; }
  env_note unnoticed
  [ "$(awk '$1 == "checkpoints" { print $2 }' "$scratch/unnoticed.report")" -ge 30 ]
  if env_all unnoticed_control 0 20 --interval 0.1 --control abort-threads -- $programs; then
    echo "nothing is noticed when every thread is aborted"
    exit 1
  fi
  env_note unnoticed_control
}

test_restored ()
{
  env_build
  env_all restored 1 0 -- ${ENV_PROGRAMS-} || { grep ^FAIL "$scratch/restored.out"; exit 1; }
  env_note restored
  env_late restored
  [ "$(awk '$1 == "restores" { print $2 }' "$scratch/restored.report")" = 1 ]
}

test_repeated ()
{
  env_build
  env_all repeated $rounds 0 -- ${ENV_PROGRAMS-} || { grep ^FAIL "$scratch/repeated.out"; exit 1; }
  env_note repeated
  env_late repeated
  [ "$(awk '$1 == "restores" { print $2 }' "$scratch/repeated.report")" = $rounds ]
}

# All programs on one running machine: checkpoints without a kill, a fault of each kind at
# each point of a checkpoint, deaths there and then at each point of a restore, and a
# checkpoint that is not the last.  What the ground does is in scenarios.sh.
test_scenarios ()
{
  env_build
  mkdir "$scratch/ground"
  env_all scenarios 0 0 --before 'sh /root/scenarios.sh >> /root/log 2>&1 &' --get "/root/log:$scratch/ground/log" \
    --add "$top/tests/environment/scenarios.sh:/root/scenarios.sh" -- ${ENV_PROGRAMS-} || {
      cat "$scratch/ground/log"; grep ^FAIL "$scratch/scenarios.out"; exit 1; }
  cat "$scratch/ground/log"
  env_note scenarios
  grep -qx end "$scratch/ground/log"
  not grep -q '^wrong' "$scratch/ground/log"
  note "$(grep -c '^failed as it should' "$scratch/ground/log") faults while a checkpoint was taken," \
    "$(grep -c '^died' "$scratch/ground/log") deaths, $(grep -c '^restore failed' "$scratch/ground/log") faults in a restore"
}

# torture_run NAME KILLS MESSAGES OPTION…: 20 processes on links of all kinds, a checkpoint
# each 200 ms (or as soon as the one before is written), with kills at random times after another MESSAGES messages.
torture_run ()
{
  local name=$1 kills=$2 messages=$3 options=() i
  shift 3
  [ -e "$scratch/torture" ] || "$top/perdure" cc -std=gnu17 -D_GNU_SOURCE -O2 -msse2 -Wall -Wextra -o "$scratch/torture" \
    "$top"/tests/environment/torture/*.c -lpthread -lutil
  RANDOM=$seed
  for i in $(seq 1 "$kills"); do options+=(--kill-mark "$((RANDOM % 2)).$((RANDOM % 90 + 10))"); done
  "$top/perdure" run --timeout $((300 + kills * 60)) --interval 0.2 --log "$scratch/$name.serial" --report "$scratch/$name.report" \
     --add "$scratch/torture:/bin/torture" "${options[@]}" "$@" \
     -- torture "$kills" "$messages" "$seed" 400 > "$scratch/$name.out"
}

# No message is lost, doubled or out of order.
test_torture ()
{
  local kills=${TORTURE_KILLS:-2} messages=150
  [ "$full" != yes ] || { kills=${TORTURE_KILLS:-100}; messages=300; }
  torture_run torture $kills $messages || { cat "$scratch/torture.out"; exit 1; }
  env_note torture
  [ "$(awk '$1 == "restores" { print $2 }' "$scratch/torture.report")" = $kills ]
  grep -q 'none lost, doubled or out of order$' "$scratch/torture.out"
}

# Control: without what is in the queues, and with every thread aborted, messages are
# lost or doubled.  (Checkpoints begin when the links are there.)
test_torture_control ()
{
  local control
  for control in no-queues abort-threads; do
    if torture_run $control 4 200 --control $control --interval 0 \
	 --before 'rm -f /etc/perdure/begun; (until [ -e /persist/home/started ]; do sleep 0.5; done; fsysopts /persist --interval=0.2) &'; then
      echo "nothing is wrong with $control"
      exit 1
    fi
    grep '^FAIL' "$scratch/$control.out"
    note "$control: $(grep '^FAIL' "$scratch/$control.out" | head -n 1)"
  done
}

# A day's work (day/day.sh), with text typed into nano that nobody saves: what comes of it
# is the same through kills, and so is what is on nano's screen.
test_day ()
{
  local kills=${DAY_KILLS:-5} name i
  [ "$full" != yes ] || kills=${DAY_KILLS:-25}
  "$top/perdure" cc -O2 -o "$scratch/drive" "$top/tests/programs/drive.c" "$top/tests/programs/screen.c" -lutil
  RANDOM=$seed
  for name in day day_killed; do
    local options=()
    [ $name = day ] || for i in $(seq 1 "$kills"); do options+=(--kill-mark "$((RANDOM % 3)).$((RANDOM % 90 + 10))"); done
    "$top/perdure" run --timeout $((600 + kills * 90)) --interval 2 --log "$scratch/$name.serial" --report "$scratch/$name.report" \
       --add "$scratch/drive:/bin/drive" --add "$top/tests/environment/day/ground.sh:/root/day.sh" \
       --add "$top/tests/environment/day/nano.typed:/root/nano.typed" --add "$top/tests/environment/day/nano.seen:/root/nano.seen" \
       --add "$top/tests/environment/day/nano.more:/root/nano.more" \
       --add "$top/tests/programs/project:/home/project" --add "$top/tests/environment/day/day.sh:/home/day.sh" \
       --before 'sh /root/day.sh >> /root/log 2>&1 &' --get "/root/log:$scratch/$name.ground" "${options[@]}" \
       -- sh /home/day.sh "$kills" > "$scratch/$name.out"
  done
  cat "$scratch/day.ground" "$scratch/day_killed.out"
  cmp "$scratch/day.out" "$scratch/day_killed.out"
  cmp "$scratch/day.ground" "$scratch/day_killed.ground"
  grep -qx end "$scratch/day.ground"
  not grep -q 'it was saved\|in vain' "$scratch/day.ground"
  [ "$(grep -c 'this line was never saved,' "$scratch/day.ground")" = 3 ]
  [ "$(awk '$1 == "restores" { print $2 }' "$scratch/day_killed.report")" = "$kills" ]
  env_note day_killed
}

# A shell that forks and execs all the time: checkpoints come on time, and what it
# computes is the same through kills.
test_forks ()
{
  local name
  for name in forks forks_killed; do
    local kills=()
    [ $name = forks ] || kills=(--kill-at 4 --kill-at 9 --kill-at 13)
    "$top/perdure" run --timeout $limit --interval 0.5 --log "$scratch/$name.serial" --report "$scratch/$name.report" \
       --add "$top/tests/environment/forks.sh:/home/forks.sh" "${kills[@]}" \
       -- sh /home/forks.sh 60 > "$scratch/$name.out"
  done
  cmp "$scratch/forks.out" "$scratch/forks_killed.out"
  [ "$(tail -n 1 "$scratch/forks.out")" = 60 ]
  [ "$(awk '$1 == "restores" { print $2 }' "$scratch/forks_killed.report")" = 3 ]
  # None waits in vain for a moment without a program being started.  (How many are
  # due depends on the machine: writing one takes a second where that is busy.)
  note "$(awk '{ a[$1] = $2 } END { printf "%d checkpoints in %.1f s, %d failed", a["checkpoints"], a["ran"], a["failed-checkpoints"] }' "$scratch/forks.report")"
  awk '{ a[$1] = $2 } END { exit !(a["failed-checkpoints"] <= 1 && a["checkpoints"] >= 10 && a["checkpoints"] >= a["ran"] / 4) }' "$scratch/forks.report"
}
