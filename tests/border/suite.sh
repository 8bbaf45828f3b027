# SPDX-License-Identifier: GPL-3.0-or-later
# The border: what the environment and the ground think of each other after a crash.

tests="exactly_once control streams control_streams policies sockets given overwrite sync_output reopen translators again fsync full apply hostile"
[ "$full" = no ] || tests="$tests travel instants"

if [ "$full" = yes ]; then
  # In rounds: these are 100 kills of the machine and 400 restores after the server's end.
  fuzz_seed=$seed
  steps=3000 transactions=300 kills=20 rounds=5 ends=50 instants=400 messages=50000 limit=4000
else
  # The same messages each time; other ones are for the full size to find.
  fuzz_seed=1795312725
  steps=300 transactions=20 kills=3 rounds=1 ends=10 instants=1 messages=2000 limit=400
fi

# random N LOW HIGH: the Nth number, in hundredths between LOW and HIGH, of the suite's seed.
random ()
{
  awk -v n="$1" -v l="$2" -v h="$3" -v r="$seed" 'BEGIN {
    for (n += 3; n > 0; n--) r = (r * 16807 + 11) % 2147483647
    printf "%.2f", l + r % (100 * (h - l)) / 100 }'
}

# For the ground, before the drivers: a stream that tells how far it is, and one that does not.
sinks='[ -e /home/telling ] || { settrans -pc /home/telling /hurd/sink /root/telling
  settrans -pc /home/silent /hurd/sink --silent /root/silent; }'

# drivers NAME ENDS OPTION…: all drivers, on a machine or with a server that ends so often;
# what they leave is in $scratch/NAME.
drivers ()
{
  local name=$1 often=$2 file
  shift 2
  "$top/perdure" cc -O2 -Wall -o "$scratch/drive" "$top/tests/border/drive.c"
  "$top/perdure" cc -O2 -Wall -o "$scratch/tree.hurd" "$top/tests/border/tree.c"
  "$top/perdure" cc -O2 -Wall -D_GNU_SOURCE -o "$scratch/looker" "$top/tests/border/looker.c"
  cc -O2 -Wall -o "$scratch/tree" "$top/tests/border/tree.c"
  "$top/perdure" run --timeout $limit --log "$scratch/$name.serial" --report "$scratch/$name.report" \
     --add "$scratch/tree.hurd:/bin/tree" --add "$top/tests/border/isolate.sh:/home/isolate.sh" \
     --disks "$scratch/$name.disks" --add "$scratch/drive:/bin/drive" --add "$top/tests/border/all.sh:/home/all.sh" \
     --add "$build/guest/tests/guest/sink:/hurd/sink" --add "$scratch/looker:/bin/looker" \
     --after 'ckpt save > /dev/null; tree hash /home/tree > /root/tree; sync' \
     "$@" -- env DRIVE_PAUSE=${pause-2000} sh /home/all.sh /home $steps $transactions ${until-} > "$scratch/$name.out" || true
  rm -rf "$scratch/$name"
  mkdir "$scratch/$name"
  # What the ground has when all is over.
  debugfs -R "rdump /home $scratch/$name" "$scratch/$name.disks/root.img" > /dev/null 2>&1
  for file in tree telling silent; do
    debugfs -R "dump /root/$file $scratch/$name/home.$file" "$scratch/$name.disks/root.img" > /dev/null 2>&1
  done
  python3 "$top/tests/border/verify.py" "$scratch/$name/home" $steps $transactions "$scratch/tree" "$often" \
     > "$scratch/$name.verdict" || true
  cat "$scratch/$name.verdict"
}

# isolated NAME: what was seen of the tree on the ground was always a committed state.
isolated ()
{
  local n=$steps
  [ $n != 0 ] || n=$(awk '/ steps$/ { print $1 }' "$scratch/$1/home/tree.out")
  python3 "$top/tests/border/isolation.py" "$scratch/$1.serial" "$scratch/tree" "$n" > "$scratch/$1.isolation" \
     || { cat "$scratch/$1.isolation"; return 1; }
  note "$(cat "$scratch/$1.isolation")"
}

report () { awk -v k="$2" '$1 == k { print $2 }' "$scratch/$1.report"; }

# all_ok NAME: nothing is lost, doubled or reordered.
all_ok () { [ "$(grep -c ': ok$' "$scratch/$1.verdict")" = 10 ] && [ "$(wc -l < "$scratch/$1.verdict")" = 10 ]; }

