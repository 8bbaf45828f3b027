/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serving both ends of a pty from one process.  */

#include <fcntl.h>
#include <hurd.h>
#include <hurd/fs.h>
#include <string.h>
#include <libserver/node-internal.h>
#include "pty.h"

struct master master;

static void
start (void)
{
  pthread_cond_broadcast (&master.changed);
}

static size_t
pending (void)
{
  return 0;
}

static void
event (int bits)
{
  /* What was stopped has been started again, and so on.  */
  if (bits & TIOCPKT_START)
    master.events &= ~TIOCPKT_STOP;
  if (bits & TIOCPKT_STOP)
    master.events &= ~TIOCPKT_START;
  master.events |= bits;
  pthread_cond_broadcast (&master.changed);
}

const struct term_bottom pty_bottom =
{
  .type = TERM_ON_MASTERPTY,
  .start = start,
  .pending = pending,
  .event = event,
};

/* Make T serve the node called NAME, too.  */
static error_t
serve_peer (struct triv *t, const char *name)
{
  file_t node = file_name_lookup (name, O_CREAT | O_NOTRANS, 0666);
  struct fs_control *control;
  mach_port_t right;
  error_t err;

  if (node == MACH_PORT_NULL)
    return errno;
  t->fs.underlying = node;
  triv_take_attributes (t);
  err = fs_serve (&t->fs, 3);
  if (err != 0)
    return err;
  control = fs_control_get (&t->fs);
  if (control == NULL)
    return ENOMEM;
  right = sv_port_get_right (control);
  sv_unref (control);
  return file_set_translator (node, 0, FS_TRANS_SET | FS_TRANS_EXCL, 0,
			      NULL, 0, right, MACH_MSG_TYPE_MOVE_SEND);
}

error_t
pty_start (bool bootstrap_is_master, const char *peer)
{
  struct sv_bucket *bucket;
  error_t err = sv_bucket_create (&bucket);

  if (err != 0)
    return err;
  if (strlen (peer) >= sizeof term.peer)
    return ENAMETOOLONG;
  pthread_cond_init (&master.changed, NULL);
  term.bottom = &pty_bottom;
  term.hung_up = true;		/* Until there is a master.  */
  err = triv_init (&master.triv, bucket, "term", S_IFCHR, &master_ops);
  if (err != 0)
    return err;
  master.triv.fs.fstype = FSTYPE_TERM;
  master.triv.fs.demuxers = term_demuxers;
  if (bootstrap_is_master)
    {
      strcpy (term.peer, term.name);
      strcpy (term.name, peer);
      err = serve_peer (&term.triv, peer);
      if (err == 0)
	triv_start (&master.triv, 3, 0);
    }
  else
    {
      strcpy (term.peer, peer);
      err = serve_peer (&master.triv, peer);
      if (err == 0)
	triv_start (&term.triv, 3, 0);
    }
  return err;
}
