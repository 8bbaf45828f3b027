/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running the programs.

   usage: envtest --list
	  envtest NAME
	  envtest --all DIR KILLS SECONDS [NAME…]

   --all starts the programs, waits until each has its state, prints `mark N' and
   waits to be killed and restored, KILLS times; with KILLS 0 it goes on after
   SECONDS, or, if that is 0 too, when DIR/over is there.  Then it lets the programs
   look, and prints one line for each.  */

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <time.h>
#include "env.h"

#define READY_SECONDS 600	/* Until all programs have their state …  */
#define CHECK_SECONDS 300	/* … and until all have looked at it.  (After a run
				   without a kill: five times as long as that.)  */
#define BOOT_ID "/etc/perdure/booted" /* The ground writes it at each boot.  */

static struct env_program *programs;
static const char *my_name = "envtest";

void
env_register (struct env_program *program)
{
  struct env_program **p = &programs;
  while (*p && strcmp ((*p)->name, program->name) < 0)
    p = &(*p)->next;
  program->next = *p;
  *p = program;
}

static const char *
directory (void)
{
  const char *dir = getenv ("ENV_DIR");
  return dir ? dir : "/tmp";
}

const char *
env_file (const char *suffix)
{
  char *name;
  if (asprintf (&name, "%s/%s.%s", directory (), my_name, suffix) < 0)
    abort ();
  return name;
}

void
env_fail (const char *file, int line, const char *condition,
	  const char *format, ...)
{
  va_list ap;
  char text[512], *end;
  const char *base = strrchr (file, '/');
  int n = snprintf (text, sizeof text, "%s:%d: %s: ", base ? base + 1 : file,
		    line, condition);
  va_start (ap, format);
  if (n < (int) sizeof text - 2)
    vsnprintf (text + n, sizeof text - 1 - n, format, ap);
  va_end (ap);
  end = text + strlen (text);
  *end++ = '\n';
  write (2, text, end - text);
  _exit (1);
}

static void
create (const char *name)
{
  int fd = SYS (open (name, O_CREAT | O_WRONLY, 0666));
  close (fd);
}

void
env_ready (void)
{
  char name[256], line[128];
  snprintf (name, sizeof name, "%s/ready", directory ());
  int fd = SYS (open (name, O_CREAT | O_WRONLY | O_APPEND, 0666));
  int n = snprintf (line, sizeof line, "%s\n", my_name);
  CHECK (write (fd, line, n) == n, "%s", strerror (errno));
  close (fd);
}

bool
env_ended (void)
{
  char name[256];
  snprintf (name, sizeof name, "%s/go", directory ());
  return access (name, F_OK) == 0;
}

bool
env_going (void)
{
  static __thread unsigned int times;
  return times++ % 16 || !env_ended ();
}

void
env_await_end (void)
{
  /* Dozens of programs ask this all the time.  */
  while (!env_ended ())
    usleep (3000000);
}

void
env_wait (void)
{
  env_ready ();
  env_await_end ();
}

pid_t
env_fork (int (*function) (void *arg), void *arg)
{
  pid_t pid = SYS (fork ());
  if (pid == 0)
    _exit (function (arg));
  return pid;
}

void
env_join (pid_t pid)
{
  int status;
  CHECK (waitpid (pid, &status, 0) == pid, "%s", strerror (errno));
  CHECK (status == 0, "child %d: status %#x", pid, status);
}

static double
clock_seconds (clockid_t id)
{
  struct timespec t;
  SYS (clock_gettime (id, &t));
  return t.tv_sec + t.tv_nsec / 1e9;
}

double
env_uptime (void)
{
  return clock_seconds (CLOCK_MONOTONIC);
}

double
env_now (void)
{
  return clock_seconds (CLOCK_REALTIME);
}

static uint32_t
number (unsigned int seed, size_t place)
{
  uint32_t x = (seed + 1) * 2654435761U ^ place * 0x9e3779b9U;
  x ^= x >> 15;
  return x * 0x85ebca6bU;
}

void
env_pattern (void *data, size_t len, unsigned int seed)
{
  for (size_t i = 0; i < len / 4; i++)
    ((uint32_t *) data)[i] = number (seed, i);
}

bool
env_is_pattern (const void *data, size_t len, unsigned int seed)
{
  for (size_t i = 0; i < len / 4; i++)
    if (((const uint32_t *) data)[i] != number (seed, i))
      return false;
  return true;
}

/* The driver.  */

struct run
{
  const struct env_program *program;
  pid_t pid;
  bool ready, ended;
  int status;
};

static void
read_line (const char *name, char *line, size_t size)
{
  FILE *f = fopen (name, "r");
  line[0] = '\0';
  if (f == NULL)
    return;
  if (fgets (line, size, f) == NULL)
    line[0] = '\0';
  line[strcspn (line, "\n")] = '\0';
  fclose (f);
}

static void
start (struct run *r, const char *dir)
{
  char name[256];
  snprintf (name, sizeof name, "%s/%s.out", dir, r->program->name);
  r->pid = SYS (fork ());
  if (r->pid)
    return;
  int fd = SYS (open (name, O_CREAT | O_WRONLY | O_TRUNC | O_APPEND, 0666));
  dup2 (fd, 1);
  dup2 (fd, 2);
  close (fd);
  SYS (setpgid (0, 0));
  my_name = r->program->name;
  r->program->run ();
  exit (0);
}

/* Note who has said to be ready.  */
static void
read_ready (struct run *runs, int n, const char *dir)
{
  char name[256];
  snprintf (name, sizeof name, "%s/ready", dir);
  FILE *f = fopen (name, "r");
  if (f == NULL)
    return;
  while (fgets (name, sizeof name, f))
    for (int i = 0; i < n; i++)
      if (strncmp (name, runs[i].program->name, strcspn (name, "\n")) == 0
	  && runs[i].program->name[strcspn (name, "\n")] == '\0')
	runs[i].ready = true;
  fclose (f);
}

/* Have all runs reached a state: ended, or READY?  */
static bool
all (struct run *runs, int n, bool ready, const char *dir)
{
  int status;
  pid_t pid;
  bool yes = true;
  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    for (int i = 0; i < n; i++)
      if (runs[i].pid == pid)
	{
	  runs[i].ended = true;
	  runs[i].status = status;
	}
  read_ready (runs, n, dir);
  for (int i = 0; i < n; i++)
    yes &= runs[i].ended || (ready && runs[i].ready);
  return yes;
}

static void
wait_for (struct run *runs, int n, bool ready, const char *dir, double seconds)
{
  for (double end = env_now () + seconds;
       !all (runs, n, ready, dir) && env_now () < end;)
    usleep (1000000);
}

/* Print what became of R; returns whether it is good.  */
static bool
tell (struct run *r, const char *dir)
{
  char name[256], line[512];
  snprintf (name, sizeof name, "%s/%s.out", dir, r->program->name);
  read_line (name, line, sizeof line);
  if (r->ended && r->status == 0 && r->ready)
    {
      printf ("ok   %s%s%s\n", r->program->name, line[0] ? ": " : "", line);
      return true;
    }
  printf ("FAIL %s: ", r->program->name);
  if (!r->ready && !r->ended)
    printf ("its state never came about; ");
  else if (!r->ended)
    printf ("it hangs; ");
  else if (WIFSIGNALED (r->status))
    printf ("killed by signal %d; ", WTERMSIG (r->status));
  else if (!r->ready && r->status == 0)
    printf ("it ended early; ");
  printf ("%s\n", line);
  return false;
}

static void
survive (int kills, double seconds, const char *over)
{
  char before[128], now[128];
  if (kills == 0)
    {
      printf ("mark 0\n");
      fflush (stdout);
      for (double end = env_now () + seconds;
	   seconds ? env_now () < end : access (over, F_OK);)
	usleep (500000);
    }
  for (int i = 1; i <= kills; i++)
    {
      read_line (BOOT_ID, before, sizeof before);
      /* The kill comes some seconds after the mark: there is a checkpoint that
	 has read the line above.  */
      printf ("mark %d\n", i);
      fflush (stdout);
      do
	{
	  usleep (500000);
	  read_line (BOOT_ID, now, sizeof now);
	}
      while (strcmp (before, now) == 0);
    }
}

static int
run_all (const char *dir, int kills, double seconds, char **names, int nnames)
{
  struct run runs[256] = { 0 };
  int n = 0, bad = 0;
  char go[256], over[256], begun[256];

  mkdir (dir, 0777);
  setenv ("ENV_DIR", dir, 1);
  /* Nothing but checkpoints happens: what waits is to be woken on time.  */
  if (seconds)
    setenv ("ENV_STRICT", "yes", 1);
  for (struct env_program *p = programs; p && n < 256; p = p->next)
    {
      bool wanted = nnames == 0;
      for (int i = 0; i < nnames; i++)
	wanted |= strcmp (names[i], p->name) == 0;
      if (!wanted)
	continue;
      runs[n].program = p;
      start (&runs[n++], dir);
    }
  snprintf (go, sizeof go, "%s/go", dir);
  snprintf (over, sizeof over, "%s/over", dir);
  snprintf (begun, sizeof begun, "%s/begun", dir);
  wait_for (runs, n, true, dir, READY_SECONDS);
  create (begun);
  survive (kills, seconds, over);
  create (go);
  wait_for (runs, n, false, dir, seconds ? 5 * seconds : CHECK_SECONDS);
  for (int i = 0; i < n; i++)
    {
      bad += !tell (&runs[i], dir);
      kill (-runs[i].pid, SIGKILL);
    }
  printf ("%d programs, %d failed\n", n, bad);
  return bad != 0;
}

int
main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "--list") == 0)
    {
      for (struct env_program *p = programs; p; p = p->next)
	puts (p->name);
      return 0;
    }
  if (argc > 4 && strcmp (argv[1], "--all") == 0)
    return run_all (argv[2], atoi (argv[3]), atof (argv[4]), argv + 5,
		    argc - 5);
  for (struct env_program *p = programs; p && argc > 1; p = p->next)
    if (strcmp (p->name, argv[1]) == 0)
      {
	my_name = p->name;
	p->run ();
	return 0;
      }
  fprintf (stderr, "usage: envtest --list | NAME | --all DIR KILLS SECONDS"
	   " [NAME...]\n");
  return 2;
}
