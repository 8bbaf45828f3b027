/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Record locks (file_record_lock) and whole-file locks (file_lock).  Both
   belong to an open, and do not mind each other.  All is protected by the
   node's lock; NODE->lock_changed tells of releases.  */

#include <stdlib.h>
#include <sys/file.h>
#include "node-internal.h"
#include "fs_S.h"

#define LOCK_END	INT64_MAX

struct fs_lock
{
  struct fs_lock *next;
  struct fs_open *open;
  bool whole;			/* By file_lock.  */
  bool exclusive;
  int64_t start, end;		/* END is the last byte.  */
};

/* A lock that keeps L from being set, or NULL.  */
static struct fs_lock *
conflict (struct fs_node *node, const struct fs_lock *l)
{
  for (struct fs_lock *o = node->locks; o; o = o->next)
    if (o->open != l->open && o->whole == l->whole
	&& o->start <= l->end && l->start <= o->end
	&& (o->exclusive || l->exclusive))
      return o;
  return NULL;
}

/* Take what L covers out of its owner's locks.  SPARE is used when one falls
   into two.  */
static void
carve (struct fs_node *node, const struct fs_lock *l, struct fs_lock **spare)
{
  struct fs_lock **op = &node->locks, *o;
  while ((o = *op))
    {
      if (o->open != l->open || o->whole != l->whole
	  || o->start > l->end || l->start > o->end)
	op = &o->next;
      else if (o->start >= l->start && o->end <= l->end)
	{
	  *op = o->next;
	  free (o);
	}
      else if (o->start < l->start && o->end > l->end)
	{
	  struct fs_lock *tail = *spare;
	  *spare = NULL;
	  *tail = *o;
	  tail->start = l->end + 1;
	  o->end = l->start - 1;
	  o->next = tail;
	  op = &tail->next;
	}
      else
	{
	  if (o->start < l->start)
	    o->end = l->start - 1;
	  else
	    o->start = l->end + 1;
	  op = &o->next;
	}
    }
  pthread_cond_broadcast (&node->lock_changed);
}

/* Set L, or only release what it covers (UNLOCK), waiting if WAIT.  */
static error_t
set (struct fs_node *node, const struct fs_lock *l, bool unlock, bool wait)
{
  struct fs_lock *new = malloc (sizeof *new);
  struct fs_lock *spare = malloc (sizeof *spare);
  error_t err = new && spare ? 0 : ENOMEM;

  while (!err && !unlock && conflict (node, l))
    err = wait ? sv_wait (&node->lock_changed, &node->lock, NULL) : EAGAIN;
  if (!err)
    {
      carve (node, l, &spare);
      if (!unlock)
	{
	  *new = *l;
	  new->next = node->locks;
	  node->locks = new;
	  new = NULL;
	}
    }
  free (new);
  free (spare);
  return err;
}

void
fs_locks_drop (struct fs_node *node, struct fs_open *open)
{
  struct fs_lock all = { NULL, open, false, false, 0, LOCK_END };
  struct fs_lock *none = NULL;
  if (node->locks == NULL)
    return;
  carve (node, &all, &none);
  all.whole = true;
  carve (node, &all, &none);
}

/* Fill *L from FLOCK.  */
static error_t
range (struct fs_node *node, struct fs_open *open, const flock_t *flock,
       struct fs_lock *l)
{
  int64_t base, start, end;
  io_statbuf_t st;
  error_t err = 0;

  switch (flock->l_whence)
    {
    case SEEK_SET:
      base = 0;
      break;
    case SEEK_CUR:
      base = open->offset;
      break;
    case SEEK_END:
      err = fs_stat (node, &st);
      base = st.st_size;
      break;
    default:
      return EINVAL;
    }
  if (err)
    return err;
  if (__builtin_add_overflow (base, flock->l_start, &start))
    return EOVERFLOW;
  if (flock->l_len == 0)
    end = LOCK_END;
  else if (flock->l_len > 0)
    {
      if (__builtin_add_overflow (start, flock->l_len - 1, &end))
	return EOVERFLOW;
    }
  else
    {
      end = start - 1;
      if (__builtin_add_overflow (start, flock->l_len, &start))
	return EINVAL;
    }
  if (start < 0)
    return EINVAL;
  *l = (struct fs_lock) { NULL, open, false, flock->l_type == F_WRLCK,
			  start, end };
  return 0;
}

