/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contents of files: held pages in front of the ground's.  */

#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "proxy.h"

#define MIN(a, b) ((a) < (b) ? (a) : (b))

uint64_t
rp_size (struct fs_node *node)
{
  io_statbuf_t st;
  return rp_stat (node, &st) ? 0 : st.st_size;
}

/* Find out what is at OFFSET: copy a held page's bytes (up to LEN) to DATA and
   return how many; or return 0, and in *GAP how many bytes there the ground
   has to tell (as far as *VALID; what follows is zeros).  */
static size_t
held_at (struct ov_node *ov, uint64_t offset, size_t len, void *data,
	 size_t *gap, uint64_t *valid)
{
  uint64_t index = offset / OV_PAGE, in_page = offset % OV_PAGE;
  struct ov_page *page;
  size_t n = 0;

  pthread_mutex_lock (&rp.lock);
  page = ov_page_from (ov, index);
  if (page && page->index == index)
    {
      n = MIN (len, OV_PAGE - in_page);
      memcpy (data, page->data + in_page, n);
    }
  else
    {
      *gap = page ? MIN (len, page->index * OV_PAGE - offset) : len;
      *valid = ov->gino == 0 || ov_is_dead (ov) ? 0 : ov->gvalid;
    }
  pthread_mutex_unlock (&rp.lock);
  return n;
}

error_t
rp_read_contents (struct fs_node *node, uint64_t offset, size_t len,
		  void *data)
{
  struct ov_node *ov = rp_data (node)->ov;
  char *p = data;
  error_t err = 0;

  while (!err && len > 0)
    {
      uint64_t valid = 0;
      size_t gap = 0, n = held_at (ov, offset, len, p, &gap, &valid);

      if (n == 0)
	{
	  size_t real = valid > offset ? MIN (gap, valid - offset) : 0;
	  if (real > 0)
	    err = rp_ground_read (node, offset, real, p);
	  memset (p + real, 0, gap - real);
	  n = gap;
	}
      offset += n;
      p += n;
      len -= n;
    }
  return err;
}

#define SMALL 2048		/* What a message has room for.  */

/* Write LEN bytes, at most SMALL, at IN_PAGE of the held page INDEX of OV.  False: it
   is not held.  */
static bool
write_held (struct ov_node *ov, uint64_t index, uint64_t in_page, size_t len,
	    const void *data)
{
  char copy[SMALL];

  /* DATA may be a client's memory, which we may be the pager of: no lock.  */
  memcpy (copy, data, len);
  pthread_mutex_lock (&rp.lock);
  struct ov_page *page = ov_page (ov, index);
  if (page)
    {
      memcpy (page->data + in_page, copy, len);
      ov_page_written (&rp.ov, page);
    }
  pthread_mutex_unlock (&rp.lock);
  return page != NULL;
}

/* Large writes leave so many pages for small ones: on a disk that has just become full
   something may be removed, and that makes room only when it is on the ground.  */
#define LARGE	(16 * OV_PAGE)
#define FOR_SMALL	64

/* Hold DATA (given up on success) as page INDEX of OV, if BESIDES other pages have room.  */
static error_t
hold_page (struct ov_node *ov, uint64_t index, uint8_t *data, size_t besides)
{
  pthread_mutex_lock (&rp.lock);
  /* What is held must fit on the ground one day.  */
  bool full = (rp.ov.held_pages + besides >= rp.room
	       && ov_page (ov, index) == NULL);
  error_t err = full ? ENOSPC : ov_put_page (&rp.ov, ov, index, data);
  pthread_mutex_unlock (&rp.lock);
  return err;
}

error_t
rp_hold_contents (struct fs_node *node, uint64_t offset, size_t *len,
		  const void *data, size_t besides)
{
  struct ov_node *ov = rp_data (node)->ov;
  const char *p = data, *end = p + *len;
  error_t err = 0;

  rp_new_version (node);
  while (!err && p < end)
    {
      uint64_t index = offset / OV_PAGE, in_page = offset % OV_PAGE;
      size_t n = MIN ((size_t) (end - p), OV_PAGE - in_page);

      if (n <= SMALL && write_held (ov, index, in_page, n, p))
	{
	  offset += n;
	  p += n;
	  continue;
	}
      uint8_t *page = malloc (OV_PAGE);
      err = page ? 0 : ENOMEM;
      if (!err && n < OV_PAGE)
	err = rp_read_contents (node, index * OV_PAGE, OV_PAGE, page);
      if (!err)
	{
	  /* P may be a client's memory, which we may be the pager of: no lock.  */
	  memcpy (page + in_page, p, n);
	  err = hold_page (ov, index, page, besides);
	}
      if (err)
	{
	  free (page);
	  break;
	}
      offset += n;
      p += n;
    }
  *len = p - (const char *) data;
  return err;
}

