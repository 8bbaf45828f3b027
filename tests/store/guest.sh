#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The stable-store translator, on the ground, beside an environment whose store it
# shows.  What is printed is compared by the suite; the rest is checked here.

fail ()
{
  echo "FAIL: $*"
  exit 1
}

# refused TEXT COMMAND...: it must fail, and say TEXT.
refused ()
{
  text=$1
  shift
  if "$@" > /tmp/refused 2>&1; then
    fail "$* did not fail"
  fi
  grep -q "$text" /tmp/refused || fail "$*: $(cat /tmp/refused), not: $text"
}

mkdir /store /empty
settrans -ac /persist /hurd/root-proxy --store=/dev/hd1 --format --interval=0 \
  || fail root-proxy
ckpt run --detach -- sh -c 'i=0; while :; do i=$((i + 1)); echo $i > /home/count; sleep 1; done' \
  || fail run
# Only a long history?
if [ "$1" = history ]; then
  n=0
  while [ $n -lt $2 ]; do
    n=$((n + 1))
    ckpt save > /dev/null || fail "save $n"
  done
  settrans -afg /persist || fail "the environment does not end"
  echo done
  exit
fi
for n in 1 2 3 4; do
  if [ $n = 2 ]; then ckpt save --label=second; else ckpt save; fi > /dev/null || fail "save $n"
done

# Beside the environment that has the store: everything can be read.
settrans -ac /store /hurd/stable-store /dev/hd1 || fail settrans
last=$(readlink /store/last) || fail last
ls /store | tr '\n' ' '
echo
cat /store/2/label
grep -q '^label: second$' /store/2/status || fail status
grep -q '^parent: 1$' /store/2/status || fail parent
grep -q "^last: $last\$" /store/status || fail "status of the store"
ckpt save > /dev/null || fail save
[ "$(readlink /store/last)" = $((last + 1)) ] || fail "a new checkpoint does not appear"
set -- $(fsysopts /store)
[ "$*" = "stable-store --writable --keep=8 --no-compress /dev/hd1" ] || fail "fsysopts: $*"

# Objects: the same bytes by read, by mapping, and on the host afterwards.
small=$(ls -l /store/2/objects | awk 'NF > 4 && $5 < 40000000 { print $NF }')
memory=$(ls -lS /store/2/objects | awk 'NF > 4 { print $NF; exit }')
[ -n "$small" ] && [ -n "$memory" ] || fail "no object"
for id in $small; do
  /root/mapped "/store/2/objects/$id" > /dev/null || fail "mapped $id"
  echo "object 2 $id $(cksum < /store/2/objects/$id)"
done
/root/mapped "/store/2/objects/$memory" || fail "mapped $memory"

# But nothing can be changed while it is in use, and it says so.
refused 'busy' fsysopts /store --keep=2
echo name > /tmp/name
refused 'busy' tee /store/1/label < /tmp/name
refused 'busy' rmdir /store/1
refused 'Read-only' touch /store/new
refused 'Invalid' fsysopts /store --keep=many
refused 'No such' ls /store/77
refused 'No such' cat /store/2/objects/999999999

# The environment ends; the store stays.
settrans -afg /persist || fail "the environment does not end"
echo first > /store/1/label || fail label
[ "$(cat /store/1/label)" = first ] || fail "the label is not there"
rmdir /store/3 || fail rmdir
refused 'No such' ls /store/3
fsysopts /store --keep=2 --compress || fail "fsysopts"
set -- $(fsysopts /store)
[ "$*" = "stable-store --writable --keep=2 --compress /dev/hd1" ] || fail "fsysopts: $*"
ls /store | tr '\n' ' '
echo
echo > /store/1/label || fail "removing a label"
fsysopts /store --readonly && refused 'Read-only' fsysopts /store --keep=1
fsysopts /store --writable || fail writable
df /store > /tmp/df 2>&1 || fail "df: $(cat /tmp/df)"
sync -f /store || fail sync

# A damaged block, in a copy: what has it gives an error, to readers and to mappings;
# the rest reads.  The data begin behind the journal.
dd if=/dev/hd1 of=/tmp/copy bs=65536 count=720 conv=sparse 2> /dev/null || fail copy
truncate -s 512M /tmp/copy
first=$((4 + 32768 / 4))
at=$(dd if=/tmp/copy bs=4096 skip=$first count=3000 2> /dev/null \
     | grep -abo 'echo $i > /home/count' | head -n 1 | cut -d: -f1)
