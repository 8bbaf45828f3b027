# SPDX-License-Identifier: GPL-3.0-or-later
# Dealing with time: going back and forth between checkpoints, servers that die,
# checkpoints that fail, two environments.

tests="halted travel dies attach faults two api core leak chain"

# history NAME SCRIPT OPTION… -- COMMAND…: COMMAND inside, with the script SCRIPT
# running on the ground meanwhile; what that prints is in $scratch/NAME.ground.
history_run ()
{
  local name=$1 script=$2
  shift 2
  "$top/perdure" run --timeout ${limit:-150} --log "$scratch/$name.serial" --report "$scratch/$name.report" \
     --disks "$scratch/$name.disks" --add "$top/tests/history/$script:/root/script" \
     --add "$top/tests/history/count.sh:/home/count.sh" --get "/root/log:$scratch/$name.ground" \
     --before 'sh /root/script >> /root/log 2>&1 &' "$@" > "$scratch/$name.out"
}

# Many checkpoints leave no port, thread, task or memory behind on the ground.  (A
# server's threads come and go with what there is to do, with two names each.)
test_leak ()
{
  local rounds=150
  [ "$full" != yes ] || rounds=1000
  echo $rounds > "$scratch/rounds"
  "$top/perdure" cc -O2 -Wall -o "$scratch/names" "$top/tests/history/names.c"
  limit=$((150 + rounds * 2)) history_run leak leak.sh --add "$scratch/names:/root/names" --add "$scratch/rounds:/root/rounds" \
     -- sh -c 'until [ -e /home/done ]; do sleep 0.5; done'
  cat "$scratch/leak.ground"
  grep -qx end "$scratch/leak.ground"
  if grep -q failed "$scratch/leak.ground"; then exit 1; fi
  note "$(grep : "$scratch/leak.ground" | tr '\n' ' ')(names, threads, KiB, processes)"
  awk '$1 == "before:" { for (i = 2; i <= 5; i++) a[i] = $i }
    $1 == "after:" { bad = $2 > a[2] + 8 || $3 > a[3] + 3 || $4 > a[4] + 8192 || $5 > a[5] + 1 }
    END { exit bad }' "$scratch/leak.ground"
}

# Checkpoint, kill, restore, many times on one store: nothing grows, and what runs
# inside does not start anew.
test_chain ()
{
  local rounds=15
  [ "$full" != yes ] || rounds=200
  echo $rounds > "$scratch/rounds"
  "$top/perdure" cc -O2 -Wall -o "$scratch/names" "$top/tests/history/names.c"
  "$top/perdure" cc -O2 -Wall -o "$scratch/count" "$top/tests/history/chain.c"
  limit=$((150 + rounds * 12)) history_run chain chain.sh --interval 0 --option --keep=3 \
     --add "$scratch/names:/root/names" --add "$scratch/rounds:/root/rounds" \
     --add "$scratch/count:/bin/count" -- count
  cat "$scratch/chain.ground"
  grep -qx end "$scratch/chain.ground"
  if grep -q failed "$scratch/chain.ground"; then exit 1; fi
  [ "$(awk '$1 == "restores" { print $2 }' "$scratch/chain.report")" = $rounds ]
  [ "$(tail -n 1 "$scratch/chain.out")" -gt $rounds ]
  note "$(grep '^round 5:' "$scratch/chain.ground") -> $(grep '^round' "$scratch/chain.ground" | tail -n 1 | cut -d ' ' -f 2-)" \
    "(names, threads, KiB, processes; tasks, threads, ports inside; checkpoints, free KiB; 1/100 s)"
  awk '/^round/ { n++; if (n == 1) for (i = 3; i <= NF; i++) a[i] = $i; for (i = 3; i <= NF; i++) b[i] = $i }
    END { exit !(n > 1 && b[3] <= a[3] + 8 && b[4] <= a[4] + 3 && b[5] <= a[5] + 8192 && b[6] <= a[6] + 1 && b[7] == a[7] \
                 && b[8] == a[8] && b[9] <= a[9] + 2 && b[10] <= a[10] + 1 && b[11] >= a[11] - 2048 && b[12] <= 2 * a[12] + 200) }' \
    "$scratch/chain.ground"
}

