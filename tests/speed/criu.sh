#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# criu.sh DIR [SIZES [DIRTY]]: the peer.  CRIU, in a Linux of Debian's packages under
# the same machine model, is measured with programs of so many MiB that change so
# many pages; in DIR all is made, and its console is DIR/console.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
sizes=${2-4 64} dirty=${3-0 256}
mkdir -p "$dir/debs" "$dir/x"
cd "$dir"

fetch ()
{
  for package; do
    set -- debs/"$package"_*.deb
    [ -e "$1" ] || ( cd debs && apt-get -qq -oAPT::Sandbox::User=root download "$package" )
  done
}

if ! [ -e fetched ]; then
  kernel=$(apt-cache depends linux-image-amd64 | sed -n 's/ *Depends: //p' | head -n 1)
  libraries=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances criu | grep -E '^lib[a-z0-9.+-]*$' | grep -v '^libpython' | sort -u)
  fetch "$kernel" busybox-static criu $libraries
  for deb in debs/*.deb; do dpkg -x "$deb" x; done
  : > fetched
fi

# The initial file system: what CRIU needs, busybox, and some modules.
rm -rf root
mkdir -p root/bin root/sbin root/proc root/sys root/dev root/lib root/etc
busybox=x/bin/busybox
[ -e "$busybox" ] || busybox=x/usr/bin/busybox
cp "$busybox" root/bin/busybox
cp x/usr/sbin/criu root/bin/criu
gcc -O2 -Wall -Wextra -static -o root/bin/peer "$here/peer.c"
( echo '#!/bin/busybox sh'; printf "sizes='%s' dirty='%s'\n" "$sizes" "$dirty"
  tail -n +2 "$here/criu-init.sh" ) > root/init
chmod +x root/init
paths=$(find "$PWD/x/lib" "$PWD/x/usr/lib" -type d -name x86_64-linux-gnu | tr '\n' :)
LD_LIBRARY_PATH=$paths ldd root/bin/criu > libraries
mkdir -p root/lib/x86_64-linux-gnu root/lib64
sed -n 's|.* => \(/[^ ]*\) .*|\1|p' libraries | while read -r library; do
  cp -L "$library" root/lib/x86_64-linux-gnu/
done
cp -L "$(sed -n 's|^[^/]*\(/[^ ]*ld-linux[^ ]*\) .*|\1|p' libraries)" root/lib64/
# The loader and the C library must be of one kind.
for name in libc.so.6 libm.so.6 ld-linux-x86-64.so.2; do
  found=$(find x -name $name | head -n 1)
  [ -z "$found" ] || cp -L "$found" root/lib/x86_64-linux-gnu/
done
found=$(find x -name ld-linux-x86-64.so.2 | head -n 1)
[ -z "$found" ] || cp -L "$found" root/lib64/

modules=$(find x -type d -path '*/modules/*' -name '*-amd64' | head -n 1)
version=$(basename "$modules")
mkdir -p "root/lib/modules/$version"
for m in unix_diag inet_diag tcp_diag udp_diag raw_diag af_packet_diag netlink_diag crc32c_generic libcrc32c \
    nfnetlink nf_tables veth tun; do
  find "$modules" -name "$m.ko*" -exec cp {} "root/lib/modules/$version/" \;
done
"$busybox" depmod -b root "$version" 2> depmod.err || cat depmod.err
( cd root && find . | "../$busybox" cpio -o -H newc 2> ../cpio.err | gzip -1 ) > initrd

# Virtual time: an instruction is a nanosecond.  Idle time is skipped.
timeout "${PERDURE_PEER_TIMEOUT-3000}" qemu-system-x86_64 -accel tcg -cpu qemu64 -smp 1 -m 1024 -icount shift=0,sleep=off \
  -rtc base=2026-01-01,clock=vm -nic none -display none -no-reboot -serial stdio \
  -kernel "$(find x/boot -name 'vmlinuz-*' | head -n 1)" -initrd initrd \
  -append "console=ttyS0 quiet nokaslr norandmaps tsc=reliable transparent_hugepage=never panic=1 rdinit=/init" \
  < /dev/null > console || { tail -n 20 console; exit 1; }
grep '^@@CRIU' console
grep -q '^@@CRIU end' console
