/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The overlay as bytes.

   u64 version 3, next_ino, root_dev, epoch, number of nodes; per node its
   numbers (see FIELDS), gname, target, translator (u32 length, bytes), pinned
   pages (u64 count; index and OV_PAGE bytes each), held names (u64 count;
   u64 target, was, epoch, string each).  */

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "overlay.h"

#define IMAGE_VERSION 3

/* Both directions go through this, so that they cannot differ.  */
struct stream
{
  struct ov_bytes *out;		/* Writing, or: */
  const uint8_t *in, *end;
  error_t error;
};

static void
put_raw (struct ov_bytes *out, const void *data, size_t len)
{
  if (out->error)
    return;
  if (out->room - out->len < len)
    {
      size_t room = out->room ? out->room : 4096;
      while (room - out->len < len)
	room *= 2;
      uint8_t *bytes = realloc (out->data, room);
      if (bytes == NULL)
	{
	  out->error = ENOMEM;
	  return;
	}
      out->data = bytes;
      out->room = room;
    }
  memcpy (out->data + out->len, data, len);
  out->len += len;
}

static const uint8_t *
get_raw (struct stream *s, size_t len)
{
  const uint8_t *p = s->in;
  if (s->error || (size_t) (s->end - p) < len)
    {
      s->error = EBADMSG;
      return NULL;
    }
  s->in += len;
  return p;
}

static void
u64 (struct stream *s, uint64_t *v)
{
  if (s->out)
    {
      /* Hundreds of these are written in each stop.  */
      uint64_t little = htole64 (*v);
      put_raw (s->out, &little, sizeof little);
      return;
    }
  const uint8_t *p = get_raw (s, 8);
  *v = 0;
  for (int i = 0; p && i < 8; i++)
    *v |= (uint64_t) p[i] << (8 * i);
}

static void
u32 (struct stream *s, uint32_t *v)
{
  uint64_t wide = *v;
  u64 (s, &wide);
  if (wide > UINT32_MAX)
    s->error = EBADMSG;
  *v = (uint32_t) wide;
}

static void
flag (struct stream *s, bool *v)
{
  uint64_t wide = *v;
  u64 (s, &wide);
  if (wide > 1)
    s->error = EBADMSG;
  *v = wide;
}

/* *DATA is malloced when reading.  NULL and empty are the same.  */
static void
bytes (struct stream *s, char **data, size_t *len)
{
  uint64_t n = *len;

  u64 (s, &n);
  if (s->out)
    put_raw (s->out, *data ? *data : "", n);
  else if (s->error == 0 && n > 0)
    {
      const uint8_t *p = n < SIZE_MAX ? get_raw (s, n) : NULL;
      *data = p ? malloc (n + 1) : NULL;
      if (*data == NULL)
	{
	  s->error = s->error ? s->error : p ? ENOMEM : EBADMSG;
	  return;
	}
      memcpy (*data, p, n);
      (*data)[n] = 0;
      *len = n;
    }
}

static void
string (struct stream *s, char **text)
{
  size_t len = *text ? strlen (*text) : 0;

  bytes (s, text, &len);
  if (!s->out && *text && strlen (*text) != len)
    s->error = EBADMSG;
}

static void
stamp (struct stream *s, struct ov_time *t)
{
  uint64_t sec = (uint64_t) t->sec;
  u64 (s, &sec);
  t->sec = (int64_t) sec;
  u32 (s, &t->nsec);
  if (t->nsec >= 1000000000)
    s->error = EBADMSG;
}

static void
fields (struct stream *s, struct ov_node *n)
{
  u32 (s, &n->type);
  u32 (s, &n->ggen);
  u64 (s, &n->gparent);
  string (s, &n->gname);
  flag (s, &n->fsroot);
  u64 (s, &n->parent);
  u32 (s, &n->held);
  flag (s, &n->renamed);
  flag (s, &n->pinned);
  u64 (s, &n->epoch);
  u64 (s, &n->nlink_epoch);
  u32 (s, &n->mode);
  u32 (s, &n->uid);
  u32 (s, &n->gid);
  u32 (s, &n->author);
  u32 (s, &n->flags);
  u32 (s, &n->nlink);
  u64 (s, &n->rdev);
  u64 (s, &n->size);
  stamp (s, &n->atime);
  stamp (s, &n->mtime);
  stamp (s, &n->ctime);
  stamp (s, &n->applied);
  string (s, &n->target);
  bytes (s, &n->translator, &n->translator_len);
  u64 (s, &n->gvalid);
  u64 (s, &n->gcut);
  u64 (s, &n->gcut_epoch);
}

static void
save_node (struct stream *s, struct ov_node *n)
{
  uint64_t count = n->pinned ? n->npages : 0;

  u64 (s, &n->ino);
  u64 (s, &n->gdev);
  u64 (s, &n->gino);
  fields (s, n);
  u64 (s, &count);
  for (size_t i = 0; i < count; i++)
    {
      u64 (s, &n->pages[i].index);
      put_raw (s->out, n->pages[i].data, OV_PAGE);
    }
  count = 0;
  for (struct ov_name *e = n->names; e; e = e->next)
    count++;
  u64 (s, &count);
  for (struct ov_name *e = n->names; e; e = e->next)
    {
      char *name = e->name;
      u64 (s, &e->target);
      u64 (s, &e->was);
      u64 (s, &e->epoch);
      string (s, &name);
    }
}

