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

. /etc/perdure/speed
echo '@@PD start' > /dev/console
echo "@@COPY $(/home/load none memcpy 100000)" > /dev/console
settrans -pc /persist /hurd/root-proxy --store=/dev/hd1 --format --interval=0
for mib in $resident; do series resident $mib; done
for pages in $dirty; do series dirty $among $pages; done
for pages in $shared; do series shared 16 $pages; done
for n in $tasks; do series tasks $n; done
for n in $threads; do series threads $n; done
for n in $ports; do series ports $n; done
echo '@@PD exit 0' > /dev/console
halt
