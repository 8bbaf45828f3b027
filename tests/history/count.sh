# SPDX-License-Identifier: GPL-3.0-or-later
# Inside: count to $1, two per second, on the output and in /home/count; or until
# /home/stop is there.
i=0
while [ $i -lt "$1" ] && [ ! -e /home/stop ]; do
  i=$((i + 1))
  echo "$i pid $$"
  echo $i > /home/count
  sleep 0.5
done
