# SPDX-License-Identifier: GPL-3.0-or-later
# The ground: from the kernel to a shell, and down again.

tests="shell programs signals files halt repair"

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