# Killed at any time after a first checkpoint, in rounds.  Who looks is there at each boot,
# and before the environment.
test_exactly_once ()
{
  local args i round name
  steps=0 until=/home/end pause=10000
  for round in $(seq 1 $rounds); do
    args=
    for i in $(seq 1 $kills); do
      if [ $((i % 3)) = 0 ]; then
        args="$args --kill-writing $(random $((round * 100 + i)) 0 0.6)"
      else
        args="$args --kill-after $(random $((round * 100 + i)) 0 3)"
      fi
    done
    name=killed$round
    drivers $name $kills $args --before "$sinks; rm -f /etc/perdure/begun; sh /home/isolate.sh $kills"
    note "$(report $name restores) restores, $(report $name checkpoints) checkpoints, $(report $name ran) s;" \
         "$(tr '\n' ';' < "$scratch/$name.verdict") (seed $seed:$args)"
    all_ok $name
    isolated $name
    [ "$(report $name kills)" = $kills ]
    [ "$(report $name restores)" -ge $kills ]
    grep -qx 'all done 0' "$scratch/$name.out"
    rm -r "$scratch/$name.disks"
  done
}

# The same with changes passed straight through: each shows loss or doubling, if
# a kill comes at a bad moment for it.  So there are more runs, killed at other
# instants, until all have (in a short check: six of the ten).
test_control ()
{
  local run wrong wanted=6 runs=5
  steps=200 transactions=100
  [ "$full" = no ] || wanted=10 runs=12
  : > "$scratch/wrong"
  for run in $(seq $runs); do
    rm -rf "$scratch/through.disks"
    drivers through 2 --control write-through --option --policy=stream:through --interval 6 --before "$sinks" \
       --kill-at "$(random $run 12 17)" --kill-at "$(random $((run + 5)) 24 29)"
    note "$(tr '\n' ';' < "$scratch/through.verdict")"
    [ "$(wc -l < "$scratch/through.verdict")" -ge 10 ]
    sed -n '/: ok$/!s/:.*//p' "$scratch/through.verdict" >> "$scratch/wrong"
    wrong=$(sort -u "$scratch/wrong" | wc -l)
    [ "$wrong" -lt $wanted ] || return 0
  done
  note "only $wrong of 10 ever showed it"
  return 1
}

# relays NAME OPTION…: a program inside that reads from a stream of the ground and
# answers to it; one stream tells how far it is, the other does not.
relays ()
{
  local name=$1
  shift
  "$top/perdure" cc -O2 -Wall -o "$scratch/drive" "$top/tests/border/drive.c"
  "$top/perdure" run --timeout $limit --log "$scratch/$name.serial" --report "$scratch/$name.report" \
     --disks "$scratch/$name.disks" --add "$scratch/drive:/bin/drive" --add "$build/guest/tests/guest/sink:/hurd/sink" \
     --before 'settrans -pc /home/telling /hurd/sink /root/telling
       settrans -pc /home/silent /hurd/sink --silent /root/silent' \
     --after 'ckpt border --json > /root/border' --get "/root/border:$scratch/$name.border" \
     --get "/root/telling:$scratch/$name.telling" --get "/root/silent:$scratch/$name.silent" \
     "$@" -- sh -c "drive relay /home/telling $steps > /home/telling.out 2>&1 &
       drive relay /home/silent $steps > /home/silent.out 2>&1; wait; echo all done" > "$scratch/$name.out" || true
}

# relayed NAME STREAM: how many answers are there twice, are missing, are other ones.
relayed ()
{
  awk -v n=$steps '{ if ($0 == last) doubled++; else if ($1 + 0 != ++line) { lost++; line = $1 + 0 }; last = $0 }
    END { print doubled + 0, lost + n - line }' "$scratch/$1.$2"
}

test_streams ()
{
  local i args=
  for i in $(seq 1 $kills); do args="$args --kill-after $(random $i 0 3)"; done
  relays killed $args
  note "$(report killed restores) restores of $kills kills; telling: $(relayed killed telling)," \
       "silent: $(relayed killed silent) doubled, lost (seed $seed:$args)"
  cat "$scratch/killed.border"
  [ "$(report killed restores)" -ge $((kills / 2)) ]
  grep -qx 'all done' "$scratch/killed.out"
  [ "$(relayed killed telling)" = '0 0' ]
  # The request that is under way when the machine stops may come twice, not more.
  relayed killed silent | { read -r doubled lost; [ "$lost" = 0 ] && [ "$doubled" -le $kills ]; }
}

