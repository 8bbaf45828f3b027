/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where nodes are: on the ground now, while a redo is applied, and then.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "overlay-private.h"

#define MAX_DEPTH 1024

/* DIR/NAME; frees DIR.  NULL if DIR is.  */
static char *
join (char *dir, const char *name)
{
  char *path = NULL;

  if (dir == NULL || *name == 0)
    return dir;
  if (asprintf (&path, "%s%s%s", dir, *dir ? "/" : "", name) < 0)
    path = NULL;
  free (dir);
  return path;
}

bool
ov_is_secured (const struct ov_node *n)
{
  return n->gino != 0 && n->renamed && !ov_is_dead (n);
}

bool
ov_is_lost (const struct ov_node *n)
{
  return n->gino != 0 && n->gparent == 0 && !n->fsroot;
}

/* The held name of TARGET in a living directory, or NULL.  */
struct ov_name *
ov_name_of (struct overlay *ov, struct ov_node *target)
{
  if (!target->renamed)
    return NULL;
  if (target->hint && !ov_is_dead (target->hint->dir))
    return target->hint;
  for (size_t i = 0; i < ov->room_names; i++)
    for (struct ov_name *e = ov->names[i]; e; e = e->hash_next)
      if (e->target == target->ino && !ov_is_dead (e->dir))
	return target->hint = e;
  return NULL;
}

enum view { GROUND, SECURED, FINAL, FINAL_SECURED };

static char *
path_in (struct overlay *ov, struct ov_node *n, enum view view, int depth)
{
  struct ov_node *dir;
  struct ov_name *e = NULL;

  if (depth > MAX_DEPTH)
    return NULL;
  if ((view == SECURED || view == FINAL_SECURED) && ov_is_secured (n))
    return ov_stage_path (ov, n);
  if (view == FINAL || view == FINAL_SECURED)
    {
      if (ov_is_dead (n))
	return NULL;
      e = ov_name_of (ov, n);
      if (e)
	return join (path_in (ov, e->dir, view, depth + 1), e->name);
    }
  if (n->gino == 0)
    return NULL;
  if (n->gparent == 0)
    return n->fsroot ? strdup ("") : NULL;
  dir = ov_find (ov, n->gparent);
  if (dir == NULL)
    return NULL;
  /* Its known place may be held to be another's, or nobody's.  */
  if ((view == FINAL || view == FINAL_SECURED)
      && ov_name (ov, dir, n->gname))
    return NULL;
  return join (path_in (ov, dir, view, depth + 1), n->gname);
}

char *
ov_ground_path (struct overlay *ov, struct ov_node *n)
{
  return path_in (ov, n, GROUND, 0);
}

char *
ov_final_path (struct overlay *ov, struct ov_node *n)
{
  return path_in (ov, n, FINAL, 0);
}

char *
ov_name_path (struct overlay *ov, struct ov_name *e, bool secured)
{
  return join (path_in (ov, e->dir, secured ? FINAL_SECURED : FINAL, 0),
	       e->name);
}

char *
ov_secured_path (struct overlay *ov, struct ov_node *dir, const char *name)
{
  return join (path_in (ov, dir, SECURED, 0), name);
}

/* The root of the file system of the ground that N is on.  */
static struct ov_node *
fs_root (struct overlay *ov, struct ov_node *n)
{
  for (int depth = 0; n && !n->fsroot && depth < MAX_DEPTH; depth++)
    n = ov_find (ov, n->gparent);
  return n;
}

char *
ov_stage_path (struct overlay *ov, struct ov_node *n)
{
  struct ov_node *root = fs_root (ov, n);
  char name[sizeof OV_STAGE + 24];

  snprintf (name, sizeof name, OV_STAGE "/%llu",
	    (unsigned long long) n->ino);
  return root ? join (path_in (ov, root, GROUND, 0), name) : NULL;
}

char *
ov_lost_path (struct overlay *ov, struct ov_node *n)
{
  struct ov_node *root = fs_root (ov, n);
  char name[sizeof OV_LOST + 24];

  snprintf (name, sizeof name, OV_LOST "/#%llu",
	    (unsigned long long) n->gino);
  return root ? join (path_in (ov, root, GROUND, 0), name) : NULL;
}