test_travel ()
{
  history_run travel travel.sh -- sh /home/count.sh 50
  cat "$scratch/travel.ground"
  # Each line once, by one process; the runner drops what it has seen.
  [ "$(wc -l < "$scratch/travel.out")" = 50 ]
  [ "$(awk '{ print $3 }' "$scratch/travel.out" | sort -u | wc -l)" = 1 ]
  if grep -q failed "$scratch/travel.ground"; then exit 1; fi
  grep -qx 'gone back' "$scratch/travel.ground"
  grep -qx 'gone forward' "$scratch/travel.ground"
  grep -q '^gone without its label' "$scratch/travel.ground"
  grep -qx 'label of later: renamed' "$scratch/travel.ground"
  grep -q -- '--keep=2' "$scratch/travel.ground"
  grep -q '^pid [1-9][0-9]*  *changed  *[1-9][0-9]* pages' "$scratch/travel.ground"
  grep -q '^  open  *name [0-9]*: /home/count.sh, read, at [0-9]*$' "$scratch/travel.ground"
  note "$(grep '^there' "$scratch/travel.ground")"
}

# The environment's server is killed: the tasks end, and are restored on the same
# machine.
test_dies ()
{
  history_run dies dies.sh -- sh /home/count.sh 40
  cat "$scratch/dies.ground"
  [ "$(wc -l < "$scratch/dies.out")" = 40 ]
  [ "$(awk '{ print $3 }' "$scratch/dies.out" | sort -u | wc -l)" = 1 ]
  [ "$(grep -c '^killed' "$scratch/dies.ground")" = 2 ]
  [ "$(grep -c '^restored [1-9]' "$scratch/dies.ground")" = 2 ]
  [ "$(awk '$1 == "restores" { print $2 }' "$scratch/dies.report")" = 2 ]
}

# A shell on a terminal inside; it is there again after a kill.
test_attach ()
{
  history_run attach attach.sh --kill-mark 3 -- sh -c '
     until [ -e /home/mark ]; do sleep 0.5; done; echo "mark 1"
     until [ -e /home/done ]; do sleep 0.5; done'
  tr -d '\r' < "$scratch/attach.ground" > "$scratch/ground"
  cat "$scratch/ground"
  grep -q '/dev/ttyp' "$scratch/ground"
  grep -q '24 80$' "$scratch/ground"
  grep -q 'Running  *sleep 100' "$scratch/ground"
  grep -q 'Terminated  *sleep 100' "$scratch/ground"
  grep -qx 'ended 3' "$scratch/ground"
  grep -q 'sum 42$' "$scratch/ground"
  grep -qx 1 "$scratch/ground"
  grep -q 'begun kept$' "$scratch/ground"
  grep -q 'found kept 1$' "$scratch/ground"
  grep -qx 'no session any more' "$scratch/ground"
}

# A system that is halted takes a last checkpoint; one that is killed, without
# automatic ones, has none.  SIGTERM to the server is answered likewise.
test_halted ()
{
  local ground="$top/perdure run --ground --timeout 200 --log $scratch/halted.serial --disks $scratch/disks"
  $ground -- sh -c 'settrans -pc /persist /hurd/root-proxy --store=/dev/hd1 --format --interval=0
    ckpt run --detach sh -c "i=0; while [ \$i -lt 1000 ]; do i=\$((i + 1)); echo \$i > /root/count; sleep 1; done"
    sleep 3; ckpt status' > "$scratch/first"
  grep -q '^last: *0$' "$scratch/first"
  $ground -- sh -c 'ckpt status; cat /root/count; sleep 2; cat /persist/root/count
    ps > /root/ps; kill -TERM $(awk "/ \\/hurd\\/root-proxy/ { print \$1 }" /root/ps); sleep 3; ckpt status' > "$scratch/second"
  grep '^restored' "$scratch/second" | tr -s ' ' | tr '\n' ';' > "$scratch/restored"
  [ "$(cat "$scratch/restored")" = 'restored: 1;restored: 2;' ]
  # Inside, it went on from where it was.
  awk '/^[0-9]+$/ { n++; if (n == 2 && $1 <= last) exit 1; last = $1 } END { if (n != 2) exit 1 }' "$scratch/second"
  # Control: nothing was taken, nothing comes back.
  $ground --disks "$scratch/control" --kill-at 8 -- sh -c '[ -e /root/begun ] && { ckpt status; exit; }
    : > /root/begun; settrans -pc /persist /hurd/root-proxy --store=/dev/hd1 --format --interval=0
    ckpt run --detach sleep 1000 > /dev/null; sync; sleep 100' > "$scratch/control.out"
  grep -q '^restored: *0$' "$scratch/control.out"
}