error_t
rp_hold_all (struct fs_node *node)
{
  struct ov_node *ov = rp_data (node)->ov;
  io_statbuf_t st;
  error_t err = rp_stat (node, &st);

  if (!err && S_ISREG (st.st_mode))
    for (int64_t at = 0; !err && at < st.st_size; at += OV_PAGE)
      {
	uint8_t *page = NULL;
	pthread_mutex_lock (&rp.lock);
	bool held = ov_page (ov, at / OV_PAGE) != NULL;
	pthread_mutex_unlock (&rp.lock);
	if (held)
	  continue;
	page = malloc (OV_PAGE);
	err = page ? rp_read_contents (node, at, OV_PAGE, page) : ENOMEM;
	pthread_mutex_lock (&rp.lock);
	if (!err)
	  err = ov_put_page (&rp.ov, ov, at / OV_PAGE, page);
	pthread_mutex_unlock (&rp.lock);
	if (err)
	  free (page);
      }
  if (err)
    return err;
  pthread_mutex_lock (&rp.lock);
  ov->mode = st.st_mode & 07777;
  ov->uid = st.st_uid;
  ov->gid = st.st_gid;
  ov->author = st.st_author;
  ov->flags = st.st_flags;
  ov->size = st.st_size;
  ov->rdev = st.st_rdev;
  ov->atime = (struct ov_time) { st.st_atim.tv_sec, st.st_atim.tv_nsec };
  ov->mtime = (struct ov_time) { st.st_mtim.tv_sec, st.st_mtim.tv_nsec };
  ov->ctime = (struct ov_time) { st.st_ctim.tv_sec, st.st_ctim.tv_nsec };
  ov_touch (&rp.ov, ov, OV_ALL & ~(OV_NLINK | OV_TRANSLATOR));
  ov->pinned = true;
  pthread_mutex_unlock (&rp.lock);
  return 0;
}

/* Can the ground alone say what NODE contains?  */
static bool
is_plain (struct fs_node *node)
{
  struct rp_node *d = rp_data (node);
  struct ov_node *ov = d->ov;

  if (d->pager)
    return false;
  pthread_mutex_lock (&rp.lock);
  bool plain = (ov->npages == 0 && !(ov->held & OV_SIZE) && ov->gino != 0
		&& ov->gvalid == UINT64_MAX && !ov_is_dead (ov)
		&& S_ISREG (ov->type));
  pthread_mutex_unlock (&rp.lock);
  return plain;
}

error_t
rp_ground_read_through (struct fs_node *node, loff_t offset, size_t amount,
			char **data, size_t *len)
{
  struct rp_node *d = rp_data (node);
  mach_msg_type_number_t n = *len;
  const char *room = *data;
  mach_port_t port;
  error_t err = rp_ground_port (node, &port);

  if (!err)
    err = io_read (port, data, &n, offset, amount);
  if (!err && *data != room)
    err = rp_own_memory (data, n);
  if (err)
    return err;
  *len = n;
  d->requests++;
  d->bytes += n;
  rp_trace (d->ov, "read offset %lld length %zu", (long long) offset, *len);
  return 0;
}

error_t
rp_read_through (struct fs_node *node, loff_t offset, size_t amount,
		 char **data, size_t *len)
{
  return (is_plain (node)
	  ? rp_ground_read_through (node, offset, amount, data, len) : EAGAIN);
}

error_t
rp_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	 size_t *len, void *data, int flags)
{
  struct rp_node *d = rp_data (node);
  uint64_t size;

  if (d->pager)
    fs_pager_return (d->pager, offset, *len);
  size = rp_size (node);
  if ((uint64_t) offset >= size)
    {
      *len = 0;
      return 0;
    }
  *len = MIN (*len, size - offset);
  d->requests++;
  d->bytes += *len;
  rp_trace (d->ov, "read offset %lld length %zu", (long long) offset, *len);
  return rp_read_contents (node, offset, *len, data);
}

