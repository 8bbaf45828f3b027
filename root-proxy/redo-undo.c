/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pre-images: from a redo to what leads back.

   Three kinds of paths are met.  A *ground* path is where something is before the
   redo; a *final* one is where it is afterwards; *staged* ones begin in the staging
   place of a directory that is being moved, on the way there or back.  What is moved
   is known by the SECURE and PLACE records.  The order of what is made here is that
   of a redo: secure; remove, the deepest first; make, the highest first; contents;
   attributes; clear the staging places.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "redo.h"

#define CHUNK (64 * 1024)	/* Bytes in one record.  */
#define SPARSE 4096		/* Zeros of this size are not written.  */

/* An object that is moved, or one of its places afterwards.  */
struct moved
{
  const struct redo_record *secure;
  const char *final;		/* NULL: it is nowhere afterwards.  */
  const struct moved *next;	/* Its other places.  */
  bool stays;			/* It has no new place, but its old one.  */
};

/* A name that the ground has before, which the redo takes away; or, with STAT's
   ino 0, one that is made.  */
struct name
{
  char *path;
  unsigned int depth;
  struct undo_stat st;
  const char *other;		/* A final path of it, or NULL.  */
};

struct undo
{
  const struct undo_source *source;
  struct redo *out;
  struct redo_record *records;
  size_t n;
  struct moved *by_from, *by_stage, *by_ino, *by_final;	/* Sorted so.  */
  struct moved *places;
  size_t nmoved, nfinal;
  struct name *lost, *made;	/* Before; and afterwards, by staged paths.  */
  size_t nlost, nmade;
};

static int
cmp_from (const void *a, const void *b)
{
  const struct moved *x = a, *y = b;
  return strcmp (x->secure->from, y->secure->from);
}

static int
cmp_stage (const void *a, const void *b)
{
  const struct moved *x = a, *y = b;
  return strcmp (x->secure->path, y->secure->path);
}

static int
cmp_ino (const void *a, const void *b)
{
  uint64_t x = ((const struct moved *) a)->secure->ino;
  uint64_t y = ((const struct moved *) b)->secure->ino;
  return x < y ? -1 : x > y;
}

static int
cmp_final (const void *a, const void *b)
{
  const struct moved *x = a, *y = b;
  return strcmp (x->final, y->final);
}

static int
higher_first (const void *a, const void *b)
{
  const struct name *x = a, *y = b;
  return x->depth < y->depth ? -1 : x->depth > y->depth;
}

static int
deeper_first (const void *a, const void *b)
{
  return higher_first (b, a);
}

static int
cmp_path (const void *a, const void *b)
{
  const struct name *x = a, *y = b;
  return strcmp (x->path, y->path);
}

static void
fail (struct undo *u, error_t err)
{
  if (err && !u->out->error)
    u->out->error = err;
}

static void
put (struct undo *u, const struct redo_record *r)
{
  redo_add (u->out, r);
  if (u->out->len > u->source->limit)
    fail (u, E2BIG);
}

/* ---- Paths --------------------------------------------------------------- */

enum kind { BY_FROM, BY_STAGE, BY_FINAL };

/* What is moved and is called the first LEN bytes of PATH, as KIND says.  */
static const struct moved *
find_moved (const struct undo *u, enum kind kind, const char *path, size_t len)
{
  const struct moved *list = (kind == BY_FROM ? u->by_from
			      : kind == BY_STAGE ? u->by_stage : u->by_final);
  size_t low = 0, high = kind == BY_FINAL ? u->nfinal : u->nmoved;

  while (low < high)
    {
      size_t mid = (low + high) / 2;
      const char *key = (kind == BY_FROM ? list[mid].secure->from
			 : kind == BY_STAGE ? list[mid].secure->path
			 : list[mid].final);
      int c = strncmp (key, path, len);
      if (c == 0)
	c = key[len] != 0;
      if (c == 0)
	return &list[mid];
      if (c < 0)
	low = mid + 1;
      else
	high = mid;
    }
  return NULL;
}

/* PATH (malloced) with the longest beginning that is a moved directory's name, as KIND
   says, replaced: by where it was (BACK), or by its staging place.  WHOLE: the
   beginning may be all of it.  */
