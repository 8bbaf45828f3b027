# SPDX-License-Identifier: GPL-3.0-or-later
# Inside: hostile programs of seed $1, with $2 messages in all, half of them as root and
# half as somebody who may do little; something else runs besides.

hostile () # SEED N UID
{
  rm -rf /home/fuzz /home/after
  fuzz "$@" || { echo "failed: $*"; exit 1; }
}
(while [ ! -e /home/bye ]; do sleep 1; echo besides; done) > /home/besides &
hostile $(($1 + 2)) $(($2 / 10)) 0
hostile $(($1 + 3)) $(($2 / 10)) 1001
: > /home/warm
until [ -e /home/go ]; do sleep 0.3; done
hostile $1 $(($2 / 2)) 0
hostile $(($1 + 1)) $(($2 / 2)) 1001
: > /home/done
wait
echo "$(sort -u /home/besides) $(wc -l < /home/besides)"
