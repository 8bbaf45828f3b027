#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs on the ground at each boot.  For each of $cases, MIB-PAGES-CHECKPOINTS: a program
# that has so much memory and writes to so many pages of it, so many checkpoints of it,
# all of which are kept, and the machine is killed.  The boot after it says how long it
# takes until the program goes on, and until it has read all of its memory.  $verify: lazy or full.

at=/etc/perdure/at file=/home/hold

tell () { echo "$*" > /dev/console; }

taken () { ckpt stats --json | sed 's/.*"taken": \([0-9]*\),.*/\1/'; }

# begin MIB PAGES CHECKPOINTS: this boot ends here.
begin ()
{
  : > $file
  ckpt run --detach -- /home/load $file spin $1 $2 > /dev/null || exit 1
  # What it has made cannot be seen from here before a checkpoint.
  sleep $((4 + $1 / 32))
  if [ $3 -gt 1 ]; then
    fsysopts /persist --interval=0.05
    until [ "$(taken)" -ge $(($3 - 1)) ]; do sleep 1; done
    fsysopts /persist --interval=0
  fi
  ckpt save > /dev/null || exit 1
  tell "@@KEPT $1 $2 $3 $(ckpt list | wc -l)"
  sync
  tell '@@PD pull'
  sleep 1000
}

# back CASE: the boot after.
back ()
{
  rm -f $file.window
  /home/load $file.window idle 3000 > /home/idle &
  # It is to have begun.
  sleep 1
  start=$(/home/load none clock 0)
  ckpt status > /dev/null
  n=0
  stats='"restore_all_us": 0,'
  while case $stats in *'"restore_all_us": 0,'*) [ $n -lt 200 ];; *) false;; esac; do
    sleep $((2 + $1 / 64))
    stats=$(ckpt stats --json)
    n=$((n + 1))
  done
  n=0
  until [ -e $file.back ]; do
    ckpt save > /dev/null || exit 1
    sleep 1
    n=$((n + 1))
    [ $n -lt 100 ] || exit 1
  done
  echo "$start $(cat $file.back)" > $file.new
  mv $file.new $file.window
  wait
  tell "@@BACK $verify $1 $2 $3 $start $(cat $file.back) $(cat /home/idle) $stats"
  rm $file $file.back
  sleep 2
  # The next checkpoints are of the next program alone.
  ckpt save > /dev/null
}

. /etc/perdure/speed
if [ -e $at ]; then
  read -r done < $at
  [ $done = 0 ] || back $(echo $cases | cut -d ' ' -f $done | tr - ' ')
else
  echo 0 > $at
  tell '@@PD start'
  settrans -pc /persist /hurd/root-proxy --store=/dev/hd1 --format --interval=0 --keep=0 --verify=$verify
fi
read -r done < $at
next=$((done + 1))
set -- $cases
if [ $next -le $# ]; then
  echo $next > $at
  begin $(echo $cases | cut -d ' ' -f $next | tr - ' ')
fi
tell '@@PD exit 0'
halt
