# SPDX-License-Identifier: GPL-3.0-or-later
# The ground: from the kernel to a shell, and down again.

tests="shell programs signals files halt repair modules runs parts faults"
# These talk to a shell, and wait for what it says.
[ "$full" = no ] || tests="$tests terminal disk"

# ground COMMAND…: run on the ground; output in $scratch/out.
ground ()
{
  "$top/perdure" run --ground --timeout 300 --log "$scratch/serial" --disks "$scratch/disks" \
      -- "$@" > "$scratch/out"
}

# expect TEXT: it must be all that was printed.
expect ()
{
  printf '%s\n' "$1" | diff - "$scratch/out"
}

test_shell ()
{
  ground sh -c 'x=$((6 * 7)); echo "hello $x"; if true; then (exit 3); fi; echo $?'
  expect "hello 42
3"
}

# Static, dynamic, `#!', fork, exec, wait, exit status, a pipe of processes.
test_programs ()
{
  "$top/perdure" cc -O2 -static -o "$scratch/static" "$top/tests/boot/status.c"
  "$top/perdure" cc -O2 -o "$scratch/dynamic" "$top/tests/boot/status.c"
  printf '#!/bin/sh\necho "script $0 $1"\nexit 5\n' > "$scratch/script"
  chmod +x "$scratch/script"
  "$top/perdure" run --ground --timeout 300 --log "$scratch/serial" \
      --add "$scratch/static:/root/static" --add "$scratch/dynamic:/root/dynamic" \
      --add "$scratch/script:/root/script" -- sh -c '
      /root/static 7; echo "static $?"
      /root/dynamic 8; echo "dynamic $?"
      /root/script arg; echo "status $?"
      seq 1 1000 | sort -n -r | head -n 3 | tr "\n" " "; echo
      lua -e "print (1 << 40, math.pi)"' > "$scratch/out"
  expect "static 7
dynamic 8
script /root/script arg
status 5
1000 999 998 
1099511627776	3.1415926535898"
}

test_signals ()
{
  ground sh -c 'sleep 100 & p=$!; kill -TERM $p; wait $p; echo $?
    sh -c "kill -KILL \$\$"; echo $?
    trap "echo usr1" USR1; kill -USR1 $$; echo end'
  expect "143
137
usr1
end"
}

test_files ()
{
  ground sh -c 'mkdir /tmp/d && cd /tmp/d && echo one > a && ln a b && ln -s a c && cat b c
    echo two >> a; mv a x; cat b; rm b; ls; wc -c < x; rm -r /tmp/d; ls /tmp | wc -l
    dd if=/dev/zero of=/tmp/big bs=65536 count=64 2>/dev/null; wc -c < /tmp/big; rm /tmp/big'
  expect "one
one
one
two
c
x
8
0
4194304"
}

# A clean stop leaves a clean file system.
test_halt ()
{
  ground sh -c 'echo data > /root/kept; echo done'
  /sbin/e2fsck -fn "$scratch/disks/root.img"
  debugfs -R "cat /root/kept" "$scratch/disks/root.img" 2>/dev/null | grep -qx data
}

# After a kill in the midst of writing, the next boot repairs the root.
test_repair ()
{
  local i
  for i in 1 2 3; do
    "$top/perdure" run --ground --timeout 100 --disks "$scratch/disks" --log "$scratch/serial" \
      --kill-at "$i" -- sh -c 'echo run; i=0; mkdir -p /root/w; while [ $i -lt 100 ]; do
        echo $i > /root/w/$i; i=$((i + 1)); done; sync; sleep 10; echo survived' > "$scratch/out" || true
  done
  ground sh -c 'echo alive'
  expect alive
  /sbin/e2fsck -fn "$scratch/disks/root.img"
}

# What the project relies on in the kernel, and a capture, on the bare kernel.
test_modules ()
{
  local name
  for name in snapshot queue timeout state ckpt-inboot; do
    echo "== $name"
    PATH=$cross/bin:$PATH make -s -C "$build/guest" run-$name > "$scratch/$name.out" 2>&1 \
      || { cat "$scratch/$name.out"; return 1; }
    grep -qx PASSED "$scratch/$name.out"
    not grep -q '^FAIL' "$scratch/$name.out"
    note "$name: $(grep -c '^PASS ' "$scratch/$name.out") checks"
  done
}

# talk COMMAND…: run it on a terminal; what to do comes from standard input.
talk ()
{
  python3 "$top/tests/boot/terminal.py" 240 "$@" >> "$scratch/terminal"
}

