#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# gnu.sh coreutils|sed|grep FOLDER LIST: run the tests of a GNU package that LIST
# names, from FOLDER, its recipe's folder `tests'.  Prints for each `pass NAME',
# `skip NAME: reason' or `fail NAME' with the end of its log.  They run as an
# ordinary user, but for those that want to be root.

package=$1 top=$2 list=$3
cd "$top" || exit 1
case $package in grep) cd tests || exit 1; tests=.;; sed) tests=testsuite;; *) tests=tests;; esac
for v in _POSIX2_VERSION BASH_ENV BLOCKSIZE BLOCK_SIZE CDPATH COLUMNS ENV LANGUAGE LANG LS_COLORS \
	 POSIXLY_CORRECT TERM COLORTERM TMPDIR VERSION_CONTROL TABSIZE; do unset $v; done
case $package in
  coreutils) VERSION=9.1 built_programs=$(cat built_programs);;
  sed) VERSION=4.9 built_programs=sed;;
  grep) VERSION=3.8 built_programs='grep egrep fgrep';;
esac
LC_ALL=C AWK=awk MAKE=make PERL=false CC=tcc SHELL=/bin/bash EXEEXT= PREFERABLY_POSIX_SHELL=/bin/sh
LOCALE_FR=fr_FR.ISO8859-1 LOCALE_FR_UTF8=fr_FR.UTF-8 LOCALE_JA=ja_JP.eucJP PCRE_WORKS=0 host_os=gnu0.9 host_triplet=i686-unknown-gnu0.9
abs_top_builddir=$top abs_top_srcdir=$top abs_srcdir=$top/$tests srcdir=. top_srcdir=. fail=0
[ $package != coreutils ] || abs_srcdir=$top
[ $package != grep ] || abs_srcdir=$top/tests top_srcdir=..
CONFIG_HEADER=$top/config.h PACKAGE_VERSION=$VERSION PACKAGE_BUGREPORT=bug-$package@gnu.org
[ $package != coreutils ] || CONFIG_HEADER=$top/lib/config.h
HOME=/home TMPDIR=/tmp PATH=$top/src:$top/sed:$PATH
export VERSION built_programs LC_ALL AWK MAKE PERL CC SHELL EXEEXT LOCALE_FR LOCALE_FR_UTF8 LOCALE_JA \
       PCRE_WORKS host_os host_triplet abs_top_builddir abs_top_srcdir abs_srcdir srcdir top_srcdir fail \
       CONFIG_HEADER PACKAGE_VERSION PACKAGE_BUGREPORT HOME TMPDIR PATH
# Some start the program by its place in a tree where it was built.
mkdir -p "$top/src" "$top/sed"
[ $package != sed ] || [ -e "$top/sed/sed" ] || ln -s /bin/sed "$top/sed/sed"
[ $package != coreutils ] || for p in $built_programs; do
  [ -e "$top/src/$p" ] || ln -s "/bin/$p" "$top/src/$p"
done
chown -R user:user "$top"

while read -r name; do
  case $name in '') continue;; *.pl | *.xpl) echo "skip $name: needs perl"; continue;; esac
  if head -n 1 "$name" | grep perl > /dev/null; then echo "skip $name: needs perl"; continue; fi
  if grep -q '^ *require_root_' "$name"; then as=; else as='chroot --userspec=user:user --skip-chdir /'; fi
  CU_TEST_NAME=$package,$(echo "$name" | tr / -) GREP_TEST_NAME=$(echo "$name" | tr / -) \
  SED_TEST_NAME=$(echo "$name" | tr / -) \
    timeout -k 5 "${LIMIT-300}" $as /bin/sh "./$name" < /dev/null > /tmp/test.log 2>&1 9>&1
  status=$?
  case $status in
    0) echo "pass $name";;
    77) echo "skip $name: $(grep -i 'skip' /tmp/test.log | tail -n 1 | sed 's/.*skipped test: //')";;
    *) echo "fail $name (status $status)"
       tail -n 12 /tmp/test.log | cut -c 1-150 | sed 's/^/    | /';;
  esac
done < "$list"
rm -f /tmp/test.log
