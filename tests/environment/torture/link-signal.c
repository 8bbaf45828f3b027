/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links of signals.  A second one that comes before the first has been taken is the
   same signal, so each is answered by one before the next is sent.  */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include "torture.h"

#define ROLES		3

static const int data_signal[ROLES] = { SIGUSR1, SIGHUP, SIGQUIT };
static const int answer_signal[2] = { SIGUSR2, SIGTERM };
static struct link *data_link[ROLES], *answer_link[2];

/* The C library does not save the SSE registers of who is interrupted.  */
struct sse
{
  uint8_t state[512] __attribute__ ((aligned (16)));
};

#define SAVE_SSE(S)	__asm__ volatile ("fxsave %0" : "=m" (*(S)) :: "memory")
#define RESTORE_SSE(S)	__asm__ volatile ("fxrstor %0" :: "m" (*(S)) : "memory")

static void __attribute__ ((noinline))
take_data (int signal)
{
  for (int i = 0; i < ROLES; i++)
    if (signal == data_signal[i] && data_link[i])
      {
	struct link *l = data_link[i];
	uint32_t n = __atomic_add_fetch (&l->signals, 1, __ATOMIC_SEQ_CST);
	if (n != __atomic_load_n (&l->sent, __ATOMIC_SEQ_CST))
	  torture_fail (l, "signal %u arrives when %u were sent", n, l->sent);
	if (kill (ledger->pid[l->from], answer_signal[l->role != 0]))
	  torture_fail (l, "kill: %s", strerror (errno));
      }
}

static void __attribute__ ((noinline))
take_answer (int signal)
{
  for (int i = 0; i < 2; i++)
    if (signal == answer_signal[i] && answer_link[i])
      __atomic_add_fetch (&answer_link[i]->answers, 1, __ATOMIC_SEQ_CST);
}

static void __attribute__ ((target ("general-regs-only"), force_align_arg_pointer))
on_data (int signal)
{
  struct sse sse;
  int saved = errno;
  SAVE_SSE (&sse);
  take_data (signal);
  RESTORE_SSE (&sse);
  errno = saved;
}

static void __attribute__ ((target ("general-regs-only"), force_align_arg_pointer))
on_answer (int signal)
{
  struct sse sse;
  SAVE_SSE (&sse);
  take_answer (signal);
  RESTORE_SSE (&sse);
}

static void
handle (int signal, void (*handler) (int))
{
  struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_RESTART };
  sigfillset (&sa.sa_mask);
  sigaction (signal, &sa, NULL);
}

void
signal_prepare (struct link *l, int me)
{
  if (l->to == me)
    {
      data_link[l->role] = l;
      handle (data_signal[l->role], on_data);
    }
  if (l->from == me)
    {
      answer_link[l->role != 0] = l;
      handle (answer_signal[l->role != 0], on_answer);
    }
}

void
signal_send (struct link *l)
{
  bool more = true;

  while (more && !torture_failed ())
    {
      more = torture_next (l);
      uint32_t seq = l->sent + 1;
      l->last = !more;
      __atomic_store_n (&l->sent, seq, __ATOMIC_SEQ_CST);
      if (kill (ledger->pid[l->to], data_signal[l->role]))
	{
	  torture_fail (l, "kill: %s", strerror (errno));
	  return;
	}
      while (__atomic_load_n (&l->answers, __ATOMIC_SEQ_CST) < seq)
	if (!torture_pause (5))
	  return;
      if (l->answers != seq)
	torture_fail (l, "%u answers to %u signals", l->answers, seq);
    }
}

void
signal_receive (struct link *l)
{
  bool last = false;
  while (!last)
    {
      /* In this order: after the last one no other comes.  */
      last = l->last;
      uint32_t n = __atomic_load_n (&l->signals, __ATOMIC_SEQ_CST);
      last = last && n == l->sent;
      while (l->received < n)
	torture_got (l, l->received + 1);
      if (!last && !torture_pause (10))
	return;
    }
  l->ended = true;
}
