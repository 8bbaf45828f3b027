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
ckpt restore 9999 && echo "a checkpoint that is none was restored"
ckpt restore $here || echo "failed: restore $here"
echo "restored from $(ckpt status | awk '/^restored/ { print $2 }'), parent of that: $here"
# The count comes with the next checkpoint: wait for one that is newer.
ckpt save > /dev/null
c=$(count)
echo "there: $a, later: $b, back: $c"
[ $c -lt $b ] && echo "gone back"
sleep 2
ckpt restore $later || echo "failed: restore $later"
ckpt save > /dev/null
d=$(count)
# (The ground may have been a checkpoint further when the count was looked at.)
[ $d -ge $((b - 8)) ] && [ $d -gt $((c + 4)) ] && echo "gone forward"
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
