# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground: programs inside with descriptors of the ground.  What a pipe takes is
# told on the way by its reader, who is slow; the last one is still at it when the
# machine is killed.
until ckpt status > /dev/null 2>&1; do sleep 0.2; done
printf '3\n1\n2\n' | ckpt run -- sort | sed 's/^/x/' > /root/sorted
ckpt run -- sh -c 'read -r a; echo "out $a"; echo err >&2; exit 3' < /etc/hostname > /root/o 2> /root/e
echo $? > /root/status
seq 1 40000 > /root/many
ckpt run -- cat < /root/many | { sleep 3; cat; } | cmp - /root/many && echo same > /root/cmp
ckpt run -- yes | head -n 2 > /root/two
echo one >> /root/appended
ckpt run -- echo two >> /root/appended
ckpt view /root/askview > /root/view
echo alive $? >> /root/view
# What is there so far outlives the kill.
sync
ckpt run --detach -- sh -c 'i=0; while [ $i -lt 100 ]; do i=$((i + 1)); echo $i || exit 1; sleep 0.1; done
  read -r x && exit 1; echo "$i" > /home/finished' > /root/part < /dev/zero
