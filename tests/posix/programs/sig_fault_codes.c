/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hardware faults come as SIGSEGV, SIGFPE, SIGILL, SIGTRAP with an address and a code.  */

#include "../test.h"
#include <setjmp.h>
#include <sys/mman.h>

static sigjmp_buf out;
static volatile int signo, code;
static void *volatile address;

static void
handler (int s, siginfo_t *si, void *context)
{
  signo = s;
  code = si->si_code;
  address = si->si_addr;
  siglongjmp (out, 1);
}

static volatile int zero, *hole;
int main (void);

static void
provoke (int kind)
{
  switch (kind)
    {
    case 0: *hole = 1; break;
    case 1: *(volatile char *) (void *) main = 1; break;
    case 2: __asm__ volatile ("xorl %%edx, %%edx; movl $1, %%eax; idivl %0" : : "r" (zero) : "eax", "edx"); break;
    case 3: __asm__ volatile ("ud2"); break;
    case 4: __asm__ volatile ("int $3"); break;
    case 5: __asm__ volatile ("hlt"); break;
    }
}

int
main (void)
{
  const int expected[] = { SIGSEGV, SIGSEGV, SIGFPE, SIGILL, SIGTRAP, SIGILL };
  struct sigaction sa;
  memset (&sa, 0, sizeof sa);
  sa.sa_sigaction = handler;
  sa.sa_flags = SA_SIGINFO;
  for (int s = 1; s < 32; s++)
    if (s == SIGSEGV || s == SIGBUS || s == SIGFPE || s == SIGILL || s == SIGTRAP)
      sigaction (s, &sa, NULL);
  hole = mmap (NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap ((void *) hole, 4096);
  for (volatile int kind = 0; kind < 6; kind++)
    {
      signo = 0;
      if (sigsetjmp (out, 1) == 0)
	provoke (kind);
      printf ("kind %d: signal %d code %d address %p\n", kind, signo, code, address);
      CHECK (signo == expected[kind] || (kind < 2 && signo == SIGBUS));
      if (kind == 0)
	CHECK (address == hole);
      if (kind == 2)
	CHECK (code == FPE_INTDIV);
    }
  return verdict ();
}