error_t
rp_admit (struct fs_node *node, size_t len)
{
  size_t pages = len / OV_PAGE + 2;
  error_t err = 0;

  for (int i = 0; i < 2 && !err; i++)
    {
      pthread_mutex_lock (&rp.lock);
      size_t held = rp.ov.held_pages;
      bool fits = held == 0 || held + pages <= rp.room;
      pthread_mutex_unlock (&rp.lock);
      if ((held < rp.max_held && fits) || rp.write_through
	  || rp.checkpoint == NULL)
	return 0;
      /* A checkpoint makes room, but for what has no name on the ground; whether
	 that is enough for this write, the write itself finds out.  */
      if (i == 1)
	return held < 2 * rp.max_held ? 0 : ENOSPC;
      err = rp.checkpoint (true);
    }
  return err;
}

void
rp_hold_size (struct ov_node *ov, uint64_t end, uint64_t size)
{
  if (end > size)
    size = end;
  else if ((end + OV_PAGE - 1) / OV_PAGE * OV_PAGE <= size)
    return;
  ov->size = size;
  ov_touch (&rp.ov, ov, OV_SIZE);
}

error_t
rp_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	  size_t *len, const void *data, int flags)
{
  struct rp_node *d = rp_data (node);
  uint64_t end = offset + *len, size;
  error_t err;

  if (*len == 0)
    return 0;
  if (d->ov->gdev != rp.ov.root_dev)
    return EROFS;
  if (end > INT64_MAX)
    return EFBIG;
  if (d->pager)
    fs_pager_return (d->pager, offset, *len);
  size = rp_size (node);
  err = end > size ? rp_admits_size (end) : 0;
  if (!err)
    {
      /* When the disk is full what there was room for has been written.  */
      err = rp_hold_contents (node, offset, len, data,
			      *len > LARGE ? FOR_SMALL : 0);
      err = *len ? 0 : err;
      end = offset + *len;
    }
  if (err)
    return err;
  d->requests++;
  d->bytes += *len;
  pthread_mutex_lock (&rp.lock);
  rp_hold_size (d->ov, end, size);
  rp_stamp (d->ov, OV_MTIME | OV_CTIME);
  pthread_mutex_unlock (&rp.lock);
  rp_map_flush (node, offset, *len);
  rp_trace (d->ov, "write offset %lld length %zu", (long long) offset, *len);
  rp_changed ();
  return 0;
}

error_t
rp_truncate (struct fs_node *node, loff_t size)
{
  struct rp_node *d = rp_data (node);
  uint64_t old;

  if (d->ov->gdev != rp.ov.root_dev)
    return EROFS;
  error_t err = rp_admits_size (size);
  if (err)
    return err;
  if (d->pager)
    fs_pager_return (d->pager, 0, 0);
  old = rp_size (node);
  pthread_mutex_lock (&rp.lock);
  if ((uint64_t) size < old)
    {
      ov_cut (&rp.ov, d->ov, size);
      rp_new_version (node);
    }
  d->ov->size = size;
  ov_touch (&rp.ov, d->ov, OV_SIZE);
  rp_stamp (d->ov, OV_MTIME | OV_CTIME);
  pthread_mutex_unlock (&rp.lock);
  if (d->pager)
    rp_map_flush (node, MIN (old, (uint64_t) size) & ~(uint64_t) (OV_PAGE - 1),
		  0);
  rp_trace (d->ov, "length %lld", (long long) size);
  rp_changed ();
  return 0;
}

error_t
rp_readlink (struct fs_node *node, char *target, size_t size)
{
  struct ov_node *ov = rp_data (node)->ov;
  size_t len = 0;

  pthread_mutex_lock (&rp.lock);
  if (ov->target)
    {
      len = MIN (strlen (ov->target), size);
      memcpy (target, ov->target, len);
    }
  bool known = ov->target != NULL;
  pthread_mutex_unlock (&rp.lock);
  return known ? 0 : rp_ground_read (node, 0, size, target);
}
