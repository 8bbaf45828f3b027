/* SPDX-License-Identifier: GPL-3.0-or-later */
/* QEMU as a child process.  */

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "runner.h"

double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* Build M's argument vector in ARGV (of ROOM).  */
static void
arguments (const struct machine *m, const char **argv, size_t room)
{
  static char drives[4][4200];
  size_t n = 0;
  const char *fixed[] = {
    m->qemu, "-m", m->memory, "-display", "none", "-serial", "stdio",
    "-monitor", "none", "-nic", "none", "-no-reboot", "-device",
    "isa-debug-exit,iobase=0x501,iosize=4", "-kernel", m->kernel,
    "-append", m->append, "-initrd", m->initrd };

  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
    argv[n++] = fixed[i];
  for (int i = 0; i < m->ndisks; i++)
    {
      snprintf (drives[i], sizeof drives[i],
		"file=%s,format=raw,if=ide,index=%d,cache=writethrough",
		m->disks[i], i);
      argv[n++] = "-drive";
      argv[n++] = drives[i];
    }
  for (int i = 0; i < m->nextra && n < room - 1; i++)
    argv[n++] = m->extra[i];
  argv[n] = NULL;
}

error_t
machine_start (const struct machine *m, pid_t *pid, int *fd)
{
  const char *argv[64];
  int out[2];
  error_t err;

  arguments (m, argv, sizeof argv / sizeof *argv);
  if (pipe2 (out, O_CLOEXEC) < 0)
    return errno;
  *pid = fork ();
  if (*pid < 0)
    {
      err = errno;
      close (out[0]);
      close (out[1]);
      return err;
    }
  if (*pid == 0)
    {
      /* The machine must not outlive the runner.  */
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      int null = open ("/dev/null", O_RDONLY);
      dup2 (null, 0);
      dup2 (out[1], 1);
      execvp (m->qemu, (char **) argv);
      _exit (127);
    }
  close (out[1]);
  *fd = out[0];
  return 0;
}

void
machine_kill (pid_t pid)
{
  kill (pid, SIGKILL);
  while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    continue;
}
