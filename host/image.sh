# SPDX-License-Identifier: GPL-3.0-or-later
# The verb `image': a disk that boots by itself.

# What must be there beside the packages that all verbs need.
image_packages="grub-common grub-pc-bin fdisk"

# One disk: GRUB's first stage in the master boot record, its core behind it;
# the root file system as the first partition, from 1 MiB on; the store as the
# second.  It boots to the shell that `perdure shell' has.
verb_image ()
{
  local out=${1:-$build/perdure.img} w=$build/image size store=256
  setup_all
  packages=$image_packages setup_packages
  rm -rf "$w"
  mkdir -p "$w"
  room "$(dirname "$out")" 300
  say "making $out"
  cp --sparse=always "$image" "$w/root.img" 2> /dev/null || die "the disk is full: $w/root.img cannot be made"
  # In GRUB's language, a word in single quotes is as it stands.
  cat > "$w/grub.cfg" <<EOT
serial --unit=0
terminal_input serial console
terminal_output serial console
set timeout=2
menuentry "Perdure" {
  multiboot /boot/gnumach console=com0 root=device:hd0s1
  module /boot/ext2fs $(echo "$boot_module" | sed "s/ hd0 / hd0s1 /; s/[^ ]*\$[^ ]*/'&'/g")
}
EOT
  write_shell_job "$w/job" /dev/hd0s2
  put_file "$w/root.img" "$w/job" /etc/perdure/job
  put_file "$w/root.img" "$kernel" /boot/gnumach 0100644
  put_file "$w/root.img" "$build/guest/minihurd/ext2fs/ext2fs" /boot/ext2fs 0100755
  put_file "$w/root.img" "$w/grub.cfg" /boot/grub/grub.cfg 0100644
  printf 'rm /dev/root\nsymlink /dev/root hd0s1\n' \
    | debugfs -w -f - "$w/root.img" > "$w/debugfs" 2>&1
  grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o "$w/core.img" \
    biosdisk part_msdos ext2 multiboot normal serial terminal configfile boot echo \
    || die "GRUB's core cannot be made"
  [ "$(stat -c %s "$w/core.img")" -le $((2047 * 512)) ] || die "GRUB's core is too large"
  size=$(($(stat -c %s "$w/root.img") / 512))
  rm -f "$out"
  truncate -s $((size * 512 + (store + 1) * 1048576)) "$out" || die "$out cannot be made"
  printf '2048,%d,83,*\n%d,%d,da\n' $size $((2048 + size)) $((store * 2048)) \
    | sfdisk -q -X dos "$out" || die "$out cannot be partitioned"
  { dd if=/usr/lib/grub/i386-pc/boot.img of="$out" bs=440 count=1 conv=notrunc status=none
    dd if="$w/core.img" of="$out" bs=512 seek=1 conv=notrunc status=none
    dd if="$w/root.img" of="$out" bs=1M seek=1 conv=notrunc,sparse status=none
  } || die "the disk is full: $out cannot be written"
  rm -rf "$w"
  say "$out boots: qemu-system-i386 -m 512 -nographic -drive file=$out,format=raw,if=ide"
}