# The interactive shells; the one in the environment outlives its machine.
test_terminal ()
{
  talk "$top/perdure" shell --ground <<'EOT'
expect start .*ext2fs
expect \n[^\n]*# $
send echo one two | wc -w
expect \n2\r
send sleep 100
expect sleep 100
keys \x03
expect # $
send sleep 50 & jobs; kill %1
expect Running
send halt
end
EOT
  talk "$top/perdure" shell --disks "$scratch/disks" <<'EOT'
expect start .*ext2fs
expect \n[^\n]*# $
send cd /tmp; x=forty; echo one two | wc -w
expect \n2\r
send sleep 6; echo slept
expect \nslept
keys \x01x
end
EOT
  talk "$top/perdure" shell --disks "$scratch/disks" <<'EOT'
expect start .*ext2fs
expect restored
send echo $x $PWD
expect forty /tmp\r
send exit
end
EOT
}

# A disk with GRUB, started by the BIOS; killed, and started again.
test_disk ()
{
  local disk=$scratch/perdure.img
  "$top/perdure" image "$disk"
  for i in first second; do
    talk "$build/host/host/runner/perdure-runner" --interactive --disk "$disk" <<EOT
expect start ext2fs
expect $(if [ $i = first ]; then echo '\n[^\n]*# $'; else echo restored; fi)
send x=\${x:-born}; echo \$x in $i
expect $(if [ $i = first ]; then echo born; else echo restored; fi) in $i
$(if [ $i = first ]; then echo 'send sleep 6; x=restored; echo slept
expect \nslept
send sleep 6; echo done
expect \ndone
keys \x01x'; else echo 'send exit'; fi)
end
EOT
  done
  rm -f "$disk"
}

# run OPTION…: on the ground, with a short time.
run () { "$top/perdure" run --ground --timeout 100 --log "$scratch/serial" "$@"; }

# status NUMBER COMMAND…: COMMAND must exit so.
status ()
{
  local wanted=$1 got=0
  shift
  "$@" > "$scratch/out" 2> "$scratch/err" || got=$?
  [ $got = $wanted ] || { echo "status $got, not $wanted: $*"; cat "$scratch/err"; return 1; }
}

# complaint TEXT: standard error is one line, and says so.
complaint ()
{
  grep -v '^\[ *[0-9]*s\]' "$scratch/err" > "$scratch/said" || true
  [ "$(wc -l < "$scratch/said")" = 1 ] && grep -q -- "$1" "$scratch/said" \
    || { echo "not one line with \`$1':"; cat "$scratch/err"; return 1; }
}

# What `run' and `check' promise to who calls them.
test_runs ()
{
  status 3 run -- sh -c 'echo out; echo err >&2; exit 3'
  grep -qx out "$scratch/out"
  grep -qx err "$scratch/err"
  status 137 run -- sh -c 'kill -KILL $$'
  status 127 run -- /no/such/program
  echo 'read by nobody' | status 0 run -- sh -c 'read x; echo "[$x]"'
  grep -qxF '[]' "$scratch/out"
  # Two at a time, each on disks of its own.
  run -- sh -c 'echo first > /root/f; sleep 3; cat /root/f' > "$scratch/side.1" &
  status 0 run -- sh -c 'sleep 1; test ! -e /root/f; echo $?'
  wait $!
  grep -qx 0 "$scratch/out"
  grep -qx first "$scratch/side.1"
  # Disks that are kept are gone on from; files come in and out.
  echo given > "$scratch/given"
  status 0 run --disks "$scratch/kept" --add "$scratch/given:/home/new/given" -- sh -c 'cp /home/new/given /root/f'
  status 0 run --disks "$scratch/kept" --get "/root/f:$scratch/got" -- cat /root/f
  grep -qx given "$scratch/out"
  cmp "$scratch/given" "$scratch/got"
  status 1 run --disks "$scratch/kept" --get "/root/none:$scratch/got" -- true
  complaint '/root/none is not in the root image'
  status 1 run --add /no/such/file:/root/x -- true
  complaint '/no/such/file cannot be read'
  status 1 run --frobnicate -- true
  complaint 'unknown option --frobnicate'
  status 1 run --add nonsense -- true
  complaint 'nonsense is not FILE:FILE'
  status 1 run
  complaint 'no command'
  status 124 "$top/perdure" run --ground --timeout 15 -- sleep 1000
  complaint 'not done after 15 seconds'
  status 1 run --timeout soon -- true
  complaint 'soon.* is not a number of seconds'
  status 1 "$top/perdure" check --part 3/2
  complaint 'whole numbers'
  status 1 "$top/perdure" check nothing
  complaint 'there is no suite nothing'
  status 1 "$top/perdure" frobnicate
  [ "$(ls -d "$build"/run.* 2>/dev/null | wc -l)" -lt 4 ]
}

# Every part of a suite is run once.
test_parts ()
{
  local k
  for k in 1 2 3; do
    "$top/perdure" check --list --part $k/3 boot
  done | sort > "$scratch/parts"
  "$top/perdure" check --list boot | sort | diff - "$scratch/parts"
  [ -s "$scratch/parts" ]
}

# qemu_of PID: the machine among the descendants of a process.
qemu_of ()
{
  local c
  for c in $(pgrep -P "$1"); do
    case $(cat "/proc/$c/comm") in qemu-system*) echo "$c";; *) qemu_of "$c";; esac
  done
}

