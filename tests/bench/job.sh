#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs on the ground at each boot.  For each size: checkpoints of a program that
# holds so much memory and changes nothing; then the machine is killed (`pull')
# and comes here again, where it has restored the program.  Figures go to the
# console as lines that begin with @@BENCH and @@RESTORE.

rounds=7
at=/etc/perdure/size
root=/persist

tell () { echo "$1 $2 $(ckpt stats --json)" > /dev/console; }

# measure SIZE: take checkpoints; this boot ends here.
measure ()
{
  : > /home/hold
  ckpt run --detach -- /home/resident $1 /home/hold > /dev/null
  sleep 3
  i=0
  while [ $i -lt $rounds ]; do
    ckpt save > /dev/null
    tell @@BENCH $1
    i=$((i + 1))
  done
  echo $1 > $at
  sync
  echo '@@PD pull' > /dev/console
  sleep 1000
}

if [ ! -e $at ]; then
  echo '@@PD start' > /dev/console
  settrans -pc $root /hurd/root-proxy --store=/dev/hd1 --format --interval=0
  measure 1
fi
read -r size < $at
tell @@RESTORE $size
rm /home/hold
sleep 2
# The next checkpoints are of the next program alone.
ckpt save > /dev/null
case $size in
  1) measure 4;;
  4) measure 16;;
  16) measure 64;;
esac
echo '@@PD exit 0' > /dev/console
halt
