# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, from before the environment is there: looks again and again at what the
# ground has of the tree that changes inside (tree.c), through the view of the last
# committed state and, while that is open, directly.  What took so long that the view is at
# its end does not count.

say () { echo "@@ground $*" > /dev/console; }
[ ! -d /home/tree ] || say "raw $(tree hash /home/tree 2> /dev/null)"
(while :; do
  # shellcheck disable=SC2016
  ckpt view sh -c 'v=$(tree hash home/tree) && g=$(tree hash /home/tree) && [ -d home ] &&
echo "@@ground view $CKPT_VIEW $v $g" > /dev/console' 2> /dev/null
  sleep "${1-1}"
done) &
