#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: damage.sh DISKS SCRATCH PERDURE CKPT-IMAGE FLIPS
#
# Damage to the store of DISKS, in copies of it.  On the host: every byte of the
# superblock and of both roots, and FLIPS others, are flipped (flips.py).  In the
# machine: some of these, and stores that are none.  What is expected of each:
# the machine goes on from a checkpoint (the newest, or the one before, with a
# message), or nothing is started, with a message; never silence, a hang, a crash
# or a mixture.

set -u
disks=$1 scratch=$2 perdure=$3 image=$4 flips=$5
here=$(dirname "$0")
bad=0

# boot NAME EXPECTATION…: run on the store in $scratch/d/NAME; each EXPECTATION is
# an extended regular expression for the serial output.  What is restored goes on
# counting where it was; where nothing is, nothing is printed.
boot ()
{
  local name=$1 dir=$scratch/d/$1 said= wanted frames
  shift
  cp --sparse=always "$disks/root.img" "$dir/root.img"
  "$perdure" run --disks "$dir" --timeout 30 --log "$scratch/$name.serial" \
	     -- sh -c 'echo anew' < /dev/null > "$scratch/$name.out" 2> "$scratch/$name.err"
  for wanted; do
    if grep -Eq "$wanted" "$scratch/$name.serial"; then
      said="$said; $(grep -Eo "$wanted" "$scratch/$name.serial" | head -n 1 | tr -d '\r')"
    else
      echo "FAIL $name: no /$wanted/ on the serial line"
      tail -n 5 "$scratch/$name.serial"
      bad=1
    fi
  done
  frames=$(python3 "$here/frames.py" "$scratch/$name.serial" "$scratch/counted") || bad=1
  if grep -q '@@PD restored' "$scratch/$name.serial"; then
    [ "${frames:-0}" -gt 0 ]
  else
    [ "$frames" = 0 ]
  fi || { echo "FAIL $name: ${frames:-wrong} frames of output"; bad=1; }
  echo "     $name${said#;}; frames of output: $frames"
  rm -rf "$dir"
}

copy () { mkdir -p "$scratch/d/$1"; cp --sparse=always "$disks/store.img" "$scratch/d/$1/store.img"; }
poke () { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }

seq 1 100 > "$scratch/counted"
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
gcc -O1 -o "$scratch/version.bin" "$here/version.c" -lxxhash || exit 1
"$scratch/version.bin" "$scratch/d/version/store.img" 999 || exit 1
boot version '@@PD error .*format version 999'

# flip NAME OFFSET: a copy with another byte at OFFSET.
flip ()
{
  local byte
  copy "$1"
  byte=$(dd if="$disks/store.img" bs=1 skip="$2" count=1 status=none | od -An -tu1 | tr -d ' ')
  poke "$scratch/d/$1/store.img" "$2" "\\$(printf %03o $((byte ^ 255)))"
}

cp --sparse=always "$disks/store.img" "$scratch/flipped.img"
python3 "$here/flips.py" "$image" "$scratch/flipped.img" "${PERDURE_SEED:-1}" "$flips" \
	> "$scratch/flips" || bad=1
cat "$scratch/flips"
cmp "$disks/store.img" "$scratch/flipped.img" || bad=1
rm -f "$scratch/flipped.img"

# Damage to the newest alone: the one before is used, and nothing else.
while read -r kind at number; do
  flip $kind $at
  case $kind in
    super) boot $kind '@@PD damage: one superblock' "@@PD restored $newest";;
    root) boot $kind '@@PD damage: one root' "@@PD restored $number";;
    record) boot $kind "@@PD damage: .*block $((at / 4096)): record does not verify" "@@PD restored $number";;
    page) boot $kind "@@PD error .*block $((at / 4096))" "@@PD restored $number";;
    shared) boot $kind "@@PD error .*block $((at / 4096))";;
  esac
done <<EOT
super 100
$(grep -E '^(root|record|page|shared) ' "$scratch/flips")
EOT
[ "$(grep -cE '^(root|record|page|shared) ' "$scratch/flips")" = 4 ] || bad=1
exit $bad
