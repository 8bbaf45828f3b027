/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what ps shows of a thread that waits: the request, and whom it was sent to.  */

#include "../test.h"
#include <hurd.h>
#include <hurd/process.h>
#include <mach.h>

enum { IO_READ = 21001 };

static int
reader (void *arg)
{
  char c;

  read (*(int *) arg, &c, 1);
  return 0;
}

int
main (void)
{
  int flags = PI_FETCH_THREADS | PI_FETCH_THREAD_BASIC | PI_FETCH_THREAD_WAITS;
  int room[400], p[2];
  procinfo_t info = room;
  char texts[2000], *waits = texts;
  mach_msg_type_number_t ninfo = 400, nwaits = sizeof texts;

  NEED (pipe (p) == 0);
  pid_t pid = child (reader, &p[0]);
  nap (500);
  NEED ((errno = proc_getprocinfo (getproc (), pid, &flags, &info, &ninfo, &waits, &nwaits)) == 0);
  struct procinfo *pi = (struct procinfo *) info;
  CHECK (flags & PI_FETCH_THREAD_WAITS);
  CHECK (pi->nthreads == 2);
  char *text = waits;
  bool found_read = false;
  for (int i = 0; i < pi->nthreads && text < waits + nwaits; i++)
    {
      printf ("thread %d: request %d, `%s'\n", i, pi->threadinfos[i].rpc_block, text);
      found_read |= pi->threadinfos[i].rpc_block == IO_READ && *text;
      text += strlen (text) + 1;
    }
  CHECK (text == waits + nwaits);
  CHECK (found_read);
  /* One that does not run says nothing, and nobody waits for it.  */
  task_t task = pid2task (pid);
  NEED (task_suspend (task) == 0);
  info = room;
  waits = texts;
  ninfo = 400;
  nwaits = sizeof texts;
  flags = PI_FETCH_THREADS | PI_FETCH_THREAD_WAITS;
  double before = now ();
  CHECK ((errno = proc_getprocinfo (getproc (), pid, &flags, &info, &ninfo, &waits, &nwaits)) == 0);
  CHECK (now () - before < 20 && nwaits == 2);
  NEED (task_resume (task) == 0 && write (p[1], "x", 1) == 1);
  CHECK (ended (pid) == 0);
  return verdict ();
}
