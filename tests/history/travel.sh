# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, while count.sh runs inside: go back in time, twice.
# (Comes again after a kill: only the first boot does it.)

count () { cat /home/count 2> /dev/null || echo 0; }
until [ "$(count)" -ge 6 ]; do sleep 0.5; done
here=$(ckpt save --label=here)
a=$(count)
until [ "$(count)" -ge $((a + 20)) ]; do sleep 0.5; done
later=$(ckpt save --label='much later')
b=$(count)
ckpt diff $here $later
ckpt show $here | grep ' open '
ckpt show --json $here > /root/shown.json; grep -q '"open": "/home/count.sh, read' /root/shown.json || echo 'failed: what is open is not in the JSON'
ckpt restore 9999 && echo "a checkpoint that is none was restored"
ckpt restore $here || echo "failed: restore $here"
echo "restored from $(ckpt status | awk '/^restored/ { print $2 }'), parent of that: $here"
# The count comes with the next checkpoint: wait for one that is newer.
ckpt save > /dev/null
c=$(count)
echo "there: $a, later: $b, back: $c"
[ $c -lt $b ] && echo "gone back"
sleep 2
was=$(count)
ckpt restore $later || echo "failed: restore $later"
# The first number that comes from there; one that goes on from here is smaller.
d=$was i=0
while [ "$d" = "$was" ] && [ $i -lt 20 ]; do ckpt save > /dev/null; sleep 0.5; d=$(count); i=$((i + 1)); done
[ $d -ge $((b - 2)) ] && echo "gone forward"
ckpt label $here
ckpt label $later renamed
n=$(ckpt save)
ckpt drop $n || echo "failed: drop $n"
ckpt list > /root/list
ckpt list --json > /root/list.json
grep -q "^ *$n " /root/list && echo "failed: $n is still there"
grep -q "^ *$here " /root/list || echo "gone without its label: $here"
awk -v n=$later '$1 == n { print "label of later:", $7 }' /root/list
fsysopts /persist --keep=2
ckpt save > /dev/null
fsysopts /persist
ckpt list | wc -l
echo end
