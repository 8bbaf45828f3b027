/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The master's node.  Its operations hold the terminal's lock instead of their
   node's.  */

#include <hurd.h>
#include "pty.h"

static void
enter (struct fs_node *node)
{
  pthread_mutex_unlock (&node->lock);
  pthread_mutex_lock (term_lock ());
}

static error_t
leave (struct fs_node *node, error_t err)
{
  pthread_mutex_unlock (term_lock ());
  pthread_mutex_lock (&node->lock);
  return err;
}

static error_t
master_open (struct fs_node *node, struct fs_cred *cred, int flags)
{
  if (!(flags & (O_READ | O_WRITE)))
    return 0;
  enter (node);
  if (master.open || term.opens > 0)
    return leave (node, EBUSY);
  /* A new terminal, as it were.  */
  ldisc_reset (&term.l);
  term.foreground = 0;
  term.exclusive = term.hung_up = false;
  term.size = (struct winsize) { 0 };
  master.open = true;
  master.had_slave = master.packet = false;
  master.events = 0;
  return leave (node, 0);
}

static void
master_close (struct fs_node *node, int flags)
{
  if (!(flags & (O_READ | O_WRITE)))
    return;
  enter (node);
  master.open = false;
  term.l.cflag &= ~CLOCAL;	/* This line is cut.  */
  term_hangup ();
  leave (node, 0);
}

/* Nobody is there any more to write to us.  */
static bool
ended (void)
{
  return master.had_slave && term.opens == 0;
}

static bool
something (void)
{
  return ((term.l.out.count > 0 && !term.l.stopped)
	  || (master.packet && master.events != 0));
}

static error_t
master_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	     size_t *len, void *data, int flags)
{
  unsigned char *bytes = data;
  size_t n = 0, want = *len;
  error_t err = 0;

  enter (node);
  *len = 0;
  while (err == 0 && want > 0 && !something () && !ended ())
    err = (flags & O_NONBLOCK ? EWOULDBLOCK
	   : sv_wait (&master.changed, term_lock (), NULL));
  if (err == 0 && want > 0 && something ())
    {
      if (master.packet)
	{
	  bytes[n++] = master.events;
	  if (master.events != 0)
	    want = n;
	  master.events = 0;
	}
      while (n < want && term.l.out.count > 0 && !term.l.stopped)
	bytes[n++] = chq_get (&term.l.out);
      *len = n;
      if (term.l.out.count == 0)
	pthread_cond_broadcast (&term.output);
      term_wake ();
    }
  return leave (node, err);
}

static error_t
master_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	      size_t *len, const void *data, int flags)
{
  size_t done = 0, want = *len;
  error_t err = 0;

  enter (node);
  while (err == 0 && done < want)
    {
      done += term_input ((const unsigned char *) data + done, want - done);
      if (done < want)
	err = (flags & O_NONBLOCK ? EWOULDBLOCK
	       : sv_wait (&master.changed, term_lock (), NULL));
    }
  *len = done;
  return leave (node, done > 0 ? 0 : err);
}

static error_t
master_readable (struct fs_node *node, loff_t offset, size_t *amount)
{
  enter (node);
  *amount = term.l.stopped ? 0 : term.l.out.count;
  return leave (node, 0);
}

static error_t
master_select (struct fs_node *node, int *type,
	       const struct timespec *abstime)
{
  error_t err = 0;

  enter (node);
  for (;;)
    {
      int ready = 0;

      if (something () || ended ())
	ready |= SELECT_READ;
      if (term_input_has_room ())
	ready |= SELECT_WRITE;
      if (master.packet && master.events != 0)
	ready |= SELECT_URG;
      ready &= *type;
      if (ready != 0 || err == ETIMEDOUT)
	{
	  *type = ready;
	  return leave (node, 0);
	}
      if (err != 0)
	return leave (node, err);
      err = sv_wait (&master.changed, term_lock (), abstime);
    }
}

static error_t
master_truncate (struct fs_node *node, loff_t size)
{
  return 0;
}

const struct fs_ops master_ops =
{
  TRIV_OPS, .open = master_open, .close = master_close,
  .read = master_read, .write = master_write, .readable = master_readable,
  .select = master_select, .truncate = master_truncate,
};
