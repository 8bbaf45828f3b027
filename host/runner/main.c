/* SPDX-License-Identifier: GPL-3.0-or-later */
/* perdure-runner: run one job to its end, through any number of kills.  */

#include <argp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "runner.h"

/* Exit status of the runner itself, as timeout(1) and env(1) have them.  */
#define EXIT_TIMEOUT 124
#define EXIT_MACHINE 125

enum { O_KERNEL = 256, O_APPEND_, O_INITRD, O_DISK, O_KILL, O_TIMEOUT, O_LOG,
       O_QEMU, O_MEMORY, O_EXTRA, O_ECHO, O_REPORT, O_KILL_WRITING,
       O_EVENTS, O_KILL_MARK, O_KILL_AFTER, O_INTERACTIVE, O_WRITE_LOG, O_SHOWN };

static const struct argp_option options[] =
{
  { "kernel", O_KERNEL, "FILE", 0, "GNU Mach", 0 },
  { "append", O_APPEND_, "WORDS", 0, "the kernel's command line", 0 },
  { "initrd", O_INITRD, "MODULES", 0, "the boot modules, as QEMU takes them", 0 },
  { "disk", O_DISK, "FILE", 0, "a raw disk image, hd0 first", 0 },
  { "log-writes", O_WRITE_LOG, "FILE", 0,
    "record the writes to the second disk in FILE (one boot only)", 0 },
  { "kill-at", O_KILL, "SECONDS", 0,
    "kill the machine when the job has run so long; may be repeated", 0 },
  { "kill-writing", O_KILL_WRITING, "SECONDS", 0,
    "after the times of --kill-at, kill the machine so long after it began to"
    " write a checkpoint; may be repeated", 0 },
  { "kill-mark", O_KILL_MARK, "SECONDS", 0,
    "kill the machine so long after the second checkpoint since the job has"
    " printed one more line that begins with `mark '; may be repeated", 0 },
  { "kill-after", O_KILL_AFTER, "SECONDS", 0,
    "kill the machine so long after the first checkpoint since it was started; may"
    " be repeated", 0 },
  { "timeout", O_TIMEOUT, "SECONDS", 0, "give up after so long in all", 0 },
  { "log", O_LOG, "FILE", 0, "append all serial output to FILE", 0 },
  { "shown", O_SHOWN, "PREFIX", 0,
    "note what was shown in PREFIX.1 and PREFIX.2, and go on from there", 0 },
  { "report", O_REPORT, "FILE", 0, "write counts of the run to FILE", 0 },
  { "qemu", O_QEMU, "PROGRAM", 0, "instead of qemu-system-i386", 0 },
  { "memory", O_MEMORY, "MIB", 0, "the machine's memory", 0 },
  { "qemu-arg", O_EXTRA, "ARG", 0, "one more argument for QEMU", 0 },
  { "echo", O_ECHO, NULL, 0, "show other serial output on standard error", 0 },
  { "echo-events", O_EVENTS, NULL, 0,
    "say on standard error when the machine is killed and the job goes on", 0 },
  { "interactive", O_INTERACTIVE, NULL, 0,
    "no job: the serial line is the terminal; Ctrl-A X leaves", 0 },
  { 0 }
};

struct settings
{
  struct machine machine;
  struct
  {
    int after;			/* AT counts from: 0 the job's start, or …  */
    double at;
  } kills[256];
  int nkills;
  double timeout;
  const char *report, *shown;
  struct output output;
};

