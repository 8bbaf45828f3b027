# SPDX-License-Identifier: GPL-3.0-or-later
# The verb that tests: `check SUITE' or `check SUITE/TEST'.  A suite is tests/SUITE/suite.sh: it sets `tests' to the
# names of its tests and defines a function test_NAME for each, which runs in a
# subshell with standard output and error in a log of its own and succeeds or
# not.  Tests read $full (yes or no), $seed, $scratch (a directory of theirs).

all_suites="unit store boot survivor install posix border"

# run_test SUITE NAME: in a subshell; writes its result.
run_test ()
{
  local dir=$build/check/$1/$2 began
  rm -rf "$dir"
  mkdir -p "$dir"
  began=$(date +%s)
  ( scratch=$dir
    trap 'exit 130' INT TERM
    set -e
    "test_$2" ) > "$dir/log" 2>&1 < /dev/null
  echo "$? $(($(date +%s) - began))" > "$dir/result"
}

# not COMMAND…: it must fail (`! COMMAND' never ends a test, whatever it does).
not () { ! "$@"; }

# note TEXT…: a figure for the report and the terminal.
note () { echo "$*" >> "$scratch/notes"; echo "note: $*"; }

# chosen_tests SUITE[/TEST]: print the names of those that this part runs.
chosen_tests ()
{
  local suite=${1%%/*} only= index=0 name
  tests=
  . "$top/tests/$suite/suite.sh"
  case $1 in */*) only=${1#*/};; esac
  for name in $tests; do
    [ -z "$only" ] || [ "$name" = "$only" ] || continue
    index=$((index + 1))
    [ $(((index - 1) % parts)) != $((part - 1)) ] || echo "$name"
  done
}

run_suite ()
{
  local suite=${1%%/*} running=0 name code seconds passed=0 failed=0 begun=$(date +%s)
  local mine
  mine=$(echo $(chosen_tests "$1"))
  . "$top/tests/$suite/suite.sh"
  say "suite $suite: $mine"
  for name in $mine; do
    if [ "$running" -ge "$jobs" ]; then
      wait -n
      running=$((running - 1))
    fi
    run_test "$suite" "$name" &
    running=$((running + 1))
  done
  wait
  for name in $mine; do
    read -r code seconds < "$build/check/$suite/$name/result"
    if [ "$code" = 0 ]; then
      passed=$((passed + 1))
      printf 'ok   %s/%s (%d s)\n' "$suite" "$name" "$seconds"
    else
      failed=$((failed + 1))
      printf 'FAIL %s/%s (%d s): %s\n' "$suite" "$name" "$seconds" \
	     "$build/check/$suite/$name/log"
      tail -n 15 "$build/check/$suite/$name/log" | sed 's/^/     | /'
    fi
    sed 's/^/     /' "$build/check/$suite/$name/notes" 2>/dev/null
  done | tee "$build/check/$suite.report"
  passed=$(grep -c '^ok ' "$build/check/$suite.report")
  failed=$(grep -c '^FAIL ' "$build/check/$suite.report")
  echo "$suite took $(($(date +%s) - begun)) s, seed $seed" | tee -a "$build/check/$suite.report"
  echo "$suite: $passed passed, $failed failed" | tee -a "$build/check/$suite.report"
  total_passed=$((total_passed + passed))
  total_failed=$((total_failed + failed))
}

verb_check ()
{
  full=no jobs=$(nproc) part=1 parts=1 total_passed=0 total_failed=0
  seed=${PERDURE_SEED:-$(date +%s)}
  local suites= list=no
  while [ $# -gt 0 ]; do
    case $1 in
      --full) full=yes;;
      --jobs) jobs=${2-}; shift;;
      --part) part=${2%/*}; parts=${2#*/}; shift;;
      --list) list=yes;;
      --seed) seed=${2-}; shift;;
      -*) die "check: unknown option $1";;
      *) [ -e "$top/tests/${1%%/*}/suite.sh" ] || die "check: there is no suite $1"
	 suites="$suites $1";;
    esac
    shift
  done
  { [ "$jobs" -ge 1 ] && [ "$part" -ge 1 ] && [ "$part" -le "$parts" ]; } 2>/dev/null \
    || die "check: --jobs N and --part K/N take whole numbers"
  if [ $list = yes ]; then
    for suite in ${suites:-$all_suites}; do
      chosen_tests "$suite" | sed "s,^,${suite%%/*}/,"
    done
    return
  fi
  setup_all
  mkdir -p "$build/check"
  for suite in ${suites:-$all_suites}; do
    run_suite "$suite"
  done
  echo "$total_passed passed, $total_failed failed"
  [ "$total_failed" = 0 ] && [ "$total_passed" -gt 0 ]
}
