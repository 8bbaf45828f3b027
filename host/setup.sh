# SPDX-License-Identifier: GPL-3.0-or-later
# Everything from a fresh machine to disk images.  Each step does nothing when
# what it makes is there already and was made of the same things.

say () { printf '[%4ds] %s\n' $(($(date +%s) - started)) "$*" >&2; }
die () { echo "perdure: $*" >&2; exit 1; }

packages="gcc make autoconf automake binutils-i686-gnu bison flex
  gawk autopoint gettext ncurses-bin tcl perl patch xz-utils texinfo qemu-system-x86 gdb e2fsprogs libext2fs-dev
  libcmocka-dev libxxhash-dev liblz4-dev dpkg-dev python3 pkg-config"

# contents_hash FILE…: a name for what the files hold.
contents_hash ()
{
  ( cd "$top" && find "$@" -type f ! -name "*.md" | sort | xargs sha256sum ) | sha256sum | cut -c1-16
}

setup_packages ()
{
  local missing= p
  for p in $packages; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] \
      || missing="$missing $p"
  done
  [ -n "$missing" ] || return 0
  [ "$(id -u)" = 0 ] || die "these packages are missing, and only root can install them:$missing"
  say "installing packages:$missing"
  mkdir -p "$build"
  DEBIAN_FRONTEND=noninteractive apt-get -qq update > "$build/apt.log" 2>&1
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $missing \
    >> "$build/apt.log" 2>&1 \
    || die "packages cannot be installed:$missing (see $build/apt.log)"
}

# room DIRECTORY MIB: fail when there is less room than that.
room ()
{
  mkdir -p "$1" || die "$1 cannot be created"
  [ "$(df -Pm "$1" | awk 'NR == 2 { print $4 }')" -ge "$2" ] \
    || die "the disk is full: $1 needs $2 MiB"
}

setup_cross ()
{
  cross=$cache/cross-$(contents_hash cross interfaces/hurd)
  [ -d "$cross" ] && return
  room "$cache" 2000
  say "building the cross environment (about five minutes)"
  bash "$top/cross/build.sh" "$cross" >&2 || exit 1
}

# setup_userland: `libraries' is the folder with what the servers are linked
# with, `userland' the one with everything; or, when not everything has been
# built before and `essential' is yes, with what boots and computes.
setup_userland ()
{
  local some= all=$cache/.userland-complete made_of
  made_of="${cross##*/} $(contents_hash userland)"
  room "$cache" 2000
  if [ "${essential-no}" = yes ] && [ "$(cat "$all" 2>/dev/null)" != "$made_of" ]; then
    some="coreutils dash e2fsprogs lua5.4"
  fi
  userland=$(bash "$top/userland/build.sh" "$cache" "$cross" $some) || exit 1
  libraries=$(bash "$top/userland/build.sh" "$cache" "$cross" e2fsprogs xxhash lz4) || exit 1
  [ -n "$some" ] || [ "$(cat "$all" 2>/dev/null)" = "$made_of" ] || echo "$made_of" > "$all"
}

setup_configure ()
{
  if [ ! -x "$top/configure" ] || [ "$top/configure.ac" -nt "$top/configure" ] \
     || [ "$top/Makefile.am" -nt "$top/Makefile.in" ] \
     || [ -n "$(find "$top" -name local.mk -newer "$top/Makefile.in" 2>/dev/null)" ]; then
    say "preparing configure"
    ( cd "$top" && autoreconf -i ) > "$build/autoreconf.log" 2>&1 \
      || die "autoreconf fails (see $build/autoreconf.log)"
  fi
}

# setup_tree NAME CONFIGURE-ARGUMENTS…: configure and make build/NAME.
setup_tree ()
{
  local name=$1 dir=$build/$1
  shift
  # With other tools or libraries all is made anew: make does not see these.
  [ ! -e "$dir/.arguments" ] || [ "$(cat "$dir/.arguments")" = "$*" ] || rm -rf "$dir"
  mkdir -p "$dir"
  if [ ! -e "$dir/Makefile" ] || [ ! -e "$dir/.arguments" ]; then
    say "configuring build/$name"
    ( cd "$dir" && "$top/configure" "$@" ) > "$dir/configure.out" 2>&1 \
      || die "build/$name cannot be configured (see $dir/configure.out)"
    echo "$*" > "$dir/.arguments"
  fi
  make -C "$dir" -q > /dev/null 2>&1 || say "building build/$name"
  make -C "$dir" -j"$(nproc)" > "$dir/make.out" 2>&1 \
    || die "build/$name does not build (see $dir/make.out)"
}

setup_host ()
{
  mkdir -p "$build"
  setup_packages
  setup_configure
  setup_tree host CFLAGS='-O2 -g'
}

setup_guest ()
{
  setup_cross
  setup_userland
  PATH=$cross/bin:$PATH
  setup_tree guest --host=i686-gnu --build=x86_64-linux-gnu \
    CC=i686-gnu-gcc MIG=i686-gnu-mig AR=i686-gnu-ar RANLIB=i686-gnu-ranlib \
    CFLAGS='-O2 -g' --with-userland="$libraries"
}

# setup_image: the root image, made anew when anything in it changed.
setup_image ()
{
  image=$build/root.img
  local stamp
  stamp=$( { find "$build/guest" -maxdepth 4 -type f -perm -u+x -newer "$build/root.stamp" 2>/dev/null
	     find "$top/host" -newer "$build/root.stamp" -type f 2>/dev/null; } | head -n 1)
  if [ ! -e "$image" ] || [ ! -e "$build/root.stamp" ] || [ -n "$stamp" ] \
     || [ "$(cat "$build/root.stamp")" != "$userland" ]; then
    say "making the root image"
    room "$build" 1000
    echo "$userland" > "$build/root.stamp.new"
    PERDURE_ESSENTIAL=${essential-no} \
    bash "$top/host/mkimage.sh" "$image.new" "$cross" "$userland" "$build/guest" \
	 "$build/host" > "$build/mkimage.out" 2>&1 \
      || die "the root image cannot be made (see $build/mkimage.out)"
    mv "$image.new" "$image"
    mv "$build/root.stamp.new" "$build/root.stamp"
  fi
  kernel=$cross/boot/gnumach
}

# A test that starts `perdure' again finds all set up (PERDURE_READY).
setup_all ()
{
  if [ -n "${PERDURE_READY-}" ]; then
    read -r cross userland <<EOT
$PERDURE_READY
EOT
    image=$build/root.img kernel=$cross/boot/gnumach
    return
  fi
  # Of several that start at a time, one sets up.
  mkdir -p "$build" 2>/dev/null || die "$build cannot be created"
  exec 8> "$build/.lock" || die "the disk is full: $build/.lock cannot be made"
  flock 8
  setup_host
  setup_guest
  setup_image
  exec 8>&-
  command -v qemu-system-i386 > /dev/null || die "QEMU is missing: install qemu-system-x86"
  export PERDURE_READY="$cross $userland"
}
