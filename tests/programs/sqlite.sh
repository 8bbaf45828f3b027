#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sqlite.sh N FILE: N transactions on a database, each with an insertion, a
# change and sometimes a deletion; then what must be in it.

awk -v n="$1" 'BEGIN {
  print "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, text TEXT); CREATE INDEX i ON t (v);"
  for (i = 1; i <= n; i++)
    printf "BEGIN; INSERT INTO t VALUES (%d, %d, %ctext %d%c); UPDATE t SET v = v + 1 WHERE id = %d; %s%s\n",
      i, i * 7 % 1000, 39, i, 39, int (i / 2) + 1,
      i % 10 == 0 ? "DELETE FROM t WHERE id = " (i - 5) "; " : "", i % 100 == 50 ? "ROLLBACK;" : "COMMIT;"
}' > "$2.sql"
rm -f "$2"
sqlite3 "$2" < "$2.sql" || exit 1
sqlite3 "$2" 'PRAGMA integrity_check; SELECT count (*), sum (v), min (id), max (id) FROM t;'
rm -f "$2" "$2.sql"
