#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs on the ground: for each size, checkpoints of a program that holds so
# much memory and changes nothing.  Figures go to the console as lines that
# begin with @@BENCH.

rounds=7
echo '@@PD start' > /dev/console
settrans -pc /persist /hurd/root-proxy --store=/dev/hd1 --format --interval=0
for size in 1 4 16 64; do
  : > /home/hold
  ckpt run --detach -- /home/resident $size /home/hold
  sleep 3
  i=0
  while [ $i -lt $rounds ]; do
    ckpt save > /dev/null
    echo "@@BENCH $size $(ckpt stats --json)" > /dev/console
    i=$((i + 1))
  done
  rm /home/hold
  sleep 2
done
echo '@@PD exit 0' > /dev/console
halt
