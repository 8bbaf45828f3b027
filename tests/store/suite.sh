# SPDX-License-Identifier: GPL-3.0-or-later
# The stable store.  Most of it runs on the host alone; `translator' boots a machine.
# With --full: all crash states, all mutations thoroughly, half an hour of fuzzing,
# ten thousand changed bytes, thousands of moments of a real run, the peers.

tests="units image mutations crash flips fuzz cost translator"
[ "$full" = no ] || tests="$tests peers history"

store_bin=$build/host/tests/store
ckpt_image=$build/host/stable-store/ckpt-image

# What the tests need, built once: they run side by side.
build_store ()
{
  ( flock 9
    make -C "$build/host" -j2 check-store ) 9> "$build/host/tests/store.lock" > "$scratch/make.out" 2>&1 \
    || { tail -n 20 "$scratch/make.out"; return 1; }
}

# need PACKAGE…: install what only the long tests need.
need ()
{
  ( flock 9
    packages=$* setup_packages ) 9> "$build/host/tests/store.lock"
}

# tell PROGRAM ARGUMENT…: run it; its last line is a note.
tell ()
{
  local status=0
  "$@" > "$scratch/out" 2>&1 || status=$?
  cat "$scratch/out"
  note "$(tail -n 1 "$scratch/out")"
  return $status
}

test_units ()
{
  build_store
  "$store_bin/unit"
}

test_image ()
{
  build_store
  "$top/tests/store/ckpt-image" "$ckpt_image" "$store_bin/fixture"
}

# With a mechanism taken away the enumeration must find violations.
test_mutations ()
{
  local m states=20000
  build_store
  for m in NO_BARRIER NO_LAST_BARRIER ROOT_FIRST NO_CHECK; do
    if "$store_bin/crash-$m" --states $states --seed "$seed" > "$scratch/$m" 2>&1; then
      echo "$m is not noticed"
      return 1
    fi
    note "without $m: $(grep -o '[1-9][0-9]* violations' "$scratch/$m")"
  done
}

test_crash ()
{
  build_store
  if [ "$full" = yes ]; then
    tell "$store_bin/crash-fast" --seed "$seed"
    [ "$(sed -n 's/.* \([0-9]*\) distinct examined.*/\1/p' "$scratch/out")" -ge 1000000 ]
    tell "$store_bin/crash" --states 100000 --seed "$seed"
  else
    tell "$store_bin/crash-fast" --states 20000 --seed "$seed"
    tell "$store_bin/crash" --states 2000 --seed "$seed"
  fi
}

test_flips ()
{
  build_store
  if [ "$full" = yes ]; then
    tell "$store_bin/flip" 10000 "$seed"
  else
    tell "$store_bin/flip" 1000 "$seed"
  fi
}

# What was found once, and arbitrary images; the store is built without its checksums
# for this.
test_fuzz ()
{
  build_store
  tell "$store_bin/fuzz" "$top"/tests/store/corpus/*
  if [ "$full" = yes ]; then
    need clang
    need "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
    bash "$top/tests/store/libfuzzer.sh" "$top" "$scratch" 1800 "$seed"
    tell cat "$scratch/fuzzed"
  else
    tell "$store_bin/fuzz" --seconds 5 "$seed"
  fi
}

test_cost ()
{
  build_store
  if [ "$full" = yes ]; then
    "$store_bin/cost" --full > "$scratch/out" || { cat "$scratch/out"; return 1; }
  else
    "$store_bin/cost" > "$scratch/out" || { cat "$scratch/out"; return 1; }
  fi
  sed -n 's/^cost: //p' "$scratch/out" | grep -v damage | while read -r line; do note "$line"; done
}

# Against LMDB and SQLite, on this host's disk.
test_peers ()
{
  build_store
  need liblmdb-dev libsqlite3-dev
  make -C "$build/host" tests/store/bench
  "$store_bin/bench" "$scratch" > "$scratch/out" || { cat "$scratch/out"; return 1; }
  sed -n 's/^bench: //p' "$scratch/out" | while read -r line; do note "$line"; done
}

# boot DIR ARGUMENT…: run guest.sh with ARGUMENT… on the ground, with the writes to
# the store's disk recorded in DIR/writes.
boot ()
{
  local dir=$1
  shift
  "$top/perdure" cc -O2 -D_FILE_OFFSET_BITS=64 -o "$scratch/mapped" "$top/tests/store/mapped.c"
  "$top/perdure" run --ground --timeout 1500 --log "$scratch/serial" --disks "$dir" \
      --log-writes "$dir.writes" --add "$scratch/mapped:/root/mapped" \
      --add "$top/tests/store/guest.sh:/root/guest.sh" -- sh /root/guest.sh "$@" > "$scratch/guest"
}

# replayed DIR OPTION…: every state of the recorded disk (or those chosen).
replayed ()
{
  local dir=$1
  shift
  truncate -s 512M "$scratch/replayed.img"
  tell "$store_bin/replay" --seed="$seed" "$@" "$dir.writes" "$scratch/replayed.img"
  cmp "$scratch/replayed.img" "$dir/store.img"
  rm -f "$scratch/replayed.img" "$dir.writes"
}

# The translator in the machine; what it shows is what the host finds; the disk is
# right at each moment of that run; and no changed byte of it goes unnoticed.
test_translator ()
{
  local store=$scratch/disks/store.img number id sum size
  build_store
  boot "$scratch/disks" || { cat "$scratch/guest"; return 1; }
  cat "$scratch/guest"
  [ "$(tail -n 1 "$scratch/guest")" = done ]
  "$ckpt_image" verify "$store"
  "$ckpt_image" list "$store"
  grep -q '^zeros: .*this is not a stable store' "$scratch/guest"
  grep -q '^short: .*has 32768 KiB, but the device has 12000 KiB' "$scratch/guest"
  grep -q '^none: .*/dev/none: No such file' "$scratch/guest"
  grep -q '^damaged: an error to read, SIGBUS' "$scratch/guest"
  grep -q '^1 2 3 4 last status' "$scratch/guest"
  grep -q '^mapped: [1-9][0-9][0-9]* pages' "$scratch/guest"
  [ "$(grep -c '^object ' "$scratch/guest")" -ge 4 ]
  cp --sparse=always "$store" "$scratch/flip.img"
  if [ "$full" = yes ]; then
    replayed "$scratch/disks" --verify="$ckpt_image"
    tell "$store_bin/flip-image" "$scratch/flip.img" 10000 "$seed"
  else
    replayed "$scratch/disks" --most=150
    tell "$store_bin/flip-image" "$scratch/flip.img" 100 "$seed"
  fi
  # A checkpoint that the guest has dropped since cannot be asked for.
  while read -r _ number id sum size; do
    [ "$("$ckpt_image" object "$store" "$number" "$id" | cksum)" = "$sum $size" ] \
      || { echo "object $id of checkpoint $number differs"; return 1; }
  done <<EOT
$(grep '^object 2 ' "$scratch/guest")
EOT
  rm -f "$scratch/flip.img"
}

# A longer run: at least two thousand moments, each verified by ckpt-image.
test_history ()
{
  build_store
  boot "$scratch/disks" history 640 || { cat "$scratch/guest"; return 1; }
  replayed "$scratch/disks" --verify="$ckpt_image"
  [ "$(sed -n 's/^replay: .* writes, \([0-9]*\) states.*/\1/p' "$scratch/out")" -ge 2000 ]
}
