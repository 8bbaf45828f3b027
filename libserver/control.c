/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control port of a file system, and its end.  */

#include <stdlib.h>
#include <unistd.h>
#include <hurd/fsys.h>
#include "node-internal.h"
#include "fsys_S.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void
no_senders (void *object)
{
  struct fs_control *control = object;
  fs_maybe_exit (control->fs);
}

const struct sv_class fs_control_class
  = { .name = "control", .no_senders = no_senders };

struct fs_control *
fs_control_get (struct fs_fs *fs)
{
  pthread_mutex_lock (&lock);
  struct fs_control *c = fs->control;
  if (c == NULL
      && sv_port_create (fs->bucket, &fs_control_class, sizeof *c, 0, &c) == 0)
    {
      c->fs = fs;
      fs->control = c;		/* Keeps the first reference.  */
    }
  if (c)
    sv_ref (c);
  pthread_mutex_unlock (&lock);
  return c;
}

static error_t
found (void *object, void *arg)
{
  return ((struct sv_port *) object)->right ? EBUSY : 0;
}

void
fs_maybe_exit (struct fs_fs *fs)
{
  /* Whoever has no node below itself is not a translator.  */
  if (!MACH_PORT_VALID (fs->underlying) || fs->control == NULL
      || fs->control->port.senders)
    return;
  if (sv_for_each (fs->bucket, &fs_cred_class, found, NULL))
    return;
  if (fs_goaway (fs, 0) == 0)
    _exit (0);
}

/* End the translators on our nodes.  */
static error_t
children_go (struct fs_fs *fs, int flags)
{
  struct fs_node **nodes;
  mach_port_t *controls;
  size_t n = fs_active_list (fs, &nodes, &controls);
  error_t err = 0;
  for (size_t i = 0; i < n; i++)
    {
      if (!err && (flags & FSYS_GOAWAY_RECURSE))
	{
	  sv_park ();
	  err = fsys_goaway (controls[i], flags);
	  sv_unpark ();
	  if (err == MIG_SERVER_DIED || err == MACH_SEND_INVALID_DEST
	      || (flags & FSYS_GOAWAY_FORCE))
	    err = 0;
	}
      else if (!err && !(flags & FSYS_GOAWAY_FORCE))
	err = EBUSY;
      fs_drop_right (controls[i]);
      fs_node_unref (nodes[i]);
    }
  free (nodes);
  free (controls);
  return err;
}

/* Is anything of FS in use by a client?  The file descriptors and root
   directories of children count as well.  That a client has ended we hear a moment
   after those who waited for it.  */
static error_t
in_use (struct fs_fs *fs)
{
  error_t err = sv_for_each (fs->bucket, &fs_cred_class, found, NULL);
  for (int i = 0; err == EBUSY && i < 40; i++)
    {
      sv_park ();
      usleep (50000);
      sv_unpark ();
      err = sv_for_each (fs->bucket, &fs_cred_class, found, NULL);
    }
  return err;
}

error_t
fs_goaway (struct fs_fs *fs, int flags)
{
  bool root = !MACH_PORT_VALID (fs->underlying);
  error_t err = 0;
  /* The machine's root file system is used by those who shut it down.  */
  if (!root)
    {
      err = children_go (fs, flags);
      if (!err && !(flags & FSYS_GOAWAY_FORCE))
	err = in_use (fs);
      if (err)
	return err;
    }
  if (fs->goaway)
    return fs->goaway (fs, flags);
  if (!(flags & FSYS_GOAWAY_NOSYNC) && fs->syncfs)
    err = fs->syncfs (fs, !(flags & FSYS_GOAWAY_NOWAIT));
  return err;
}

kern_return_t
S_fsys_goaway (fsys_t fsys, int flags)
{
  struct fs_control *control = sv_lookup (fsys, &fs_control_class);
  if (control == NULL)
    return EOPNOTSUPP;
  struct fs_fs *fs = control->fs;
  error_t err = fs_goaway (fs, flags);
  if (!err && MACH_PORT_VALID (fs->underlying))
    {
      sv_reply_early (0);
      _exit (0);
    }
  sv_unref (control);
  return err;
}