static char *
translate (struct undo *u, enum kind kind, const char *path, bool back,
	   bool whole)
{
  char *result;

  for (size_t len = strlen (path), all = len; len > 0; len--)
    {
      if (len == all ? !whole : path[len] != '/')
	continue;
      const struct moved *m = find_moved (u, kind, path, len);
      if (m == NULL || (len < all && m->secure->mode != 1))
	continue;
      if (asprintf (&result, "%s%s", back ? m->secure->from : m->secure->path,
		    path + len) < 0)
	result = NULL;
      if (result == NULL)
	fail (u, ENOMEM);
      return result;
    }
  result = strdup (path);
  if (result == NULL)
    fail (u, ENOMEM);
  return result;
}

/* Where the object at the final path PATH was before, or would have been.  */
static char *
ground_path (struct undo *u, const char *path)
{
  return translate (u, BY_FINAL, path, true, true);
}

/* ---- Reading the redo ---------------------------------------------------- */

static error_t
read_records (struct undo *u, const void *data, size_t len)
{
  size_t pos = 0, room = 0;
  struct redo_record r;
  error_t err;

  while ((err = redo_next (data, len, &pos, &r)) == 0)
    {
      if (u->n == room)
	{
	  room = room ? 2 * room : 64;
	  struct redo_record *p = realloc (u->records, room * sizeof *p);
	  if (p == NULL)
	    return ENOMEM;
	  u->records = p;
	}
      u->records[u->n++] = r;
    }
  return err == ENOENT ? 0 : err;
}

/* Find out what is moved, and where to.  */
static error_t
read_moves (struct undo *u)
{
  u->by_from = calloc (u->n + 1, sizeof *u->by_from);
  u->by_stage = calloc (u->n + 1, sizeof *u->by_stage);
  u->by_ino = calloc (u->n + 1, sizeof *u->by_ino);
  u->by_final = calloc (u->n + 1, sizeof *u->by_final);
  u->places = calloc (u->n + 1, sizeof *u->places);
  if (!u->by_from || !u->by_stage || !u->by_ino || !u->by_final || !u->places)
    return ENOMEM;
  for (size_t i = 0; i < u->n; i++)
    if (u->records[i].op == REDO_SECURE)
      u->by_stage[u->nmoved++].secure = &u->records[i];
  qsort (u->by_stage, u->nmoved, sizeof *u->by_stage, cmp_stage);
  for (size_t i = 0; i < u->n; i++)
    {
      const struct redo_record *r = &u->records[i];
      struct moved *m, *place = &u->places[u->nfinal];
      if (r->op != REDO_PLACE)
	continue;
      m = (struct moved *) find_moved (u, BY_STAGE, r->from, strlen (r->from));
      if (m == NULL)
	continue;
      *place = (struct moved) { m->secure, r->path, m->next, false };
      m->final = r->path;
      m->next = place;
      u->nfinal++;
    }
  memcpy (u->by_final, u->places, u->nfinal * sizeof *u->by_final);
  memcpy (u->by_from, u->by_stage, u->nmoved * sizeof *u->by_from);
  memcpy (u->by_ino, u->by_stage, u->nmoved * sizeof *u->by_ino);
  qsort (u->by_ino, u->nmoved, sizeof *u->by_ino, cmp_ino);
  qsort (u->by_from, u->nmoved, sizeof *u->by_from, cmp_from);
  qsort (u->by_final, u->nfinal, sizeof *u->by_final, cmp_final);
  return 0;
}

static bool
makes_name (enum redo_op op)
{
  return (op == REDO_MKDIR || op == REDO_CREATE || op == REDO_SYMLINK
	  || op == REDO_LINK || op == REDO_PLACE);
}

/* Find out what names go and what names come.  */
static error_t
read_names (struct undo *u)
{
  u->lost = calloc (u->n + 1, sizeof *u->lost);
  u->made = calloc (u->n + 1, sizeof *u->made);
  if (!u->lost || !u->made)
    return ENOMEM;
  for (size_t i = 0; i < u->n; i++)
    {
      const struct redo_record *r = &u->records[i];
      struct name *n;
      if (r->op == REDO_REMOVE)
	{
	  n = &u->lost[u->nlost];
	  n->path = translate (u, BY_STAGE, r->path, true, false);
	  n->other = *r->from ? r->from : NULL;
	  if (n->path == NULL)
	    return ENOMEM;
	  error_t err = u->source->stat (u->source->ctx, n->path, &n->st);
	  if (err == ENOENT || err == ENOTDIR)
	    free (n->path);
	  else if (err)
	    return u->nlost++, err;
	  else
	    u->nlost++;
	}
      else if (makes_name (r->op))
	{
	  n = &u->made[u->nmade];
	  n->path = translate (u, BY_FINAL, r->path, false, false);
	  if (n->path == NULL)
	    return ENOMEM;
	  u->nmade++;
	}
    }
  for (size_t i = 0; i < u->nlost; i++)
    u->lost[i].depth = redo_depth (u->lost[i].path);
  for (size_t i = 0; i < u->nmade; i++)
    u->made[i].depth = redo_depth (u->made[i].path);
  qsort (u->lost, u->nlost, sizeof *u->lost, cmp_path);
  qsort (u->made, u->nmade, sizeof *u->made, cmp_path);
  for (size_t i = 0; i < u->nmoved; i++)
    {
      struct moved *m = &u->by_ino[i];
      struct name key = { .path = (char *) m->secure->from };
      m->stays = (m->final == NULL && m->secure->mode == 0
		  && bsearch (&key, u->lost, u->nlost, sizeof key, cmp_path)
		  == NULL);
    }
  return 0;
}

