#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Cross-compile the userland, unmodified, from Debian's source packages.
#
# usage: build.sh CACHE CROSS [PACKAGE...]
#
# CROSS is the cross environment (cross/build.sh), whose folder's name tells
# its contents.  Each package of the file `versions' (or each one named, with
# what it needs) gets a folder CACHE/packages/NAME-KEY with bin, lib, include,
# share, made by recipes/NAME.  KEY is a hash of all that it is made of: the
# recipe, its line in `versions', the keys of the packages that its line
# `# Needs: NAME...' names, CROSS and this file.  A folder appears only when it
# is complete, and one that is there is not built again.
#
# Prints the name of a folder CACHE/userland-HASH with a link NAME for each of
# the packages.

set -eu
unset LIBRARY_PATH CPATH C_INCLUDE_PATH LD_LIBRARY_PATH CFLAGS CPPFLAGS LDFLAGS MAKEFLAGS
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
[ $# -ge 2 ] || { echo "usage: build.sh CACHE CROSS [PACKAGE...]" >&2; exit 2; }
mkdir -p "$1/packages"
cache=$(cd "$1" && pwd)
cross=$(cd "$2" && pwd -P)
shift 2
started=$(date +%s)
export PATH=$cross/bin:$PATH
export CC=i686-gnu-gcc AR=i686-gnu-ar RANLIB=i686-gnu-ranlib NM=i686-gnu-nm \
       STRIP=i686-gnu-strip OBJCOPY=i686-gnu-objcopy BUILD_CC=gcc CC_FOR_BUILD=gcc

say () { printf '[%4ds] %s\n' $(($(date +%s) - started)) "$*" >&2; }
die () { echo "perdure: userland: $*" >&2; exit 1; }
. "$top/cross/archive.sh"

# For the recipes, which find what they need as $needs/NAME.
configure ()
{
  ./configure --host=i686-gnu --build=x86_64-linux-gnu --prefix= "$@"
}
export -f configure

declare -A version needs_of key
suite=

read_versions ()
{
  local name v
  while read -r name v; do
    case $name in
      '#'* | '') ;;
      suite) suite=$v;;
      *) version[$name]=$v
	 [ -e "$here/recipes/$name" ] || die "there is no recipe for $name"
	 needs_of[$name]=$(sed -n 's/^# Needs: *//p' "$here/recipes/$name")
	 order="${order-} $name";;
    esac
  done < "$here/versions"
}

# package_key NAME: sets key[NAME] and that of what NAME needs.
package_key ()
{
  local name=$1 n text
  [ -z "${key[$name]-}" ] || return 0
  [ -n "${version[$name]-}" ] || die "there is no package $name"
  key[$name]=unknown
  text="$suite ${version[$name]} ${cross##*/}"
  for n in ${needs_of[$name]}; do
    package_key "$n"
    [ "${key[$n]}" != unknown ] || die "$name and $n need each other"
    text="$text $n ${key[$n]}"
  done
  key[$name]=$({ echo "$text"; cat "$here/build.sh" "$here/recipes/$name"; } | sha256sum | cut -c1-16)
  chosen="${chosen-} $name"
}

folder () { echo "$cache/packages/$1-${key[$1]}"; }

# build_package NAME: in a directory of its own; another one that builds the
# same is waited for.
build_package ()
{
  local name=$1 n src out= log=
  exec 8> "$cache/packages/.$name.lock"
  flock 8
  [ ! -d "$(folder "$name")" ] || return 0
  log=$(folder "$name").log
  mkdir -p "$work/$name/needs" "$work/$name/out"
  ln -s ../apt "$work/$name/apt"
  work=$work/$name
  for n in ${needs_of[$name]}; do ln -s "$(folder "$n")" "$work/needs/$n"; done
  src=$(archive_source "$name" "${version[$name]}") || exit 1
  say "building $name"
  # Patched sources must not make their makefiles want to regenerate.
  find "$src" -exec touch -h -r "$src" {} +
  ( cd "$src" && out=$work/out needs=$work/needs exec bash -ex "$here/recipes/$name" ) \
    > "$log" 2>&1 < /dev/null 8>&- || die "$name does not build (see $log)"
  mv "$work/out" "$(folder "$name")"
  rm -rf "$work"
  say "$name is complete"
}

# ready NAME: is all that NAME needs complete?
ready ()
{
  local n
  for n in ${needs_of[$1]}; do [ -d "$(folder "$n")" ] || return 1; done
}

# build_all NAME...: as many at once as there are processors.
build_all ()
{
  local running=0 failed=0 p rest
  work=$(mktemp -d "$cache/packages/.work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  say "fetching the list of source packages"
  archive_setup "$suite"
  while [ $# -gt 0 ] && [ $failed = 0 ]; do
    rest=
    for p; do
      if [ $running -lt "$(nproc)" ] && ready "$p"; then
	build_package "$p" &
	running=$((running + 1))
      else
	rest="$rest $p"
      fi
    done
    set -- $rest
    wait -n || failed=1
    running=$((running - 1))
  done
  while [ $running -gt 0 ]; do
    wait -n || failed=1
    running=$((running - 1))
  done
  [ $failed = 0 ] || exit 1
  rm -rf "$work"
}

# view: a folder of links to the chosen packages.
view ()
{
  local name all= dir
  for name in $chosen; do all="$all $name-${key[$name]}"; done
  dir=$cache/userland-$(echo "$all" | sha256sum | cut -c1-16)
  if [ ! -d "$dir" ]; then
    rm -rf "$dir.$$"
    mkdir "$dir.$$"
    for name in $chosen; do ln -s "../packages/$name-${key[$name]}" "$dir.$$/$name"; done
    mv -T "$dir.$$" "$dir" 2> /dev/null || rm -rf "$dir.$$"
  fi
  echo "$dir"
}

read_versions
for name in ${@:-$order}; do package_key "$name"; done
missing=
for name in $chosen; do
  [ -d "$(folder "$name")" ] || missing="$missing $name"
done
[ -z "$missing" ] || build_all $missing
view
