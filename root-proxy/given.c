/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptors of the ground that `ckpt run' gives to what it starts.

   They are no part of the environment: nobody can tell by which name they might be
   opened again.  Requests pass, at the place where the ground has the descriptor, as
   long as its right is there.  A checkpoint knows only that there was one.  After a
   restore what is read has ended, and what is written is dropped: a program outlives
   the shell that it was started from, as one does whose output went to /dev/null.

   All of it is parked: whoever is at the other end may be slow, and no checkpoint should
   wait for that.  A write that is under way in one is asked again after a restore, and is
   dropped then.  */

#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include "proxy.h"

struct given
{
  struct rp_node rp;
  struct given *next;
  struct fs_node *node;
};

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct given *list;	/* Guarded by LIST_LOCK, as is NEXT_NUMBER.  */
static uint32_t next_number;

static error_t
given_stat (struct fs_node *node, io_statbuf_t *st)
{
  return rp_own_stat (node, 0600, 4096, FSTYPE_MISC, st);
}

static error_t
given_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	    size_t *len, void *data, int flags)
{
  struct rp_node *d = rp_data (node);
  error_t err = 0;

  if (d->port == MACH_PORT_NULL)
    {
      *len = 0;
      return 0;
    }
  if (flags & O_NONBLOCK)
    err = rp_port_ready (d->port, SELECT_READ);
  return err ?: rp_live_read (node, d->port, -1, len, data);
}

static error_t
given_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	     size_t *len, const void *data, int flags)
{
  mach_port_t port = rp_data (node)->port;
  error_t err = 0;

  if (port == MACH_PORT_NULL)
    return 0;
  if (flags & O_NONBLOCK)
    err = rp_port_ready (port, SELECT_WRITE);
  return err ?: rp_live_write (node, port, -1, len, data);
}

static error_t
given_select (struct fs_node *node, int *type, const struct timespec *abstime)
{
  mach_port_t port = rp_data (node)->port;

  return port ? rp_port_select (node, port, type, abstime) : 0;
}

static error_t
given_open (struct fs_node *node, struct fs_cred *cred, int flags)
{
  rp_data (node)->opens++;
  return 0;
}

/* The last one closes the ground's: whoever is at the other end is to see it.  */
static void
given_close (struct fs_node *node, int flags)
{
  struct rp_node *d = rp_data (node);

  if (--d->opens > 0 || d->port == MACH_PORT_NULL)
    return;
  mach_port_deallocate (mach_task_self (), d->port);
  d->port = MACH_PORT_NULL;
}

static void
given_free (struct fs_node *node)
{
  struct given *g = (struct given *) rp_data (node), **gp;

  pthread_mutex_lock (&list_lock);
  for (gp = &list; *gp && *gp != g; gp = &(*gp)->next)
    continue;
  if (*gp)
    *gp = g->next;
  pthread_mutex_unlock (&list_lock);
  if (g->rp.port != MACH_PORT_NULL)
    mach_port_deallocate (mach_task_self (), g->rp.port);
  free (g);
}

static const struct fs_ops given_ops = {
  .stat = given_stat, .read = given_read, .write = given_write,
  .select = given_select, .truncate = rp_own_truncate,
  .open = given_open, .close = given_close, .free = given_free
};

/* A node with NUMBER; call with the list's lock held.  */
static error_t
make (uint32_t number, mach_port_t port, struct fs_node **node)
{
  struct given *g = calloc (1, sizeof *g);
  error_t err;

  if (g == NULL)
    return ENOMEM;
  err = fs_node_create (&rp.fs, &given_ops, RP_GIVEN_INO + number, node);
  if (err)
    {
      free (g);
      return err;
    }
  g->rp.kind = RP_GIVEN;
  g->rp.port = port;
  g->node = *node;
  (*node)->data = &g->rp;
  g->next = list;
  list = g;
  if (number >= next_number)
    next_number = number + 1;
  return 0;
}

error_t
rp_given_node (mach_port_t right, struct fs_node **node)
{
  error_t err = sv_right_ref (right);

  if (err)
    return err;
  pthread_mutex_lock (&list_lock);
  err = next_number == UINT32_MAX ? EAGAIN : make (next_number, right, node);
  pthread_mutex_unlock (&list_lock);
  if (err)
    mach_port_deallocate (mach_task_self (), right);
  return err;
}

error_t
rp_given_again (uint32_t number, struct fs_node **node)
{
  struct given *g;
  error_t err = 0;

  pthread_mutex_lock (&list_lock);
  for (g = list; g && g->node->ino != RP_GIVEN_INO + number; g = g->next)
    continue;
  if (g == NULL || (*node = fs_node_tryref (g->node)) == NULL)
    err = make (number, MACH_PORT_NULL, node);
  pthread_mutex_unlock (&list_lock);
  return err;
}
