# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, while count.sh runs inside: checkpoints fail at each point.

count () { cat /home/count 2> /dev/null || echo 0; }
until [ "$(count)" -ge 3 ]; do sleep 0.5; done
fsysopts /persist --interval=0
for fault in freeze:io captured:timeout write:full write:io device:io device:full commit:io; do
  fsysopts /persist --fault=$fault
  ckpt save > /dev/null 2>&1 && echo "$fault: no failure"
  echo "$fault: $(ckpt status | sed -n 's/^error: *//p')"
  ckpt save > /dev/null || echo "$fault: it goes on failing"
done
# A moment that is not quiet is waited out.
fsysopts /persist --fault=freeze:busy:5
ckpt save > /dev/null && echo "busy: saved"
for fault in freeze captured write device commit apply; do
  fsysopts /persist --interval=0
  fsysopts /persist --fault=$fault:die
  a=$(ckpt status | awk '/^last/ { print $2 }')
  ckpt save > /dev/null 2>&1 && echo "$fault: no failure"
  until ckpt status > /root/status 2> /dev/null; do sleep 0.2; done
  echo "$fault died: restored $(($(awk '/^restored/ { print $2 }' /root/status) - a))"
done
fsysopts /persist --fault=nowhere:io 2> /dev/null && echo "a fault nowhere is taken"
: > /home/stop
echo end
