/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child that is stopped stays so until it is told to go on.  */

#include <fcntl.h>
#include <signal.h>
#include "../env.h"

static int
count (void *arg)
{
  int fd = SYS (open (env_file ("count"), O_RDWR | O_CREAT | O_TRUNC, 0666));
  for (int n = 0;; n++)
    {
      CHECK (pwrite (fd, &n, sizeof n, 0) == sizeof n, "%s", strerror (errno));
      usleep (100000);
    }
}

static int
look (void)
{
  int fd = SYS (open (env_file ("count"), O_RDONLY)), n = 0;
  read (fd, &n, sizeof n);
  close (fd);
  return n;
}

PROGRAM (stopped_child)
{
  int status;
  pid_t pid = env_fork (count, NULL);
  sleep (2);
  SYS (kill (pid, SIGSTOP));
  CHECK (waitpid (pid, &status, WUNTRACED) == pid && WIFSTOPPED (status)
	 && WSTOPSIG (status) == SIGSTOP, "%#x", status);
  int before = look ();
  env_wait ();
  int after = look ();
  CHECK (after == before, "%d %d", before, after);
  CHECK (waitpid (pid, &status, WNOHANG | WUNTRACED) == 0, "%#x", status);
  SYS (kill (pid, SIGCONT));
  for (int i = 0; i < 100 && look () == before; i++)
    usleep (100000);
  CHECK (look () > before, "it does not go on");
  SYS (kill (pid, SIGKILL));
  CHECK (waitpid (pid, &status, 0) == pid && WIFSIGNALED (status), "%#x",
	 status);
}
