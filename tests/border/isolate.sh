# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, from before the environment is there: looks again and again at what the
# ground has of the tree that changes inside (tree.c), through the view of the last
# committed state and, while that is open, directly.  What took so long that the view is at
# its end does not count.  The first look starts the server; after $1 boots no kill is to
# come: the drivers are told to come to an end.  A boot counts before there can be a
# checkpoint, and so a kill.

say () { echo "@@ground $*" > /dev/console; }
look () { ckpt view tree look home/tree /home/tree 2> /dev/null; }
if [ -n "$1" ]; then
  echo boot >> /root/boots
  sync
fi
[ ! -d /home/tree ] || say "raw $(tree hash /home/tree 2> /dev/null)"
[ -z "$(showtrans /persist 2> /dev/null)" ] || look || look
(while :; do look; sleep "${2-3}"; done) &
if [ -n "$1" ] && [ "$(wc -l < /root/boots)" -gt "$1" ]; then
  (sleep 4; : > /root/telling.end; : > /root/silent.end; : > /home/end; sync) &
fi
