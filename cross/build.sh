#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Build the cross environment for i686-gnu: kernel, MIG, compiler wrapper and
# the C library.  No compiler is built: the host's gcc with -m32, a specs file
# and binutils for i686-gnu is one.
#
# usage: build.sh DESTINATION
#
# DESTINATION/bin gets i686-gnu-gcc, i686-gnu-mig and the binutils,
# DESTINATION/sysroot the headers and libraries, DESTINATION/boot the kernel.
# The destination appears only when all is done.

set -eu
unset LIBRARY_PATH CPATH C_INCLUDE_PATH LD_LIBRARY_PATH CFLAGS LDFLAGS
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
dest=$1
work=$dest.work
started=$(date +%s)

say () { printf '[%4ds] %s\n' $(($(date +%s) - started)) "$*"; }
die () { echo "perdure: cross environment: $*" >&2; exit 1; }
. "$here/archive.sh"

fetch ()
{
  local package arch version deb
  archive_setup "$(awk '$1 == "suite" { print $2 }' "$here/versions")"
  while read -r package arch version; do
    case $package in '#'* | suite | '') continue;; esac
    say "fetching $package $version"
    deb=$(archive_deb "$package" "$arch" "$version") || exit 1
    dpkg -x "$deb" "$work/x"
  done < "$here/versions"
  # The compiler's own 32-bit start files belong to the host's compiler.
  deb=lib32gcc-$(gcc -dumpversion)-dev
  say "fetching $deb"
  ( cd "$work/debs" && apt-get -qq -oAPT::Sandbox::User=root download "$deb" \
      > ../apt/download.log 2>&1 ) || die "package $deb cannot be fetched"
  dpkg -x "$work/debs/$deb"_*.deb "$work/x"
}

