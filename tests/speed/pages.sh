#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# pages.sh CHECKPOINTS SEED [OPTION…]: on the ground, so many checkpoints of random
# programs, one after the other, each checked; says now and then what `ckpt status'
# counts, and how many began while another was being written.

count=$1 seed=$2
shift 2

# counts: set taken, failed, checked and missed.
counts ()
{
  set -- $(ckpt status --json | sed 's/.*"taken": \([0-9]*\), "failed": \([0-9]*\).*"checked": \([0-9]*\), "missed": \([0-9]*\).*/\1 \2 \3 \4/')
  taken=$1 failed=$2 checked=$3 missed=$4
  early=$(ckpt stats --json | sed 's/.*"taken_early": \([0-9]*\).*/\1/')
}

show ()
{
  echo "$taken checkpoints, $early early, $failed failed: $checked pages taken for unchanged were compared, $missed had changed"
}

head -c 300000 /bin/ls > /home/pages
settrans -ac /persist /hurd/root-proxy --store=/dev/hd1 --format --interval=0.05 --keep=4 \
  --check-pages "$@" || exit 1
for n in 1 2; do
  # What the program prints would come here, too.
  ckpt run --detach -- sh -c "exec /home/random $((seed + n)) /home/pages > /dev/null" >> /tmp/pids || exit 1
done
next=250
counts
while [ "$taken" -lt "$count" ]; do
  if [ "$taken" -ge $next ]; then
    show
    next=$((taken + 250))
  fi
  sleep 2
  counts
done
for pid in $(cat /tmp/pids); do
  ckpt run -- sh -c "kill -0 $pid" || { echo "program $pid has ended"; exit 1; }
done
settrans -afg /persist
show
