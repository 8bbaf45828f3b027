/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what is held to a redo.

   The order: secure; remove names, the deepest first; make names, the highest
   first; contents; attributes; sync; clear the staging places.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "overlay-private.h"

#define MAX_WRITE (64 * 1024)	/* Bytes in one record.  */

/* A name that is to be removed or made.  */
struct item
{
  struct ov_name *e;
  char *path;
  unsigned int depth;
};

struct build
{
  struct overlay *ov;
  struct redo *redo;
  struct item *remove, *make;
  size_t nremove, nmake;
};

static int
deeper_first (const void *a, const void *b)
{
  const struct item *x = a, *y = b;
  return x->depth < y->depth ? 1 : x->depth > y->depth ? -1 : 0;
}

static int
higher_first (const void *a, const void *b)
{
  return deeper_first (b, a);
}

/* Sort the names into those to be removed and those to be made.  */
static error_t
collect (struct build *b, struct ov_plan *plan)
{
  struct overlay *ov = b->ov;
  size_t n = ov->nnames + 1;

  b->remove = calloc (n, sizeof *b->remove);
  b->make = calloc (n, sizeof *b->make);
  plan->placed = calloc (n, sizeof *plan->placed);
  if (!b->remove || !b->make || !plan->placed)
    return ENOMEM;
  for (size_t i = 0; i < ov->room_names; i++)
    for (struct ov_name *e = ov->names[i]; e; e = e->hash_next)
      {
	char *path = ov_secured_path (ov, e->dir, e->name);
	struct ov_placed *p = &plan->placed[plan->n++];

	if (path)
	  b->remove[b->nremove++] = (struct item) { e, path, redo_depth (path) };
	p->dir = e->dir->ino;
	p->ino = e->target;
	p->name = strdup (e->name);
	if (p->name == NULL)
	  return ENOMEM;
	if (e->target == 0 || ov_is_dead (e->dir))
	  continue;
	path = ov_name_path (ov, e, false);
	if (path == NULL)
	  continue;
	b->make[b->nmake++] = (struct item) { e, path, redo_depth (path) };
	p->path = strdup (path);
	if (p->path == NULL)
	  return ENOMEM;
      }
  qsort (b->remove, b->nremove, sizeof *b->remove, deeper_first);
  qsort (b->make, b->nmake, sizeof *b->make, higher_first);
  return 0;
}

/* Append PATH (freed) to the argz in R, if there is one.  */
static void
add_candidate (struct redo_record *r, char *path)
{
  if (path == NULL)
    return;
  size_t n = strlen (path) + 1;
  char *data = realloc ((void *) r->data, r->len + n);
  if (data)
    {
      memcpy (data + r->len, path, n);
      r->data = data;
      r->len += n;
    }
  free (path);
}

static void
add_secure (struct build *b, struct ov_node *n)
{
  struct redo_record r = { .op = REDO_SECURE, .ino = n->gino,
			   .mode = S_ISDIR (n->type) };
  struct ov_node *dir = ov_find (b->ov, n->gparent);
  char *stage = ov_stage_path (b->ov, n);
  char *from = ov_ground_path (b->ov, n);

  if (stage == NULL || from == NULL)
    b->redo->error = b->redo->error ?: ENOMEM;
  else
    {
      if (dir)
	add_candidate (&r, ov_secured_path (b->ov, dir, n->gname));
      for (size_t i = 0; i < b->nmake; i++)
	if (b->make[i].e->target == n->ino)
	  {
	    add_candidate (&r, strdup (b->make[i].path));
	    add_candidate (&r, ov_name_path (b->ov, b->make[i].e, true));
	  }
      add_candidate (&r, ov_lost_path (b->ov, n));
      r.path = stage;
      r.from = from;
      redo_add (b->redo, &r);
    }
  free ((void *) r.data);
  free (stage);
  free (from);
}

/* Where the object that the ground has at E will go on to be, if it has another name
   that is known and stays (malloced).  */
