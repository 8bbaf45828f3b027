# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground: checkpoint, kill, restore, again and again.

rounds=$(cat /root/rounds)
server () { ps > /root/ps; awk '/\/hurd\/root-proxy/ { print $1; exit }' /root/ps; }
# What there is: names, threads and KiB of the server; processes; tasks, threads and
# ports inside; checkpoints and free KiB of the store; 1/100 seconds for a round.
look ()
{
  echo "$1 $(/root/names $(server)) $(ps | wc -l)" \
    $(ckpt stats | awk '/^(tasks|threads|ports) / { print $2 }') \
    $(ckpt status | awk '/^checkpoints:/ { print $2 } /^free:/ { print $2 }') $2
}
until ckpt status > /dev/null 2>&1; do sleep 0.5; done
i=0
while [ $i -lt $rounds ]; do
  i=$((i + 1))
  begun=$(date +%s%N)
  ckpt save > /root/saved || echo "failed to save: $(cat /root/saved)"
  kill -KILL $(server)
  sleep 0.3
  until ckpt status > /root/status 2> /dev/null; do sleep 0.2; done
  took=$((($(date +%s%N) - begun) / 10000000))
  grep -q '^restored: *[1-9]' /root/status || echo "failed to restore"
  # So that each number is of a server that has just taken a checkpoint.
  if [ $((i % 10)) = 0 ] || [ $i = 5 ] || [ $i = $rounds ]; then
    ckpt save > /dev/null || echo "failed to save"
    look "round $i:" $took
  fi
done
: > /home/done
ps
echo end
