#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Cross-compile the userland, unmodified, from Debian's source packages.
#
# usage: build.sh DESTINATION CROSS [PACKAGE...]
#
# CROSS is the cross environment (cross/build.sh).  Each package of the file
# `versions' gets a folder DESTINATION/PACKAGE with bin, lib and include, made
# by recipes/PACKAGE; it appears only when it is complete, and one that is
# there is not built again.  The caller names DESTINATION after a hash of this
# folder.

set -eu
unset LIBRARY_PATH CPATH C_INCLUDE_PATH LD_LIBRARY_PATH CFLAGS CPPFLAGS LDFLAGS
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
[ $# -ge 2 ] || { echo "usage: build.sh DESTINATION CROSS [PACKAGE...]" >&2; exit 2; }
mkdir -p "$1"
dest=$(cd "$1" && pwd)
cross=$(cd "$2" && pwd)
shift 2
work=$dest/.work
started=$(date +%s)
export PATH=$cross/bin:$PATH
export CC=i686-gnu-gcc AR=i686-gnu-ar RANLIB=i686-gnu-ranlib NM=i686-gnu-nm \
       STRIP=i686-gnu-strip OBJCOPY=i686-gnu-objcopy BUILD_CC=gcc CC_FOR_BUILD=gcc

say () { printf '[%4ds] %s\n' $(($(date +%s) - started)) "$*"; }
die () { echo "perdure: userland: $*" >&2; exit 1; }
. "$top/cross/archive.sh"

# For the recipes.
configure ()
{
  ./configure --host=i686-gnu --build=x86_64-linux-gnu --prefix= "$@"
}
export -f configure

# build_package NAME VERSION: in a directory of its own.
build_package ()
{
  local name=$1 src out=$work/out/$1 log=$dest/$1.log
  rm -rf "$out"
  mkdir -p "$out"
  src=$(archive_source "$name" "$2") || exit 1
  say "building $name"
  # Patched sources must not make their makefiles want to regenerate.
  find "$src" -exec touch -h -r "$src" {} +
  ( cd "$src" && out=$out exec bash -ex "$here/recipes/$name" ) \
    > "$log" 2>&1 < /dev/null || die "$name does not build (see $log)"
  mv "$out" "$dest/$name"
  rm -rf "$src"
  say "$name is complete"
}

# wanted NAME [PACKAGE...]: is NAME among the packages asked for?
wanted ()
{
  local name=$1 p
  shift
  [ $# -gt 0 ] || return 0
  for p; do [ "$p" != "$name" ] || return 0; done
  return 1
}

list=
while read -r name version; do
  case $name in '#'* | suite | '') continue;; esac
  wanted "$name" "$@" || continue
  [ -d "$dest/$name" ] || list="$list $name=$version"
done < "$here/versions"
[ -n "$list" ] || exit 0

rm -rf "$work"
mkdir -p "$work/src" "$work/out"
say "fetching the list of source packages"
archive_setup "$(awk '$1 == "suite" { print $2 }' "$here/versions")"
failed=0
running=0
for p in $list; do
  if [ $running -ge "$(nproc)" ]; then
    wait -n || failed=1
    running=$((running - 1))
  fi
  [ $failed = 0 ] || break
  build_package "${p%%=*}" "${p#*=}" &
  running=$((running + 1))
done
while [ $running -gt 0 ]; do
  wait -n || failed=1
  running=$((running - 1))
done
[ $failed = 0 ] || exit 1
rm -rf "$work"
say "the userland is complete"
