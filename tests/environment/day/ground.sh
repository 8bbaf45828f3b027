# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, at each boot: somebody types into nano and leaves without saving; at the
# end of the day the text is looked at again.

rm -f /etc/perdure/begun
sync
until ckpt status > /dev/null 2>&1; do sleep 0.5; done
if [ ! -e /root/typed ]; then
  drive /root/nano.typed ckpt attach --once -- nano /home/unsaved
  ckpt save > /dev/null && : > /root/typed
  : > /home/typed
  sync
fi
until [ -e /home/day/over ]; do sleep 1; done
drive /root/nano.seen ckpt attach
drive /root/nano.more ckpt attach
[ -e /home/unsaved ] && echo "it was saved"
echo end
: > /home/day/looked
