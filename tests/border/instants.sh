# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, while the drivers run inside: from when these are in a checkpoint the
# server ends again and again, after a number of occasions below $2; after $1 ends it
# is let live, and the drivers are told to come to an end.

until [ -e /home/append/lines ] && ckpt save > /dev/null 2>&1; do sleep 0.3; done
record=$(showtrans /persist)
# shellcheck disable=SC2086
settrans -kp /persist $record "--fault=any:die:1:~$2"
fsysopts /persist "--fault=any:die:1:~$2"
n=-1 was=0
while [ $n -lt "$1" ]; do
  # shellcheck disable=SC2009
  now=$(ps -ef | awk '/[r]oot-proxy --store/ && $1 > pid { pid = $1 } END { print pid + 0 }')
  [ "$now" -le "$was" ] || { n=$((n + 1)); was=$now; }
  # Who looks starts it again.
  ckpt status > /dev/null 2>&1
  sleep 0.7
done
# shellcheck disable=SC2086
settrans -kp /persist $record
until fsysopts /persist --fault=any:die:0 2> /dev/null && ckpt status > /dev/null 2>&1; do sleep 0.1; done
echo "$n ends"
: > /home/end
sync
