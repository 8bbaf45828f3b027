/* SPDX-License-Identifier: GPL-3.0-or-later */
/* usage: torture KILLS MESSAGES SEED [PACE [KINDS]]

   Runs the links until MESSAGES messages have arrived, prints `mark 1' and goes on
   until the machine has been killed, and so on for each of the KILLS; after the last
   one MESSAGES more have to arrive.  Then all links end, and what was sent is what has
   been received.  A sender waits PACE milliseconds at most between two messages, and so
   does a receiver: there is nearly always something under way.  KINDS, the sum of 1 for
   Mach ports, 2 pipes, 4 sockets, 8 ptys, 16 memory and 32 signals, says which
   there are.  */

#include <errno.h>
#include <fcntl.h>
#include <mach.h>
#include <pthread.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "torture.h"

#define PATIENCE	240.0	/* Seconds without a message on a link.  */

/* The C library's: how many milliseconds a server has to take notice of an
   interruption.  Then the request is taken for not done, and is made again.  */
extern mach_msg_timeout_t _hurdsig_interrupt_timeout;

struct ledger *ledger;
static unsigned int seed, pace = 40, kinds = -1;

static const char *const kind_names[KINDS]
  = { "mach", "pipe", "socket", "pty", "memory", "signal" };

static void
die (const char *what)
{
  printf ("%s: %s\n", what, strerror (errno));
  exit (2);
}

void
torture_fail (const struct link *l, const char *format, ...)
{
  va_list ap;
  if (__atomic_exchange_n (&ledger->failed, 1, __ATOMIC_SEQ_CST))
    return;
  int n = 0;
  if (l)
    n = snprintf (ledger->text, sizeof ledger->text, "link %d (%s, %u to %u): ",
		  (int) (l - ledger->link), kind_names[l->kind], l->from, l->to);
  va_start (ap, format);
  vsnprintf (ledger->text + n, sizeof ledger->text - n, format, ap);
  va_end (ap);
}

bool
torture_failed (void)
{
  return __atomic_load_n (&ledger->failed, __ATOMIC_SEQ_CST);
}

bool
torture_pause (unsigned int ms)
{
  usleep (ms * 1000);
  return !torture_failed ();
}

void
torture_lock (uint32_t *lock)
{
  for (int i = 1; __atomic_exchange_n (lock, 1, __ATOMIC_ACQUIRE); i++)
    if (i % 100)
      sched_yield ();
    else
      usleep (1000);
}

void
torture_unlock (uint32_t *lock)
{
  __atomic_store_n (lock, 0, __ATOMIC_RELEASE);
}

static uint32_t
mix (uint32_t x)
{
  x = (x ^ x >> 16) * 0x7feb352dU;
  x = (x ^ x >> 15) * 0x846ca68bU;
  return x ^ x >> 16;
}

static uint32_t
number_of (const struct link *l, uint32_t seq)
{
  return mix (seed + mix ((l - ledger->link) * 1000003U + seq));
}

size_t
torture_payload (const struct link *l, uint32_t seq, void *data, size_t max)
{
  uint32_t x = number_of (l, seq), *words = data;
  size_t n = 1 + x % (max / 4);
  for (size_t i = 0; i < n; i++)
    words[i] = x += 0x9e3779b9U;
  return n * 4;
}

void
torture_busy (const struct link *l)
{
  usleep (number_of (l, l->received + 1) / 11 % (pace * 1000));
}

bool
torture_next (struct link *l)
{
  usleep (number_of (l, l->sent + 1) / 7 % (pace * 1000));
  torture_lock (&ledger->lock);
  if (ledger->one != ledger->two)
    torture_fail (l, "%u and %u are not equal", ledger->one, ledger->two);
  ledger->one++;
  if (ledger->one % 16 == 0)
    sched_yield ();
  ledger->two++;
  torture_unlock (&ledger->lock);
  return !__atomic_load_n (&ledger->stop, __ATOMIC_SEQ_CST);
}

void
torture_got (struct link *l, uint32_t seq)
{
  if (seq != l->received + 1)
    torture_fail (l, "message %u after %u", seq, l->received);
  l->received = seq;
}

