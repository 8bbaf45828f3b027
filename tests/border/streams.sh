# SPDX-License-Identifier: GPL-3.0-or-later
# Inside: three objects with policies of their own are open and written to.
cd /home || exit 1
exec 3<> a 4<> b 5>> plain
i=0
while [ $i -lt 90 ]; do
  i=$((i + 1))
  echo "a $i" >&3
  echo "plain $i" >&5
  echo "b $i" >&4 || echo "reset"
  echo "$i" >> file
  [ $i != 12 ] || echo "mark 1"
  sleep 0.2
done 2> /dev/null
echo end
