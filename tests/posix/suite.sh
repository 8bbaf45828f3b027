# SPDX-License-Identifier: GPL-3.0-or-later
# POSIX programs, one behaviour in each: all of them in one boot on the ground,
# and in one inside the environment; malformed requests; kills under file load.

tests="ground environment robust robust_inside halt kills"

if [ "$full" = yes ]; then
  robust_count=40000 robust_inside_count=20000 kills=50 entries=10000 robust_seed=$seed
else
  robust_count=2000 robust_inside_count=1000 kills=1 entries=1500
  # The same requests each time; other ones are for the full size to find.
  robust_seed=1795285168
fi

# posix_build: all programs, compiled anew only when they changed.
posix_build ()
{
  local bin=$build/posix/bin
  mkdir -p "$bin"
  make -s -j"$(nproc)" -f "$top/tests/posix/programs.mk" top="$top" bin="$bin" CC="$cross/bin/i686-gnu-gcc"
}

# posix_disks DIR: a root image with the programs in /posix, so small that a test
# can fill it.
posix_disks ()
{
  local bin=$build/posix/bin p
  mkdir -p "$1"
  cp --sparse=always "$build/root.img" "$1/root.img"
  e2fsck -fp "$1/root.img" > "$1/resize" 2>&1
  resize2fs "$1/root.img" 128M >> "$1/resize" 2>&1
  {
    echo "mkdir /posix"
    for p in "$bin"/*; do
      [ "${p##*/}" = runner ] || echo "write $p /posix/${p##*/}"
    done
    echo "write $bin/runner /posix-runner"
    for p in "$bin"/*; do
      [ "${p##*/}" = runner ] || echo "sif /posix/${p##*/} mode 0100755"
    done
    echo "sif /posix-runner mode 0100755"
  } > "$1/debugfs.in"
  debugfs -w -f "$1/debugfs.in" "$1/root.img" > "$1/debugfs.out" 2>&1
}

# posix_run MODE ENTRIES SECONDS: run all programs, each for at most SECONDS, with the
# options MODE and large directories of ENTRIES entries; after the machine has come
# to a stop in one of them, go on with the next.
posix_run ()
{
  local mode=$1 tries=0 last left
  (
    # One at a time builds and makes the image; the other finds it done.
    flock 9
    posix_build
  ) 9> "$build/posix.lock"
  posix_disks "$scratch/disks"
  ls "$build/posix/bin" | grep -v '^runner$' > "$scratch/left"
  [ -z "${POSIX_ONLY-}" ] || printf '%s\n' $POSIX_ONLY > "$scratch/left"
  : > "$scratch/out"
  while [ -s "$scratch/left" ] && [ $tries -lt 6 ]; do
    tries=$((tries + 1))
    "$top/perdure" run $mode --timeout 1200 --log "$scratch/serial" --disks "$scratch/disks" \
       --memory 768 -- env ENTRIES=$2 /posix-runner $3 /posix $(cat "$scratch/left") > "$scratch/out.$tries" || true
    cat "$scratch/out.$tries" >> "$scratch/out"
    if grep -q '^== end' "$scratch/out.$tries"; then break; fi
    last=$(grep '^-- ' "$scratch/out.$tries" | tail -n 1 | cut -d' ' -f2)
    [ -n "$last" ] || { note "the machine does not start"; return 1; }
    grep -q "^== $last " "$scratch/out.$tries" || printf '\n== %s machine 0\n' "$last" >> "$scratch/out"
    sed -i "1,/^$last\$/d" "$scratch/left"
    rm -f "$scratch/disks/store.img"
    posix_disks "$scratch/disks"
  done
  posix_verdict
}

# Has nobody given a right back that he did not have?  (The kernel tells.  That
# one was only looked up says nothing: a client's own may have died just then.)
released_once ()
{
  not grep -a -E -q '(destroying|deallocating|creasing) a bogus port' "$scratch/serial" \
    || { note "a right was released that was not there"; return 1; }
}

# posix_verdict: count; whatever is neither passed nor unsupported is a failure.
posix_verdict ()
{
  local passed unsupported
  grep -a '^== ' "$scratch/out" | grep -v '^== end' | cut -d' ' -f2- > "$scratch/results"
  passed=$(awk '$2 == "0"' "$scratch/results" | wc -l)
  unsupported=$(awk '$2 == "77"' "$scratch/results" | wc -l)
  note "$passed passed, $unsupported unsupported, $(awk '$2 != "0" && $2 != "77"' "$scratch/results" | wc -l) failed:" \
    $(awk '$2 != "0" && $2 != "77" { print $1 "(" $2 ")" }' "$scratch/results")
  released_once
  [ "$passed" -gt 0 ] && ! awk '$2 != "0" && $2 != "77"' "$scratch/results" | grep -q .
}

# posix_robust MODE COUNT: servers under malformed requests.
posix_robust ()
{
  ( flock 9; posix_build ) 9> "$build/posix.lock"
  "$top/perdure" run $1 --timeout 3000 --log "$scratch/serial" --memory 768 \
     --add "$build/posix/robust:/root/robust" -- sh -c "cd /tmp; /root/robust $robust_seed $2" > "$scratch/out"
  note "seed $robust_seed: $(grep ' sent, ' "$scratch/out" | awk '{ s += $1; a += $8; o += $10 } END { print s " malformed requests, " a " answered, " o " with success" }')," \
    "$(grep -o 'the other client: .*' "$scratch/out" | tail -n 1)"
  released_once
}

