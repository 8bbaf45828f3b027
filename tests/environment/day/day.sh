# SPDX-License-Identifier: GPL-3.0-or-later
# day.sh ROUNDS: inside, a day's work.  Three pipelines in the background, a database in
# the middle of a transaction on a file of a tmpfs, Lua computing, and make with two jobs,
# all day long: nobody begins a round before make has done the one before.  Each round
# begins with a line `mark N'; what came of it is printed at the end.

rounds=$1 dir=/home/day
mkdir $dir $dir/mem
settrans -a $dir/mem /hurd/tmpfs 32M || exit 2
cd $dir
echo 0 > mem/round
await () { until [ "$(cat mem/round)" -ge $1 ]; do sleep 0.3; done; }
# every COMMAND: run it with the number of the round, for each round.
every () { i=0; while [ $i -lt $rounds ]; do i=$((i + 1)); await $i; "$@" $i; done; }

numbers () { seq $(($1 * 400)) $(($1 * 400 + 399)); }
every numbers | awk '{ s = (s * 31 + $1) % 1000003; print s }' | sed 's/1/one/g' | cksum > mem/one &
words () { j=0; while [ $j -lt 60 ]; do j=$((j + 1)); echo "word $((j * $1 % 97)) of $1"; done; }
every words | tr a-z A-Z | sort | uniq -c | tail -n 40 | cksum > mem/two &
every echo round | while read -r a b; do n=$((n + b * b)); echo "$a $n"; done | grep -v '7$' | tail -n 3 > mem/three &

row () { j=0; while [ $j -lt 20 ]; do j=$((j + 1)); echo "INSERT INTO t VALUES ($(($1 * 100 + j)), $(($1 * j % 1009)), 'row $j of $1');"; done; }
{ echo "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, text TEXT); CREATE INDEX i ON t (v); BEGIN;"
  every row
  echo "UPDATE t SET v = v + 1 WHERE id % 3 = 0; COMMIT; PRAGMA integrity_check;
    SELECT count (*), sum (v), min (id), max (id), sum (length (text)) FROM t;"
} | sqlite3 mem/base > mem/four 2>&1 &

lua -e '
  local x = 0.5
  for i = 1, '$rounds' do
    repeat
      local f = io.open ("mem/round"); local n = tonumber (f:read ("a")) or 0; f:close ()
      if n < i then os.execute ("sleep 0.3") end
    until n >= i
    for j = 1, 200000 do x = 3.9 * x * (1 - x) end
  end
  print (string.format ("%.17g", x))' > mem/five &

cp -R /home/project project
until [ -e /home/typed ]; do sleep 0.5; done
cd project
i=0
while [ $i -lt $rounds ]; do
  i=$((i + 1))
  echo $i > ../mem/next; mv ../mem/next ../mem/round
  echo "mark $i"
  rm -f calc *.o
  make -j2 CC=tcc > make.out 2>&1 || { cat make.out; exit 1; }
  ./calc "($i + 2) * 3 - 8 / 4" 'sqrt (2) ^ 2'
done
cksum calc *.o
cd ..
wait
for i in one two three four five; do echo "$i: $(cat mem/$i)"; done
: > over
until [ -e $dir/looked ]; do sleep 0.5; done