[ -n "$at" ] || fail "the program's text is not in the store"
dd if=/dev/zero of=/tmp/copy bs=4096 seek=$((first + at / 4096)) count=1 conv=notrunc 2> /dev/null \
  || fail damage
mkdir /copy
settrans -ac /copy /hurd/stable-store /tmp/copy || fail "a store in a file"
hit=0
for n in 1 2; do
  for id in $(ls /copy/$n/objects); do
    # Of a program's memory the stack is enough.
    if ! /root/mapped /copy/$n/objects/$id 0 0xb0000000 > /tmp/damaged 2>&1; then
      grep '^damaged: ' /tmp/damaged || fail "$n/$id: $(cat /tmp/damaged)"
      hit=$((hit + 1))
    fi
  done
done
[ $hit -ge 1 ] && [ $hit -le 2 ] || fail "$hit objects are damaged"
settrans -ag /copy || fail "the copy's translator does not go away"
rm /tmp/copy

# It goes away when nobody uses it, and only then.
exec 3< /store/2/status
refused 'busy' settrans -ag /store
exec 3<&-
/root/mapped /store/1/objects/1 15 > /tmp/held &
while ! [ -s /tmp/held ]; do sleep 1; done
refused 'busy' settrans -ag /store
wait
settrans -ag /store || fail "it does not go away"
[ -z "$(ls /store)" ] || fail "it is still there"

# A store that is too small: what does not fit is said, the checkpoints there are and
# what runs stay as they are, and what fits again is saved.
truncate -s 16M /tmp/small
settrans -ac /persist /hurd/root-proxy --store=/tmp/small --format --interval=0 || fail small
# (With a fixed threshold the C library gives back what is freed.)
ckpt run --detach -- env MALLOC_MMAP_THRESHOLD_=65536 lua -e '
  local s = {}
  repeat os.execute ("sleep 0.2") until io.open ("/home/grow")
  for i = 1, 200 do s[i] = string.rep (10000 + i .. string.rep ("x", 4094), 40) end
  io.open ("/home/large", "w"):close ()
  repeat os.execute ("sleep 0.2") until io.open ("/home/shrink")
  local good = #s == 200
  for i = 1, #s do good = good and #s[i] == 40 * 4099 and s[i]:sub (1, 5) == tostring (10000 + i) end
  s = nil
  collectgarbage ()
  local f = io.open ("/home/shrunk", "w")
  f:write (good and "whole" or "lost", "\n")
  f:close ()
  repeat os.execute ("sleep 0.2") until io.open ("/home/stop")' > /tmp/pid || fail "run lua"
ckpt save > /dev/null || fail "the first does not fit"
touch /home/grow
until ckpt run -- test -e /home/large; do sleep 0.5; done
refused 'No space' ckpt save
ckpt status > /tmp/status
grep '^error: .*store full: .*[0-9] KiB missing' /tmp/status || fail "status: $(cat /tmp/status)"
ckpt list | grep -q '^ *1 ' || fail "the first checkpoint: $(ckpt list)"
touch /home/shrink
until ckpt run -- test -e /home/shrunk; do sleep 0.5; done
ckpt save > /dev/null || fail "it does not fit again: $(ckpt status)"
ckpt run -- grep -q whole /home/shrunk || fail "the program has lost something"
settrans -afg /persist || fail "the small environment does not end"
rm /tmp/small

# What is no store is refused by name.
dd if=/dev/zero of=/tmp/zeros bs=4096 count=5000 2> /dev/null
settrans -ac /empty /hurd/stable-store /tmp/zeros > /tmp/refused 2>&1 && fail "zeros are a store"
echo "zeros: $(cat /tmp/refused | tr '\n' ' ')"
dd if=/dev/hd1 of=/tmp/short bs=4096 count=3000 2> /dev/null
settrans -ac /empty /hurd/stable-store /tmp/short > /tmp/refused 2>&1 && fail "half a store is one"
echo "short: $(cat /tmp/refused | tr '\n' ' ')"
settrans -ac /empty /hurd/stable-store /dev/none > /tmp/refused 2>&1 && fail "nothing is a store"
echo "none: $(cat /tmp/refused | tr '\n' ' ')"
echo done
