/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading, writing and waiting for either.  */

#include <hurd.h>
#include "term.h"

void
term_wake (void)
{
  if (ldisc_can_read (&term.l) || term.hung_up)
    pthread_cond_broadcast (&term.input);
  if (term.l.out.count < LD_OUT_HIGH)
    pthread_cond_broadcast (&term.output);
  pthread_cond_broadcast (&term.readiness);
}

/* *WHEN = now + TENTHS of a second.  */
static void
deadline (struct timespec *when, unsigned int tenths)
{
  clock_gettime (CLOCK_REALTIME, when);
  when->tv_sec += tenths / 10;
  when->tv_nsec += tenths % 10 * 100000000L;
  if (when->tv_nsec >= 1000000000L)
    {
      when->tv_sec++;
      when->tv_nsec -= 1000000000L;
    }
}

static error_t
wait_input (const struct timespec *until)
{
  error_t err;

  term.readers_waiting++;
  err = sv_wait (&term.input, term_lock (), until);
  term.readers_waiting--;
  return err;
}

/* Wait until a canonical reader may go on.  */
static error_t
wait_line (int flags)
{
  error_t err = 0;

  while (err == 0 && !term.hung_up && !ldisc_can_read (&term.l)
	 && ldisc_canonical (&term.l))
    err = flags & O_NONBLOCK ? EWOULDBLOCK : wait_input (NULL);
  return err;
}

/* Likewise for a reader of WANTED bytes, as MIN and TIME say.  */
static error_t
wait_bytes (int flags, size_t wanted)
{
  unsigned int min = term.l.cc[VMIN], tenths = term.l.cc[VTIME];
  size_t have = ldisc_readable (&term.l), before = have;
  struct timespec until;
  bool timed = false;
  error_t err = 0;

  if (flags & O_NONBLOCK)
    return have == 0 && !term.hung_up ? EWOULDBLOCK : 0;
  if (min == 0 && (tenths == 0 || have > 0))
    return 0;
  if (wanted < min)
    min = wanted;
  while (!term.hung_up && !ldisc_canonical (&term.l))
    {
      have = ldisc_readable (&term.l);
      if (have >= (min == 0 ? 1 : min))
	break;
      /* The timer runs from the call if MIN is 0, else from each byte.  */
      if (tenths > 0 && (min == 0 ? !timed : have > 0 && (have != before
							    || !timed)))
	{
	  deadline (&until, tenths);
	  timed = true;
	}
      before = have;
      err = wait_input (timed ? &until : NULL);
      if (err == ETIMEDOUT)
	return 0;
      if (err != 0)
	return have > 0 ? 0 : err;
    }
  return 0;
}

error_t
term_read (struct fs_cred *cred, struct fs_node *node,
	   loff_t offset, size_t *len, void *data, int flags)
{
  error_t err;
  size_t n;

  for (;;)
    {
      if (ctty_background (cred))
	return EBACKGROUND;
      if (*len == 0)
	return 0;
      err = (ldisc_canonical (&term.l)
	     ? wait_line (flags) : wait_bytes (flags, *len));
      if (err != 0)
	return err;
      if (ctty_background (cred))
	continue;
      /* Another reader may have been faster, or the modes have changed.  */
      if (ldisc_canonical (&term.l) && !term.hung_up
	  && !ldisc_can_read (&term.l))
	continue;
      break;
    }
  n = ldisc_take (&term.l, data, *len);
  *len = n;
  triv_touch (node, true);
  if (term.bottom != NULL)
    term.bottom->start ();
  term_wake ();
  return 0;
}

error_t
term_write (struct fs_cred *cred, struct fs_node *node,
	    loff_t offset, size_t *len, const void *data,
	    int flags)
{
  const unsigned char *bytes = data;
  size_t done = 0;
  error_t err = 0;

  while (done < *len)
    {
      if ((term.l.lflag & TOSTOP) && ctty_background (cred))
	err = EBACKGROUND;
      else if (term.hung_up)
	err = EIO;
      else if (term.l.out.count < LD_OUT_HIGH
	       && ldisc_output (&term.l, bytes[done]))
	{
	  done++;
	  continue;
	}
      else
	{
	  term.bottom->start ();
	  err = (flags & O_NONBLOCK ? EWOULDBLOCK
		 : sv_wait (&term.output, term_lock (), NULL));
	}
      if (err != 0)
	break;
    }
  if (done > 0)
    {
      triv_touch (node, false);
      term.bottom->start ();
    }
  *len = done;
  return done > 0 ? 0 : err;
}

error_t
term_select (struct fs_node *node, int *type,
	     const struct timespec *abstime)
{
  for (;;)
    {
      int ready = 0;
      error_t err;

      if (term.hung_up || (ldisc_canonical (&term.l)
			   ? ldisc_can_read (&term.l)
			   : ldisc_readable (&term.l) > 0))
	ready |= SELECT_READ;
      if (term.hung_up || term.l.out.count < LD_OUT_HIGH)
	ready |= SELECT_WRITE;
      ready &= *type;
      if (ready != 0)
	{
	  *type = ready;
	  return 0;
	}
      err = sv_wait (&term.readiness, term_lock (), abstime);
      if (err == ETIMEDOUT)
	{
	  *type = 0;
	  return 0;
	}
      if (err != 0)
	return err;
    }
}
