/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens to the terminal as a whole.  */

#include <signal.h>
#include "term.h"

bool
term_input_has_room (void)
{
  return chq_room (&term.l.in) > 256 || !ldisc_can_read (&term.l);
}

size_t
term_input (const unsigned char *data, size_t len)
{
  bool was_stopped = term.l.stopped;
  size_t n = 0;

  if (term.l.cflag & CREAD)
    for (; n < len && term_input_has_room (); n++)
      {
	ldisc_input (&term.l, data[n]);
	if (term.l.signal != 0)
	  {
	    term_signal (term.l.signal);
	    term.l.signal = 0;
	  }
      }
  else
    n = len;
  if (term.bottom->event != NULL && was_stopped != term.l.stopped)
    term.bottom->event (term.l.stopped ? TIOCPKT_STOP : TIOCPKT_START);
  term.bottom->start ();
  term_wake ();
  if (ldisc_can_read (&term.l))
    fs_sigio (term.triv.fs.root, -term.foreground);
  return n;
}

error_t
term_drain (void)
{
  while (!term.hung_up
	 && (term.l.out.count > 0 || term.bottom->pending () > 0))
    {
      error_t err = sv_wait (&term.output, term_lock (), NULL);

      if (err != 0)
	return err;
    }
  return 0;
}

void
term_flush (int which)
{
  if (which & TERM_IN)
    ldisc_flush_input (&term.l);
  if (which & TERM_OUT)
    {
      ldisc_flush_output (&term.l);
      if (term.bottom->discard != NULL)
	term.bottom->discard ();
    }
  if (term.bottom->event != NULL)
    term.bottom->event ((which & TERM_IN ? TIOCPKT_FLUSHREAD : 0)
			| (which & TERM_OUT ? TIOCPKT_FLUSHWRITE : 0));
  pthread_cond_broadcast (&term.output);
  term.bottom->start ();
  term_wake ();
}

void
term_hangup (void)
{
  if (term.hung_up || (term.l.cflag & CLOCAL))
    return;
  term.hung_up = true;
  ldisc_flush_input (&term.l);
  ldisc_flush_output (&term.l);
  term_signal (SIGHUP);
  term_signal (SIGCONT);
  pthread_cond_broadcast (&term.output);
  term_wake ();
}
