/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Redo records as bytes.

   A record is: u32 length of what follows, u8 op, 7 reserved zero bytes (so
   that numbers could be read aligned by tools), the fixed numbers, then path,
   from (each u32 length with its final NUL, the bytes), then data (u32 length,
   the bytes).  Everything is little-endian.  */

#include <stdlib.h>
#include <string.h>
#include "little-endian.h"
#include "redo.h"

#define FIXED (8 + 6 * 4 + 2 * 8 + 2 * 8 + 2 * 4)

static uint8_t *
room_for (struct redo *redo, size_t need)
{
  if (redo->error)
    return NULL;
  if (redo->room - redo->len < need)
    {
      size_t room = redo->room ? redo->room : 4096;
      while (room - redo->len < need)
	room *= 2;
      uint8_t *data = realloc (redo->data, room);
      if (data == NULL)
	{
	  redo->error = ENOMEM;
	  return NULL;
	}
      redo->data = data;
      redo->room = room;
    }
  return redo->data + redo->len;
}

static void
put_bytes (uint8_t **p, const void *data, size_t len)
{
  le_put (p, len, 4);
  if (len > 0)
    memcpy (*p, data, len);
  *p += len;
}

unsigned int
redo_depth (const char *path)
{
  unsigned int n = 0;
  for (; *path; path++)
    n += *path == '/';
  return n;
}

void
redo_add (struct redo *redo, const struct redo_record *r)
{
  const char *path = r->path ? r->path : "";
  const char *from = r->from ? r->from : "";
  size_t body = FIXED + 3 * 4 + strlen (path) + 1 + strlen (from) + 1 + r->len;
  uint8_t *p = room_for (redo, 4 + body);

  if (p == NULL)
    return;
  le_put (&p, body, 4);
  le_put (&p, r->op, 8);
  le_put (&p, r->mask, 4);
  le_put (&p, r->mode, 4);
  le_put (&p, r->uid, 4);
  le_put (&p, r->gid, 4);
  le_put (&p, r->author, 4);
  le_put (&p, r->flags, 4);
  le_put (&p, r->ino, 8);
  le_put (&p, r->size, 8);
  le_put (&p, (uint64_t) r->atime, 8);
  le_put (&p, (uint64_t) r->mtime, 8);
  le_put (&p, r->atime_nsec, 4);
  le_put (&p, r->mtime_nsec, 4);
  put_bytes (&p, path, strlen (path) + 1);
  put_bytes (&p, from, strlen (from) + 1);
  put_bytes (&p, r->data, r->len);
  redo->len += 4 + body;
}

void
redo_free (struct redo *redo)
{
  free (redo->data);
  memset (redo, 0, sizeof *redo);
}

/* The bytes at *P, at most to END; NULL if they do not fit.  */
static const void *
get_bytes (const uint8_t **p, const uint8_t *end, size_t *len)
{
  if (end - *p < 4)
    return NULL;
  *len = le_get (p, 4);
  if ((size_t) (end - *p) < *len)
    return NULL;
  const void *data = *p;
  *p += *len;
  return data;
}

static const char *
get_string (const uint8_t **p, const uint8_t *end)
{
  size_t len;
  const char *s = get_bytes (p, end, &len);
  if (s == NULL || len == 0 || memchr (s, 0, len) != s + len - 1)
    return NULL;
  return s;
}

/* Neither absolute, nor empty components, nor `.' nor `..'.  */
static bool
good_path (const char *path)
{
  while (*path)
    {
      size_t n = strcspn (path, "/");
      if (n == 0 || (path[0] == '.' && (n == 1 || (n == 2 && path[1] == '.'))))
	return false;
      path += n;
      if (*path && *++path == 0)
	return false;
    }
  return true;
}

static bool
good_record (const struct redo_record *r)
{
  if (r->op < REDO_SECURE || r->op >= REDO_OPS || !good_path (r->path)
      || r->atime_nsec >= 1000000000 || r->mtime_nsec >= 1000000000)
    return false;
  if (r->op == REDO_SYNC)
    return true;
  if (r->op != REDO_ATTR && r->path[0] == 0)
    return false;
  if (r->op == REDO_WRITE)
    return r->size <= INT64_MAX - (uint64_t) r->len;
  if (r->op == REDO_SECURE || r->op == REDO_LINK || r->op == REDO_PLACE)
    {
      const char *p = r->data, *end = p + r->len;
      if (r->from[0] == 0 || !good_path (r->from))
	return false;
      if (r->len > 0 && end[-1] != 0)
	return false;
      for (; p < end; p += strlen (p) + 1)
	if (!good_path (p))
	  return false;
    }
  return true;
}

error_t
redo_next (const void *data, size_t len, size_t *pos, struct redo_record *r)
{
  const uint8_t *p = (const uint8_t *) data + *pos, *end;
  size_t body;

  if (*pos == len)
    return ENOENT;
  if (*pos > len || len - *pos < 4)
    return EBADMSG;
  body = le_get (&p, 4);
  if (body < FIXED || body > len - *pos - 4)
    return EBADMSG;
  end = p + body;

  uint64_t op = le_get (&p, 8);
  if (op >= REDO_OPS)
    return EBADMSG;
  memset (r, 0, sizeof *r);
  r->op = op;
  r->mask = le_get (&p, 4);
  r->mode = le_get (&p, 4);
  r->uid = le_get (&p, 4);
  r->gid = le_get (&p, 4);
  r->author = le_get (&p, 4);
  r->flags = le_get (&p, 4);
  r->ino = le_get (&p, 8);
  r->size = le_get (&p, 8);
  r->atime = (int64_t) le_get (&p, 8);
  r->mtime = (int64_t) le_get (&p, 8);
  r->atime_nsec = le_get (&p, 4);
  r->mtime_nsec = le_get (&p, 4);
  r->path = get_string (&p, end);
  r->from = r->path ? get_string (&p, end) : NULL;
  r->data = r->from ? get_bytes (&p, end, &r->len) : NULL;
  if (r->data == NULL || p != end || !good_record (r))
    return EBADMSG;
  *pos += 4 + body;
  return 0;
}

error_t
redo_check (const void *data, size_t len)
{
  struct redo_record r;
  size_t pos = 0;
  error_t err;

  while ((err = redo_next (data, len, &pos, &r)) == 0)
    continue;
  return err == ENOENT ? 0 : err;
}

const char *
redo_op_name (enum redo_op op)
{
  static const char *const names[REDO_OPS] =
    { "?", "secure", "remove", "mkdir", "create", "symlink", "link", "place",
      "truncate", "write", "attributes of", "translator of", "sync",
      "unstage" };
  return op < REDO_OPS ? names[op] : names[0];
}