bool
torture_same (const struct link *l, uint32_t seq, const void *data, size_t max)
{
  static const int shown = 6;
  uint32_t words[max / 4];
  const uint32_t *got = data;
  size_t n = torture_payload (l, seq, words, max) / 4, wrong = 0, first = 0, last = 0;
  char text[160];
  int len = 0;

  for (size_t i = 0; i < n; i++)
    if (got[i] != words[i])
      {
	first = wrong++ ? first : i;
	last = i;
      }
  if (wrong == 0)
    return true;
  for (size_t i = first; i < n && i < first + shown; i++)
    len += snprintf (text + len, sizeof text - len, " %08x/%08x", got[i], words[i]);
  torture_fail (l, "message %u has other contents: %zu of %zu words, from %zu to"
		" %zu:%s at %p", seq, wrong, n, first, last, text, data);
  return false;
}

/* One end of a link.  */
struct end
{
  struct link *link;
  bool sends;
};

static void *
run_end (void *arg)
{
  static void (*const send[KINDS]) (struct link *)
    = { mach_send, fd_send, fd_send, fd_send, memory_send, signal_send };
  static void (*const receive[KINDS]) (struct link *)
    = { mach_receive, fd_receive, fd_receive, fd_receive, memory_receive,
	signal_receive };
  struct end *end = arg;
  (end->sends ? send : receive)[end->link->kind] (end->link);
  return NULL;
}

/* Process ME.  */
static int
run_process (int me)
{
  struct end ends[2 * LINKS];
  pthread_t threads[2 * LINKS];
  pthread_attr_t attr;
  int n = 0;

  for (struct link *l = ledger->link; l < ledger->link + LINKS; l++)
    {
      if (l->kind == K_MACH && l->to == me)
	mach_prepare (l);
      if (l->kind == K_SIGNAL)
	signal_prepare (l, me);
      if (l->to != me && l->in[1])
	close (l->in[0]);
      if (l->from != me && l->out[1])
	close (l->out[0]);
      if (l->from == me)
	ends[n++] = (struct end) { l, true };
      if (l->to == me)
	ends[n++] = (struct end) { l, false };
    }
  __atomic_add_fetch (&ledger->ready, 1, __ATOMIC_SEQ_CST);
  while (!__atomic_load_n (&ledger->wired, __ATOMIC_SEQ_CST))
    if (!torture_pause (50))
      return 1;
  pthread_attr_init (&attr);
  pthread_attr_setstacksize (&attr, 128 * 1024);
  for (int i = 0; i < n; i++)
    if (pthread_create (&threads[i], &attr, run_end, &ends[i]))
      torture_fail (ends[i].link, "no thread");
  for (int i = 0; i < n; i++)
    pthread_join (threads[i], NULL);
  return torture_failed ();
}

/* What is made before there are processes.  in[1] and out[1] say that there is a
   descriptor.  */
static void
make_link (struct link *l, int from, int to, int role)
{
  int fd[2] = { 0 };
  *l = (struct link) { .kind = (l - ledger->link) % KINDS, .from = from,
		       .to = to, .role = role };
  if (!(kinds >> l->kind & 1))
    l->kind = K_MEMORY;
  if ((l->kind == K_PIPE && pipe (fd))
      || (l->kind == K_SOCKET && socketpair (AF_LOCAL, SOCK_STREAM, 0, fd)))
    die (kind_names[l->kind]);
  if (l->kind == K_PTY)
    {
      struct termios t;
      if (openpty (&fd[1], &fd[0], NULL, NULL, NULL) || tcgetattr (fd[0], &t))
	die ("openpty");
      cfmakeraw (&t);
      if (tcsetattr (fd[0], TCSANOW, &t))
	die ("tcsetattr");
    }
  if (fd[1])
    {
      l->in[0] = fd[0];
      l->out[0] = fd[1];
      l->in[1] = l->out[1] = 1;
    }
}

static void
make_links (void)
{
  struct link *l = ledger->link;
  for (int i = 0; i < PROCESSES; i++)
    make_link (l++, i, (i + 1) % PROCESSES, 0);
  for (int i = 1; i < PROCESSES; i++)
    make_link (l++, i, (i - 1) / 2, 2 - i % 2);
}

static uint32_t
total (void)
{
  uint32_t n = 0;
  for (int i = 0; i < LINKS; i++)
    n += ledger->link[i].received;
  return n;
}

