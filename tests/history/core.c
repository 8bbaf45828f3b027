/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program for a debugger to look at: known values in memory and in registers of
   two threads, one of them computing, one waiting.  */

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

char text[] = "not what it was";
int numbers[3000];
volatile double half = 0.5;

static void __attribute__ ((noinline))
compute (unsigned int rounds)
{
  /* Known registers for the next seconds.  */
  __asm__ volatile ("movl $0x600dcafe, %%esi\n\t"
		    "fldpi\n"
		    "1:\tdecl %0\n\t"
		    "jnz 1b\n\t"
		    "fstp %%st(0)"
		    : "+r" (rounds) : : "esi", "cc");
}

static void *
wait_here (void *arg)
{
  sleep (1000);
  return NULL;
}

int
main (void)
{
  pthread_t thread;
  for (int i = 0; i < 3000; i++)
    numbers[i] = i * 7;
  strcpy (text, "as it was");
  pthread_create (&thread, NULL, wait_here, NULL);
  sleep (1);
  for (time_t end = time (NULL) + 6; time (NULL) < end;)
    compute (50000000);
  return 0;
}
