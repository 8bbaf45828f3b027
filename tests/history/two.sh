# SPDX-License-Identifier: GPL-3.0-or-later
# On the ground: a second environment next to the first, on a store that is too
# small for what it is to hold for a while.

two="--root=/persist2"
until [ -e /home/count ]; do sleep 0.5; done
truncate -s 16M /root/small
settrans -pc /persist2 /hurd/root-proxy --store=/root/small --format --interval=0
ckpt $two run --detach -- lua -e '
  local t, n = {}, 0
  for i = 1, 1300000 do t[i] = math.random (1 << 50) end
  for i = 1, #t do n = n ~ t[i] end
  io.open ("/home/large", "w"):close ()
  repeat os.execute ("sleep 0.5") until io.open ("/home/shrink")
  local m = 0
  for i = 1, #t do m = m ~ t[i] end
  t = nil
  collectgarbage ()
  local f = io.open ("/home/shrunk", "w")
  f:write (m == n and "the same" or "changed", "\n")
  f:close ()
  repeat os.execute ("sleep 0.5") until io.open ("/home/stop")' > /root/pid2
ckpt $two run -- sh -c 'until [ -e /home/large ]; do sleep 0.5; done; ps -A > /home/ps2; echo $$ > /home/only2'
ckpt run -- sh -c 'ps -A > /home/ps1; cat /home/only2 > /home/seen1 2>&1'
ckpt save > /dev/null
ckpt $two save 2> /dev/null && echo "it fits"
ckpt $two status | sed -n 's/^error: */full: /p' | cut -c 1-60
echo "second before its checkpoint: $(ls /home/ps2 2>&1 | grep -c '^/home/ps2')"
: > /home/shrink
ckpt $two run -- sh -c 'until [ -e /home/shrunk ]; do sleep 0.5; done'
ckpt $two save > /dev/null && echo "it fits again"
cat /home/shrunk
echo "first sees: $(grep -c count.sh /home/ps1) $(grep -c lua /home/ps1) $(cat /home/seen1)"
echo "second sees: $(grep -c count.sh /home/ps2) $(grep -c lua /home/ps2)"
: > /home/stop
echo end
