/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wait, waitpid, waitid, kill, setpgid, getpgid and tcsetpgrp: what is refused, and with what.  */

#include "../test.h"
#include <sys/resource.h>
#include <sys/times.h>

static int sleeps (void *arg) { nap (60000); return 0; }
static int nothing (void *arg) { return 7; }

int
main (void)
{
  int status;
  siginfo_t si;
  CHECK_ERROR (wait (&status), ECHILD);
  CHECK_ERROR (waitpid (-1, &status, WNOHANG), ECHILD);
  CHECK_ERROR (waitpid (getpid (), &status, 0), ECHILD);
  CHECK_ERROR (waitpid (1, &status, 0), ECHILD);
  CHECK_ERROR (waitpid (-99999, &status, 0), ECHILD);
  CHECK_ERROR (waitpid (99999, &status, 0), ECHILD);
  CHECK_ERROR (waitid (P_PID, 99999, &si, WEXITED), ECHILD);
  pid_t pid = child (sleeps, NULL);
  CHECK (waitpid (pid, &status, WNOHANG) == 0);
  CHECK_ERROR (waitpid (-pid, &status, WNOHANG), ECHILD);
  CHECK (setpgid (pid, pid) == 0 && getpgid (pid) == pid);
  CHECK (waitpid (-pid, &status, WNOHANG) == 0);
  CHECK_ERROR (waitpid (0, &status, WNOHANG), ECHILD);
  CHECK (setpgid (pid, 0) == 0);
  CHECK_ERROR (setpgid (pid, 99999), EPERM);
  CHECK_ERROR (setpgid (pid, -1), EINVAL);
  CHECK_ERROR (setpgid (99999, 0), ESRCH);
  CHECK_ERROR (setpgid (1, 0), ESRCH);
  CHECK_ERROR (getpgid (99999), ESRCH);
  CHECK_ERROR (getsid (99999), ESRCH);
  CHECK_ERROR (kill (99999, 0), ESRCH);
  CHECK_ERROR (kill (-99999, SIGTERM), ESRCH);
  CHECK_ERROR (kill (pid, 9999), EINVAL);
  CHECK_ERROR (kill (pid, -1), EINVAL);
  CHECK (kill (pid, 0) == 0 && killpg (pid, 0) == 0);
  CHECK (kill (pid, SIGSTOP) == 0 && waitpid (pid, &status, WUNTRACED) == pid && WIFSTOPPED (status) && WSTOPSIG (status) == SIGSTOP);
  CHECK (kill (pid, SIGTERM) == 0 && (nap (100), waitpid (pid, &status, WNOHANG) == 0));
  CHECK (kill (pid, SIGCONT) == 0 && waitpid (pid, &status, 0) == pid && WIFSIGNALED (status) && WTERMSIG (status) == SIGTERM);
  CHECK_ERROR (kill (pid, 0), ESRCH);
  pid = child (nothing, NULL);
  nap (300);
  CHECK (kill (pid, SIGKILL) == 0);
  CHECK (waitid (P_PID, pid, &si, WEXITED | WNOWAIT) == 0 && si.si_pid == pid && si.si_code == CLD_EXITED && si.si_status == 7 && si.si_signo == SIGCHLD);
  CHECK (waitid (P_ALL, 0, &si, WEXITED) == 0 && si.si_pid == pid);
  CHECK_ERROR (wait (NULL), ECHILD);
  CHECK_ERROR (getpriority (PRIO_PROCESS, 99999), ESRCH);
  CHECK_ERROR (getpriority (99, 0), EINVAL);
  CHECK_ERROR (setpriority (PRIO_PROCESS, 99999, 1), ESRCH);
  struct rusage ru;
  struct rlimit rl;
  CHECK_ERROR (getrlimit (99, &rl), EINVAL);
  CHECK_ERROR (setrlimit (99, &rl), EINVAL);
  /* However little of the processor there is for us.  */
  double end = now () + 30;
  while (now () < end && getrusage (RUSAGE_SELF, &ru) == 0
	 && ru.ru_utime.tv_sec * 1000000 + ru.ru_utime.tv_usec <= 50000)
    ;
  struct tms t;
  CHECK (times (&t) != (clock_t) -1 && t.tms_utime > 0);
  CHECK (getrusage (RUSAGE_SELF, &ru) == 0 && ru.ru_utime.tv_sec * 1000000 + ru.ru_utime.tv_usec > 50000);
  CHECK (clock () > 0);
  return verdict ();
}
