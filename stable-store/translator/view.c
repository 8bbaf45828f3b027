/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store as it is on the device now.  See translator.h.  */

#include "translator.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct view view = { .lock = PTHREAD_MUTEX_INITIALIZER };

#define TRIES 5			/* A commit may happen while we open.  */
#define CHUNK 64		/* Pages read at once.  */

static struct store_io io;	/* Of the view; never closed.  */

static void
empty_slot (struct slot *s)
{
  store_ckpt_close (s->ckpt);
  free (s->ids);
  *s = (struct slot) { NULL, NULL, 0, 0 };
}

static void
forget (void)
{
  for (int i = 0; i < SLOTS; i++)
    empty_slot (&view.slots[i]);
  store_close (view.store);
  view.store = NULL;
  free (view.numbers);
  view.numbers = NULL;
  view.ncheckpoints = 0;
}

static error_t
list (void)
{
  uint64_t n = 0;
  size_t room = 0;
  error_t err;
  while ((err = store_list (view.store, n, &n)) == 0)
    {
      if (view.ncheckpoints == room)
	{
	  room = room ? room * 2 : 64;
	  uint64_t *p = realloc (view.numbers, room * sizeof *p);
	  if (p == NULL)
	    return ENOMEM;
	  view.numbers = p;
	}
      view.numbers[view.ncheckpoints++] = n;
    }
  return err == ENOENT ? 0 : err;
}

static error_t
open_device (void)
{
  if (io.read)
    return 0;
  int fd = open (view.device, O_RDONLY | O_CLOEXEC);
  return fd < 0 ? errno : store_io_fd (fd, &io);
}

error_t
view_refresh (char **why)
{
  static uint8_t now[sizeof view.roots];
  error_t err = open_device ();
  if (why)
    *why = NULL;
  for (int i = 0; !err && i < TRIES; i++)
    {
      char *text = NULL;
      err = io.read (io.ctx, 1, 2, now);
      if (err || (view.store && memcmp (now, view.roots, sizeof now) == 0))
	return err;
      forget ();
      memcpy (view.roots, now, sizeof now);
      struct store_io mine = io;
      mine.close = NULL;
      err = store_open (&mine, STORE_RDONLY, &view.store, &text);
      if (!err)
	{
	  err = list ();
	  if (!err)
	    return 0;
	  text = strdup (store_error (view.store));
	  forget ();
	}
      if (why)
	{
	  free (*why);
	  *why = text;
	}
      else
	free (text);
      if (err != EILSEQ)
	return err;
      err = 0;
    }
  return err ? err : EIO;
}

