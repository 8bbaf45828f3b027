# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground: what many checkpoints leave behind.

rounds=$(cat /root/rounds)
save () { i=0; while [ $i -lt $1 ]; do ckpt save > /dev/null || echo "failed"; i=$((i + 1)); done; }
until ckpt status > /dev/null 2>&1; do sleep 0.5; done
fsysopts /persist --interval=0 --keep=5
ps > /root/ps
pid=$(awk '/\/hurd\/root-proxy/ { print $1; exit }' /root/ps)
save 40
echo "before: $(/root/names $pid) $(ps | wc -l)"
save $rounds
echo "after: $(/root/names $pid) $(ps | wc -l)"
: > /home/done
echo end