/* ---- Writing ------------------------------------------------------------- */

/* Append PATH (freed) to the argz in R.  */
static void
add_place (struct undo *u, struct redo_record *r, char *path)
{
  size_t n = path ? strlen (path) + 1 : 0;
  char *data = path ? realloc ((void *) r->data, r->len + n) : NULL;

  if (data)
    {
      memcpy (data + r->len, path, n);
      r->data = data;
      r->len += n;
    }
  else
    fail (u, ENOMEM);
  free (path);
}

static void
put_secures (struct undo *u)
{
  for (size_t i = 0; i < u->nmoved; i++)
    {
      const struct moved *m = &u->by_stage[i];
      struct redo_record r = { .op = REDO_SECURE, .ino = m->secure->ino,
			       .mode = m->secure->mode,
			       .path = m->secure->path, .from = m->final };
      if (m->final == NULL)
	continue;
      /* At its final name, whose directory may be staged; back; or in between.  */
      for (const struct moved *k = m->next; k; k = k->next)
	{
	  add_place (u, &r, translate (u, BY_FINAL, k->final, false, false));
	  add_place (u, &r, strdup (k->final));
	}
      add_place (u, &r, strdup (m->secure->from));
      add_place (u, &r, translate (u, BY_FROM, m->secure->from, false, false));
      put (u, &r);
      free ((void *) r.data);
    }
}

static void
put_removals (struct undo *u)
{
  struct name *sorted = calloc (u->nmade + 1, sizeof *sorted);

  if (sorted == NULL)
    {
      fail (u, ENOMEM);
      return;
    }
  memcpy (sorted, u->made, u->nmade * sizeof *sorted);
  qsort (sorted, u->nmade, sizeof *sorted, deeper_first);
  for (size_t i = 0; i < u->nmade; i++)
    {
      struct redo_record r = { .op = REDO_REMOVE, .path = sorted[i].path };
      struct name *was = bsearch (&sorted[i], u->lost, u->nlost,
				  sizeof *u->lost, cmp_path);
      /* A directory that is to be made there anyway may be there already.  */
      r.mode = was && S_ISDIR (was->st.mode);
      put (u, &r);
    }
  free (sorted);
}

/* The secured object with the number INO that will be there for us, or NULL.  */
static const struct moved *
moved_object (const struct undo *u, uint64_t ino)
{
  struct redo_record record = { .ino = ino };
  struct moved key = { .secure = &record }, *m;

  m = bsearch (&key, u->by_ino, u->nmoved, sizeof key, cmp_ino);
  return m && (m->final || m->stays) ? m : NULL;
}

/* The name before N under which its object was made anew, or NULL.  */
static const struct name *
made_before (const struct undo *u, const struct name *n)
{
  for (const struct name *k = u->lost; n->st.nlink > 1 && k < n; k++)
    if (k->st.ino == n->st.ino)
      return k;
  return NULL;
}

static void
put_symlink (struct undo *u, const struct name *n)
{
  char *target = NULL;
  error_t err = u->source->readlink (u->source->ctx, n->path, &target);
  struct redo_record r = { .op = REDO_SYMLINK, .path = n->path,
			   .from = target };

  fail (u, err);
  if (!err)
    put (u, &r);
  free (target);
}

/* Make the name N again, if it is to be a link to something else (LINKS), or if it is
   not; those to be linked to may be in directories that are put back meanwhile.  True:
   with a new object, whose contents are to follow.  */