static int
by_number (const void *a, const void *b)
{
  const uint64_t *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

error_t
view_checkpoint (uint64_t number, struct slot **slot)
{
  struct slot *oldest = &view.slots[0];
  if (view.store == NULL)
    return EIO;
  if (bsearch (&number, view.numbers, view.ncheckpoints, sizeof number,
	       by_number) == NULL)
    return ENOENT;
  for (int i = 0; i < SLOTS; i++)
    {
      struct slot *s = &view.slots[i];
      if (s->ckpt && store_ckpt_number (s->ckpt) == number)
	{
	  s->used = ++view.lookups;
	  *slot = s;
	  return 0;
	}
      if (s->used < oldest->used)
	oldest = s;
    }
  empty_slot (oldest);
  error_t err = store_ckpt_open (view.store, number, &oldest->ckpt);
  if (err)
    {
      oldest->ckpt = NULL;
      return err;
    }
  oldest->used = ++view.lookups;
  *slot = oldest;
  return 0;
}

error_t
view_objects (struct slot *slot)
{
  struct store_object_info o = { .id = 0 };
  size_t room = 0;
  error_t err;
  if (slot->ids)
    return 0;
  slot->nids = 0;
  while ((err = store_next_object (slot->ckpt, o.id, &o)) == 0)
    {
      if (slot->nids == room)
	{
	  room = room ? room * 2 : 64;
	  uint64_t *p = realloc (slot->ids, room * sizeof *p);
	  if (p == NULL)
	    {
	      err = ENOMEM;
	      break;
	    }
	  slot->ids = p;
	}
      slot->ids[slot->nids++] = o.id;
    }
  if (err == ENOENT)
    return 0;
  free (slot->ids);
  slot->ids = NULL;
  slot->nids = 0;
  return err;
}

error_t
view_size (struct slot *slot, uint64_t id, uint64_t *size)
{
  struct store_object_info o;
  error_t err = store_find_object (slot->ckpt, id, &o);
  if (err)
    return err;
  *size = o.length;
  if (o.length)
    return 0;

  /* The last page is at LOW - 1 or behind it, and before HIGH.  */
  uint64_t low = 0, high = INT64_MAX / STORE_PAGE, page;
  while (low < high)
    {
      uint64_t middle = low + (high - low) / 2;
      err = store_next_page (slot->ckpt, id, middle, &page);
      if (err == ENOENT || (err == 0 && page >= high))
	high = middle;
      else if (err)
	return err;
      else
	low = page + 1;
    }
  *size = low * STORE_PAGE;
  return 0;
}

/* Read it from the slot.  */
static error_t
read_object (struct slot *slot, uint64_t id, uint64_t offset, size_t len,
	     char *data)
{
  char *pages = malloc (CHUNK * STORE_PAGE);
  error_t err = pages ? 0 : ENOMEM;
  while (!err && len > 0)
    {
      size_t skip = offset % STORE_PAGE;
      uint64_t next;
      err = store_next_page (slot->ckpt, id, offset / STORE_PAGE, &next);
      if (err && err != ENOENT)
	break;
      if (err == ENOENT || next > offset / STORE_PAGE)
	{
	  /* Nothing is stored up to there.  */
	  uint64_t gap = (err || next > INT64_MAX / STORE_PAGE
			  ? UINT64_MAX : next * STORE_PAGE - offset);
	  size_t n = gap < len ? gap : len;
	  memset (data, 0, n);
	  data += n;
	  offset += n;
	  len -= n;
	  err = 0;
	  continue;
	}
      size_t n = (skip + len + STORE_PAGE - 1) / STORE_PAGE;
      if (n > CHUNK)
	n = CHUNK;
      err = store_read_pages (slot->ckpt, id, offset / STORE_PAGE, n, pages);
      if (err)
	break;
      n = n * STORE_PAGE - skip;
      if (n > len)
	n = len;
      memcpy (data, pages + skip, n);
      data += n;
      offset += n;
      len -= n;
    }
  free (pages);
  return err;
}

error_t
view_read (uint64_t number, uint64_t id, uint64_t offset, size_t len,
	   void *data)
{
  struct slot *slot;
  error_t err = view_checkpoint (number, &slot);
  if (!err)
    err = read_object (slot, id, offset, len, data);
  if (!err || err == ENOMEM)
    return err;

  /* Is it still there?  Its blocks may have been used again.  */
  char *text = view.store ? strdup (store_error (view.store)) : NULL;
  err = view_refresh (NULL);
  if (!err)
    err = view_checkpoint (number, &slot);
  if (err == ENOENT)
    err = ESTALE;
  else if (!err)
    err = read_object (slot, id, offset, len, data);
  if (err && err != ESTALE && err != ENOMEM)
    {
      fprintf (stderr, "stable-store: %s: %s\n", view.device,
	       text ? text : strerror (err));
      err = EIO;
    }
  free (text);
  return err;
}

error_t
view_change (error_t (*change) (struct store *store, void *arg), void *arg)
{
  struct store_io own;
  struct store *store;
  if (view.readonly)
    return EROFS;
  int fd = open (view.device, O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return errno;
  error_t err = store_io_fd (fd, &own);
  if (err)
    return err;
  err = store_open (&own, 0, &store, NULL);
  if (err)
    {
      own.close (own.ctx);
      return err == EILSEQ ? EIO : err;
    }
  err = change (store, arg);
  store_close (store);
  pthread_mutex_lock (&view.lock);
  error_t again = view_refresh (NULL);
  pthread_mutex_unlock (&view.lock);
  return err ? (err == EILSEQ ? EIO : err) : again;
}
