/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ps: list processes.  */

#include <argp.h>
#include <error.h>
#include <hurd.h>
#include <hurd/process.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *argp_program_version = "ps (Perdure) 0.1";

static bool all, full, no_header;
static process_t proc;

static const struct argp_option options[] =
{
  { "all-users", 'e', NULL, 0, "Processes of all users", 0 },
  { NULL, 'A', NULL, OPTION_ALIAS, NULL, 0 },
  { "full", 'f', NULL, 0, "More about each", 0 },
  { NULL, 'l', NULL, OPTION_ALIAS, NULL, 0 },
  { "no-header", 'H', NULL, 0, "No line with the columns' names", 0 },
  { 0 }
};

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 'e':
    case 'A':
      all = true;
      return 0;
    case 'f':
    case 'l':
      full = true;
      return 0;
    case 'H':
      no_header = true;
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp =
{
  .options = options, .parser = parse, .doc = "List processes.",
};

/* What PI says in one or two letters.  */
static const char *
state_letters (const struct procinfo *pi)
{
  static char text[4];
  char *t = text;

  if (pi->state & PI_ZOMBIE)
    *t++ = 'Z';
  else if (pi->state & PI_STOPPED)
    *t++ = 'T';
  else
    *t++ = 'S';
  if (pi->state & PI_SESSLD)
    *t++ = 's';
  if (pi->state & PI_NOMSG)
    *t++ = 'm';
  *t = '\0';
  return text;
}

/* Print PID's arguments, separated by spaces.  */
static void
print_args (pid_t pid)
{
  char buffer[2048], *args = buffer;
  mach_msg_type_number_t len = sizeof buffer;

  if (proc_getprocargs (proc, pid, &args, &len) != 0 || len == 0)
    fputs ("-", stdout);
  else
    for (mach_msg_type_number_t i = 0; i + 1 < len; i++)
      putchar (args[i] == '\0' ? ' ' : args[i]);
  if (args != buffer && len > 0)
    vm_deallocate (mach_task_self (), (vm_address_t) args, len);
  putchar ('\n');
}

static unsigned long
seconds (time_value_t a, time_value_t b)
{
  return a.seconds + b.seconds + (a.microseconds + b.microseconds) / 1000000;
}

static void
print (pid_t pid)
{
  union { struct procinfo info; int room[1024]; } buffer;
  int *ints = buffer.room, flags = PI_FETCH_TASKINFO;
  mach_msg_type_number_t n = sizeof buffer / sizeof (int), nwaits = 0;
  char *waits = NULL;
  const struct procinfo *pi;
  unsigned long time;

  if (proc_getprocinfo (proc, pid, &flags, &ints, &n, &waits, &nwaits) != 0)
    return;			/* It is gone.  */
  pi = (const struct procinfo *) ints;
  if (all || pi->owner == getuid ())
    {
      time = (flags & PI_FETCH_TASKINFO
	      ? seconds (pi->taskinfo.user_time, pi->taskinfo.system_time)
	      : 0);
      printf ("%5d %5d ", (int) pid, (int) pi->ppid);
      if (full)
	printf ("%5d %5d %5d %-3s %3d %7luK %7luK ", (int) pi->owner,
		(int) pi->pgrp, (int) pi->session, state_letters (pi),
		pi->nthreads,
		(unsigned long) pi->taskinfo.virtual_size / 1024,
		(unsigned long) pi->taskinfo.resident_size / 1024);
      printf ("%3lu:%02lu ", time / 60, time % 60);
      print_args (pid);
    }
  if (ints != buffer.room)
    vm_deallocate (mach_task_self (), (vm_address_t) ints, n * sizeof *ints);
  if (waits != NULL && nwaits > 0)
    vm_deallocate (mach_task_self (), (vm_address_t) waits, nwaits);
}

static int
by_number (const void *a, const void *b)
{
  return *(const pid_t *) a - *(const pid_t *) b;
}

int
main (int argc, char **argv)
{
  pid_t buffer[256], *pids = buffer;
  mach_msg_type_number_t n = sizeof buffer / sizeof *buffer;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  proc = getproc ();
  err = proc_getallpids (proc, &pids, &n);
  if (err != 0)
    error (1, err, "cannot list the processes");
  qsort (pids, n, sizeof *pids, by_number);
  if (!no_header)
    printf ("  PID  PPID %s  TIME COMMAND\n",
	    full ? "  UID  PGRP  SESS ST   TH  VIRTUAL RESIDENT" : "");
  for (mach_msg_type_number_t i = 0; i < n; i++)
    print (pids[i]);
  return 0;
}
