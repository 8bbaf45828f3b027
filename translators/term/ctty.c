/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Controlling terminals: the term protocol, and who is in the background.  */

#include <hurd.h>
#include <stdlib.h>
#include <string.h>
#include <hurd/hurd_types.h>
#include "term.h"
#include "term_S.h"
#include "tioctl_S.h"

static const struct sv_class cttyid_class = { .name = "cttyid" };

/* The creds that term_open_ctty made.  Guarded by the terminal's lock.  The
   ports may go without our being told: dead entries are swept when the table
   has doubled.  */
struct member
{
  uint64_t id;			/* Of the cred's port.  */
  pid_t pgrp;
};

static struct member *members;
static size_t nmembers, room, sweep_at = 64;

error_t
ctty_init (void)
{
  return sv_port_create (term.triv.fs.bucket, &cttyid_class,
			 sizeof (struct sv_port), 0, &term.cttyid);
}

static void
sweep (void)
{
  size_t kept = 0;

  for (size_t i = 0; i < nmembers; i++)
    {
      struct fs_cred *cred = sv_lookup_id (members[i].id, &fs_cred_class);

      if (cred == NULL)
	continue;
      sv_unref (cred);
      members[kept++] = members[i];
    }
  nmembers = kept;
  sweep_at = kept < 32 ? 64 : 2 * kept;
}

static error_t
remember (uint64_t id, pid_t pgrp)
{
  if (nmembers >= sweep_at)
    sweep ();
  if (nmembers == room)
    {
      size_t new_room = room == 0 ? 64 : 2 * room;
      struct member *new = realloc (members, new_room * sizeof *new);

      if (new == NULL)
	return ENOMEM;
      members = new;
      room = new_room;
    }
  members[nmembers++] = (struct member) { .id = id, .pgrp = pgrp };
  return 0;
}

bool
ctty_background (struct fs_cred *cred)
{
  if (term.foreground == 0)
    return false;
  for (size_t i = 0; i < nmembers; i++)
    if (members[i].id == cred->port.id)
      return members[i].pgrp != term.foreground;
  return false;
}

struct fs_cred *
term_cred (mach_port_t port)
{
  struct fs_cred *cred = fs_cred_lookup (port);

  if (cred != NULL && cred->open->node != term.triv.fs.root)
    {
      sv_unref (cred);
      cred = NULL;
    }
  return cred;
}

kern_return_t
S_term_getctty (io_t port, mach_port_t *ctty, mach_msg_type_name_t *type)
{
  struct fs_cred *cred = term_cred (port);

  if (cred == NULL)
    return EOPNOTSUPP;
  sv_unref (cred);
  *ctty = sv_port_get_right (term.cttyid);
  *type = MACH_MSG_TYPE_MOVE_SEND;
  return 0;
}

kern_return_t
S_term_open_ctty (io_t port, pid_t pid, pid_t pgrp, mach_port_t *tty,
		  mach_msg_type_name_t *type)
{
  struct fs_cred *cred = term_cred (port), *new;
  error_t err;

  if (cred == NULL)
    return EOPNOTSUPP;
  if (pid <= 0 || pgrp <= 0)
    err = EINVAL;
  else
    err = fs_cred_create (cred->open, cred->ids, 0, &new);
  if (err == 0)
    {
      pthread_mutex_lock (term_lock ());
      err = remember (new->port.id, pgrp);
      pthread_mutex_unlock (term_lock ());
      if (err == 0)
	{
	  *tty = sv_port_get_right (new);
	  *type = MACH_MSG_TYPE_MOVE_SEND;
	}
      sv_unref (new);
    }
  sv_unref (cred);
  return err;
}

kern_return_t
S_termctty_open_terminal (ctty_t port, int flags, mach_port_t *terminal,
			  mach_msg_type_name_t *type)
{
  struct sv_port *id = sv_lookup (port, &cttyid_class);
  static const struct fs_ids nobody;
  struct fs_open *open;
  struct fs_cred *cred;
  error_t err;

  if (id == NULL)
    return EOPNOTSUPP;
  sv_unref (id);
  /* Who has it as his controlling terminal may open it, whatever its mode;
     the client authenticates himself afterwards.  */
  flags &= O_READ | O_WRITE | O_APPEND | O_NONBLOCK;
  err = fs_open_create (term.triv.fs.root, flags, 0, &open);
  if (err != 0)
    return err;
  err = fs_cred_create (open, &nobody, 0, &cred);
  if (err != 0)
    {
      fs_open_unref (open);
      return err;
    }
  pthread_mutex_lock (term_lock ());
  err = term.hung_up ? EIO : term_ops.open (term.triv.fs.root, NULL, flags);
  open->opened = err == 0;
  pthread_mutex_unlock (term_lock ());
  fs_open_unref (open);
  if (err != 0)
    {
      sv_unref (cred);
      return err;
    }
  *terminal = sv_port_get_right (cred);
  *type = MACH_MSG_TYPE_MOVE_SEND;
  sv_unref (cred);
  return 0;
}
