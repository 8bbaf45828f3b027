/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A deep recursion, in the middle of which all happens; and a jump out of it.  */

#include <setjmp.h>
#include "../env.h"

static jmp_buf out;

static int __attribute__ ((noinline))
down (int n, int sum)
{
  volatile int here[256];
  here[0] = n;
  here[255] = sum;
  if (n == 0)
    {
      env_wait ();
      return sum;
    }
  int result = down (n - 1, sum + n);
  CHECK (here[0] == n && here[255] == sum, "%d", n);
  if (n == 1000)
    longjmp (out, result);
  return result;
}

PROGRAM (deep_stack)
{
  int result = setjmp (out);
  if (result == 0)
    down (2000, 0);
  CHECK (result == 2000 * 2001 / 2, "%d", result);
}