static char *
other_name (struct build *b, struct ov_name *e)
{
  struct ov_node *n = e->was ? ov_find (b->ov, e->was) : NULL;

  if (n == NULL || n->gino == 0 || n->ino == e->target || ov_is_dead (n)
      || S_ISDIR (n->type) || ov_is_secured (n))
    return NULL;
  return ov_final_path (b->ov, n);
}

static void
add_removals (struct build *b)
{
  for (size_t i = 0; i < b->nremove; i++)
    {
      struct ov_name *e = b->remove[i].e;
      struct ov_node *n = e->target ? ov_find (b->ov, e->target) : NULL;
      struct redo_record r = { .op = REDO_REMOVE, .path = b->remove[i].path };
      char *other;

      r.mode = n && S_ISDIR (n->type) && n->gino == 0;
      r.from = other = other_name (b, e);
      redo_add (b->redo, &r);
      free (other);
    }
}

static void
add_makings (struct build *b)
{
  for (size_t i = 0; i < b->nmake; i++)
    {
      struct ov_node *n = ov_find (b->ov, b->make[i].e->target);
      struct redo_record r = { .path = b->make[i].path };
      char *stage = NULL;

      if (n == NULL)
	continue;
      r.mode = n->type | 0600;
      if (ov_is_secured (n))
	{
	  r.op = REDO_PLACE;
	  r.mode = S_ISDIR (n->type);
	  r.from = stage = ov_stage_path (b->ov, n);
	}
      else if (S_ISDIR (n->type))
	{
	  r.op = REDO_MKDIR;
	  r.mode = 0700;
	}
      else if (n->made)
	{
	  r.op = REDO_LINK;
	  r.from = n->made;
	}
      else if (S_ISLNK (n->type))
	{
	  r.op = REDO_SYMLINK;
	  r.from = n->target;
	}
      else
	{
	  r.op = REDO_CREATE;
	  r.size = n->rdev;
	}
      if (n->made == NULL)
	n->made = b->make[i].path;
      redo_add (b->redo, &r);
      free (stage);
    }
}

/* The held pages of N, neighbours together, cut at its size.  */
static void
add_pages (struct build *b, struct ov_node *n, const char *path)
{
  uint8_t *buffer = n->npages ? malloc (MAX_WRITE) : NULL;
  uint64_t end = n->held & OV_SIZE ? n->size : UINT64_MAX;
  struct redo_record r = { .op = REDO_WRITE, .path = path, .data = buffer };

  if (n->npages && buffer == NULL)
    b->redo->error = ENOMEM;
  for (size_t i = 0; buffer && i < n->npages; i++)
    {
      uint64_t at = n->pages[i].index * OV_PAGE;
      size_t len = OV_PAGE;

      if (at >= end)
	break;
      if (end - at < len)
	len = end - at;
      if (r.len > 0 && (r.size + r.len != at || r.len + len > MAX_WRITE))
	{
	  redo_add (b->redo, &r);
	  r.len = 0;
	}
      if (r.len == 0)
	r.size = at;
      memcpy (buffer + r.len, n->pages[i].data, len);
      r.len += len;
    }
  if (r.len > 0)
    redo_add (b->redo, &r);
  free (buffer);
}

static void
add_contents (struct build *b, struct ov_node *n, const char *path)
{
  struct redo_record r = { .op = REDO_TRUNCATE, .path = path };

  if (n->gino != 0 && n->gvalid != UINT64_MAX)
    {
      r.size = n->gvalid;
      redo_add (b->redo, &r);
    }
  add_pages (b, n, path);
  if (n->held & OV_SIZE)
    {
      r.size = n->size;
      redo_add (b->redo, &r);
    }
}