# Without a journal, what was done since the last checkpoint is done again.
test_control_streams ()
{
  relays through --option --policy=stream:through --interval 5 --kill-at 9
  note "telling: $(relayed through telling), silent: $(relayed through silent) doubled or other, lost"
  [ "$(relayed through telling)" != '0 0' ]
}

# told NAME OPTION…: a program tells numbers and what nobody can tell again.
told ()
{
  local name=$1
  shift
  "$top/perdure" run --timeout $limit --log "$scratch/$name.serial" --report "$scratch/$name.report" "$@" \
     -- sh -c 'i=0; while [ $i -lt 60 ]; do i=$((i + 1)); echo "$i $(date +%s%N)"; sleep 0.1; done' > "$scratch/$name.out"
}

# With external synchrony nobody hears what a kill takes back; without, the program
# says something else after it.
test_sync_output ()
{
  told sync --option --sync-output --interval 2 --kill-at 5 --kill-at 9
  # The runner complains.
  told control --interval 2 --kill-at 5 --kill-at 9 || true
  note "$(report sync restores) and $(report control restores) restores, contradictions:" \
       "$(report sync diverged), without it $(report control diverged)"
  [ "$(report sync restores)" -ge 1 ]
  [ "$(report sync diverged)" = 0 ]
  [ "$(report control diverged)" -ge 1 ]
  awk '$1 != NR { exit 1 } END { exit NR != 60 }' "$scratch/sync.out"
}

# reopened NAME OPTION…: files are open inside when the machine is killed; before the
# environment comes back the ground changes them.
reopened ()
{
  local name=$1
  shift
  "$top/perdure" run --timeout $limit --log "$scratch/$name.serial" --report "$scratch/$name.report" \
     --add "$top/tests/border/reopen.sh:/home/reopen.sh" --before 'sh /home/reopen.sh ground' \
     --after 'ckpt status > /root/status' --get "/root/status:$scratch/$name.status" \
     --kill-mark 1 "$@" -- sh /home/reopen.sh inside > "$scratch/$name.out"
  cat "$scratch/$name.out"
}

test_reopen ()
{
  reopened fail
  reopened theirs --option --on-conflict=theirs
  for name in fail theirs; do
    grep -qx 'kept: kept' "$scratch/$name.out"
    grep -qx 'changed: changed by the ground' "$scratch/$name.out"
    grep -q '^renamed: .*[Ss]tale' "$scratch/$name.out"
    grep -qx 'renamed, found: renamed' "$scratch/$name.out"
    grep -q '^deleted: .*[Ss]tale' "$scratch/$name.out"
    grep -q '^conflicts: *3$' "$scratch/$name.status"
  done
  grep -q '^replaced: .*[Ss]tale' "$scratch/fail.out"
  grep -qx 'replaced: another one' "$scratch/theirs.out"
  reopened ours --option --on-conflict=ours
  for name in kept changed renamed deleted replaced; do
    grep -qx "$name: $name" "$scratch/ours.out"
    # And that is what the ground has; theirs is beside it.
    grep -qx "ground $name: $name" "$scratch/ours.out"
  done
  grep -qx 'theirs: changed by the ground' "$scratch/ours.out"
  grep -qx 'theirs: another one' "$scratch/ours.out"
  grep -q '^conflicts: *4$' "$scratch/ours.status"
  note "kept, changed, renamed, deleted, replaced: as documented, with fail, theirs and ours"
}

# again NAME WHAT OPTION…: again.c does WHAT.
again ()
{
  local name=$1 what=$2
  shift 2
  "$top/perdure" cc -O2 -Wall -o "$scratch/again" "$top/tests/border/again.c"
  "$top/perdure" run --timeout $limit --log "$scratch/$name.serial" --report "$scratch/$name.report" \
     --add "$scratch/again:/bin/again" "$@" -- sh -c "cd /home && again $what" > "$scratch/$name.out" || true
  cat "$scratch/$name.out"
  grep -qx 'bad 0' "$scratch/$name.out"
}