# A checkpoint fails at each point: nothing but that checkpoint is lost.
test_faults ()
{
  history_run faults faults.sh -- sh /home/count.sh 1000
  cat "$scratch/faults.ground"
  local fault
  for fault in freeze:io captured:timeout write:full write:io device:io device:full commit:io; do
    grep -q "^$fault: .*[a-z]" "$scratch/faults.ground"
  done
  if grep -q 'no failure\|goes on failing\|is taken' "$scratch/faults.ground"; then exit 1; fi
  grep -qx 'busy: saved' "$scratch/faults.ground"
  # Before the commit the one before is restored, after it the new one.
  for fault in freeze captured write device commit; do
    grep -qx "$fault died: restored 0" "$scratch/faults.ground"
  done
  grep -qx "apply died: restored 1" "$scratch/faults.ground"
  grep -qx end "$scratch/faults.ground"
  awk '$1 != NR { bad = 1 } END { exit bad || NR < 5 }' "$scratch/faults.out"
  [ "$(awk '{ print $3 }' "$scratch/faults.out" | sort -u | wc -l)" = 1 ]
  [ "$(awk '$1 == "diverged" { print $2 }' "$scratch/faults.report")" = 0 ]
}

# Two environments do not see each other; what is too much for a store is told, and
# the tasks go on.
test_two ()
{
  history_run two two.sh -- sh /home/count.sh 1000
  cat "$scratch/two.ground"
  grep -q '^full: .*' "$scratch/two.ground"
  if grep -qx 'it fits' "$scratch/two.ground"; then exit 1; fi
  grep -qx 'second before its checkpoint: 0' "$scratch/two.ground"
  grep -qx 'it fits again' "$scratch/two.ground"
  grep -qx 'the same' "$scratch/two.ground"
  grep -q '^first sees: [1-9][0-9]* 0 .*No such file' "$scratch/two.ground"
  grep -q '^second sees: 0 [1-9]' "$scratch/two.ground"
}

# The client library: inside, through a restore, and outside.
test_api ()
{
  "$top/perdure" cc -O2 -Wall -o "$scratch/api" "$top/tests/history/api.c" -lckpt -lpthread
  "$top/perdure" run --timeout 150 --log "$scratch/api.serial" --add "$scratch/api:/home/api" \
     --before '/home/api outside > /root/outside' --get "/root/outside:$scratch/outside" \
     --kill-mark 3 -- /home/api > "$scratch/api.out"
  cat "$scratch/api.out" "$scratch/outside"
  grep -qx 'inside 1 error none, later 1, prepared yes' "$scratch/api.out"
  grep -qx 'restored 1, told 1 times of 1, barrier ok, prepared again yes' "$scratch/api.out"
  grep -qx 'outside: inside 0 restored 0 error 0 number 0' "$scratch/outside"
}

# A process of a checkpoint as a core file: gdb finds its memory and the registers of
# both threads.
test_core ()
{
  local image="$build/host/stable-store/ckpt-image" n file="$scratch/core.file"
  "$top/perdure" cc -g -O1 -msse2 -o "$scratch/core" "$top/tests/history/core.c" -lpthread
  "$top/perdure" run --timeout 150 --log "$scratch/core.serial" --disks "$scratch/core.disks" \
     --add "$scratch/core:/home/core" -- /home/core
  for n in $("$image" list "$scratch/core.disks/store.img" | awk 'NR > 3 { print $1 }'); do
    "$image" extract -o "$file" "$scratch/core.disks/store.img" $n 2 2> "$scratch/core.err" || continue
    gdb -nx -batch -iex 'set osabi GNU/Linux' -ex 'thread apply all print/x $esi' -ex 'thread apply all print $st0' -ex 'print text' -ex 'print numbers[2999]' \
      -ex 'print half' -ex 'thread apply all backtrace' "$scratch/core" "$file" > "$scratch/core.gdb" 2>&1 || true
    grep -q '= 0x600dcafe$' "$scratch/core.gdb" && break
  done
  cat "$scratch/core.gdb"
  grep -q '= 0x600dcafe$' "$scratch/core.gdb"
  grep -q '= 3.14159265358979' "$scratch/core.gdb"
  grep -q '= "as it was' "$scratch/core.gdb"
  grep -q '= 20993$' "$scratch/core.gdb"
  grep -q '= 0.5$' "$scratch/core.gdb"
  grep -q 'compute (' "$scratch/core.gdb"
  grep -q 'wait_here (' "$scratch/core.gdb"
  # What is not there is named.
  if "$image" extract -o "$file" "$scratch/core.disks/store.img" $n 4711 2> "$scratch/core.err"; then exit 1; fi
  grep -q 'no process 4711' "$scratch/core.err"
}
