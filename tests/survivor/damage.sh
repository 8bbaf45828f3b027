#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: damage.sh DISKS SCRATCH PERDURE CKPT-IMAGE
#
# Boots on damaged copies of a store.  What is expected of each damage: either
# the machine goes on from a checkpoint (the newest, or the one before, with a
# message), or the program starts anew with a message; never silence, a hang or
# a crash.

set -u
disks=$1 scratch=$2 perdure=$3 image=$4
bad=0

# boot NAME EXPECTATION: run on the store in $scratch/d/NAME; EXPECTATION is an
# extended regular expression for the serial output.
boot ()
{
  local dir=$scratch/d/$1
  cp --sparse=always "$disks/root.img" "$dir/root.img"
  "$perdure" run --disks "$dir" --timeout 30 --log "$scratch/$1.serial" \
	     -- sh -c 'echo anew' > "$scratch/$1.out" 2> "$scratch/$1.err"
  if grep -Eq "$2" "$scratch/$1.serial"; then
    echo "ok   $1: $(grep -Eo "$2" "$scratch/$1.serial" | head -n 1)"
  else
    echo "FAIL $1: no /$2/ on the serial line"
    tail -n 5 "$scratch/$1.serial"
    bad=1
  fi
  rm -rf "$dir"
}

copy () { mkdir -p "$scratch/d/$1"; cp --sparse=always "$disks/store.img" "$scratch/d/$1/store.img"; }
poke () { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }

newest=$("$image" list "$disks/store.img" | awk '$1 ~ /^[0-9]+$/ { n = $1 } END { print n }')

copy intact
boot intact "@@PD restored $newest"

mkdir -p "$scratch/d/garbage"
yes garbage | head -c 16777216 > "$scratch/d/garbage/store.img"
truncate -s 512M "$scratch/d/garbage/store.img"
boot garbage '(not a (formatted )?store|not formatted|no store|bad magic|superblock)'

copy truncated
truncate -s 1M "$scratch/d/truncated/store.img"
boot truncated '(truncated|shorter|smaller|too small|past the end)'

copy version
# The superblock's version number.
poke "$scratch/d/version/store.img" 8 '\377'
boot version '(version|superblock|checksum|restored)'

# Each of the newest checkpoint's blocks may be hit: find some that are in use
# by asking which flips the host's verify reports.
tries=0 found=0
while [ $found -lt 3 ] && [ $tries -lt 200 ]; do
  tries=$((tries + 1))
  copy flip$found
  at=$(( (RANDOM * 32768 + RANDOM) % (16 * 1024 * 1024) ))
  byte=$(dd if="$disks/store.img" bs=1 skip=$at count=1 status=none | od -An -tu1 | tr -d ' ')
  poke "$scratch/d/flip$found/store.img" $at "\\$(printf %03o $((byte ^ 255)))"
  if ! "$image" verify "$scratch/d/flip$found/store.img" > "$scratch/flip$found.verify" 2>&1; then
    boot flip$found '(@@PD restored [0-9]+|@@PD error .*)'
    found=$((found + 1))
  fi
done
echo "$found damaged copies of $tries"
exit $bad