# wait_for COMMAND…: until it succeeds.
wait_for () { local i; for i in $(seq 600); do ! "$@" 2>/dev/null || return 0; sleep 0.1; done; return 1; }

# What is missing is said in one line: no QEMU, one that does not start, one that
# is killed, a full disk, no package, no network.
test_faults ()
{
  local bin=$scratch/bin p full=$scratch/full pid
  mkdir -p "$bin"
  printf '#!/bin/sh\necho "qemu: no such machine" >&2; exit 1\n' > "$bin/qemu-system-i386"
  chmod +x "$bin/qemu-system-i386"
  status 1 env PATH="$bin:$PATH" "$top/perdure" run --ground -- true
  complaint 'QEMU does not start: qemu: no such machine'
  # All commands but QEMU.
  mkdir -p "$scratch/some"
  for p in /usr/bin/* /bin/* /sbin/* /usr/sbin/*; do
    case $p in */qemu-*) ;; *) ln -sf "$p" "$scratch/some/";; esac
  done
  status 1 env PATH="$scratch/some" "$top/perdure" run --ground -- true
  complaint 'QEMU does not start: qemu-system-i386: No such file'
  status 1 env PATH="$scratch/some" PERDURE_READY= "$top/perdure" run --ground -- true
  complaint 'QEMU is missing'
  # A machine that somebody ends.
  status 125 run --log "$scratch/ended" -- sleep 1000 &
  pid=$!
  wait_for grep -q '@@PD start' "$scratch/ended"
  kill -KILL $(qemu_of $pid)
  wait $pid
  complaint 'the machine stopped before the job was done'
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$full"
    mount -t tmpfs -o size=8m none "$full"
    status 1 run --disks "$full/disks" -- true || { umount "$full"; return 1; }
    umount "$full"
    complaint 'the disk is full'
    mount -t tmpfs -o size=600m none "$full"
    # Room for the disks; and then none for what is written there.
    status 1 run --disks "$full/disks" --log "$scratch/filled" \
      -- sh -c 'dd if=/dev/urandom of=/root/big bs=65536' &
    pid=$!
    wait_for grep -q '@@PD start' "$scratch/filled"
    dd if=/dev/zero of="$full/filler" bs=1M 2>/dev/null || true
    wait $pid || { umount "$full"; return 1; }
    umount "$full"
    complaint 'the disk is full'
  fi
  # No package, and nobody who may install it; or no archive to get it from.
  printf '#!/bin/sh\ncase $* in *xz-utils*) echo not-installed;; *) echo installed;; esac\n' > "$bin/dpkg-query"
  printf '#!/bin/sh\necho 1000\n' > "$bin/id"
  printf '#!/bin/sh\n[ $1 != indextargets ] || exec /usr/bin/apt-get "$@"\necho "E: no network" >&2; exit 100\n' > "$bin/apt-get"
  rm "$bin/qemu-system-i386"
  chmod +x "$bin"/*
  bare () { env PATH="$bin:$PATH" PERDURE_READY= PERDURE_BUILD="$scratch/build" XDG_CACHE_HOME="$scratch/cache" "$top/perdure" "$@"; }
  status 1 bare run --ground -- true
  complaint 'missing, and only root can install them: xz-utils'
  printf '#!/bin/sh\necho 0\n' > "$bin/id"
  status 1 bare run --ground -- true
  complaint 'packages cannot be installed: xz-utils'
  rm "$bin/dpkg-query"
  status 1 bare cc --version
  complaint 'cross environment: the archive cannot be reached'
}