static double
seconds (struct argp_state *state, const char *arg)
{
  char *end;
  double v = strtod (arg, &end);
  if (end == arg || *end != '\0' || !(v >= 0))
    argp_failure (state, 1, 0, "`%s' is not a number of seconds", arg);
  return v;
}

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  struct settings *s = state->input;
  struct machine *m = &s->machine;

  switch (key)
    {
    case O_KERNEL: m->kernel = arg; break;
    case O_APPEND_: m->append = arg; break;
    case O_INITRD: m->initrd = arg; break;
    case O_QEMU: m->qemu = arg; break;
    case O_MEMORY: m->memory = arg; break;
    case O_WRITE_LOG: m->write_log = arg; break;
    case O_ECHO: s->output.echo = true; break;
    case O_EVENTS: s->output.events = true; break;
    case O_INTERACTIVE: m->interactive = true; break;
    case O_REPORT: s->report = arg; break;
    case O_SHOWN: s->shown = arg; break;
    case O_TIMEOUT: s->timeout = seconds (state, arg); break;
    case O_DISK:
      if (m->ndisks == 4)
	argp_failure (state, 1, 0, "more than four disks");
      m->disks[m->ndisks++] = arg;
      break;
    case O_EXTRA:
      if (m->nextra == 16)
	argp_failure (state, 1, 0, "more than 16 further arguments");
      m->extra[m->nextra++] = arg;
      break;
    case O_KILL:
    case O_KILL_WRITING:
    case O_KILL_MARK:
    case O_KILL_AFTER:
      if (s->nkills == 256)
	argp_failure (state, 1, 0, "more than 256 kills");
      s->kills[s->nkills].after = key == O_KILL ? 0 : key;
      s->kills[s->nkills++].at = seconds (state, arg);
      break;
    case O_LOG:
      s->output.log = fopen (arg, "a");
      if (s->output.log == NULL)
	argp_failure (state, 1, errno, "%s", arg);
      break;
    case ARGP_KEY_ARG:
      argp_failure (state, 1, 0, "unexpected argument `%s'", arg);
      break;
    case ARGP_KEY_END:
      if (m->kernel ? m->initrd == NULL : m->ndisks == 0)
	argp_failure (state, 1, 0, "--kernel and --initrd, or a disk to boot from, are"
		    " needed");
      if (m->write_log && s->nkills)
	argp_failure (state, 1, 0, "--log-writes records one boot: no kills");
      break;
    default:
      return ARGP_ERR_UNKNOWN;
    }
  return 0;
}

/* Why a machine's time ended.  */
enum end { END_KILL, END_EXIT, END_TIMEOUT, END_FULL };

/* Whether it is time for kill number N; the job has run for RAN seconds, and it
   is T by the clock.  */
static bool
time_to_kill (const struct settings *s, int n, double ran, double t)
{
  const struct output *o = &s->output;

  if (o->pull)
    return true;
  if (n >= s->nkills || o->state != JOB_RUNNING)
    return false;
  if (s->kills[n].after == 0)
    return ran >= s->kills[n].at;
  if (s->kills[n].after == O_KILL_MARK)
    {
      unsigned long marks = 0;
      for (int i = 0; i <= n; i++)
	marks += s->kills[i].after == O_KILL_MARK;
      return (o->marks >= marks && o->marked_checkpoints >= 2
	      && t >= o->mark_since + s->kills[n].at);
    }
  if (s->kills[n].after == O_KILL_AFTER)
    return o->boot_checkpoints >= 1 && t >= o->boot_since + s->kills[n].at;
  /* The second one since the boot, so that a run of kills makes progress.  */
  return o->writings >= 2 && t >= o->writing_since + s->kills[n].at;
}

/* Run the machine until it stops, until it is time for kill number KILL, or
   until DEADLINE.  *RAN is the job's clock.  */
static enum end
run_once (struct settings *s, double *ran, int kill, double deadline)
{
  struct output *o = &s->output;
  enum end end = END_EXIT;
  double last = now (), done_at = 0, looked = 0;
  char buf[65536];
  pid_t pid;
  int fd;

  error_t err = machine_start (&s->machine, &pid, &fd);
  if (err)
    {
      fprintf (stderr, "perdure: QEMU does not start: %s\n", strerror (err));
      exit (1);
    }
  for (;;)
    {
      struct pollfd p = { .fd = fd, .events = POLLIN };
      bool was_running = o->state == JOB_RUNNING;
      int n = poll (&p, 1, 10);
      double t = now ();
      if (was_running)
	*ran += t - last;
      last = t;
      if (n > 0)
	{
	  ssize_t got = read (fd, buf, sizeof buf);
	  if (got == 0 || (got < 0 && errno != EINTR))
	    break;		/* QEMU has ended.  */
	  if (got > 0)
	    output_feed (o, buf, got);
	}
      if (time_to_kill (s, kill, *ran, t))
	{
	  end = END_KILL;
	  break;
	}
      if (t >= deadline)
	{
	  end = END_TIMEOUT;
	  break;
	}
      if (t >= looked + 1)
	{
	  looked = t;
	  if (machine_full_disk (&s->machine) != NULL)
	    {
	      end = END_FULL;
	      break;
	    }
	}
      /* When all is said, the machine has some time to halt.  */
      if (o->state < JOB_DONE)
	done_at = 0;
      else if (done_at == 0)
	done_at = t;
      if (done_at != 0 && t > done_at + 60)
	break;
    }
  machine_kill (pid);
  close (fd);
  return end;
}