# Numbers and identities of files, positions, locks, and what ids may do are after a
# restore what they were.
test_again ()
{
  again files files --interval 0.4 --kill-mark 0.3
  note "$(report files restores) restore; $(grep 'files$' "$scratch/files.out") with their numbers, identities," \
       "positions, locks and rights as they were"
  [ "$(report files restores)" = 1 ]
}

# fsync waits for a checkpoint, or not; and one that waited for the checkpoint that is
# restored has what it waited for.
test_fsync ()
{
  local arm='(until ckpt status; do sleep 0.2; done; %s : > /home/armed) > /dev/null 2>&1 &'
  # shellcheck disable=SC2059
  again waits fsync --interval 0 --before "$(printf "$arm" 'fsysopts /persist --fault=apply:die:1:0;')" \
     --after 'ckpt list > /root/list' --get "/root/list:$scratch/list"
  # shellcheck disable=SC2059
  again relaxed fsync --interval 0 --option --fsync=relaxed --before "$(printf "$arm" '')" \
     --after 'ckpt list > /root/list' --get "/root/list:$scratch/list.relaxed"
  cat "$scratch/list"
  # The end of the job is in one more.
  note "checkpoint: one was taken, $(report waits restores) restore while it waited, answered; relaxed: none was taken"
  [ "$(report waits restores)" = 1 ]
  [ "$(awk '$1 + 0' "$scratch/list" | wc -l)" = 2 ]
  [ "$(awk '$1 + 0' "$scratch/list.relaxed" | wc -l)" = 1 ]
}

# Translators that programs inside have set run inside, after changes were applied, after
# a kill and in an environment that begins anew; the ground's run there.
test_translators ()
{
  local part
  # At the second boot the ground sets another one.
  "$top/perdure" run --timeout $limit --log "$scratch/first.serial" --report "$scratch/first.report" --interval 0.3 \
     --disks "$scratch/disks" --add "$top/tests/border/translators.sh:/home/translators.sh" \
     --before 'if [ ! -e /home/ground ]; then settrans -pc /home/ground /hurd/null --zero --full
       else settrans -p /home/replaced /hurd/null --full --zero; fi; rm -f /etc/perdure/begun; sync' \
     --kill-mark 1 -- sh /home/translators.sh first > "$scratch/first.out"
  rm "$scratch/disks/store.img"
  "$top/perdure" run --timeout $limit --log "$scratch/fresh.serial" --disks "$scratch/disks" \
     -- sh /home/translators.sh fresh > "$scratch/fresh.out"
  for part in first fresh; do
    cat "$scratch/$part.out"
    grep -qx 'bad 0' "$scratch/$part.out"
  done
  note "$(report first restores) restore, then an environment that begins anew: all run where they were set"
  [ "$(report first restores)" = 1 ]
}

# Back and forth in the history: the ground's files go along, or stay.
test_travel ()
{
  local skips=7 to="5 1" between=2 least=7 n
  [ $full = no ] || { skips="$(echo $(seq 0 2 60))" to="5 2 4 1" between="2 5" least=70; }
  "$top/perdure" run --timeout $((limit * 3)) --log "$scratch/travel.serial" --report "$scratch/travel.report" \
     --interval 0 --add "$top/tests/border/travel.sh:/home/travel.sh" \
     --before "sh /home/travel.sh ground '$skips' '$to' '$between' > /root/travel.log 2>&1 &" \
     --get "/root/travel.log:$scratch/travel.log" -- bash /home/travel.sh inside > "$scratch/travel.out" || true
  cat "$scratch/travel.out" "$scratch/travel.log"
  n=$(grep -c ': as it was$' "$scratch/travel.log")
  note "$n journeys to where the tree is as it was"
  if grep 'failed\|: different' "$scratch/travel.log" "$scratch/travel.out"; then exit 1; fi
  [ "$n" -ge $least ]
  grep -qx end "$scratch/travel.log"
  # What is done again comes out the same; the runner drops what it has seen.
  [ "$(grep -c '^stage [1-6]: [1-6] ' "$scratch/travel.out")" = 6 ]
}

