/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Run test programs one after the other, each in an empty directory of its
   own, in a session of its own, with a limit of time; print what they print,
   and a line `== NAME CODE SECONDS' behind it, where CODE is the exit code,
   `signal N' or `timeout'.

   usage: runner SECONDS DIRECTORY [NAME…]  */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now (void)
{
  struct timespec ts;
  clock_gettime (CLOCK_MONOTONIC, &ts);
  return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Print what has come through FD, each line indented.  */
static void
print (const char *name)
{
  char line[400];
  FILE *f = fopen (name, "r");
  int lines = 0;

  if (f == NULL)
    return;
  while (fgets (line, sizeof line, f) && lines++ < 60)
    printf ("  %s%s", line, strchr (line, '\n') ? "" : "\n");
  fclose (f);
}

static void __attribute__ ((noreturn))
run (const char *path, const char *where, const char *output)
{
  char *argv[] = { (char *) path, NULL };
  int in = open ("/dev/null", O_RDONLY);
  int out = open (output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  int s;

  setsid ();
  for (s = 1; s < NSIG; s++)
    signal (s, SIG_DFL);
  umask (022);
  dup2 (in, 0);
  dup2 (out, 1);
  dup2 (out, 2);
  for (s = 3; s < 20; s++)
    close (s);
  if (chdir (where))
    _exit (126);
  execv (path, argv);
  _exit (127);
}

/* Run PATH for at most LIMIT seconds; *STATUS is as of wait.  False: it has
   not ended.  */
static int
watch (const char *path, const char *where, const char *output, double limit,
       int *status)
{
  double end = now () + limit;
  pid_t pid = fork ();
  int step = 5;

  if (pid < 0)
    {
      *status = 125 << 8;
      return 1;
    }
  if (pid == 0)
    run (path, where, output);
  for (;;)
    {
      pid_t r = waitpid (pid, status, WNOHANG);
      if (r == pid)
	return 1;
      if (now () > end)
	break;
      poll (NULL, 0, step);
      if (step < 100)
	step += 5;
    }
  kill (-pid, SIGKILL);
  kill (pid, SIGKILL);
  waitpid (pid, status, 0);
  return 0;
}

static void
test (const char *directory, const char *name, double limit)
{
  char path[300], where[100], output[100], command[300];
  double began = now ();
  int status = 0, done;

  snprintf (path, sizeof path, "%s/%s", directory, name);
  snprintf (where, sizeof where, "/tmp/t.%s", name);
  snprintf (output, sizeof output, "/tmp/o.%s", name);
  printf ("-- %s\n", name);
  fflush (stdout);
  mkdir (where, 0777);
  chmod (where, 0777);
  done = watch (path, where, output, limit, &status);
  print (output);
  if (!done)
    printf ("== %s timeout %.1f\n", name, now () - began);
  else if (WIFSIGNALED (status))
    printf ("== %s signal-%d %.1f\n", name, WTERMSIG (status),
	    now () - began);
  else
    printf ("== %s %d %.1f\n", name, WEXITSTATUS (status), now () - began);
  fflush (stdout);
  unlink (output);
  snprintf (command, sizeof command, "rm -rf %s", where);
  if (rmdir (where) && system (command))
    printf ("  %s stays\n", where);
}

static int
by_name (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

int
main (int argc, char **argv)
{
  double limit = argc > 2 ? atof (argv[1]) : 0;
  char *names[1000];
  int n = 0, i;

  if (limit <= 0)
    {
      fprintf (stderr, "usage: runner SECONDS DIRECTORY [NAME...]\n");
      return 2;
    }
  for (i = 3; i < argc; i++)
    test (argv[2], argv[i], limit);
  if (argc == 3)
    {
      DIR *dir = opendir (argv[2]);
      struct dirent *e;
      while (dir && (e = readdir (dir)))
	if (e->d_name[0] != '.' && n < 1000)
	  names[n++] = strdup (e->d_name);
      qsort (names, n, sizeof *names, by_name);
      for (i = 0; i < n; i++)
	test (argv[2], names[i], limit);
    }
  puts ("== end");
  return 0;
}
