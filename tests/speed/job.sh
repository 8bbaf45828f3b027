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

# slow INTERVAL COMMAND…: how long it takes with checkpoints in this interval.
slow ()
{
  interval=$1
  shift
  fsysopts /persist --interval=$interval || exit 1
  ckpt run -- /home/load none "$@" > /tmp/slow || exit 1
  echo "@@SLOW $interval $(cat /tmp/slow) $*" > /dev/console
  fsysopts /persist --interval=0
}

. /etc/perdure/speed
echo '@@PD start' > /dev/console
echo "@@COPY $(/home/load none memcpy 100000)" > /dev/console
settrans -pc /persist /hurd/root-proxy --store=/dev/hd1 --format --interval=0
for mib in $first; do first $mib; done
for mib in $resident; do series resident $mib; done
for pages in $dirty; do series dirty $among $pages; done
for pages in $shared; do series shared 16 $pages; done
for n in $tasks; do series tasks $n; done
for n in $threads; do series threads $n; done
for n in $ports; do series ports $n; done
# What a program does, each with checkpoints in these intervals (0: none).
for interval in $slow; do
  case $interval in
    0.1) slow $interval work $units 256 100;;
    1) slow $interval work $units 1024 1000;;
    0) slow 0 work $units 256 100; slow 0 work $units 1024 1000;;
  esac
  slow $interval work $units 0 0
  slow $interval time lua -e "local x = 0 for i = 1, $units * 8000 do x = (x * 31 + i) % 65521 end"
done
echo '@@PD exit 0' > /dev/console
halt