# Applying stops in the middle, by an error or the end of the server: the redo is kept,
# no further checkpoint is made before it is through, and nothing is lost.
test_apply ()
{
  local skips="0 1 2 3 5 8 12"
  [ $full = no ] || skips=$(echo $(seq 0 99))
  steps=400 transactions=10 pause=100000 until=/home/end
  drivers apply 100 --add "$top/tests/border/redo.sh:/root/redo.sh" --option --fsync=relaxed \
     --before "$sinks; sh /root/redo.sh '$skips' > /root/redo.log 2>&1 &" --get "/root/redo.log:$scratch/redo.log"
  cat "$scratch/redo.log"
  note "$(tr '\n' ';' < "$scratch/apply.verdict") $(grep -c 'failed$' "$scratch/redo.log") errors," \
       "$(grep -c '^skip [0-9]*$' "$scratch/redo.log") ends in the middle"
  if grep 'not told\|over one\|: taken$\|goes on failing' "$scratch/redo.log"; then exit 1; fi
  [ "$(grep -c '^skip [0-9]*$' "$scratch/redo.log")" -ge 4 ]
  [ "$(grep -c 'failed$' "$scratch/redo.log")" -ge 8 ]
  all_ok apply
  grep -qx end "$scratch/redo.log"
}

# The server ends at many instants: between requests and in the middle of them, while a
# checkpoint is taken, written and applied; each time after a number of such occasions
# that is another one.  Who looks comes first after each end.
test_instants ()
{
  local i=0 name restores=0
  steps=0 transactions=$((ends / 2 + 10)) pause=30000 until=/home/end limit=$((limit * 2))
  while [ $restores -lt $instants ]; do
    i=$((i + 1))
    name=instants$i
    drivers $name $ends --interval 0.3 --add "$top/tests/border/instants.sh:/home/instants.sh" \
       --before "$sinks; sh /home/instants.sh $ends ${occasions-800} > /root/instants.log 2>&1 &" \
       --get "/root/instants.log:$scratch/$name.log"
    note "$(cat "$scratch/$name.log"); $(report $name restores) restores," \
         "$(report $name checkpoints) checkpoints; $(tr '\n' ';' < "$scratch/$name.verdict")"
    all_ok $name
    isolated $name
    grep -qx "$ends ends" "$scratch/$name.log"
    # The others came in the middle of a restore.
    [ "$(report $name restores)" -ge $((ends / 3)) ]
    grep -qx 'all done 0' "$scratch/$name.out"
    rm -r "$scratch/$name.disks"
    restores=$((restores + $(report $name restores)))
  done
  note "$restores restores in all"
}

# Hostile messages to the servers: they go on, and so does what is in the environment
# besides; nothing of the ground comes in that is not theirs, and no server holds more
# ports, tasks or memory afterwards.
test_hostile ()
{
  "$top/perdure" cc -O2 -Wall -D_GNU_SOURCE -o "$scratch/fuzz" "$top/tests/border/fuzz.c"
  "$top/perdure" run --timeout $((limit * 2)) --log "$scratch/serial" --report "$scratch/hostile.report" \
     --add "$scratch/fuzz:/bin/fuzz" --add "$top/tests/border/leaks.sh:/root/leaks.sh" \
     --add "$top/tests/border/hostile.sh:/home/hostile.sh" --before 'sh /root/leaks.sh > /root/leaks 2>&1 &' \
     --after 'ckpt status > /root/status' --get "/root/status:$scratch/status" --get "/root/leaks:$scratch/leaks" \
     -- sh /home/hostile.sh $fuzz_seed $messages > "$scratch/out"
  cat "$scratch/out" "$scratch/status" "$scratch/leaks"
  note "$(grep '^survived' "$scratch/out" | tail -n 2 | tr '\n' ';')" \
       "$(report hostile checkpoints) checkpoints, $(report hostile failed-checkpoints) failed"
  [ "$(grep -c "^survived $((messages / 2)) messages" "$scratch/out")" = 2 ]
  grep -q '^besides [1-9]' "$scratch/out"
  # Some rights have come, to be tried.
  awk '/^survived/ && $2 >= 1000 && $(NF - 2) <= $2 / 100 { exit 1 }' "$scratch/out"
  # No fault of the server, which would have been restored.
  [ "$(report hostile restores)" = 0 ]
  not grep 'root-proxy: signal' "$scratch/serial"
  grep -qx end "$scratch/leaks"
  awk -f "$top/tests/border/leaks.awk" "$scratch/leaks" > "$scratch/leaked" || { cat "$scratch/leaked"; return 1; }
  note "$(cat "$scratch/leaked")"
}

