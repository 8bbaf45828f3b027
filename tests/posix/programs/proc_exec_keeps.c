/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what exec keeps (mask, pending signals, ignored ones, umask, directory, group, niceness) and what fork does not hand on.  */

#include "../test.h"
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>

static void nothing (int s) { }

static int
after_exec (char **argv)
{
  sigset_t set;
  struct sigaction sa;
  char cwd[200];
  CHECK (sigprocmask (SIG_BLOCK, NULL, &set) == 0 && sigismember (&set, SIGUSR1) == 1 && sigismember (&set, SIGTERM) == 0);
  CHECK (sigpending (&set) == 0 && sigismember (&set, SIGUSR1) == 1);
  CHECK (sigaction (SIGHUP, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN);
  CHECK (sigaction (SIGUSR2, NULL, &sa) == 0 && sa.sa_handler == SIG_DFL);
  mode_t m = umask (0);
  CHECK (m == 031);
  CHECK (getcwd (cwd, sizeof cwd) && strcmp (strrchr (cwd, '/'), "/sub") == 0);
  CHECK (getpid () == atoi (argv[2]) && getppid () == atoi (argv[3]) && getpgrp () == getpid ());
  CHECK (getpriority (PRIO_PROCESS, 0) == atoi (argv[4]));
  struct tms t;
  CHECK (times (&t) != (clock_t) -1);
  return verdict ();
}

static int
execs (void *arg)
{
  sigset_t set;
  char pid[20], ppid[20], prio[20];
  NEED (mkdir ("sub", 0755) == 0 && chdir ("sub") == 0);
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  NEED (sigprocmask (SIG_BLOCK, &set, NULL) == 0);
  signal (SIGUSR1, nothing);
  signal (SIGUSR2, nothing);
  signal (SIGHUP, SIG_IGN);
  NEED (raise (SIGUSR1) == 0);
  umask (031);
  NEED (setpgid (0, 0) == 0);
  setpriority (PRIO_PROCESS, 0, 4);
  snprintf (pid, sizeof pid, "%d", getpid ());
  snprintf (ppid, sizeof ppid, "%d", getppid ());
  snprintf (prio, sizeof prio, "%d", getpriority (PRIO_PROCESS, 0));
  execl (arg, "x", "after", pid, ppid, prio, (char *) NULL);
  printf ("exec: %s\n", strerror (errno));
  return 1;
}

static int
forked (void *arg)
{
  sigset_t set;
  struct itimerval it;
  struct tms t;
  CHECK (alarm (0) == 0);
  CHECK (getitimer (ITIMER_REAL, &it) == 0 && it.it_value.tv_sec == 0);
  CHECK (sigpending (&set) == 0 && sigismember (&set, SIGUSR1) == 0);
  CHECK (sigprocmask (SIG_BLOCK, NULL, &set) == 0 && sigismember (&set, SIGUSR1) == 1);
  CHECK (times (&t) != (clock_t) -1 && t.tms_cutime == 0 && t.tms_utime < 30);
  return verdict ();
}

int
main (int argc, char **argv)
{
  char self[300];
  if (argc > 1)
    return after_exec (argv);
  ssize_t n = argv[0][0] == '/' ? snprintf (self, sizeof self, "%s", argv[0]) : -1;
  NEED (n > 0);
  CHECK (WEXITSTATUS (ended (child (execs, self))) == 0);
  sigset_t set;
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  sigprocmask (SIG_BLOCK, &set, NULL);
  signal (SIGUSR1, nothing);
  raise (SIGUSR1);
  alarm (100);
  double end = now () + 0.5;
  while (now () < end)
    ;
  CHECK (WEXITSTATUS (ended (child (forked, NULL))) == 0);
  unsigned left = alarm (0);
  CHECK (left > 90 && left <= 100);
  return verdict ();
}