test_robust () { posix_robust --ground $robust_count; }
test_robust_inside () { posix_robust "" $robust_inside_count; }

# synced_check IMAGE DIRECTORY LIST: each file of the list is there as it was synced.
synced_check ()
{
  local n len
  mkdir -p "$scratch/found"
  while read -r _ n len; do
    echo "dump $2/keep/$n $scratch/found/$n"
  done < "$3" > "$scratch/dump"
  debugfs -f "$scratch/dump" "$1" > /dev/null 2>&1
  python3 - "$scratch/found" "$3" <<'EOT'
import sys
for line in open(sys.argv[2]):
    _, n, length = line.split()
    n, length = int(n), int(length)
    want = bytes(97 + (n * 7 + i // 13) % 26 for i in range(length))
    if open(f"{sys.argv[1]}/{n}", "rb").read() != want:
        sys.exit(f"{n} is damaged")
EOT
  rm -rf "$scratch/found"
}

# The machine is killed in the midst of changes; e2fsck -p repairs that without
# asking, and nothing that was synced is damaged.
test_kills ()
{
  local i pid code n total=0 image=$scratch/disks/root.img
  ( flock 9; posix_build ) 9> "$build/posix.lock"
  for i in $(seq 1 "$kills"); do
    n=$((3 + (seed + i * 7919) % 40))
    : > "$scratch/out.$i"
    "$top/perdure" run --ground --timeout 300 --disks "$scratch/disks" --log "$scratch/serial" \
      --add "$build/posix/load:/root/load" -- /root/load "/home/$i" $((seed + i)) > "$scratch/out.$i" 2>&1 &
    pid=$!
    while kill -0 $pid 2> /dev/null && [ "$(grep -c '^synced' "$scratch/out.$i")" -lt $n ]; do sleep 0.2; done
    unplug $pid "$image"
    grep '^synced' "$scratch/out.$i" > "$scratch/list" || { note "the load has not begun"; return 1; }
    code=0
    e2fsck -p "$image" > "$scratch/fsck.$i" 2>&1 || code=$?
    [ $code -le 1 ] || { note "kill $i: e2fsck -p does not repair it ($code)"; cp "$image" "$scratch/bad.img"; return 1; }
    e2fsck -fn "$image" > /dev/null 2>&1 || { note "kill $i: e2fsck -fn finds errors after it"; return 1; }
    synced_check "$image" "/home/$i" "$scratch/list" || { note "kill $i: a synced file is damaged"; return 1; }
    total=$((total + $(wc -l < "$scratch/list")))
  done
  note "seed $seed: $kills kills repaired by e2fsck -p, $total synced files whole"
}

# unplug PID IMAGE: kill the machine with the disk IMAGE, which the process PID runs.
unplug ()
{
  local machine=
  until machine=$(pgrep -f "file=$2,") || ! kill -0 "$1" 2> /dev/null; do sleep 0.2; done
  [ -z "$machine" ] || kill -9 $machine
  wait "$1" || true
}

# The system goes down after file work, on the ground and inside: e2fsck -fn finds the
# root clean.  Control: killed in the same work, it was not.
test_halt ()
{
  local image=$scratch/disks/root.img job pid mode state
  # shellcheck disable=SC2016
  job='mkdir -p /home/w/sub; cd /home/w
    for i in $(seq 20); do echo "$i" > f$i; mkdir d$i; ln f$i d$i/l; ln -s f$i s$i; done
    for i in $(seq 1 2 20); do mv d$i sub/; rm f$i; done
    dd if=/dev/zero of=big bs=64k count=200 2> /dev/null; dd if=/dev/zero of=holes bs=1 count=1 seek=9999999 2> /dev/null
    mkfifo p; truncate -s 100000 big; rm -r sub; chmod 4755 f2; chown 7:8 f4; touch -d "1 Jan 2001" f6
    exec 5> open; rm open; echo more >&5; ls > list; sync'
  for mode in --ground ""; do
    rm -rf "$scratch/disks"
    # shellcheck disable=SC2086
    "$top/perdure" run $mode --timeout 400 --disks "$scratch/disks" --log "$scratch/serial" -- sh -c "$job; echo worked" > "$scratch/out"
    grep -qx worked "$scratch/out"
    e2fsck -fn "$image" > "$scratch/fsck" 2>&1 || { note "after halt: $(cat "$scratch/fsck")"; return 1; }
    dumpe2fs -h "$image" 2> /dev/null | grep -qx 'Filesystem state: *clean'
    [ "$(debugfs -R 'stat /home/w/list' "$image" 2> /dev/null | grep -c 'Type: regular')" = 1 ]
    note "after halt (${mode:-inside}): e2fsck -fn: $(tail -n 1 "$scratch/fsck" | sed 's/.*: //')"
  done
  rm -rf "$scratch/disks"
  "$top/perdure" run --ground --timeout 400 --disks "$scratch/disks" --log "$scratch/serial" -- sh -c "$job; echo worked; sleep 300" > "$scratch/out" &
  pid=$!
  while kill -0 $pid 2> /dev/null && ! grep -q worked "$scratch/out"; do sleep 0.2; done
  unplug $pid "$image"
  state=$(dumpe2fs -h "$image" 2> /dev/null | sed -n 's/^Filesystem state: *//p')
  note "control: killed instead, it is $state"
  [ "$state" = "not clean" ]
}

test_ground () { posix_run --ground 10000 60; }
test_environment () { posix_run "" $entries 300; }