# Descriptors of the ground, given to what `ckpt run' starts: pipes, files, appended to,
# with status and end of input; and who has some goes on without them after a kill.
test_given ()
{
  local n
  "$top/perdure" cc -O2 -Wall -D_GNU_SOURCE -o "$scratch/askview" "$top/tests/border/askview.c"
  "$top/perdure" run --timeout $limit --log "$scratch/serial" --report "$scratch/given.report" \
     --disks "$scratch/disks" --add "$top/tests/border/given.sh:/root/given.sh" --add "$scratch/askview:/root/askview" \
     --before "sh /root/given.sh &" --interval 1 --kill-mark 1.2 \
     -- sh -c 'until grep -qx 30 /root/part; do sleep 0.2; done; echo mark 1; until [ -e /home/finished ]; do sleep 0.2; done; echo end' \
     > "$scratch/out"
  for n in sorted o e status cmp two appended view part; do debugfs -R "dump /root/$n $scratch/$n" "$scratch/disks/root.img"; done
  printf 'x1\nx2\nx3\n' | cmp - "$scratch/sorted"
  grep -q '^out .' "$scratch/o"
  echo err | cmp - "$scratch/e"
  echo 3 | cmp - "$scratch/status"
  echo same | cmp - "$scratch/cmp"
  printf 'y\ny\n' | cmp - "$scratch/two"
  printf 'one\ntwo\n' | cmp - "$scratch/appended"
  grep -qx 'alive 0' "$scratch/view" || { cat "$scratch/view"; exit 1; }
  [ "$(report given restores)" = 1 ]
  grep -qx end "$scratch/out"
  note "$(cat "$scratch/part" 2> /dev/null | wc -l) of 100 lines on the ground's disk at the kill; after it the program went on to its end"
}

# The disk has room for 4 MiB more: a write that does not fit as a whole is short, and the next
# one fails.
test_full ()
{
  local free
  "$top/perdure" cc -O2 -Wall -o "$scratch/fill" "$top/tests/border/fill.c"
  mkdir -p "$scratch/disks"
  cp --sparse=always "$build/root.img" "$scratch/disks/root.img"
  free=$(dumpe2fs -h "$scratch/disks/root.img" 2> /dev/null | awk '/^Free blocks:/ { print $3 }')
  : > "$scratch/empty"
  printf '%s\n' "write $scratch/empty /filling" "fallocate /filling 0 $((free - 1300 - 1))" \
    "set_inode_field /filling size $(((free - 1300) * 4096))" | debugfs -w "$scratch/disks/root.img"
  "$top/perdure" run --timeout $limit --log "$scratch/serial" --disks "$scratch/disks" \
     --add "$scratch/fill:/bin/fill" -- fill /home/file > "$scratch/out"
  cat "$scratch/out"
  note "$(cat "$scratch/out")"
}

# Bytes in the last page of files that the ground has: they become no longer there.
test_overwrite ()
{
  local n
  "$top/perdure" cc -O2 -Wall -o "$scratch/overwrite" "$top/tests/border/overwrite.c"
  seq 1 2000 > "$scratch/old"
  { head -c $(($(stat -c %s "$scratch/old") - 10)) "$scratch/old"; printf '##'; tail -c 8 "$scratch/old"; } > "$scratch/new"
  "$top/perdure" run --timeout $limit --log "$scratch/serial" --disks "$scratch/disks" \
     --add "$scratch/overwrite:/bin/overwrite" --add "$scratch/old:/home/file" --add "$scratch/old:/home/mapped" \
     -- sh -c 'overwrite /home/file /home/mapped && sync && cksum < /home/file && cksum < /home/mapped' > "$scratch/out"
  for n in file mapped; do
    debugfs -R "dump /home/$n $scratch/$n" "$scratch/disks/root.img"
    cmp "$scratch/new" "$scratch/$n"
    [ "$(grep -c "^$(cksum < "$scratch/new")" "$scratch/out")" = 2 ]
  done
  note "both of $(stat -c %s "$scratch/new") bytes, inside and on the ground"
}

