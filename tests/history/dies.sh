# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, while count.sh runs inside: the environment's server is killed,
# twice.  Who waits for the job touches the node again.

count () { cat /home/count 2> /dev/null || echo 0; }
for i in 1 2; do
  a=$(count)
  until [ "$(count)" -ge $((a + 8)) ]; do sleep 0.5; done
  ps > /root/ps
  kill -KILL $(awk '/root-proxy/ { print $1 }' /root/ps)
  sleep 1
  inside=$(ps | grep -c count.sh)
  echo "killed, count $(count)"
  until ckpt status > /root/status; do sleep 0.5; done
  awk '/^restored/ { print "restored", $2 }' /root/status
done