void
ov_save (struct overlay *ov, struct ov_bytes *out)
{
  struct stream s = { .out = out };
  uint64_t version = IMAGE_VERSION, count = ov->nnodes;

  u64 (&s, &version);
  u64 (&s, &ov->next_ino);
  u64 (&s, &ov->root_dev);
  u64 (&s, &ov->epoch);
  u64 (&s, &count);
  for (size_t i = 0; i < ov->room_nodes; i++)
    for (struct ov_node *n = ov->nodes[i]; n; n = n->hash_next)
      save_node (&s, n);
}

static void
load_pages (struct stream *s, struct overlay *ov, struct ov_node *n)
{
  uint64_t count = 0, index = 0, before = 0;

  u64 (s, &count);
  if (count > 0 && !n->pinned)
    s->error = EBADMSG;
  for (uint64_t i = 0; i < count && !s->error; i++)
    {
      u64 (s, &index);
      const uint8_t *p = get_raw (s, OV_PAGE);
      uint8_t *data = p ? malloc (OV_PAGE) : NULL;
      if (data == NULL || (i > 0 && index <= before))
	{
	  s->error = s->error ? s->error : data ? EBADMSG : ENOMEM;
	  free (data);
	  return;
	}
      memcpy (data, p, OV_PAGE);
      s->error = ov_put_page (ov, n, index, data);
      before = index;
    }
}

static void
load_names (struct stream *s, struct overlay *ov, struct ov_node *n)
{
  uint64_t count = 0, target = 0, was = 0, epoch = 0;

  u64 (s, &count);
  if (count > 0 && !S_ISDIR (n->type))
    s->error = EBADMSG;
  for (uint64_t i = 0; i < count && !s->error; i++)
    {
      char *name = NULL;
      u64 (s, &target);
      u64 (s, &was);
      u64 (s, &epoch);
      string (s, &name);
      if (!s->error
	  && (name == NULL || strchr (name, '/') || ov_name (ov, n, name)
	      || strcmp (name, ".") == 0 || strcmp (name, "..") == 0))
	s->error = EBADMSG;
      if (!s->error)
	s->error = ov_set_name (ov, n, name, NULL, NULL);
      if (!s->error)
	{
	  ov_name (ov, n, name)->target = target;
	  ov_name (ov, n, name)->was = was;
	  ov_name (ov, n, name)->epoch = epoch;
	}
      free (name);
    }
}

/* Can NAME be where something is on the ground?  NULL and empty: a root.  */
static bool
is_good_place (const char *name)
{
  return (name == NULL || (!strchr (name, '/') && strcmp (name, ".") != 0
			   && strcmp (name, "..") != 0));
}

static void
load_node (struct stream *s, struct overlay *ov)
{
  uint64_t ino = 0, gdev = 0, gino = 0;
  struct ov_node *n;

  u64 (s, &ino);
  u64 (s, &gdev);
  u64 (s, &gino);
  if (s->error)
    return;
  if (ino == 0 || ov_find (ov, ino)
      || (gino != 0 && ov_find_ground (ov, gdev, gino)))
    {
      s->error = EBADMSG;
      return;
    }
  n = ov_add_number (ov, ino);
  if (n == NULL)
    {
      s->error = ENOMEM;
      return;
    }
  ov_set_ground (ov, n, gdev, gino);
  fields (s, n);
  if (s->error || (n->type & ~S_IFMT) || (n->held & ~OV_ALL)
      || (S_ISLNK (n->type) && gino == 0 && n->target == NULL)
      || !is_good_place (n->gname))
    {
      s->error = s->error ? s->error : EBADMSG;
      return;
    }
  if (n->gname == NULL && (n->gname = strdup ("")) == NULL)
    s->error = ENOMEM;
  load_pages (s, ov, n);
  load_names (s, ov, n);
}

/* Everything that is referred to must be there.  */
static error_t
check (struct overlay *ov)
{
  for (size_t i = 0; i < ov->room_names; i++)
    for (struct ov_name *e = ov->names[i]; e; e = e->hash_next)
      if (e->target && !ov_find (ov, e->target))
	return EBADMSG;
  for (size_t i = 0; i < ov->room_nodes; i++)
    for (struct ov_node *n = ov->nodes[i]; n; n = n->hash_next)
      {
	struct ov_node *dir = ov_find (ov, n->gparent);
	if (n->gino && n->gparent
	    && (dir == NULL || !(n->fsroot || S_ISDIR (dir->type))))
	  return EBADMSG;
	if (n->ino >= ov->next_ino)
	  return EBADMSG;
      }
  return 0;
}

error_t
ov_load (struct overlay *ov, const void *data, size_t len)
{
  struct stream s = { .in = data, .end = (const uint8_t *) data + len };
  uint64_t version = 0, count = 0, next = 0, epoch = 0;

  u64 (&s, &version);
  if (!s.error && version != IMAGE_VERSION)
    return ENOTSUP;
  u64 (&s, &next);
  u64 (&s, &ov->root_dev);
  u64 (&s, &epoch);
  u64 (&s, &count);
  while (count-- > 0 && !s.error)
    load_node (&s, ov);
  if (s.error || s.in != s.end)
    return s.error ? s.error : EBADMSG;
  ov->next_ino = next;
  ov->epoch = epoch;
  return check (ov);
}
