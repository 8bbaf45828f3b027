/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a page beyond the end of a mapped file gives SIGBUS.  */

#include "../test.h"
#include <setjmp.h>
#include <sys/mman.h>

static sigjmp_buf out;
static volatile int signo;

static void
handler (int s)
{
  signo = s;
  siglongjmp (out, 1);
}

int
main (void)
{
  signal (SIGSEGV, handler);
  signal (SIGBUS, handler);
  int fd = open ("f", O_RDWR | O_CREAT, 0666);
  NEED (write (fd, "abc", 3) == 3);
  volatile char *m = mmap (NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK (m[0] == 'a' && m[5] == 0);
  if (sigsetjmp (out, 1) == 0)
    m[4096 * 2] = 1;
  CHECK (signo == SIGBUS);
  signo = 0;
  if (sigsetjmp (out, 1) == 0)
    printf ("%d\n", m[4096]);
  CHECK (signo == SIGBUS);
  return verdict ();
}
