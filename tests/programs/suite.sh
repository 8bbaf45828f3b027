# SPDX-License-Identifier: GPL-3.0-or-later
# Unmodified programs, on the ground and in the environment: their own tests, a
# database, a compiler, scripts, sessions at a terminal, and a load.

tests="tools_ground tools_inside sessions session_control load"
[ "$full" = no ] || tests="$tests coreutils_ground coreutils_inside bash_ground bash_inside
  grep_ground grep_inside sed_ground sed_inside"
tests=$(echo $tests)
programs=$top/tests/programs

# run_at ground|inside SECONDS OPTION… -- COMMAND…: output in $scratch/out.
run_at ()
{
  local where=$1 limit=$2
  shift 2
  if [ "$where" = ground ]; then set -- --ground "$@"; else set -- --interval 5 "$@"; fi
  "$top/perdure" run --timeout "$limit" --memory 1024 --log "$scratch/serial" "$@" >> "$scratch/out"
}

# locales: compile those that the packages' tests ask for into $build/locales, and
# set `with_locales', options of `run' that put them and the conversions of
# their character sets into the machine.  Their folders are named as the C library
# looks for them whatever way the character set is spelled.
locales ()
{
  local name from charset
  packages="locales libc-bin" setup_packages
  mkdir -p "$build/locales"
  (
    flock 9
    while read -r name from charset; do
      [ ! -d "$build/locales/$name" ] || continue
      rm -rf "$build/locales/.new"
      # It warns of character sets that ASCII is not a part of.
      localedef --no-archive -c -i "$from" -f "$charset" "$build/locales/.new" > /dev/null 2>&1 || true
      mv "$build/locales/.new" "$build/locales/$name"
    done <<'EOT'
en_US.utf8 en_US UTF-8
fr_FR.utf8 fr_FR UTF-8
fr_FR.iso88591 fr_FR ISO-8859-1
de_DE.utf8 de_DE UTF-8
tr_TR.utf8 tr_TR UTF-8
cs_CZ.utf8 cs_CZ UTF-8
ru_RU.utf8 ru_RU UTF-8
ru_RU.koi8r ru_RU KOI8-R
el_GR.iso88597 el_GR ISO-8859-7
ja_JP.eucjp ja_JP EUC-JP
ja_JP.sjis ja_JP SHIFT_JIS
zh_CN.gb18030 zh_CN GB18030
zh_HK.big5hkscs zh_HK BIG5-HKSCS
EOT
  ) 9> "$build/locales.lock"
  with_locales="--add $build/locales:/home/locale --add $cross/sysroot/lib/gconv:/home/gconv"
}

