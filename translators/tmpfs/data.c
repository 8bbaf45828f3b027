/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contents of files.  */

#include <stdlib.h>
#include <string.h>
#include "tmpfs.h"

/* How many pages a file can have: its table then has a GiB.  */
#define MAX_PAGES ((1u << 30) / sizeof (char *))

/* Make room in the table for NPAGES pages.  */
static error_t
widen (struct tnode *t, size_t npages)
{
  char **pages;

  if (npages <= t->npages)
    return 0;
  if (npages > MAX_PAGES)
    return EFBIG;
  npages += npages / 4;
  pages = realloc (t->pages, npages * sizeof *pages);
  if (pages == NULL)
    return ENOMEM;
  memset (pages + t->npages, 0, (npages - t->npages) * sizeof *pages);
  t->pages = pages;
  t->npages = npages;
  return 0;
}

size_t
data_read (struct tnode *t, uint64_t offset, size_t len, void *data)
{
  uint64_t size = t->st.st_size;
  size_t done = 0;

  if (offset >= size)
    return 0;
  if (len > size - offset)
    len = size - offset;
  while (done < len)
    {
      size_t skip = (offset + done) % PAGE, n = PAGE - skip;
      uint64_t i = (offset + done) / PAGE;
      const char *page = i < t->npages ? t->pages[i] : NULL;
      if (n > len - done)
	n = len - done;
      if (page)
	memcpy ((char *) data + done, page + skip, n);
      else
	memset ((char *) data + done, 0, n);
      done += n;
    }
  return len;
}

error_t
data_reserve (struct tnode *t, uint64_t offset, size_t len)
{
  uint64_t i, end = (offset + len + PAGE - 1) / PAGE;
  error_t err = widen (t, end);

  for (i = offset / PAGE; i < end && !err; i++)
    if (t->pages[i] == NULL)
      {
	if (tmp.used >= tmp.limit)
	  return ENOSPC;
	t->pages[i] = calloc (1, PAGE);
	if (t->pages[i] == NULL)
	  return ENOSPC;
	tmp.used++;
	t->st.st_blocks += PAGE / 512;
      }
  return err;
}

error_t
data_write (struct tnode *t, uint64_t offset, size_t len, const void *data)
{
  size_t done = 0;
  error_t err = data_reserve (t, offset, len);

  if (err)
    return err;
  while (done < len)
    {
      size_t skip = (offset + done) % PAGE, n = PAGE - skip;
      if (n > len - done)
	n = len - done;
      memcpy (t->pages[(offset + done) / PAGE] + skip, (char *) data + done, n);
      done += n;
    }
  if (offset + len > (uint64_t) t->st.st_size)
    t->st.st_size = offset + len;
  return 0;
}

void
data_cut (struct tnode *t, uint64_t size)
{
  uint64_t i;

  for (i = (size + PAGE - 1) / PAGE; i < t->npages; i++)
    if (t->pages[i])
      {
	free (t->pages[i]);
	t->pages[i] = NULL;
	tmp.used--;
	t->st.st_blocks -= PAGE / 512;
      }
  if (size % PAGE && size / PAGE < t->npages && t->pages[size / PAGE])
    memset (t->pages[size / PAGE] + size % PAGE, 0, PAGE - size % PAGE);
}

error_t
tmp_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	  size_t *len, void *data, int flags)
{
  struct tnode *t = tnode_of (node);

  if (t->pager)
    fs_pager_return (t->pager, offset, *len);
  pthread_mutex_lock (&tmp.lock);
  *len = data_read (t, offset, *len, data);
  tnode_touch (t, true, false);
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}

error_t
tmp_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	   size_t *len, const void *data, int flags)
{
  struct tnode *t = tnode_of (node);
  char *copy;
  error_t err;

  if (*len == 0)
    return 0;
  if (t->pager)
    fs_pager_return (t->pager, offset, *len);
  /* DATA may be a mapping of one of our own files.  */
  copy = malloc (*len);
  if (copy == NULL)
    return ENOSPC;
  memcpy (copy, data, *len);
  pthread_mutex_lock (&tmp.lock);
  err = data_write (t, offset, *len, copy);
  if (!err)
    tnode_touch (t, false, true);
  pthread_mutex_unlock (&tmp.lock);
  free (copy);
  if (!err && t->pager)
    fs_pager_flush (t->pager, offset, *len);
  return err;
}

error_t
tmp_truncate (struct fs_node *node, loff_t size)
{
  struct tnode *t = tnode_of (node);
  loff_t old = t->st.st_size;

  if (!S_ISREG (t->st.st_mode))
    return EINVAL;
  if (size > (loff_t) MAX_PAGES * PAGE)
    return EFBIG;
  if (t->pager)
    fs_pager_return (t->pager, 0, 0);
  pthread_mutex_lock (&tmp.lock);
  if (size < old)
    data_cut (t, size);
  t->st.st_size = size;
  tnode_touch (t, false, true);
  pthread_mutex_unlock (&tmp.lock);
  if (t->pager)
    fs_pager_flush (t->pager, (size < old ? size : old) & ~(loff_t) (PAGE - 1),
		    0);
  return 0;
}

static error_t
pager_read (void *user, uint64_t offset, size_t len, void *data)
{
  pthread_mutex_lock (&tmp.lock);
  data_read (tnode_of (user), offset, len, data);
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}

static error_t
pager_write (void *user, uint64_t offset, size_t len, const void *data)
{
  struct tnode *t = tnode_of (user);
  error_t err = 0;

  pthread_mutex_lock (&tmp.lock);
  if (offset < (uint64_t) t->st.st_size)
    {
      if (len > t->st.st_size - offset)
	len = t->st.st_size - offset;
      err = data_write (t, offset, len, data);
      tnode_touch (t, false, true);
    }
  pthread_mutex_unlock (&tmp.lock);
  return err;
}

static uint64_t
pager_size (void *user)
{
  uint64_t size;

  pthread_mutex_lock (&tmp.lock);
  size = tnode_of (user)->st.st_size;
  pthread_mutex_unlock (&tmp.lock);
  return size;
}

error_t
tmp_map (struct fs_node *node, int prot, mach_port_t *object)
{
  static const struct fs_pager_ops ops =
    {
      .read = pager_read, .write = pager_write, .size = pager_size,
      .in_use = fs_pager_keep_node
    };
  struct tnode *t = tnode_of (node);

  if (!S_ISREG (t->st.st_mode))
    return EOPNOTSUPP;
  return fs_pager_map_node (node, &ops, &t->pager, prot, object);
}
