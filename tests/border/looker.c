/* SPDX-License-Identifier: GPL-3.0-or-later */
/* looker N: look at the last committed state (`ckpt view tree look') again and again,
   until the server has ended and been started again N times: by whoever looks.  No
   program is started but for that, which keeps a slow machine free for the others.  */

#include <err.h>
#include <hurd.h>
#include <hurd/process.h>
#include <mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The server that was started last, or 0.  */
static pid_t
server (void)
{
  pid_t *pids = NULL, newest = 0;
  mach_msg_type_number_t n = 0;

  if (proc_getallpids (getproc (), &pids, &n))
    err (1, "processes");
  for (mach_msg_type_number_t i = 0; i < n; i++)
    {
      char buffer[256], *args = buffer;
      mach_msg_type_number_t len = sizeof buffer;
      if (pids[i] > newest && proc_getprocargs (getproc (), pids[i], &args, &len) == 0)
	{
	  if (len > 0 && strnlen (args, len) < len && strstr (args, "/root-proxy"))
	    newest = pids[i];
	  if (args != buffer && len > 0)
	    vm_deallocate (mach_task_self (), (vm_address_t) args, len);
	}
    }
  vm_deallocate (mach_task_self (), (vm_address_t) pids, n * sizeof *pids);
  return newest;
}

static void
look (void)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      alarm (60);
      freopen ("/dev/null", "w", stderr);
      execlp ("ckpt", "ckpt", "view", "tree", "look", "home/tree", "/home/tree", NULL);
      _exit (127);
    }
  if (pid > 0)
    waitpid (pid, NULL, 0);
}

int
main (int argc, char **argv)
{
  int wanted = argc > 1 ? atoi (argv[1]) : 0;
  pid_t was = server ();

  for (int ends = 0; ends < wanted;)
    {
      look ();
      pid_t now = server ();
      if (now > was)
	{
	  ends++;
	  was = now;
	}
      usleep (200000);
    }
  return 0;
}
