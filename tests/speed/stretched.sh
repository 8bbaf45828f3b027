#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground: what `ckpt status' says of an interval in which no checkpoint can be written,
# and of one in which it can.

interval () { ckpt status | sed -n 's/^interval: *//p'; }

n=0
until ckpt status > /dev/null 2>&1; do sleep 1; done
until interval | grep stretched || [ $n -ge 120 ]; do
  n=$((n + 1))
  sleep 1
done
ckpt interval 100
ckpt save > /dev/null
interval
echo end
