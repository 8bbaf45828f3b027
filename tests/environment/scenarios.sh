# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, while all programs run inside: what can happen to checkpoints and
# restores.  Each line that begins with `wrong' is a fault.

dir=/home/env
server () { ps > /root/ps; awk '/\/hurd\/root-proxy/ { print $1; exit }' /root/ps; }
last () { ckpt status | awk '/^last:/ { print $2 }'; }
tasks () { ckpt stats | awk '/^tasks / { print $2 }'; }
save () { ckpt save > /root/saved 2>&1 || echo "wrong: $1: cannot be saved: $(cat /root/saved)"; }
back () { until ckpt status > /root/status 2> /dev/null; do sleep 0.5; done; awk '/^restored:/ { print $2 }' /root/status; }

until [ -e $dir/begun ]; do sleep 1; done
options=$(showtrans /persist)
fsysopts /persist --interval=0
ckpt save --label=begin > /dev/null || echo "wrong: the first cannot be saved"
first=$(last)
echo "$(tasks) tasks, checkpoint $first"
for i in 1 2 3 4 5; do save unnoticed; done

# Faults: nothing but that checkpoint is lost.
for fault in freeze:io captured:timeout write:full write:io device:io device:full device:timeout commit:io commit:timeout; do
  fsysopts /persist --fault=$fault
  a=$(last)
  if ckpt save > /dev/null 2>&1 || [ "$(last)" != "$a" ]; then
    echo "wrong: $fault: saved"
  else
    echo "failed as it should: $fault: $(ckpt status | sed -n 's/^error: *//p')"
  fi
  save $fault
done

# The server dies: the last checkpoint is restored on the running machine.
for fault in freeze captured write device commit apply; do
  save $fault
  a=$(last)
  fsysopts /persist --interval=0 --fault=$fault:die
  ckpt save > /dev/null 2>&1 && echo "wrong: $fault: it did not die"
  b=$(back)
  fsysopts /persist --interval=0
  [ $fault != apply ] || a=$((a + 1))
  [ "$b" = "$a" ] && echo "died at $fault: restored $b" || echo "wrong: died at $fault: restored $b, not $a"
  sleep 3
done

# A restore fails: the checkpoint before is taken; or it dies, and nothing runs until
# one succeeds.
for fault in restore:io restore:timeout rebuild:io; do
  save $fault; save $fault
  a=$(last)
  settrans -pk /persist $options --interval=0 --fault=$fault || echo "wrong: settrans"
  kill -KILL $(server)
  sleep 1
  b=$(back)
  [ "$b" = $((a - 1)) ] && echo "restore failed at $fault: restored $b" || echo "wrong: $fault: restored $b, not $((a - 1))"
  settrans -pk /persist $options --interval=0
  sleep 3
done
for fault in restore rebuild begin; do
  save $fault
  a=$(last)
  settrans -pk /persist $options --interval=0 --fault=$fault:die
  kill -KILL $(server)
  sleep 1
  for i in 1 2; do ckpt status > /dev/null 2>&1 && echo "wrong: $fault: it did not die"; done
  ps > /root/ps
  grep -q envtest /root/ps && echo "wrong: $fault: half a restore runs: $(grep -c envtest /root/ps)"
  settrans -pk /persist $options --interval=0
  b=$(back)
  [ "$b" = "$a" ] && echo "restore failed, died at $fault: restored $b" || echo "wrong: died at $fault: restored $b, not $a"
  sleep 3
done

# One that is not the last.
save older
ckpt restore $first > /root/restored 2>&1 || echo "wrong: restore $first: $(cat /root/restored)"
back > /dev/null
echo "older: $first, then $(last)"
save again
echo "$(tasks) tasks, checkpoint $(last)"
: > $dir/over
fsysopts /persist --interval=2
echo end