static void
add_attributes (struct build *b, struct ov_node *n, const char *path)
{
  struct redo_record r = { .op = REDO_TRANSLATOR, .path = path };

  if (n->held & OV_TRANSLATOR)
    {
      r.data = n->translator;
      r.len = n->translator_len;
      r.mode = 1;
      redo_add (b->redo, &r);
    }
  r = (struct redo_record) { .op = REDO_ATTR, .path = path };
  if ((n->held & OV_MODE) && !S_ISLNK (n->type))
    r.mask |= REDO_MODE;
  if (n->held & OV_OWNER)
    r.mask |= REDO_OWNER;
  if (n->held & OV_ATIME)
    r.mask |= REDO_ATIME;
  if (n->held & OV_MTIME)
    r.mask |= REDO_MTIME;
  if (n->held & OV_FLAGS)
    r.mask |= REDO_FLAGS;
  if (n->held & OV_AUTHOR)
    r.mask |= REDO_AUTHOR;
  r.mode = n->mode & 07777;
  r.uid = n->uid;
  r.gid = n->gid;
  r.author = n->author;
  r.flags = n->flags;
  r.atime = n->atime.sec;
  r.atime_nsec = n->atime.nsec;
  r.mtime = n->mtime.sec;
  r.mtime_nsec = n->mtime.nsec;
  if (r.mask)
    redo_add (b->redo, &r);
}

/* Call FUNCTION for all living nodes with a path of which something is held.
   ATTRIBUTES says which half: directories get their times last.  */
static void
for_held (struct build *b, void (*function) (struct build *, struct ov_node *,
					     const char *), bool contents)
{
  struct overlay *ov = b->ov;

  for (size_t i = 0; i < ov->room_nodes; i++)
    for (struct ov_node *n = ov->nodes[i]; n; n = n->hash_next)
      {
	if (contents && !S_ISREG (n->type))
	  continue;
	if (ov_is_dead (n)
	    || (n->held == 0 && n->npages == 0 && n->gvalid == UINT64_MAX))
	  continue;
	char *path = ov_final_path (ov, n);
	/* Without a known name it stays held, and is saved, until one is
	   met.  */
	n->pinned = path == NULL;
	if (path)
	  function (b, n, path);
	free (path);
      }
}

static void
for_secured (struct build *b, bool unstage)
{
  struct overlay *ov = b->ov;
  struct redo_record r = { .op = REDO_SYNC };
  bool any = false;

  for (size_t i = 0; i < ov->room_nodes; i++)
    for (struct ov_node *n = ov->nodes[i]; n; n = n->hash_next)
      {
	n->made = NULL;
	if (!ov_is_secured (n))
	  continue;
	if (!unstage)
	  {
	    add_secure (b, n);
	    continue;
	  }
	if (!any)
	  redo_add (b->redo, &r);
	any = true;
	char *stage = ov_stage_path (ov, n);
	struct redo_record u = { .op = REDO_UNSTAGE, .path = stage };
	if (stage)
	  redo_add (b->redo, &u);
	free (stage);
      }
}

error_t
ov_build (struct overlay *ov, struct redo *redo, struct ov_plan *plan)
{
  struct build b = { .ov = ov, .redo = redo };
  error_t err;

  memset (plan, 0, sizeof *plan);
  plan->epoch = ov->epoch;
  err = collect (&b, plan);
  if (!err)
    {
      for_secured (&b, false);
      add_removals (&b);
      add_makings (&b);
      for_held (&b, add_contents, true);
      for_held (&b, add_attributes, false);
      for_secured (&b, true);
      err = redo->error;
    }
  for (size_t i = 0; i < b.nremove; i++)
    free (b.remove[i].path);
  for (size_t i = 0; i < b.nmake; i++)
    free (b.make[i].path);
  free (b.remove);
  free (b.make);
  if (err)
    ov_plan_free (plan);
  return err;
}

void
ov_plan_free (struct ov_plan *plan)
{
  for (size_t i = 0; i < plan->n; i++)
    {
      free (plan->placed[i].name);
      free (plan->placed[i].path);
    }
  free (plan->placed);
  memset (plan, 0, sizeof *plan);
}