static bool
put_name (struct undo *u, const struct name *n, bool links)
{
  const struct moved *m = moved_object (u, n->st.ino);
  const struct name *first = m ? NULL : made_before (u, n);
  struct redo_record r = { .path = n->path, .mode = n->st.mode & S_IFMT };
  char *other = NULL;

  if (links != ((m && m->stays) || (!m && (n->other || first))))
    return false;
  if (m && m->stays)
    {
      r.op = REDO_LINK;
      r.from = m->secure->from;
    }
  else if (m)
    {
      r.op = REDO_PLACE;
      r.mode = m->secure->mode;
      r.from = m->secure->path;
    }
  else if (n->other)
    {
      r.op = REDO_LINK;
      r.from = other = ground_path (u, n->other);
    }
  else if (S_ISDIR (n->st.mode))
    {
      r.op = REDO_MKDIR;
      r.mode = 0700;
    }
  else if (first)
    {
      r.op = REDO_LINK;
      r.from = first->path;
    }
  else if (S_ISLNK (n->st.mode))
    {
      put_symlink (u, n);
      return true;
    }
  else
    {
      r.op = REDO_CREATE;
      r.mode |= 0600;
      r.size = n->st.rdev;
    }
  if (!u->out->error)
    put (u, &r);
  free (other);
  return r.op == REDO_CREATE || r.op == REDO_MKDIR;
}

static bool
is_zero (const uint8_t *p, size_t len)
{
  while (len > 0 && *p == 0)
    p++, len--;
  return len == 0;
}

/* The LEN bytes that PATH has at OFFSET now; SPARE: where there are none
   afterwards, so that zeros need not be written.  */
static void
put_bytes (struct undo *u, const char *path, uint64_t offset, uint64_t len,
	   bool spare)
{
  uint8_t *buffer = malloc (CHUNK);

  if (buffer == NULL)
    fail (u, ENOMEM);
  while (!u->out->error && len > 0)
    {
      size_t max = spare ? SPARSE - offset % SPARSE : CHUNK;
      struct redo_record r = { .op = REDO_WRITE, .path = path, .size = offset,
			       .data = buffer, .len = len < max ? len : max };
      fail (u, u->source->read (u->source->ctx, path, offset, r.len, buffer));
      if (!u->out->error && !(spare && is_zero (buffer, r.len)))
	put (u, &r);
      offset += r.len;
      len -= r.len;
    }
  free (buffer);
}

static void
put_attributes (struct undo *u, const char *path, const struct undo_stat *st)
{
  struct redo_record r = {
    .op = REDO_ATTR, .path = path, .mode = st->mode & 07777, .uid = st->uid,
    .gid = st->gid, .author = st->author, .flags = st->flags,
    .atime = st->atime, .atime_nsec = st->atime_nsec, .mtime = st->mtime,
    .mtime_nsec = st->mtime_nsec,
    .mask = (REDO_OWNER | REDO_ATIME | REDO_MTIME | REDO_FLAGS | REDO_AUTHOR
	     | (S_ISLNK (st->mode) ? 0 : REDO_MODE))
  };
  put (u, &r);
}

static void
put_translator (struct undo *u, const char *path)
{
  char *argz = NULL;
  size_t len = 0;
  bool inside = false;
  error_t err = u->source->translator (u->source->ctx, path, &argz, &len,
				       &inside);
  struct redo_record r = { .op = REDO_TRANSLATOR, .path = path, .data = argz,
			   .len = len, .mode = inside };

  fail (u, err);
  if (!err)
    put (u, &r);
  free (argz);
}

/* All that was removed: names first, then what they stand for.  */
static void
put_lost (struct undo *u)
{
  bool *anew = calloc (u->nlost + 1, sizeof *anew);

  if (anew == NULL)
    fail (u, ENOMEM);
  qsort (u->lost, u->nlost, sizeof *u->lost, higher_first);
  for (size_t i = 0; !u->out->error && i < u->nlost; i++)
    anew[i] = put_name (u, &u->lost[i], false);
  for (size_t i = 0; !u->out->error && i < u->nlost; i++)
    put_name (u, &u->lost[i], true);
  for (size_t i = 0; !u->out->error && i < u->nlost; i++)
    {
      const struct name *n = &u->lost[i];
      if (!anew[i] || !S_ISREG (n->st.mode))
	continue;
      put_bytes (u, n->path, 0, n->st.size, true);
      struct redo_record r = { .op = REDO_TRUNCATE, .path = n->path,
			       .size = n->st.size };
      put (u, &r);
    }
  for (size_t i = u->nlost; !u->out->error && i-- > 0;)
    if (anew[i])
      {
	const struct name *n = &u->lost[i];
	if (n->st.translated && (S_ISREG (n->st.mode) || S_ISDIR (n->st.mode)))
	  put_translator (u, n->path);
	put_attributes (u, n->path, &n->st);
      }
  free (anew);
}

