/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal as a node: opens, attributes.  */

#include <hurd.h>
#include "pty.h"

static bool
counts (int flags)
{
  return flags & (O_READ | O_WRITE);
}

static error_t
term_open (struct fs_node *node, struct fs_cred *cred,
	   int flags)
{
  bool root = false;

  if (!counts (flags))
    return 0;
  for (unsigned int i = 0; cred != NULL && i < cred->ids->nuids; i++)
    root |= cred->ids->uids[i] == 0;
  if (term.exclusive && term.opens > 0 && !root)
    return EBUSY;
  if (term.bottom->type != TERM_ON_MACHDEV)
    {
      /* There must be a master.  */
      if (term.hung_up)
	return EIO;
      master.had_slave = true;
    }
  else if (term.opens == 0)
    term.hung_up = false;
  term.opens++;
  return 0;
}

static void
term_close (struct fs_node *node, int flags)
{
  if (!counts (flags) || --term.opens > 0)
    return;
  /* Nobody is left whose terminal this could be.  */
  term.foreground = 0;
  term.exclusive = false;
  term.l.stopped = false;
  term.bottom->start ();
  term_wake ();
}

static error_t
term_readable (struct fs_node *node,
	       loff_t offset, size_t *amount)
{
  *amount = ldisc_readable (&term.l);
  return 0;
}

static error_t
term_truncate (struct fs_node *node,
	       loff_t size)
{
  return 0;			/* O_TRUNC is harmless.  */
}

static error_t
term_sync (struct fs_node *node, bool wait [[maybe_unused]])
{
  return EINVAL;		/* As POSIX has it for terminals.  */
}

const struct fs_ops term_ops =
{
  TRIV_OPS,
  .read = term_read,
  .write = term_write,
  .readable = term_readable,
  .select = term_select,
  .truncate = term_truncate,
  .sync = term_sync,
  .open = term_open,
  .close = term_close,
  .async = true,
};
