#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Make the root image after root.manifest, which tells what is in it.
#
# usage: mkimage.sh IMAGE CROSS USERLAND GUEST HOST
#
# IMAGE is made anew.  CROSS is the cross environment, USERLAND the folder of
# userland packages, GUEST and HOST the build trees for the two machines.
# PERDURE_ROOT_SIZE is the size of the image's file system (1G).  With
# PERDURE_ESSENTIAL=yes packages that USERLAND lacks are left out.

set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 5 ] || { echo "usage: mkimage.sh IMAGE CROSS USERLAND GUEST HOST" >&2; exit 2; }
image=$1 cross=$2 userland=$3 guest=$4 host=$5
strip=$cross/bin/i686-gnu-strip
stage=$(mktemp -d "${image%/*}/stage.XXXXXX")
trap 'rm -rf "$stage" "$stage.trans"' EXIT
umask 022

die () { echo "perdure: root image: $*" >&2; exit 1; }

# The kinds of lines of the manifest; paths are of the guest.

dir () { mkdir -p "$stage$1"; chmod "$2" "$stage$1"; }
link () { ln -s "$2" "$stage$1"; }
file () { install -m "$2" "$here/root/$3" "$stage$1"; }

# node PATH MODE [TRANSLATOR...]: an empty file, with a translator.
node ()
{
  local path=$1
  : > "$stage$path"
  chmod "$2" "$stage$path"
  shift 2
  [ $# = 0 ] || echo "$path $*" >> "$stage.trans"
}

# trans PATH TRANSLATOR...: a translator on what is there already.
trans () { echo "$*" >> "$stage.trans"; }

# program PATH MODE SOURCE: one of our own.
program ()
{
  if [ ! -e "$guest/$3" ]; then
    echo "warning: $3 has not been built; there is no $1" >&2
    return
  fi
  "$strip" -o "$stage$1" "$guest/$3" || die "$3 cannot be copied"
  chmod "$2" "$stage$1"
}

# library NAME...: shared libraries of the C library; a missing one fails.
library ()
{
  local l
  for l; do
    "$strip" -o "$stage/lib/$l" "$cross/sysroot/lib/$l" || die "there is no library $l"
    chmod 755 "$stage/lib/$l"
  done
}

# develop FILE...: what compiling inside needs of the C library.
develop ()
{
  local f
  for f; do
    mkdir -p "$stage/$(dirname "$f")"
    cp -RP "$cross/sysroot/$f" "$stage/$(dirname "$f")/" || die "there is no $f in the cross environment"
  done
}

# locale NAME: a locale of the building machine, whose C library's compiled
# locales are of the same form.
locale ()
{
  [ -d "/usr/lib/locale/$1" ] || die "this machine has no locale $1"
  mkdir -p "$stage/lib/locale"
  cp -R "/usr/lib/locale/$1" "$stage/lib/locale/"
}

# ptys LETTER DIGITS: pairs of pseudo terminals, a character of DIGITS each.
ptys ()
{
  local i n
  for ((i = 0; i < ${#2}; i++)); do
    n=$1${2:i:1}
    node "/dev/pty$n" 666 /hurd/term "/dev/pty$n" pty-master "/dev/tty$n"
    node "/dev/tty$n" 666 /hurd/term "/dev/tty$n" pty-slave "/dev/pty$n"
  done
}

# absent NAME: is it a package to be left out?
absent () { [ "${PERDURE_ESSENTIAL-no}" = yes ] && [ ! -e "$userland/$1" ]; }

# tree NAME FOLDER DIRECTORY: a folder of a userland package as it is.
tree ()
{
  ! absent "$1" || return 0
  mkdir -p "$stage$3"
  cp -R "$userland/$1/$2/." "$stage$3/" || die "the package $1 has no $2"
}

# package NAME DIRECTORY [EXCEPT...]: a userland package's programs.
package ()
{
  local name=$1 to=$2 p e
  shift 2
  ! absent "$name" || return 0
  [ -d "$userland/$name/bin" ] || die "the package $name has not been built"
  for p in "$userland/$name/bin"/*; do
    for e; do [ "${p##*/}" != "$e" ] || continue 2; done
    install -m 755 "$p" "$stage$to/"
  done
}

: > "$stage.trans"
chmod 755 "$stage"
while read -ra words; do
  case ${words[0]-} in
    '' | '#'*) ;;
    dir | link | file | node | trans | program | library | package | tree | develop | locale | ptys) "${words[@]}";;
    *) die "root.manifest: what is \`${words[0]}'?";;
  esac
done < "$here/root.manifest"

rm -f "$image"
truncate -s "${PERDURE_ROOT_SIZE-1G}" "$image" || die "$image cannot be written"
mke2fs -q -F -o hurd -t ext2 -j -J size=8 -b 4096 -I 256 -N 32768 -m 0 -L root \
       -O ^dir_index,^resize_inode -E root_owner=0:0 -d "$stage" "$image" \
  || die "mke2fs fails"
"$host/host/mkimage/settrans-image" "$image" < "$stage.trans" \
  || die "the translators cannot be set"
