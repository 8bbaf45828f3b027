/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a program that a traced process starts stops before its first instruction.  */

#include "../test.h"
#include <hurd.h>
#include <hurd/process.h>
#include <mach.h>
#include <sys/ptrace.h>

static const char *self;

static int
traced (void *arg)
{
  NEED (ptrace (PTRACE_TRACEME, 0, NULL, NULL) == 0);
  execl (self, self, "again", (char *) NULL);
  return 1;
}

int
main (int argc, char **argv)
{
  thread_t *threads;
  mach_msg_type_number_t n, count = THREAD_BASIC_INFO_COUNT;
  struct thread_basic_info info;
  task_t task;
  int status;

  if (argc > 1)
    return 7;
  self = argv[0];
  pid_t pid = child (traced, NULL);
  NEED (waitpid (pid, &status, 0) == pid);
  CHECK (WIFSTOPPED (status) && WSTOPSIG (status) == SIGTRAP);
  NEED (WIFSTOPPED (status));
  task = pid2task (pid);
  NEED (MACH_PORT_VALID (task));
  NEED (task_threads (task, &threads, &n) == 0);
  CHECK (n == 1);
  CHECK (thread_info (threads[0], THREAD_BASIC_INFO, (thread_info_t) &info, &count) == 0);
  CHECK (info.suspend_count == 1 && info.user_time.microseconds == 0);
  CHECK (waitpid (pid, &status, WNOHANG) == 0);
  NEED (thread_resume (threads[0]) == 0);
  status = ended (pid);
  CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 7);
  return verdict ();
}
