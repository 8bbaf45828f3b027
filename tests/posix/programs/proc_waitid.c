/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitid fills a siginfo, and with WNOWAIT leaves the child to be waited for.  */

#include "../test.h"

static int
leave (void *arg)
{
  return 21;
}

int
main (void)
{
  siginfo_t si;
  pid_t pid = child (leave, NULL);
  memset (&si, 0, sizeof si);
  CHECK (waitid (P_PID, pid, &si, WEXITED | WNOWAIT) == 0);
  CHECK (si.si_signo == SIGCHLD && si.si_code == CLD_EXITED && si.si_pid == pid && si.si_status == 21);
  memset (&si, 0, sizeof si);
  CHECK (waitid (P_ALL, 0, &si, WEXITED) == 0 && si.si_pid == pid);
  CHECK_ERROR (waitid (P_PID, pid, &si, WEXITED), ECHILD);
  CHECK_ERROR (waitid (P_ALL, 0, &si, 0), EINVAL);
  return verdict ();
}
