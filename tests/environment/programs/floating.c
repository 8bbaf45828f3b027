/* SPDX-License-Identifier: GPL-3.0-or-later */
/* x87 and SSE registers, control words and rounding modes of several threads,
   never stored anywhere else; the threads are now in their code, now in the
   kernel, waiting.  */

#include <fenv.h>
#include <pthread.h>
#include "../env.h"

static volatile bool stop;

static void *
spin (void *arg)
{
  uint32_t me = (uint32_t) (uintptr_t) arg, bad = 0;
  uint32_t in[8], out[8];
  uint16_t cw = 0x27f | (me & 3) << 10, cw2;
  uint32_t mxcsr = 0x1f80 | (me & 3) << 13, mxcsr2;
  for (int i = 0; i < 8; i++)
    in[i] = me * 1000 + i;
  while (!stop && !bad)
    {
      uint32_t count = 100, inner;
      double x = me + 0.5, y;
      __asm__ volatile ("fldcw %[cw]\n\tldmxcsr %[mx]\n\t"
			"movups %[in], %%xmm3\n\tmovups 16+%[in], %%xmm7\n\t"
			"fldl %[x]\n"
			/* thread_switch (0, SWITCH_OPTION_WAIT, 10), 100 times.  */
			"1:\tmovl $20000, %[inner]\n"
			"2:\tdecl %[inner]\n\tjnz 2b\n\t"
			"pushl $10\n\tpushl $2\n\tpushl $0\n\tpushl $0\n\t"
			"movl $-61, %%eax\n\tlcall $7, $0\n\t"
			"addl $16, %%esp\n\t"
			"decl %[count]\n\tjnz 1b\n\t"
			"fstpl %[y]\n\t"
			"movups %%xmm3, %[out]\n\tmovups %%xmm7, 16+%[out]\n\t"
			"fnstcw %[cw2]\n\tstmxcsr %[mx2]"
			: [count] "+r" (count), [inner] "=&r" (inner), [y] "=m" (y), [cw2] "=m" (cw2),
			  [mx2] "=m" (mxcsr2)
			: [in] "m" (in), [out] "m" (out), [cw] "m" (cw),
			  [mx] "m" (mxcsr), [x] "m" (x)
			: "eax", "ecx", "edx", "xmm3", "xmm7", "memory", "cc");
      bad = (memcmp (in, out, sizeof in) != 0) | (x != y) << 1
	    | (cw != cw2) << 2 | ((mxcsr & 0xffc0) != (mxcsr2 & 0xffc0)) << 3;
    }
  return (void *) (uintptr_t) bad;
}

PROGRAM (floating)
{
  pthread_t thread[4];
  void *bad;
  for (uintptr_t i = 0; i < 4; i++)
    MUST (pthread_create (&thread[i], NULL, spin, (void *) (i + 1)));
  env_wait ();
  stop = true;
  for (int i = 0; i < 4; i++)
    {
      pthread_join (thread[i], &bad);
      CHECK (bad == NULL, "thread %d: %p", i, bad);
    }
}
