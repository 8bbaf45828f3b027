#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Print the table of POSIX behaviours: what the programs are about, from their
# first comments, and what has come of them on the ground and inside.
#
# usage: table.sh GROUND-OUTPUT INSIDE-OUTPUT
#
# The two files are what the runner has printed (build/check/posix/*/out).

set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 2 ] || { echo "usage: table.sh GROUND-OUTPUT INSIDE-OUTPUT" >&2; exit 2; }

# state FILE NAME: one word, or a dash.
state ()
{
  awk -v name="$2" '$1 == "==" && $2 == name { r = $3 } END {
    print r == "0" ? "yes" : r == "77" ? "no" : r == "" ? "-" : "deviates" }' "$1"
}

# reason FILE NAME: what the program printed last, before its result.
reason ()
{
  awk -v name="$2" '$1 == "--" { in_it = $2 == name; wrong = "" }
    in_it && /-- WRONG/ && wrong == "" { wrong = $0; sub (/ *line [0-9]*: /, "", wrong); sub (/  -- WRONG/, "", wrong) }
    in_it && $1 == "==" { print $3 == "77" ? last : $3 == "timeout" ? "does not end in time" : wrong; exit }
    in_it { last = $0; sub (/^ */, "", last) }' "$1"
}

cat <<'EOT'
POSIX behaviours, each tested by one program of tests/posix/programs, as
`./perdure check posix' has found them on the ground and inside the environment:
yes, no (not possible here: the reason names what makes it so), deviates
(with what was found), or - (not run for this table).  Made by
tests/posix/table.sh.

EOT
group=
for p in "$here"/programs/*.c; do
  name=$(basename "$p" .c)
  about=$(sed -n '2s/^\/\* \(.*\)\.  \*\/$/\1/p' "$p")
  if [ "${name%%_*}" != "$group" ]; then
    group=${name%%_*}
    printf '\n%-8s %-8s  %s\n' ground inside "$group"
  fi
  g=$(state "$1" "$name") i=$(state "$2" "$name")
  printf '%-8s %-8s  %s: %s\n' "$g" "$i" "$name" "$about"
  case $g in no | deviates) printf '%20s(ground) %s\n' "" "$(reason "$1" "$name")";; esac
  case $i in
    no) [ "$g" = no ] || printf '%20s(inside) %s\n' "" "$(reason "$2" "$name")";;
    deviates) printf '%20s(inside) %s\n' "" "$(reason "$2" "$name")";;
  esac
done
