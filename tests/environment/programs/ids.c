/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a process is: ids, groups, umask, its directory, its limits.  */

#include <fcntl.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include "../env.h"

static int
child (void *arg)
{
  gid_t groups[] = { 7, 8, 9 }, before[10], now[10];
  char directory[256];
  struct rlimit limit = { 77, 99 };
  SYS (setrlimit (RLIMIT_NOFILE, &limit));
  SYS (setgroups (3, groups));
  SYS (setgid (1234));
  SYS (setuid (4321));
  umask (0137);
  int n = SYS (getgroups (10, before));
  SYS (chdir (arg));
  env_await_end ();
  CHECK (getuid () == 4321 && geteuid () == 4321 && getgid () == 1234
	 && getegid () == 1234, "%d %d", getuid (), getgid ());
  CHECK (umask (0) == 0137, "umask");
  CHECK (getgroups (10, now) == n && memcmp (now, before, n * sizeof *now) == 0,
	 "groups");
  CHECK (open ("/etc/shadow-not-for-you", O_CREAT | O_WRONLY, 0600) == -1
	 && (errno == EACCES || errno == EPERM), "%s", strerror (errno));
  CHECK (getcwd (directory, sizeof directory)
	 && strcmp (directory, arg) == 0, "%s", directory);
  SYS (getrlimit (RLIMIT_NOFILE, &limit));
  CHECK (limit.rlim_cur == 77 && limit.rlim_max == 99, "%d",
	 (int) limit.rlim_cur);
  return 0;
}

PROGRAM (ids)
{
  char *directory = (char *) env_file ("d");
  mkdir (directory, 0777);
  pid_t pid = env_fork (child, directory);
  sleep (1);
  env_wait ();
  env_join (pid);
}