/* F_GETLK: what is in the way.  */
static void
get (struct fs_node *node, const struct fs_lock *l, flock_t *flock)
{
  struct fs_lock *o = conflict (node, l);
  if (o == NULL)
    {
      flock->l_type = F_UNLCK;
      return;
    }
  flock->l_type = o->exclusive ? F_WRLCK : F_RDLCK;
  flock->l_whence = SEEK_SET;
  flock->l_start = o->start;
  flock->l_len = o->end == LOCK_END ? 0 : o->end - o->start + 1;
  flock->l_pid = -1;		/* Nobody tells us.  */
}

kern_return_t
S_file_record_lock (file_t file, int cmd, flock_t *flock,
		    mach_port_t rendezvous)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  struct fs_lock l;
  if (cred == NULL)
    return EOPNOTSUPP;
  int flags = cred->open->flags, type = flock->l_type;
  error_t err = 0;

  pthread_mutex_lock (&node->lock);
  if (MACH_PORT_VALID (rendezvous)
      || (type != F_RDLCK && type != F_WRLCK && type != F_UNLCK))
    err = EINVAL;
  if (!err)
    err = range (node, cred->open, flock, &l);
  if (!err && cmd == F_GETLK64)
    {
      if (type == F_UNLCK)
	err = EINVAL;
      else
	get (node, &l, flock);
    }
  else if (!err && (cmd == F_SETLK64 || cmd == F_SETLKW64))
    {
      if ((type == F_RDLCK && !(flags & O_READ))
	  || (type == F_WRLCK && !(flags & O_WRITE)))
	err = EBADF;
      else
	err = set (node, &l, type == F_UNLCK, cmd == F_SETLKW64);
    }
  else if (!err)
    err = EINVAL;
  pthread_mutex_unlock (&node->lock);
  fs_end (cred, node);
  return err;
}

kern_return_t
S_file_lock (file_t file, int flags)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  int op = flags & (LOCK_SH | LOCK_EX | LOCK_UN);
  error_t err = EINVAL;
  if (cred == NULL)
    return EOPNOTSUPP;
  struct fs_lock l = { NULL, cred->open, true, op == LOCK_EX, 0, LOCK_END };
  pthread_mutex_lock (&node->lock);
  if (op == LOCK_SH || op == LOCK_EX || op == LOCK_UN)
    err = set (node, &l, op == LOCK_UN, !(flags & LOCK_NB));
  pthread_mutex_unlock (&node->lock);
  fs_end (cred, node);
  return err == EAGAIN ? EWOULDBLOCK : err;
}

kern_return_t
S_file_lock_stat (file_t file, int *mine, int *others)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  if (cred == NULL)
    return EOPNOTSUPP;
  *mine = *others = LOCK_UN;
  pthread_mutex_lock (&node->lock);
  for (struct fs_lock *o = node->locks; o; o = o->next)
    if (o->whole)
      *(o->open == cred->open ? mine : others)
	= o->exclusive ? LOCK_EX : LOCK_SH;
  pthread_mutex_unlock (&node->lock);
  fs_end (cred, node);
  return 0;
}

error_t
fs_locks_each (struct fs_open *open, error_t (*function)
	       (void *arg, bool whole, bool exclusive, int64_t start,
		int64_t end), void *arg)
{
  error_t err = 0;
  for (struct fs_lock *o = open->node->locks; o && !err; o = o->next)
    if (o->open == open)
      err = function (arg, o->whole, o->exclusive, o->start, o->end);
  return err;
}

error_t
fs_lock_again (struct fs_open *open, bool whole, bool exclusive,
	       int64_t start, int64_t end)
{
  struct fs_lock l = { NULL, open, whole, exclusive, start, end };
  if (start < 0 || end < start)
    return EINVAL;
  pthread_mutex_lock (&open->node->lock);
  error_t err = set (open->node, &l, false, false);
  pthread_mutex_unlock (&open->node->lock);
  return err;
}
