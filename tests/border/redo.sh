# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, while the drivers run inside: applying to the ground fails, or the
# server ends in the middle of it, after each of the numbers of records in $1.

# The script goes on after a kill of the machine, too; here nobody kills it.
wait_for () { until "$@" > /dev/null 2>&1; do sleep 0.3; done; }
# From now on only what is asked for; one may be under way.
quiet () { fsysopts /persist --interval=0; ckpt save > /dev/null; }
wait_for test -e /home/append/lines
quiet
for skip in $1; do
  for kind in io full; do
    sleep 0.5
    fsysopts /persist --fault=redo:$kind:2:$skip
    # There may be fewer records than are to be let pass.
    if ckpt save > /dev/null 2>&1; then
      echo "$kind $skip: all done"
      fsysopts /persist --fault=redo:$kind:0
      continue
    fi
    echo "$kind $skip: failed"
    ckpt status > /root/status
    grep -q '^not applied: .*[a-z]' /root/status || echo "$kind $skip: not told: $(cat /root/status)"
    # The next one is not begun before this one is through.
    a=$(awk '/^last:/ { print $2 }' /root/status)
    ckpt save > /dev/null 2>&1 && echo "$kind $skip: a checkpoint over one that is not applied"
    [ "$(ckpt status | awk '/^last:/ { print $2 }')" = "$a" ] || echo "$kind $skip: taken"
    ckpt save > /dev/null || echo "$kind $skip: it goes on failing"
  done
  sleep 0.5
  fsysopts /persist --fault=redo:die:1:$skip
  ckpt save > /dev/null 2>&1 && echo "skip $skip was too much" && continue
  wait_for ckpt status
  quiet
  echo "skip $skip"
done
fsysopts /persist --interval=0.3
ckpt status
echo end
sync
: > /root/telling.end
: > /root/silent.end
: > /home/end