static double
uptime (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* What the ground wrote at this boot.  */
static void
read_boot (char boot[64])
{
  FILE *f = fopen ("/etc/perdure/booted", "r");
  if (f == NULL || fgets (boot, 64, f) == NULL)
    torture_fail (NULL, "/etc/perdure/booted: %s", strerror (errno));
  if (f)
    fclose (f);
}

/* Wait until WANTED messages have arrived, or, if it is 0, all have ended, or, if
   BOOT is not NULL, that is not any more what was written at this boot.  */
static void
await (uint32_t wanted, const char *boot)
{
  char now[64];
  static uint32_t last[LINKS];
  static double since[LINKS];
  bool done = false;

  for (int i = 0; i < LINKS; i++)
    since[i] = uptime ();
  while (!done && !torture_failed ())
    {
      done = wanted == 0 || total () >= wanted;
      if (boot)
	{
	  read_boot (now);
	  done = strcmp (now, boot) != 0;
	}
      for (int i = 0; i < LINKS; i++)
	{
	  struct link *l = &ledger->link[i];
	  done &= wanted || boot || l->ended;
	  if (l->received != last[i] || l->ended)
	    since[i] = uptime ();
	  else if (uptime () - since[i] > PATIENCE)
	    torture_fail (l, "stands still: %u sent, %u received", l->sent,
			  l->received);
	  last[i] = l->received;
	}
      int status;
      pid_t pid = waitpid (-1, &status, WNOHANG);
      if (pid > 0 && status)
	torture_fail (NULL, "process %d ended with %#x", pid, status);
      usleep (100000);
    }
}

static int
tell (void)
{
  uint32_t by_kind[KINDS] = { 0 };
  int bad = 0;
  for (int i = 0; i < LINKS; i++)
    {
      struct link *l = &ledger->link[i];
      by_kind[l->kind] += l->received;
      if (!torture_failed () && l->sent != l->received)
	{
	  printf ("FAIL link %d (%s): %u sent, %u received\n", i,
		  kind_names[l->kind], l->sent, l->received);
	  bad++;
	}
    }
  if (torture_failed ())
    {
      usleep (500000);		/* Somebody may be writing it still.  */
      ledger->text[sizeof ledger->text - 1] = '\0';
      printf ("FAIL %s\n", ledger->text);
      bad++;
    }
  printf ("%u messages", total ());
  for (int i = 0; i < KINDS; i++)
    printf (", %u %s", by_kind[i], kind_names[i]);
  printf (", %s\n", bad ? "wrong" : "none lost, doubled or out of order");
  return bad != 0;
}

static void
start_processes (void)
{
  for (int i = 0; i < PROCESSES; i++)
    {
      pid_t pid = fork ();
      if (pid < 0)
	die ("fork");
      if (pid == 0)
	_exit (run_process (i));
      ledger->pid[i] = pid;
    }
  while (__atomic_load_n (&ledger->ready, __ATOMIC_SEQ_CST) < PROCESSES)
    if (!torture_pause (50))
      return;
  for (struct link *l = ledger->link; l < ledger->link + LINKS; l++)
    if (l->kind == K_MACH)
      mach_wire (l);
  __atomic_store_n (&ledger->wired, 1, __ATOMIC_SEQ_CST);
}

int
main (int argc, char **argv)
{
  if (argc < 4)
    {
      fprintf (stderr, "usage: torture KILLS MESSAGES SEED [PACE [KINDS]]\n");
      return 2;
    }
  int kills = atoi (argv[1]);
  uint32_t messages = atoi (argv[2]);
  seed = atoi (argv[3]);
  if (argc > 4)
    pace = atoi (argv[4]);
  if (argc > 5)
    kinds = strtoul (argv[5], NULL, 0);
  /* A second is not much on a busy machine that is emulated; what comes of that is not
     what is looked for here.  */
  _hurdsig_interrupt_timeout = PATIENCE / 2 * 1000;
  ledger = mmap (NULL, sizeof *ledger, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (ledger == MAP_FAILED)
    die ("mmap");
  make_links ();
  start_processes ();
  /* For who waits for that on the ground.  */
  close (open ("/home/started", O_CREAT | O_WRONLY, 0666));
  for (int i = 1; i <= kills && !torture_failed (); i++)
    {
      char boot[64];
      await (total () + messages, NULL);
      /* The kill comes when a checkpoint has seen what follows.  */
      read_boot (boot);
      printf ("mark %d\n", i);
      fflush (stdout);
      await (0, boot);
    }
  await (total () + messages, NULL);
  __atomic_store_n (&ledger->stop, 1, __ATOMIC_SEQ_CST);
  await (0, NULL);
  int status = tell ();
  for (int i = 0; i < PROCESSES; i++)
    kill (ledger->pid[i], SIGKILL);
  return status;
}
