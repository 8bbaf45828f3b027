#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# compiler.sh SOURCE PROJECT: tcc makes and runs programs, compiles itself
# (SOURCE) by itself to the same bytes, and make with two jobs builds PROJECT.

set -e
cd /tmp
cat > hello.c <<'EOT'
#include <stdio.h>
#include <math.h>
#include <pthread.h>
static void *run (void *arg) { return (char *) arg + 1; }
int main (int argc, char **argv)
{
  pthread_t t; void *v;
  pthread_create (&t, NULL, run, argv[0]);
  pthread_join (t, &v);
  printf ("hello %d %.3f %d\n", argc, sqrt (argc + 1.0), (int) ((char *) v - argv[0]));
  return argc;
}
EOT
tcc -o hello hello.c -lm -lpthread
./hello a || [ $? = 2 ]
tcc -run -lm -lpthread hello.c a b || [ $? = 3 ]
options="-DONE_SOURCE=1 -DTCC_TARGET_I386 -DCONFIG_TCC_ELFINTERP=\"/lib/ld.so.1\" -DPATH_MAX=4096"
options="$options -I$1 -include $1/config.h"
tcc $options "$1/tcc.c" -o tcc-1 -lm -ldl -lpthread
./tcc-1 $options "$1/tcc.c" -o tcc-2 -lm -ldl -lpthread
./tcc-2 $options "$1/tcc.c" -o tcc-3 -lm -ldl -lpthread
cmp tcc-2 tcc-3
cmp tcc-1 tcc-2
./tcc-3 -o hello-3 hello.c -lm -lpthread
cmp hello hello-3
echo "tcc compiles itself to the same $(wc -c < tcc-3) bytes"
rm -f hello hello-3 hello.c tcc-1 tcc-2 tcc-3
cp -R "$2" project
cd project
make -j2 CC=tcc > make.out 2>&1 || { cat make.out; exit 1; }
./calc '(1 + 2) * 3 - 8 / 4' 'sqrt (2) ^ 2' '2 ^ 3 ^ 2'
make CC=tcc | grep -q 'Nothing to be done'
touch lexer.h
make -j2 CC=tcc > make.out 2>&1
grep -c 'tcc.*-c' make.out
cd ..
rm -r project
