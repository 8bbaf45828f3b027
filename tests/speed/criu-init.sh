#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The first program of the Linux guest.  For each size: CRIU's time in which the
# program stands still, whole and with some pages changed since, and a restore.  The
# figures go to the console as lines that begin with @@CRIU.

/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /img /run /tmp
mount -t devpts pts /dev/pts
mount -t tmpfs -o size=80% img /img
ip link set lo up
for m in unix_diag inet_diag tcp_diag udp_diag raw_diag af_packet_diag netlink_diag crc32c_generic \
    libcrc32c nfnetlink nf_tables veth tun; do
  modprobe $m
done
echo 1 > /proc/sys/kernel/panic

fail ()
{
  echo "@@CRIU failed: $*"
  tail -n 20 /img/*/log
  poweroff -f
}

# figure FILE NAME: the microseconds that `criu --display-stats' says.
figure ()
{
  sed -n "s/.*$2: \([0-9]*\).*/\1/p" "$1" | tail -n 1
}

# dumped DIR OPTION...: dump the program, which goes on.
dumped ()
{
  dir=/img/$1
  shift
  mkdir $dir
  criu dump --tree $pid --images-dir $dir --log-file log --track-mem --leave-running --display-stats "$@" \
    > $dir.stats 2>&1 || fail "dump $dir: $(cat $dir.stats)"
  cat $dir.stats
}

changed ()
{
  before=$(cat /done)
  kill -USR1 $pid
  while [ "$(cat /done)" = "$before" ]; do usleep 10000; done
}

cd /
for mib in $sizes; do
  for pages in $dirty; do
    setsid /bin/peer $mib $pages < /dev/null > /dev/null 2>&1 &
    pid=$!
    rm -f /done
    while ! [ -s /done ]; do usleep 10000; done
    for i in 1 2 3; do
      dumped full
      changed
      dumped next --prev-images-dir ../full
      echo "@@CRIU $mib MiB, $pages pages changed: full $(figure /img/full.stats 'Frozen time') us," \
        "next $(figure /img/next.stats 'Frozen time') us, written $(du -k /img/full | cut -f1)" \
        "$(du -k /img/next | cut -f1) KiB"
      [ $i = 3 ] || rm -rf /img/full /img/next
    done
    kill -9 $pid
    wait $pid
    mkdir -p /img/restored
    criu restore --images-dir /img/next --log-file log --restore-detached --display-stats \
      > /img/restore.stats 2>&1 || fail "restore: $(cat /img/restore.stats)"
    cat /img/restore.stats
    changed
    echo "@@CRIU $mib MiB, $pages pages changed: restored in $(figure /img/restore.stats 'Restore time') us"
    kill -9 $pid
    rm -rf /img/*
  done
done
echo '@@CRIU end'
poweroff -f