# judge NAME WHERE HOW-MANY: the results in $scratch/out, of NAME's tests, against
# the file expected/NAME: lines `both|ground|inside TEST: REASON' for those that
# fail there.
judge ()
{
  local summary
  summary=$(awk -v where="$2" -v want="$3" '
    FNR == NR { if ($1 == "both" || $1 == where) { sub (/:$/, "", $2); known[$2] = 1 } next }
    $1 == "pass" { passed++; if ($2 in known) unexpected = unexpected " " $2 }
    $1 == "skip" { skipped++ }
    $1 == "fail" { failed++; if ($2 in known) expected++; else { bad = bad " " $2 } }
    END { printf "%d passed, %d failed (%d of them expected), %d skipped", passed, failed, expected, skipped
	  if (unexpected != "") printf "; passed against expectation:%s", unexpected
	  if (bad != "") printf "; failed:%s", bad
	  if (passed + failed + skipped != want) printf "; %d have no result", want - passed - failed - skipped
	  exit bad != "" || passed == 0 || passed + failed + skipped != want }' \
    "$programs/expected/$1" "$scratch/out") || { note "$1, $2: $summary"; return 1; }
  note "$1, $2: $summary"
}

# gnu WHERE PACKAGE SECONDS: all tests of a GNU package.
gnu ()
{
  cp "$userland/$2/tests/list" "$scratch/list"
  [ -z "${TESTS_ONLY-}" ] || printf '%s\n' $TESTS_ONLY > "$scratch/list"
  locales
  run_at "$1" "$3" $with_locales --add "$userland/$2/tests:/home/$2" --add "$programs/gnu.sh:/home/gnu.sh" \
    --add "$scratch/list:/home/list" -- env LOCPATH=/home/locale GCONV_PATH=/home/gconv \
    sh /home/gnu.sh "$2" "/home/$2" /home/list || echo "status $?"
  judge "$2" "$1" "$(grep -c . "$scratch/list")"
  grep '^skip' "$scratch/out" | sed 's/^skip [^:]*: */skipped: /' | sort | uniq -c | sort -rn
}

bash_tests ()
{
  ls "$userland/bash/tests/tests" | sed -n 's/^run-//p' | grep -vxE 'all|minimal|gprof' > "$scratch/list"
  [ -z "${TESTS_ONLY-}" ] || printf '%s\n' $TESTS_ONLY > "$scratch/list"
  locales
  run_at "$1" "$2" $with_locales --add "$userland/bash/tests:/home/bash" --add "$programs/bash.sh:/home/bash.sh" \
    --add "$scratch/list:/home/list" -- env LOCPATH=/home/locale GCONV_PATH=/home/gconv bash /home/bash.sh /home/bash /home/list || echo "status $?"
  judge bash "$1" "$(grep -c . "$scratch/list")"
}

test_coreutils_ground () { gnu ground coreutils 5000; }
test_coreutils_inside () { gnu inside coreutils 6000; }
test_grep_ground () { gnu ground grep 3000; }
test_grep_inside () { gnu inside grep 4000; }
test_sed_ground () { gnu ground sed 1500; }
test_sed_inside () { gnu inside sed 2000; }
test_bash_ground () { bash_tests ground 4000; }
test_bash_inside () { bash_tests inside 5000; }

# tools WHERE TRANSACTIONS: the database, Lua, the compiler, some tests of each
# package.
tools ()
{
  local where=$1 transactions=$2 fewer=1 limit=1500 p
  [ "$full" = no ] || limit=4000
  # Inside, each program that is started costs more.
  [ "$where $full" != "inside no" ] || fewer=3
  awk 'NR % (40 * f) == 3 && /\.sh$/' f=$fewer "$userland/coreutils/tests/list" > "$scratch/coreutils"
  awk 'NR % (12 * f) == 1' f=$fewer "$userland/sed/tests/list" > "$scratch/sed"
  awk 'NR % (20 * f) == 2' f=$fewer "$userland/grep/tests/list" > "$scratch/grep"
  printf '%s\n' arith case heredoc ifs quote | head -n $((6 / fewer)) > "$scratch/bash"
  cat > "$scratch/job" <<'EOT'
echo "--- lua"; lua /home/suite.lua /tmp
echo "--- sqlite"; sh /home/sqlite.sh $1 /tmp/db
echo "--- compiler"; sh -e /home/compiler.sh /home/tcc /home/project
for p in coreutils sed grep; do echo "--- $p"; sh /home/gnu.sh $p /home/$p /home/list.$p; done
echo "--- bash"; bash /home/bash.sh /home/bash /home/list.bash
echo "--- end"
EOT
  set -- --add "$programs/suite.lua:/home/suite.lua" --add "$programs/sqlite.sh:/home/sqlite.sh" \
    --add "$programs/compiler.sh:/home/compiler.sh" --add "$userland/tcc/source:/home/tcc" \
    --add "$programs/project:/home/project" --add "$programs/gnu.sh:/home/gnu.sh" \
    --add "$programs/bash.sh:/home/bash.sh" --add "$scratch/job:/home/job"
  for p in coreutils sed grep bash; do
    set -- "$@" --add "$userland/$p/tests:/home/$p" --add "$scratch/$p:/home/list.$p"
  done
  run_at "$where" $limit "$@" -- sh /home/job "$transactions" || echo "status $?"
  mv "$scratch/out" "$scratch/all"
  if grep '^FAIL' "$scratch/all"; then return 1; fi
  grep -x 'lua: [0-9]* passed, 0 failed' "$scratch/all"
  note "$where: $(grep '^lua:' "$scratch/all")"
  # What must be in the table, reckoned here.
  awk -v n="$transactions" 'BEGIN {
      for (i = 1; i <= n; i++) {
	if (i % 100 == 50) continue
	v[i] = i * 7 % 1000; h = int (i / 2) + 1; if (h in v) v[h]++
	if (i % 10 == 0) delete v[i - 5] }
      for (i in v) { i += 0; c++; s += v[i]; if (min == "" || i < min) min = i; if (i > max) max = i }
      print "ok"; printf "%d|%d|%d|%d\n", c, s, min, max }' > "$scratch/want"
  awk '/^---/ { on = $2 == "sqlite"; next } on' "$scratch/all" | diff "$scratch/want" -
  note "$where: sqlite3: $transactions transactions, integrity_check ok"
  grep '^tcc compiles itself' "$scratch/all"
  note "$where: $(grep '^tcc compiles itself' "$scratch/all")"
  awk '/^---/ { on = $2 == "compiler"; next } on' "$scratch/all" | tail -n 4 | diff - <(
    printf '%s\n' '(1 + 2) * 3 - 8 / 4 = 7' 'sqrt (2) ^ 2 = 2' '2 ^ 3 ^ 2 = 512' 2)
  for p in coreutils sed grep bash; do
    awk -v p=$p '/^---/ { on = $2 == p; next } on' "$scratch/all" > "$scratch/out"
    judge $p "$where" "$(grep -c . "$scratch/$p")"
  done
  grep -qx -- '--- end' "$scratch/all"
}

