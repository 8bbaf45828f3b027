#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# slow.sh NAME SECONDS: print the shell command of a program that takes about so many
# seconds, and make what it needs.

# How much of each is a second.
lua=160 tmpfs=500 ground=700 waiting=5 compile=3
n=$2

# sql N: a file with N transactions on a database, which ends with as many rows.
sql ()
{
  [ -e /home/sql.$1 ] || awk -v n="$1" 'BEGIN {
    print "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, text TEXT); CREATE INDEX i ON t (v);"
    for (i = 1; i <= n; i++)
      printf "BEGIN; INSERT INTO t VALUES (%d, %d, %ctext %d%c); UPDATE t SET v = v + 1 WHERE id = %d; COMMIT;\n",
	i, i * 7 % 1000, 39, i, 39, int (i / 2) + 1
    print "SELECT count (*), sum (v) FROM t;"
  }' > /home/sql.$1
}

# database FILE TRANSACTIONS
database ()
{
  sql $2
  echo "sh -c 'rm -f $1; sqlite3 $1 < /home/sql.$2 > /tmp/rows'"
}

case $1 in
  computing) echo "/home/load none work $((n * 1000)) 0 0"; exit;;
  # pages-PAGES-EVERY: so many pages changed, whole, every so many milliseconds, in order;
  # mixed-PAGES-EVERY: in another order each time.
  pages-* | mixed-*)
    every=${1##*-} pages=${1%-*} order=
    case $1 in mixed*) order=mixed;; esac
    echo "/home/load none work $((n * 1000)) ${pages#*-} $every $order"; exit;;
  lua) command="sh -c 'lua /home/work.lua $((n * lua)) 50 > /tmp/sum'";;
  # The same with ten times the memory, all of which changes.
  lua-large) command="sh -c 'lua /home/work.lua $((n * lua)) 500 > /tmp/sum'";;
  sqlite-tmpfs) command=$(database /home/memory/db $((n * tmpfs)));;
  sqlite-relaxed) command=$(database /home/db $((n * ground)));;
  sqlite-checkpoint) command=$(database /home/db $((n * waiting)));;
  compile)
    command="sh -c 'for i in \$(seq $((n * compile))); do make -s -B -C /home/project CC=tcc 2> /tmp/make.out || exit 1; done'";;
  *) echo "slow.sh: there is no $1" >&2; exit 1;;
esac
echo "/home/load none time $command"
