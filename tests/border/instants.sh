# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground, while the drivers run inside: from when these are in a checkpoint the
# server ends again and again, after a number of occasions below $2; after $1 ends it
# is let live, and the drivers are told to come to an end.  Whoever starts it after an end
# looks at the tree that changes (looker.c).

until [ -e /home/append/lines ] && ckpt save > /dev/null 2>&1; do sleep 0.3; done
# What is passed over before the end is a number that depends on the start.
record=$(showtrans /persist)
# shellcheck disable=SC2086
settrans -kp /persist $record "--fault=any:die:1:~$2"
fsysopts /persist "--fault=any:die:1:~$2"
looker "$1"
# shellcheck disable=SC2086
settrans -kp /persist $record
until fsysopts /persist --fault=any:die:0 2> /dev/null && ckpt status > /dev/null 2>&1; do sleep 0.1; done
echo "$1 ends"
: > /root/telling.end
: > /root/silent.end
: > /home/end
sync
