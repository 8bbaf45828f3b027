# SPDX-License-Identifier: GPL-3.0-or-later
# Going back and forth in the history, with the ground's files.
#
# `travel.sh inside': six stages of changes below /home/t, each when the ground says so;
# `travel.sh ground': a checkpoint after each stage, then journeys between them, some
# with a server that ends in the middle.  After each one the tree must be what it was.

numbers=/root/travel.numbers

# What is in the tree: for the ground, with times.
tree () { (cd /home/t && find . "$@" | sort && find . -type f | sort | xargs md5sum); }
ground_tree () { tree -printf '%p %y %m %U:%G %n %l %T@\n' > /root/tree.$1; }
inner_tree () { tree -printf '%p %y %m %U:%G %n %l\n' | md5sum | cut -c 1-32; }

letters () { awk -v n="$1" -v c="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s %d\n", c, i }'; }

stage1 ()
{
  mkdir t t/d t/d/x t/log
  for f in a b c d/x/1 d/2 keep; do letters 30 $f > t/$f; done
  letters 9000 big > t/big
  ln t/a t/h; ln t/c t/d/hc; ln -s a t/l; mkfifo t/f
  chmod 640 t/b
  printf '1\n2\n3\n4\n5\n6\n' > t/open
}
stage2 ()
{
  echo more >> t/a
  mv t/b t/b2
  mkdir t/d/y; mv t/d/x t/d/y/x2
  chmod 600 t/c; chown 1000:1000 t/keep; touch -d 2001-02-03 t/keep
  mv t/d/2 t/log/2; : > t/log/new
}
stage3 ()
{
  rm t/c t/open
  truncate -s 5000 t/big
  rm -r t/d; mkdir t/d; letters 5 another > t/d/2
  letters 10 x | dd of=t/big bs=1 seek=1000 conv=notrunc 2> /dev/null
}
stage4 ()
{
  mv t/a t/t; mv t/b2 t/a; mv t/t t/b2
  rm t/l; ln -s nowhere t/l; rm t/f
  mv t/log t/log.d; letters 3 file > t/log; mv t/log.d/2 t/log.2
  truncate -s 20000 t/big
}
stage5 ()
{
  rm -r t/log.d t/d t/big t/h
  mkdir t/q; for i in 1 2 3 4 5 6 7 8 9; do letters $i q > t/q/$i; done
}
stage6 ()
{
  for i in 1 2 3 4 5 6 7; do mv t/q/$i t/$i; done
  mv t/q t/r; letters 2000 big > t/big; rm t/a
}

if [ "$1" = inside ]; then
  cd /home || exit 1
  for stage in 1 2 3 4 5 6; do
    stage$stage 2>&1 || echo "stage $stage failed"
    [ $stage != 1 ] || exec 5< t/open
    read -r line <&5 || line=none
    echo "stage $stage: $line $(inner_tree)"
    echo $stage > /home/stage
    until [ -e /root/go.$stage ]; do sleep 0.2; done
    [ ! -e /root/stop ] || break
  done
  until [ -e /root/bye ]; do sleep 0.2; done
  exit 0
fi

say () { echo "$*"; echo "@@ground $*" > /dev/console; }
at () { awk -v i="$1" '$1 == i { print $2 }' $numbers; }
compare () # WHERE TREE
{
  ground_tree now
  if cmp /root/tree.$2 /root/tree.now; then say "$1: as it was"; else say "$1: different"; diff /root/tree.$2 /root/tree.now; fi
}

until ckpt status > /dev/null 2>&1; do sleep 0.5; done
for i in 1 2 3 4 5 6; do
  until ckpt save > /dev/null; [ "$(cat /home/stage 2> /dev/null)" = $i ]; do sleep 1; done
  echo "$i $(ckpt save --label="stage $i")" >> $numbers
  ground_tree $i
  [ $i = 6 ] || : > /root/go.$i
done
sync
# Wherever it goes now, the program goes on at once up to the end of stage 6.
for i in $3; do
  ckpt restore "$(at $i)" || echo "failed: restore $i"
  compare "to $i" $i
done
# From there on another history.
until ckpt save > /dev/null; [ "$(cat /home/stage)" = 6 ]; do sleep 1; done
other=$(ckpt save)
ground_tree other
ckpt restore "$(at 3)" || echo "failed: restore 3"
compare "to 3" 3
ckpt restore "$other" || echo "failed: the other history"
compare "to the other history" other
# The server ends in the middle.
t=$(showtrans /persist)
for skip in $2; do
  for i in $4; do
    settrans -pk /persist $t --fault=redo:die:1:$skip
    (sleep 2; settrans -pk /persist $t) &
    ckpt restore "$(at $i)" || echo "failed: restore $i"
    compare "ended after $skip, to $i" $i
    wait
  done
done
ckpt restore --files=back "$(at 6)"
compare "to 6" 6
: > /root/stop
ckpt restore "$(at 3)" --files=keep || echo "failed: keep"
compare "to 3 without the files" 6
ckpt restore 9999 2> /dev/null && echo "failed: there is no 9999"
ckpt border | head -n 5
echo end
sync
: > /root/bye
