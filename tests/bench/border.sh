#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs on the ground: the same requests there and inside, with each policy.  Figures go
# to the console as lines that begin with @@COST.

tell () { sed 's/^/@@COST /' "$1" > /dev/console; }
for dir in ground commit through replay; do
  mkdir /home/$dir
  dd if=/dev/zero of=/home/$dir/data bs=4096 count=32 2> /dev/null
  dd if=/dev/zero of=/home/$dir/out bs=4096 count=32 2> /dev/null
done
echo '@@PD start' > /dev/console
settrans -pc /persist /hurd/root-proxy --store=/dev/hd1 --format --interval=0 \
  '--policy=/home/through/*:through' '--policy=/home/replay/*:replay'
/home/requests ground /home/ground 1000 > /root/figures
tell /root/figures
for dir in commit through; do
  ckpt run -- /home/requests $dir /home/$dir 1000 > /root/figures
  tell /root/figures
done
ckpt run -- /home/requests replay /home/replay 200 > /root/figures
tell /root/figures
# The store is not needed any more: what its disk itself takes.
/home/requests keep /home/ground 200 /dev/hd1 > /root/figures
tell /root/figures
echo '@@PD exit 0' > /dev/console
halt
