/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fifos: a ring of bytes in a node that is open.  Everything is protected by
   the node's lock.  */

#include <stdlib.h>
#include <string.h>
#include "node-internal.h"

#define FIFO_SIZE	(64 * 1024)
#define ATOMIC_SIZE	4096	/* PIPE_BUF */

struct fs_fifo
{
  unsigned int readers, writers; /* Opens.  */
  unsigned int openings;	/* That wait for the other end.  */
  unsigned int partial;		/* Writes that have been done in part.  */
  unsigned long readers_seen, writers_seen;
  size_t start, used;
  pthread_cond_t changed;
  char data[FIFO_SIZE];
};

static void
release (struct fs_node *node)
{
  struct fs_fifo *f = node->fifo;
  if (f->readers || f->writers || f->openings)
    return;
  node->fifo = NULL;
  pthread_cond_destroy (&f->changed);
  free (f);
}

error_t
fs_fifo_again (struct fs_node *node, int flags)
{
  struct fs_fifo *f = node->fifo;

  if (f == NULL)
    {
      f = calloc (1, sizeof *f);
      if (f == NULL)
	return ENOMEM;
      pthread_cond_init (&f->changed, NULL);
      node->fifo = f;
    }
  if (flags & O_READ)
    f->readers++, f->readers_seen++;
  if (flags & O_WRITE)
    f->writers++, f->writers_seen++;
  pthread_cond_broadcast (&f->changed);
  return 0;
}

error_t
fs_fifo_open (struct fs_node *node, int flags)
{
  error_t err = fs_fifo_again (node, flags);
  if (err)
    return err;
  struct fs_fifo *f = node->fifo;
  /* The other end may have come and gone while we wait.  */
  unsigned long readers = f->readers_seen, writers = f->writers_seen;
  f->openings++;
  if (!(flags & O_WRITE))
    while (!err && !f->writers && f->writers_seen == writers
	   && !(flags & O_NONBLOCK))
      err = sv_wait (&f->changed, &node->lock, NULL);
  else if (!(flags & O_READ))
    while (!err && !f->readers && f->readers_seen == readers)
      err = flags & O_NONBLOCK ? ENXIO
	: sv_wait (&f->changed, &node->lock, NULL);
  f->openings--;
  if (err)
    fs_fifo_close (node, flags);
  return err;
}

void
fs_fifo_close (struct fs_node *node, int flags)
{
  struct fs_fifo *f = node->fifo;
  if (flags & O_READ)
    f->readers--;
  if (flags & O_WRITE)
    f->writers--;
  pthread_cond_broadcast (&f->changed);
  release (node);
}

error_t
fs_fifo_read (struct fs_node *node, size_t *len, void *data, int flags)
{
  struct fs_fifo *f = node->fifo;
  error_t err = 0;

  while (!err && f->used == 0 && f->writers && *len)
    err = flags & O_NONBLOCK ? EWOULDBLOCK
      : sv_wait (&f->changed, &node->lock, NULL);
  if (err)
    return err;
  if (*len > f->used)
    *len = f->used;
  size_t first = FIFO_SIZE - f->start;
  if (first > *len)
    first = *len;
  memcpy (data, f->data + f->start, first);
  memcpy ((char *) data + first, f->data, *len - first);
  f->start = (f->start + *len) % FIFO_SIZE;
  f->used -= *len;
  pthread_cond_broadcast (&f->changed);
  return 0;
}

error_t
fs_fifo_write (struct fs_node *node, size_t *len, const void *data, int flags)
{
  struct fs_fifo *f = node->fifo;
  size_t done = 0;
  error_t err = 0;

  while (done < *len)
    {
      size_t left = *len - done, room = FIFO_SIZE - f->used;
      if (f->readers == 0)
	err = EPIPE;
      else if (room == 0 || (*len <= ATOMIC_SIZE && room < left))
	{
	  f->partial += done > 0;
	  err = flags & O_NONBLOCK ? EWOULDBLOCK
	    : sv_wait (&f->changed, &node->lock, NULL);
	  f->partial -= done > 0;
	}
      else
	{
	  size_t end = (f->start + f->used) % FIFO_SIZE;
	  size_t n = left < room ? left : room;
	  if (n > FIFO_SIZE - end)
	    n = FIFO_SIZE - end;
	  memcpy (f->data + end, (const char *) data + done, n);
	  f->used += n;
	  done += n;
	  pthread_cond_broadcast (&f->changed);
	}
      if (err)
	break;
    }
  *len = done;
  return done && err != EPIPE ? 0 : err;
}

error_t
fs_fifo_readable (struct fs_node *node, size_t *amount)
{
  *amount = node->fifo->used;
  return 0;
}

error_t
fs_fifo_select (struct fs_node *node, int *type,
		const struct timespec *abstime)
{
  struct fs_fifo *f = node->fifo;
  for (;;)
    {
      int ready = 0;
      if (f->used || f->writers == 0)
	ready |= SELECT_READ;
      if (f->readers == 0 || FIFO_SIZE - f->used >= ATOMIC_SIZE)
	ready |= SELECT_WRITE;
      if (*type == 0 || (ready & *type))
	{
	  *type &= ready;
	  return 0;
	}
      error_t err = sv_wait (&f->changed, &node->lock, abstime);
      if (err)
	return err;
    }
}

error_t
fs_fifo_save (struct fs_node *node, char **data, size_t *len)
{
  struct fs_fifo *f = node->fifo;
  size_t first = FIFO_SIZE - f->start;

  /* A write that is only half done would be done again as a whole.  */
  if (f->partial)
    return EAGAIN;
  *len = f->used;
  *data = malloc (f->used + 1);
  if (*data == NULL)
    return ENOMEM;
  if (first > f->used)
    first = f->used;
  memcpy (*data, f->data + f->start, first);
  memcpy (*data + first, f->data, f->used - first);
  return 0;
}

error_t
fs_fifo_fill (struct fs_node *node, const char *data, size_t len)
{
  struct fs_fifo *f = node->fifo;
  if (f == NULL || len > FIFO_SIZE)
    return EINVAL;
  memcpy (f->data, data, len);
  f->start = 0;
  f->used = len;
  return 0;
}