static void
write_report (const struct settings *s, int kills, double ran, double all)
{
  const struct output *o = &s->output;
  FILE *f = fopen (s->report, "w");
  if (f == NULL)
    {
      perror (s->report);
      return;
    }
  fprintf (f, "status %d\nkills %d\nrestores %lu\ncheckpoints %lu\n"
	   "failed-checkpoints %lu\ndamaged-frames %lu\ndiverged %d\nran %.2f\nall %.2f\n"
	   "longest-interval %.2f\n",
	   o->status, kills, o->restores, o->checkpoints, o->failures, o->damaged,
	   o->streams[1].diverged || o->streams[2].diverged, ran, all,
	   o->longest_interval);
  fclose (f);
}

/* Say on standard error why the run that ended as END is to fail; returns the
   exit status.  */
static int
failure (struct settings *s, enum end end)
{
  const struct output *o = &s->output;
  char line[512];

  if (end == END_TIMEOUT)
    {
      fprintf (stderr, "perdure: not done after %g seconds\n", s->timeout);
      return EXIT_TIMEOUT;
    }
  if (end == END_FULL)
    {
      fprintf (stderr, "perdure: the disk is full: %s cannot grow\n",
	       machine_full_disk (&s->machine) ?: s->machine.disks[0]);
      return 1;
    }
  if (o->state == JOB_FAILED)
    {
      fprintf (stderr, "perdure: %s\n", o->error);
      return EXIT_MACHINE;
    }
  if (!machine_complaint (&s->machine, line, sizeof line))
    strcpy (line, "QEMU says nothing of it");
  fprintf (stderr, o->heard
	   ? "perdure: the machine stopped before the job was done: %s\n"
	   : "perdure: QEMU does not start: %s\n", line);
  return o->heard ? EXIT_MACHINE : 1;
}

int
main (int argc, char **argv)
{
  static struct settings s = {
    .machine = { .qemu = "qemu-system-i386", .memory = "512",
		 .append = "console=com0" },
    .timeout = 600 };
  const struct argp argp = { options, parse, NULL,
    "Run one job in a machine, kill the machine at given times, and hand its"
    " output on exactly once.", NULL, NULL, NULL };
  struct output *o = &s.output;
  double ran = 0, begun = now ();
  int kills = 0;
  enum end end;

  setvbuf (stderr, NULL, _IOLBF, 0);
  signal (SIGPIPE, SIG_IGN);
  /* Ignored where a shell started us in the background.  */
  signal (SIGINT, SIG_DFL);
  argp_parse (&argp, argc, argv, 0, NULL, &s);
  if (s.machine.interactive)
    machine_interact (&s.machine);
  error_t err = s.shown ? output_keep (o, s.shown) : 0;
  if (err)
    {
      fprintf (stderr, "perdure: %s: %s\n", s.shown, strerror (err));
      return 1;
    }
  for (;;)
    {
      end = run_once (&s, &ran, kills, begun + s.timeout);
      if (end != END_KILL)
	break;
      kills++;
      if (o->events)
	fprintf (stderr, "--- the machine is killed after %.1f s ---\n", ran);
      output_restart (o);
    }
  if (s.report != NULL)
    write_report (&s, kills, ran, now () - begun);
  if (s.shown && o->state == JOB_DONE)
    output_forget (o, s.shown);
  if (end != END_EXIT || o->state != JOB_DONE)
    return failure (&s, end);
  if (o->streams[1].diverged || o->streams[2].diverged)
    return EXIT_MACHINE;
  return o->status;
}
