# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, beside hostile programs: what each server has (taskstat) before and after
# them, first of all when some have been there already, so that caches and threads for
# requests are there.

until [ -e /home/warm ] && ckpt status > /dev/null 2>&1; do sleep 0.5; done
for when in before after; do
  ckpt save > /dev/null
  # What was asked for in the last seconds, its threads and the pages of its checkpoint; and
  # a server waits a minute for who has asked to be asked who he is.
  [ $when = before ] || sleep 60
  sleep 6
  ckpt save > /dev/null
  sleep 1
  taskstat --servers --no-header | sed "s/^/$when /"
  echo "$when tasks $(ckpt stats | awk '$1 == "tasks" { print $2 }') $(ps -e | wc -l)"
  [ $when = after ] || { : > /home/go; until [ -e /home/done ]; do sleep 1; done; }
done
echo end
: > /home/bye