# Policies by path, a file that is like a stream, and what shows them.
test_policies ()
{
  local store=$scratch/disks/store.img image=$build/host/stable-store/ckpt-image n
  "$top/perdure" run --timeout $limit --log "$scratch/serial" --report "$scratch/policies.report" \
     --disks "$scratch/disks" --add "$build/guest/tests/guest/sink:/hurd/sink" \
     --add "$top/tests/border/streams.sh:/home/streams.sh" \
     --option --policy=/home/b:reset --option '--policy=/home/pl*n:replay' \
     --before 'rm /etc/perdure/begun; : >> /home/plain
       [ -e /root/a ] || { settrans -pc /home/a /hurd/sink /root/a; settrans -pc /home/b /hurd/sink /root/b; }
       (until ckpt status > /root/first; do sleep 0.2; done; fsysopts /persist > /root/options
        timeout 3 ckpt trace > /root/trace; ckpt border > /root/border; ckpt border --json > /root/border.json) &' \
     --interval 3 --kill-mark 1.5 -- sh /home/streams.sh > "$scratch/out"
  for n in a b trace border border.json options; do debugfs -R "dump /root/$n $scratch/$n" "$scratch/disks/root.img"; done
  debugfs -R "dump /home/plain $scratch/plain" "$scratch/disks/root.img"
  cat "$scratch/border" "$scratch/options" "$scratch/trace"
  # Once each, though the last part was done twice; and one error for what is reset.
  seq 1 90 | sed 's/^/a /' | cmp - "$scratch/a"
  seq 1 90 | sed 's/^/plain /' | cmp - "$scratch/plain"
  [ "$(grep -c '^reset$' "$scratch/out")" = 1 ]
  grep -q '^replay .* /home/plain$' "$scratch/border"
  grep -q '^reset .* /home/b$' "$scratch/border"
  grep -q '^/home/a write length [0-9]*: ok$' "$scratch/trace"
  grep -q 'policy=/home/b:reset' "$scratch/options"
  python3 -c 'import json, sys
b = json.load (open (sys.argv[1]))
o = {x["path"]: x for x in b["objects"]}
assert o["/home/a"]["replayed"] > 0 and o["/home/a"]["suppressed"] > 0, o
assert all (x["diverged"] == 0 for x in b["objects"]), o
assert b["policies"][0] == {"pattern": "/home/b", "policy": "reset"}, b' "$scratch/border.json"
  for n in $("$image" list "$store" | awk '$1 + 0 { print $1 }'); do
    "$image" journal "$store" "$n" >> "$scratch/journal"
    "$image" journal --json "$store" "$n" | python3 -c 'import json, sys; json.load (sys.stdin)'
  done
  grep -q '^redo   write .*/' "$scratch/journal"
  note "$(grep -c ^redo "$scratch/journal") redo records, $(grep -c ^stream "$scratch/journal") of streams in the store;" \
       "replayed: $(awk '$1 == "replay" { print $6 }' "$scratch/border" | tr '\n' ' ')"
}

# Sockets of the ground's network: what is not connected goes on after a restore, what was
# connected is told so once.  Control: nothing is lost without a kill.
test_sockets ()
{
  "$top/perdure" cc -O2 -Wall -o "$scratch/net" "$top/tests/border/net.c"
  sockets killed '[ ! -e /root/first ]' --kill-mark 1.2
  sockets control false
  cat > "$scratch/expected" <<'EOT'
before: connection one
before: datagram two
mark 1
connection: Connection reset by peer, Broken pipe, end
datagram: five
its name: 127.0.0.1 8001
idle: six
listener: Resource temporarily unavailable
call: hello
EOT
  sed 's/^connection:.*/connection: three, four, more/' "$scratch/expected" > "$scratch/expected.control"
  cmp "$scratch/expected" "$scratch/killed.out"
  cmp "$scratch/expected.control" "$scratch/control.out"
  [ "$(report killed restores)" = 1 ]
  note "after the kill: $(grep '^connection' "$scratch/killed.out"); datagrams, listener, name as before"
}

# sockets NAME WAIT OPTION…: net.c inside, with its partners on the ground; it goes on in a
# boot where the command WAIT fails.
sockets ()
{
  local name=$1 wait=$2
  shift 2
  "$top/perdure" run --timeout 150 --log "$scratch/$name.serial" --report "$scratch/$name.report" --interval 1 \
     --add "$scratch/net:/bin/net" --add "$build/guest/tests/guest/net:/hurd/net" "$@" \
     --before "rm -f /etc/perdure/begun; settrans -cp /servers/socket/2 /hurd/net; net echo & sleep 1
       $wait || { : > /home/go; (until [ -e /home/listens ]; do sleep 0.2; done; net call 8000 hello) > /dev/null & }; : > /root/first; sync" -- net inside > "$scratch/$name.out"
}
