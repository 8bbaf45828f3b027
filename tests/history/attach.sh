# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground: a session, its terminal, job control; then one that is left when
# the machine is killed, and found again.

type_slowly () { while read -r line; do sleep 1; echo "$line"; done; sleep 2; }
until ckpt status > /dev/null 2>&1; do sleep 0.5; done
if [ ! -e /root/phase ]; then
  type_slowly << 'EOT' | ckpt attach -- sh -i
tty
stty size
sleep 100 & jobs
kill %1; wait
echo "sum $((40 + 2))" > /dev/tty
exit 3
EOT
  echo "ended $?"
  type_slowly << 'EOT' | timeout 30 ckpt attach --once -- sh -i > /root/second
x=kept; first=$$
echo "begun $x"
EOT
  echo "left $?"
  grep -c '^begun kept' /root/second
  ckpt save > /dev/null
  echo > /root/phase
  rm /etc/perdure/begun
  sync
  echo > /home/mark
else
  type_slowly << 'EOT' | ckpt attach --once -- sh -i > /root/second
echo "found $x $((first == $$))"
exit
EOT
  echo "ended $?"
  # What had been there before the kill is shown again.
  cat /root/second
  ckpt attach || echo "no session any more"
  echo > /home/done
fi
