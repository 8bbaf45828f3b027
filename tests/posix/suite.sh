# SPDX-License-Identifier: GPL-3.0-or-later
# POSIX programs, one behaviour in each: all of them in one boot on the ground,
# and in one inside the environment.

tests="ground environment"

# posix_build: all programs, compiled anew only when they changed.
posix_build ()
{
  local bin=$build/posix/bin
  mkdir -p "$bin"
  make -s -j"$(nproc)" -f "$top/tests/posix/programs.mk" top="$top" bin="$bin" CC="$cross/bin/i686-gnu-gcc"
}

# posix_disks DIR: a root image with the programs in /posix.
posix_disks ()
{
  local bin=$build/posix/bin p
  mkdir -p "$1"
  cp --sparse=always "$build/root.img" "$1/root.img"
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

# posix_run MODE: run all programs with the options MODE; after the machine has
# come to a stop in one of them, go on with the next.
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
       --memory 768 -- /posix-runner 60 /posix $(cat "$scratch/left") > "$scratch/out.$tries" || true
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

# posix_verdict: count; whatever is neither passed nor unsupported is a failure.
posix_verdict ()
{
  local passed unsupported
  grep -a '^== ' "$scratch/out" | grep -v '^== end' | cut -d' ' -f2- > "$scratch/results"
  passed=$(awk '$2 == "0"' "$scratch/results" | wc -l)
  unsupported=$(awk '$2 == "77"' "$scratch/results" | wc -l)
  note "$passed passed, $unsupported unsupported, $(awk '$2 != "0" && $2 != "77"' "$scratch/results" | wc -l) failed:" \
    $(awk '$2 != "0" && $2 != "77" { print $1 "(" $2 ")" }' "$scratch/results")
  ! grep -a -q 'bogus port' "$scratch/serial" || { note "a server released a right it did not have"; return 1; }
  [ "$passed" -gt 0 ] && ! awk '$2 != "0" && $2 != "77"' "$scratch/results" | grep -q .
}

test_ground () { posix_run --ground; }
test_environment () { posix_run ""; }
