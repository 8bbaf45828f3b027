# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, while the drivers run inside and the server ends again and again: count
# its starts, and after $1 ends let it live and tell the drivers to come to an end.

n=-1 was=
while [ $n -lt "$1" ]; do
  # shellcheck disable=SC2009
  now=$(ps -ef | awk '/[r]oot-proxy --store/ { pid = $1 } END { print pid }')
  [ -z "$now" ] || [ "$now" = "$was" ] || { n=$((n + 1)); was=$now; }
  sleep 0.2
done
until fsysopts /persist --fault=any:die:0 2> /dev/null && ckpt status > /dev/null 2>&1; do sleep 0.1; done
echo "$n ends"
: > /home/end
sync