make_tools ()
{
  local t crt
  mkdir -p "$work/out/bin" "$work/out/lib/b" "$work/out/lib/crt" \
	   "$work/out/lib/mig" "$work/out/boot" "$work/out/sysroot/lib"
  for t in as ld ar nm ranlib objcopy strip; do
    [ -x /usr/bin/i686-gnu-$t ] || die "i686-gnu-$t is missing: install binutils-i686-gnu"
    ln -s /usr/bin/i686-gnu-$t "$work/out/bin/i686-gnu-$t"
    ln -s /usr/bin/i686-gnu-$t "$work/out/lib/b/$t"
  done
  for t in objdump readelf size strings; do
    ln -s /usr/bin/i686-gnu-$t "$work/out/bin/i686-gnu-$t"
  done
  crt=$(echo "$work"/x/usr/lib/gcc/x86_64-linux-gnu/*/32)
  cp "$crt"/crtbegin.o "$crt"/crtbeginS.o "$crt"/crtbeginT.o "$crt"/crtend.o \
     "$crt"/crtendS.o "$crt"/libgcc.a "$crt"/libgcc_eh.a "$work/out/lib/crt"
  cp "$here/specs" "$work/out/lib/specs"
  sed 's/@VERSION@/'"$(gcc -dumpversion)"'/' "$here/gcc.in" > "$work/out/bin/i686-gnu-gcc"
  chmod +x "$work/out/bin/i686-gnu-gcc"
  # See gthreads.c.  The archive's emutls.o is for programs with threads.
  if nm "$work/out/lib/crt/libgcc_eh.a" 2>/dev/null | grep -q ' U pthread_mutex_lock$'; then
    gcc -m32 -march=i686 -O2 -fno-pie -c -o "$work/gthreads.o" "$here/gthreads.c"
    mkdir "$work/eh"
    ( cd "$work/eh" && ar x "$work/out/lib/crt/libgcc_eh.a"
      for t in mutex_lock mutex_unlock cond_wait cond_broadcast once; do
	objcopy --redefine-sym pthread_$t=_gthread_$t unwind-dw2.o
	objcopy --redefine-sym pthread_$t=_gthread_$t unwind-dw2-fde-dip.o
      done
      ar r "$work/out/lib/crt/libgcc_eh.a" unwind-dw2.o unwind-dw2-fde-dip.o "$work/gthreads.o" ) \
      2> /dev/null || die "the compiler's unwinder cannot be fitted"
  fi
  # MIG's translator is a program for i386 Linux; run it with its own libc.
  cp "$work/x/usr/bin/i686-gnu-mig" "$work/out/lib/mig/mig"
  cp "$work/x/usr/lib/mig/i686-gnu-migcom" "$work/out/lib/mig/migcom.bin"
  cp -L "$(find "$work/x" -name ld-linux.so.2 | head -n 1)" "$work/out/lib/mig/ld.so"
  cp -L "$(find "$work/x" -name libc.so.6 | head -n 1)" "$work/out/lib/mig/libc.so.6"
  cp "$here/migcom.in" "$work/out/lib/mig/i686-gnu-migcom"
  cp "$here/mig.in" "$work/out/bin/i686-gnu-mig"
  chmod +x "$work/out/lib/mig/i686-gnu-migcom" "$work/out/bin/i686-gnu-mig"
  gunzip -c "$work"/x/boot/gnumach-*.gz > "$work/out/boot/gnumach"
}

make_headers ()
{
  local s=$work/out/sysroot
  ln -s . "$s/usr"
  mkdir -p "$s/include"
  cp -r "$work"/x/usr/include/i386-linux-gnu/. "$s/include/"
  cp -r "$top/interfaces/hurd" "$s/include/"
}

build_glibc ()
{
  local src=$work/src
  mkdir -p "$src" "$work/glibc"
  say "unpacking the C library"
  tar xf "$work"/x/usr/src/glibc/glibc-*.tar.xz -C "$src"
  src=$(echo "$src"/glibc-*)
  sed 's/#.*//; /^ *$/d' "$work/x/usr/src/glibc/debian/patches/series.hurd-i386" \
    | while read -r p rest; do
	patch -s -d "$src" "${rest:--p1}" \
	      < "$work/x/usr/src/glibc/debian/patches/$p" \
	  || die "the C library's patch $p does not apply"
      done
  cd "$work/glibc"
  printf '%s\n' 'BASH = /bin/bash' 'KSH = /bin/bash' 'SHELL = /bin/bash' \
	 'LIBGD = no' > configparms
  say "configuring the C library"
  PATH=$work/out/bin:$PATH CC=i686-gnu-gcc CXX=: BUILD_CC=gcc MIG=i686-gnu-mig \
  AR=i686-gnu-ar RANLIB=i686-gnu-ranlib NM=i686-gnu-nm AUTOCONF=false MAKEINFO=: \
  CFLAGS="-g0 -O2 -fno-omit-frame-pointer" \
    "$src/configure" --host=i686-gnu --build=x86_64-linux-gnu --prefix= \
      --disable-werror --disable-nscd --without-selinux --disable-profile \
      --with-headers="$work/out/sysroot/include" > configure.log 2>&1 \
    || die "the C library cannot be configured (see $PWD/configure.log)"
  say "building the C library (about four minutes)"
  PATH=$work/out/bin:$PATH make -j"$(nproc)" > make.log 2>&1 \
    || die "the C library does not build (see $PWD/make.log)"
  say "installing the C library"
  PATH=$work/out/bin:$PATH make install DESTDIR="$work/out/sysroot" > install.log 2>&1 \
    || die "the C library cannot be installed (see $PWD/install.log)"
  [ -e "$work/out/sysroot/lib/ld.so" ] || ln -sf ld.so.1 "$work/out/sysroot/lib/ld.so"
}

[ -d "$dest" ] && exit 0
rm -rf "$work"
mkdir -p "$work"
fetch
make_tools
make_headers
build_glibc
mv "$work/out" "$dest"
rm -rf "$work"
say "the cross environment is complete"
