#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# bash.sh FOLDER LIST: run bash's own tests `run-NAME', NAME from LIST, in FOLDER.
# One passes if it prints what its file NAME.right has.

cd "$1/tests" || exit 1
export THIS_SH=/bin/bash BUILD_DIR=$1 TMPDIR=/tmp BASH_TSTOUT=/tmp/bashtst.$$ LC_ALL=C TERM=vt100
PATH=.:$1/tests:$PATH
unset BASH_ENV ENV
while read -r name; do
  rm -f "$BASH_TSTOUT"
  timeout -k 5 "${LIMIT-400}" sh "./run-$name" < /dev/null > /tmp/test.log 2>&1
  status=$?
  grep -v '^warning:' /tmp/test.log > /tmp/test.out
  if [ $status = 0 ] && [ ! -s /tmp/test.out ]; then
    echo "pass $name"
  else
    echo "fail $name (status $status)"
    head -n 20 /tmp/test.out | cut -c 1-150 | sed 's/^/    | /'
  fi
done < "$2"
rm -f /tmp/test.log /tmp/test.out "$BASH_TSTOUT"
