# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, while the drivers run inside: the server ends in the middle of a request
# from inside or between two, $1 times, after numbers of requests that follow from $2.
# Before each end there is a checkpoint, so that it goes on.

status () { ckpt status > /root/status 2> /dev/null; }
boot () { sed -n "s/^restored: *//p" /root/status; }
until status && [ -e /home/append/lines ]; do sleep 0.3; done
n=0 r=$2
while [ $n -lt "$1" ] && [ ! -e /root/over ]; do
  until ckpt save > /dev/null 2>&1 && status; do sleep 0.2; done
  was=$(boot)
  r=$(( (r * 16807 + 11) % 2147483647 ))
  skip=$((r / 7 % 60))
  fsysopts /persist --fault=request:die:1:$skip 2> /dev/null
  i=0
  until status && [ "$(boot)" != "$was" ]; do
    i=$((i + 1))
    [ $i -lt 300 ] || { echo "instant $n: nobody asked for anything after $skip requests"; break 2; }
    sleep 0.1
  done
  n=$((n + 1))
done
echo "$n ends"
: > /home/end
sync
