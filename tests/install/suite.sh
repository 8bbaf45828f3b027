# SPDX-License-Identifier: GPL-3.0-or-later
# What `make dist' and `make install' make.

tests="dist files"

# A tarball whose tree, not writable, configures, builds, installs and goes
# away again without a trace, and holds what this one holds.
test_dist ()
{
  make -C "$build/host" distcheck
  mv "$build"/host/perdure-*.tar.gz "$scratch"
  tar -tzf "$scratch"/perdure-*.tar.gz | sed 's,^[^/]*/,,' | sort > "$scratch/held"
  ( cd "$top" && find cross doc host interfaces minihurd root-proxy tests userland \
      -name __pycache__ -prune -o -type f ! -name '*~' -print ) | sort > "$scratch/here"
  comm -13 "$scratch/held" "$scratch/here" > "$scratch/missing"
  cat "$scratch/missing"
  [ ! -s "$scratch/missing" ]
}

# On a GNU/Hurd nothing of its own is replaced: the ground's servers and
# utilities are not installed, our translators go to a folder of theirs.
test_files ()
{
  local hurd
  hurd=$(sed -n 's/^hurddir = //p' "$build/guest/Makefile")
  [ "$hurd" = /hurd ]
  make -C "$build/guest" install DESTDIR="$scratch/root" PATH="$cross/bin:$PATH"
  ( cd "$scratch/root" && find . -type f | sort ) > "$scratch/files"
  for f in hurd/root-proxy usr/bin/ckpt usr/bin/ckpt-image usr/libexec/ckpt-session hurd/perdure/pflocal \
      hurd/perdure/term usr/share/man/man1/ckpt.1 usr/share/man/man8/root-proxy.8 \
      usr/share/info/perdure.info; do
    grep -qx "./$f" "$scratch/files" || { echo "$f is missing"; return 1; }
  done
  not grep -E '^\./hurd/(pflocal|term|fifo|null|proc|auth|exec|ext2fs|startup|storeio)$|/(settrans|showtrans|fsysopts|ps|halt|reboot)$|counter' \
    "$scratch/files"
  make -C "$build/guest" uninstall DESTDIR="$scratch/root" PATH="$cross/bin:$PATH"
  find "$scratch/root" -type f > "$scratch/left"
  cat "$scratch/left"
  [ ! -s "$scratch/left" ]
}
