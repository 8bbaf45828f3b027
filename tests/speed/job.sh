#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs on the ground.  For each load: checkpoints of it.  Figures go to the console
# as lines that begin with @@SPEED; the first checkpoint of a load, which writes all
# of it, is not among them.

file=/home/hold

# series KIND COUNT [PAGES]
series ()
{
  : > $file
  ckpt run --detach -- /home/load $file "$@" > /dev/null || exit 1
  # What the program has made appears here with the next checkpoint.
  n=0
  until [ -e $file.ready ]; do
    sleep 1
    ckpt save > /dev/null || exit 1
    n=$((n + 1))
    [ $n -lt 200 ] || exit 1
  done
  sleep 1
  ckpt save > /dev/null
  i=0
  while [ $i -lt $rounds ]; do
    sleep 1
    ckpt save > /dev/null
    echo "@@SPEED $* $(ckpt stats --json)" > /dev/console
    i=$((i + 1))
  done
  rm $file
  sleep 2
  ckpt save > /dev/null
  sleep 1
}

# first MIB: the first checkpoint of a program with so much memory, all of it new; a
# program for each round.
first ()
{
  i=0
  while [ $i -lt $rounds ]; do
    : > $file
    ckpt run --detach -- /home/load $file resident $1 > /dev/null || exit 1
    # It needs a moment to fill its memory, and nothing of it can be seen from here.
    sleep 4
    ckpt save > /dev/null || exit 1
    echo "@@SPEED first $1 $(ckpt stats --json)" > /dev/console
    rm $file
    sleep 2
    ckpt save > /dev/null
    sleep 1
    i=$((i + 1))
  done
}

# runs MIB PAGES RUNS: what is written when so many pages were filled with noise.
runs ()
{
  : > $file
  ckpt run --detach -- /home/load $file runs $1 $2 $3 > /dev/null || exit 1
  sleep 3
  ckpt save > /dev/null || exit 1
  i=0
  while [ $i -lt $rounds ]; do
    echo >> $file
    sleep 1
    ckpt save > /dev/null
    echo "@@BYTES $* $(ckpt list --json | tail -n 2 | head -n 1)" > /dev/console
    i=$((i + 1))
  done
  rm $file
  sleep 2
  ckpt save > /dev/null
  sleep 1
}

# slow NAME INTERVAL: how long the program takes with checkpoints in this interval (0:
# none; `ground': and outside of the environment).
slow ()
{
  command=$(sh /home/slow.sh $1 $seconds) || exit 1
  if [ $2 = ground ]; then
    echo "@@SLOW $1 ground $(sh -c "$command")" > /dev/console
    return
  fi
  case $1 in
    sqlite-checkpoint) fsysopts /persist --fsync=checkpoint;;
    *) fsysopts /persist --fsync=relaxed;;
  esac
  ckpt save > /dev/null
  before=$(ckpt stats --json)
  fsysopts /persist --interval=$2 || exit 1
  ckpt run -- sh -c "$command > /home/took" || exit 1
  after=$(ckpt stats --json)
  fsysopts /persist --interval=0
  # What it has written is here with the next checkpoint.
  ckpt save > /dev/null
  echo "@@SLOW $1 $2 $(cat /home/took) $before$after" > /dev/console
}

. /etc/perdure/speed
echo '@@PD start' > /dev/console
echo "@@COPY $(/home/load none memcpy 10000)" > /dev/console
mkdir -p /home/memory
settrans -pc /persist /hurd/root-proxy --store=/dev/hd1 --format --interval=0 --keep=${keep:-8} --overlap=${overlap:-off}
for mib in $first; do first $mib; done
for mib in $resident; do series resident $mib; done
for pages in $dirty; do series dirty $among $pages; done
for pages in $shared; do series shared 16 $pages; done
for n in $tasks; do series tasks $n; done
for n in $threads; do series threads $n; done
for n in $ports; do series ports $n; done
for kind in $runs; do runs $(echo $kind | tr - ' '); done
# What all checkpoints say that they have written.
[ -z "$runs" ] || ckpt list --json | awk -F '[:,]' '/new_blocks/ { for (i = 1; i < NF; i++)
    if ($i ~ /_blocks"/) n += $(i + 1) } END { print "@@SUM " n * 4 }' > /dev/console
case $slow in
  *tmpfs*)
    ckpt run -- settrans -a /home/memory /hurd/tmpfs 64M || exit 1;;
esac
for entry in $slow; do
  # NAME:INTERVAL, in the given order, which is that of time.
  slow ${entry%:*} ${entry#*:}
done
echo '@@PD exit 0' > /dev/console
halt