test_tools_ground () { if [ "$full" = yes ]; then tools ground 10000; else tools ground 500; fi; }
test_tools_inside () { if [ "$full" = yes ]; then tools inside 1000; else tools inside 30; fi; }

compile_drive ()
{
  "$top/perdure" cc -O2 -o "$scratch/drive" "$programs/drive.c" "$programs/screen.c" -lutil
}

# Somebody at a terminal: what appears on its screen decides.
test_sessions ()
{
  compile_drive
  run_at ground 900 --add "$scratch/drive:/bin/drive" --add "$programs/sessions:/home/sessions" -- sh -c '
    cd /home/sessions; PS1="ready> "; export PS1
    seq -f "line %g" 500 > /tmp/lines
    drive bash bash --norc --noprofile -i || echo BAD bash
    drive dash dash -i || echo BAD dash
    drive nano sh -c "nano; echo contents; cat /tmp/session-of-nano" || echo BAD nano
    drive less less /tmp/lines || echo BAD less
    echo "--- end"'
  if grep BAD "$scratch/out"; then return 1; fi
  grep -qx -- '--- end' "$scratch/out"
  [ "$(grep -cE '^(bash|dash|nano|less): ' "$scratch/out")" = 13 ]
  sed -n 's/^\(bash\|dash\|nano\|less\): /\1: /p' "$scratch/out" | while read -r l; do note "$l"; done
}

# A driver that is told to expect what does not happen says so.
test_session_control ()
{
  compile_drive
  run_at ground 300 --add "$scratch/drive:/bin/drive" --add "$programs/sessions:/home/sessions" -- sh -c '
    PS1="ready> " drive /home/sessions/control dash -i' || true
  grep -q 'in vain: status' "$scratch/out"
}

# A load, after which the servers hold no more than before.  The first round
# fills their caches; the second must not add to what they hold.
test_load ()
{
  local amount
  if [ "$full" = yes ]; then amount="200 1000 64 256"; else amount="60 200 16 32"; fi
  "$top/perdure" cc -O2 -o "$scratch/load" "$programs/load.c"
  run_at ground 2400 --add "$scratch/load:/bin/load" -- sh -c "
    load $amount /home/big; sync; sleep 2; echo '--- before'; taskstat --servers
    load $amount /home/big; sync; sleep 2; echo '--- after'; taskstat --servers; echo '--- end'"
  grep -E 'once|exec|pipe|back' "$scratch/out" | while read -r l; do note "$l"; done
  grep -qx -- '--- end' "$scratch/out"
  awk '/^---/ { part = $2; next }
       part == "" || $1 !~ /^[0-9]+$/ || NF != 10 { next }
       part == "before" { ports[$1] = $2 + $3 + $4 + $5 + $6; pages[$1] = $9; n++ }
       part == "after" { m++; now = $2 + $3 + $4 + $5 + $6
	 printf "%s: ports %d -> %d, threads %d, pages %d -> %d\n", $10, ports[$1], now, $7, pages[$1], $9
	 if (now > ports[$1] + 20 || $9 > pages[$1] + 256 + pages[$1] / 10) { print "LEAK", $10; bad = 1 } }
       END { exit bad || n == 0 || n != m }' "$scratch/out" > "$scratch/counts" || { cat "$scratch/counts"; return 1; }
  while read -r l; do note "$l"; done < "$scratch/counts"
}
