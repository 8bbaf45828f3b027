# SPDX-License-Identifier: GPL-3.0-or-later
# The verb `image': a disk that boots by itself.

# One disk: GRUB's first stage in the master boot record, its core behind it,
# and the root file system as the only partition, from 1 MiB on.
verb_image ()
{
  local out=${1:-$build/perdure.img} w=$build/image p size
  setup_all
  for p in grub-common grub-pc-bin fdisk; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' $p 2>/dev/null)" = installed ] \
      || { say "installing $p"
	   DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
	     install $p > "$build/apt.log" 2>&1 || die "$p cannot be installed (see $build/apt.log)"; }
  done
  rm -rf "$w"
  mkdir -p "$w"
  say "making $out"
  cp --sparse=always "$image" "$w/root.img" || die "the disk is full: $w/root.img cannot be made"
  cat > "$w/grub.cfg" <<EOT
serial --unit=0
terminal_input serial console
terminal_output serial console
set timeout=2
menuentry "Perdure" {
  multiboot /boot/gnumach console=com0 root=device:hd0s1
  module /boot/ext2fs $(echo "$boot_module" | sed 's/\$/\\$/g; s/ hd0 / hd0s1 /')
}
EOT
  put_file "$w/root.img" "$kernel" /boot/gnumach 0100644
  put_file "$w/root.img" "$build/guest/minihurd/ext2fs/ext2fs" /boot/ext2fs 0100755
  put_file "$w/root.img" "$w/grub.cfg" /boot/grub/grub.cfg 0100644
  grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o "$w/core.img" \
    biosdisk part_msdos ext2 multiboot normal serial terminal configfile boot echo \
    || die "GRUB's core cannot be made"
  [ "$(stat -c %s "$w/core.img")" -le $((2047 * 512)) ] || die "GRUB's core is too large"
  size=$(stat -c %s "$w/root.img")
  rm -f "$out"
  truncate -s $((size + 1048576)) "$out"
  printf '2048,%d,83,*\n' $((size / 512)) | sfdisk -q -X dos "$out" || die "$out cannot be partitioned"
  dd if=/usr/lib/grub/i386-pc/boot.img of="$out" bs=440 count=1 conv=notrunc status=none
  dd if="$w/core.img" of="$out" bs=512 seek=1 conv=notrunc status=none
  dd if="$w/root.img" of="$out" bs=1M seek=1 conv=notrunc,sparse status=none \
    || die "the disk is full: $out cannot be written"
  rm -rf "$w"
  say "$out boots: qemu-system-i386 -m 512 -nographic -drive file=$out,format=raw,if=ide"
}
