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
boot garbage '@@PD error .*not a stable store'

copy truncated
truncate -s 1M "$scratch/d/truncated/store.img"
boot truncated '@@PD error .*(superblock|shorter|smaller).*'

copy version
# The superblock's version number.
poke "$scratch/d/version/store.img" 8 '\377'
boot version '(version|superblock|checksum|restored)'

# Flip bytes of what is in use until the host's verify has reported three: the
# machine must go on from a checkpoint that is whole, or say what is wrong.
python3 - "$disks/store.img" "${PERDURE_SEED:-1}" > "$scratch/offsets" <<'EOT'
import os, random, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
size, at, used = os.fstat(fd).st_size, 0, []
while at < size:
    try:
        start = os.lseek(fd, at, os.SEEK_DATA)
    except OSError:
        break
    at = os.lseek(fd, start, os.SEEK_HOLE)
    used += range(start, at, 512)
random.seed(int(sys.argv[2]))
for _ in range(200):
    print(random.choice(used) + random.randrange(512))
EOT
tries=0 found=0
for at in $(cat "$scratch/offsets"); do
  [ $found -lt 3 ] || break
  tries=$((tries + 1))
  rm -rf "$scratch/d/flip$found"
  copy flip$found
  byte=$(dd if="$disks/store.img" bs=1 skip=$at count=1 status=none | od -An -tu1 | tr -d ' ')
  poke "$scratch/d/flip$found/store.img" $at "\\$(printf %03o $((byte ^ 255)))"
  if ! "$image" verify "$scratch/d/flip$found/store.img" > "$scratch/flip$found.verify" 2>&1; then
    boot flip$found '@@PD (restored [0-9]+|error .*does not verify.*)'
    # Only an older checkpoint that is damaged too may be passed over.
    ! grep -q 'cannot be restored: Device' "$scratch/flip$found.serial" || bad=1
    found=$((found + 1))
  fi
done
echo "$found damaged copies of $tries"
[ $found = 3 ] || bad=1
exit $bad