/* Is what is at PATH (as r->path has it) something that the redo makes?  Else *ST is
   what it is before, at *WAS (malloced).  */
static bool
is_new (struct undo *u, const char *path, char **was, struct undo_stat *st)
{
  error_t err;

  *was = ground_path (u, path);
  if (*was == NULL)
    return true;
  if (find_moved (u, BY_FINAL, path, strlen (path)) == NULL)
    {
      struct name key = { .path = translate (u, BY_FINAL, path, false, false) };
      bool made = key.path && bsearch (&key, u->made, u->nmade, sizeof key,
				       cmp_path);
      free (key.path);
      if (made)
	return true;
    }
  err = u->source->stat (u->source->ctx, *was, st);
  if (err && err != ENOENT && err != ENOTDIR)
    fail (u, err);
  return err != 0;
}

/* The contents of what stays: the records from I on, which are of one file.  Returns
   how many.  */
static size_t
put_contents (struct undo *u, size_t i)
{
  const char *path = u->records[i].path;
  uint64_t cut = UINT64_MAX;
  struct undo_stat st;
  char *was = NULL;
  size_t n = 0;

  for (size_t k = i; k < u->n && strcmp (u->records[k].path, path) == 0
       && (u->records[k].op == REDO_WRITE || u->records[k].op == REDO_TRUNCATE);
       k++, n++)
    if (u->records[k].op == REDO_TRUNCATE && u->records[k].size < cut)
      cut = u->records[k].size;
  if (is_new (u, path, &was, &st) || !S_ISREG (st.mode))
    {
      free (was);
      return n;
    }
  uint64_t end = cut < st.size ? cut : st.size;
  for (size_t k = i; k < i + n && !u->out->error; k++)
    {
      const struct redo_record *r = &u->records[k];
      if (r->op == REDO_WRITE && r->size < end)
	put_bytes (u, was, r->size,
		   r->len < end - r->size ? r->len : end - r->size, false);
    }
  struct redo_record r = { .op = REDO_TRUNCATE, .path = was, .size = end };
  put (u, &r);
  if (end < st.size)
    {
      put_bytes (u, was, end, st.size - end, true);
      r.size = st.size;
      put (u, &r);
    }
  free (was);
  return n;
}

/* What stays and is changed.  */
static void
put_changed (struct undo *u)
{
  for (size_t i = 0, n; i < u->n && !u->out->error; i += n)
    {
      enum redo_op op = u->records[i].op;
      n = (op == REDO_WRITE || op == REDO_TRUNCATE ? put_contents (u, i) : 1);
    }
  for (size_t i = 0; i < u->n && !u->out->error; i++)
    {
      const struct redo_record *r = &u->records[i];
      struct undo_stat st;
      char *was = NULL;
      if ((r->op == REDO_ATTR || r->op == REDO_TRANSLATOR)
	  && !is_new (u, r->path, &was, &st))
	{
	  if (r->op == REDO_TRANSLATOR)
	    put_translator (u, was);
	  else
	    put_attributes (u, was, &st);
	}
      free (was);
    }
}

static void
put_unstages (struct undo *u)
{
  struct redo_record r = { .op = REDO_SYNC };
  bool any = false;

  for (size_t i = 0; i < u->nmoved; i++)
    if (u->by_stage[i].final)
      {
	if (!any)
	  put (u, &r);
	any = true;
	struct redo_record unstage = { .op = REDO_UNSTAGE,
				       .path = u->by_stage[i].secure->path };
	put (u, &unstage);
      }
}

error_t
undo_build (const void *data, size_t len, const struct undo_source *source,
	    struct redo *out)
{
  struct undo u = { .source = source, .out = out };
  error_t err = read_records (&u, data, len);

  if (!err)
    err = read_moves (&u);
  if (!err)
    err = read_names (&u);
  fail (&u, err);
  if (!err)
    {
      put_secures (&u);
      put_removals (&u);
      put_lost (&u);
      put_changed (&u);
      put_unstages (&u);
    }
  for (size_t i = 0; i < u.nlost; i++)
    free (u.lost[i].path);
  for (size_t i = 0; i < u.nmade; i++)
    free (u.made[i].path);
  free (u.lost);
  free (u.made);
  free (u.by_from);
  free (u.by_stage);
  free (u.by_ino);
  free (u.by_final);
  free (u.places);
  free (u.records);
  return out->error;
}
