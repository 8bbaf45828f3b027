# SPDX-License-Identifier: GPL-3.0-or-later
# All drivers side by side below $1, each with $2 steps (0: until there is a file
# /home/end); and $3 transactions on two databases.  It ends when there is a file $4,
# if that is given.
dir=$1 n=$2 t=$3
cd "$dir" || exit 1
mkdir append queue rotate slots sqlite tree || exit 1

# A table of numbers and their sum; each transaction adds one number, and tells it.
sql () # MODE
{
  # Without shared memory of its own, sqlite3 has a write-ahead log only for one.
  [ $1 = delete ] || echo "pragma locking_mode=exclusive;"
  echo "pragma journal_mode=$1; pragma synchronous=full;"
  echo "create table t (n integer primary key, text); create table s (sum); insert into s values (0);"
  i=0
  while [ $i -lt $t ]; do
    i=$((i + 1))
    echo "begin; insert into t values ($i, hex (zeroblob ($i % 700))); update s set sum = sum + $i; commit;"
    echo ".print done $i"
  done
}
sql delete > sqlite/delete.sql
sql wal > sqlite/wal.sql
pids=
for how in append queue rotate slots; do
  drive $how $how $n > $how.out 2>&1 &
  pids="$pids $!"
done
DRIVE_PAUSE=$((DRIVE_PAUSE / 5)) tree run tree $n > tree.out 2>&1 &
pids="$pids $!"
# Where the ground has streams.
for stream in telling silent; do
  [ -e $stream ] || continue
  drive relay $stream $n > $stream.out 2>&1 &
  pids="$pids $!"
done
for mode in delete wal; do
  sqlite3 -batch -bail sqlite/$mode.db < sqlite/$mode.sql > $mode.out 2>&1 &
  pids="$pids $!"
done
(i=0; while [ $i -lt 40 ]; do i=$((i + 1)); echo "shell $i" >> shell; sleep 0.2; done) 2> shell.out &
status=0
for pid in $pids $!; do
  wait $pid || status=1
done
# Some go on until they are told.
until [ -z "$4" ] || [ -e "$4" ]; do sleep 0.5; done
echo "all done $status"
exit $status
