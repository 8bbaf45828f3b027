/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The overlay and its redo, on a model of the ground.

   A random workload changes a model file system directly (what the environment
   sees) and a second one through overlay and redo (the ground).  After each
   checkpoint's redo has been applied the two must be equal: names, types, hard
   links, contents, modes.  Each redo is also cut short after a random record
   and begun anew, as after a crash, and applied once more at the end.

   With each redo its pre-images are made.  At the end a ground is led back and forth
   through the history by them, with crashes: at each stop it must be what it was.  */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "../../root-proxy/overlay.h"

#define MAX_OBJECTS 4096
#define MAX_NAMES 64
#define MAX_DATA (6 * OV_PAGE)

struct object
{
  bool used, dir;
  uint32_t mode, nlink;
  uint64_t ino;
  uint8_t *data;
  size_t size;
  char *names[MAX_NAMES];
  struct object *targets[MAX_NAMES];
};

struct model
{
  struct object objects[MAX_OBJECTS];	/* Number I is inode I + 2.  */
  long budget;			/* Operations until the crash; < 0: none.  */
  unsigned int conflicts;
};

#define CRASH 9999

static struct object *
new_object (struct model *m, bool dir)
{
  for (size_t i = 0; i < MAX_OBJECTS; i++)
    if (!m->objects[i].used)
      {
	struct object *o = &m->objects[i];
	memset (o, 0, sizeof *o);
	o->used = true;
	o->dir = dir;
	o->ino = i + 2;
	return o;
      }
  abort ();
}

static void
release (struct object *o)
{
  if (o->nlink > 0)
    return;
  free (o->data);
  memset (o, 0, sizeof *o);
}

static int
slot (struct object *dir, const char *name)
{
  for (int i = 0; i < MAX_NAMES; i++)
    if (dir->names[i] && strcmp (dir->names[i], name) == 0)
      return i;
  return -1;
}

static bool
is_empty (struct object *dir)
{
  for (int i = 0; i < MAX_NAMES; i++)
    if (dir->names[i])
      return false;
  return true;
}

static void
enter (struct object *dir, const char *name, struct object *o)
{
  for (int i = 0; i < MAX_NAMES; i++)
    if (dir->names[i] == NULL)
      {
	dir->names[i] = strdup (name);
	dir->targets[i] = o;
	o->nlink++;
	return;
      }
  abort ();
}

static void
leave (struct object *dir, int i)
{
  struct object *o = dir->targets[i];
  free (dir->names[i]);
  dir->names[i] = NULL;
  dir->targets[i] = NULL;
  o->nlink--;
  release (o);
}

/* The directory above PATH and the last name.  */
static error_t
resolve (struct model *m, const char *path, struct object **dir,
	 const char **last)
{
  struct object *d = &m->objects[0];
  char part[256];

  for (;;)
    {
      size_t n = strcspn (path, "/");
      if (path[n] == 0)
	break;
      memcpy (part, path, n);
      part[n] = 0;
      int i = slot (d, part);
      if (i < 0)
	return ENOENT;
      d = d->targets[i];
      if (!d->dir)
	return ENOTDIR;
      path += n + 1;
    }
  *dir = d;
  *last = path;
  return 0;
}

static struct object *
find (struct model *m, const char *path)
{
  struct object *dir;
  const char *last;
  if (*path == 0)
    return &m->objects[0];
  if (resolve (m, path, &dir, &last))
    return NULL;
  int i = slot (dir, last);
  return i < 0 ? NULL : dir->targets[i];
}

static error_t
spend (struct model *m)
{
  if (m->budget == 0)
    return CRASH;
  if (m->budget > 0)
    m->budget--;
  return 0;
}

static error_t
m_identify (void *ctx, const char *path, uint64_t *ino, bool *dir)
{
  struct object *o = find (ctx, path);
  if (o == NULL)
    return ENOENT;
  *ino = o->ino;
  *dir = o->dir;
  return 0;
}

static error_t
make (struct model *m, const char *path, bool isdir, uint32_t mode,
      struct object *o)
{
  struct object *dir;
  const char *last;
  error_t err = spend (m);
  if (!err)
    err = resolve (m, path, &dir, &last);
  if (err)
    return err;
  if (slot (dir, last) >= 0)
    return EEXIST;
  if (o == NULL)
    {
      o = new_object (m, isdir);
      o->mode = mode & 07777;
    }
  enter (dir, last, o);
  return 0;
}

static error_t
m_mkdir (void *ctx, const char *path, uint32_t mode)
{
  return make (ctx, path, true, mode, NULL);
}

static error_t
m_create (void *ctx, const char *path, uint32_t mode, uint64_t rdev)
{
  (void) rdev;
  return make (ctx, path, false, mode, NULL);
}

static error_t
m_symlink (void *ctx, const char *path, const char *target)
{
  (void) target;
  return make (ctx, path, false, 0777, NULL);
}

static error_t
m_link (void *ctx, const char *from, const char *path)
{
  struct object *o = find (ctx, from);
  if (o == NULL)
    return ENOENT;
  if (o->dir)
    return EPERM;
  return make (ctx, path, false, 0, o);
}

static error_t
m_rename (void *ctx, const char *from, const char *path)
{
  struct model *m = ctx;
  struct object *dir, *todir, *o;
  const char *last, *tolast;
  error_t err = spend (m);

  if (!err)
    err = resolve (m, from, &dir, &last);
  if (!err)
    err = resolve (m, path, &todir, &tolast);
  if (err)
    return err;
  int i = slot (dir, last);
  if (i < 0)
    return ENOENT;
  if (slot (todir, tolast) >= 0)
    return EEXIST;
  o = dir->targets[i];
  enter (todir, tolast, o);
  leave (dir, i);
  return 0;
}

static error_t
drop (struct model *m, const char *path, bool isdir)
{
  struct object *dir;
  const char *last;
  error_t err = spend (m);

  if (!err)
    err = resolve (m, path, &dir, &last);
  if (err)
    return err;
  int i = slot (dir, last);
  if (i < 0)
    return ENOENT;
  if (dir->targets[i]->dir != isdir)
    return isdir ? ENOTDIR : EISDIR;
  if (isdir && !is_empty (dir->targets[i]))
    return ENOTEMPTY;
  leave (dir, i);
  return 0;
}

static error_t
m_unlink (void *ctx, const char *path)
{
  return drop (ctx, path, false);
}

static error_t
m_rmdir (void *ctx, const char *path)
{
  return drop (ctx, path, true);
}

static void
set_size (struct object *o, size_t size)
{
  if (o->data == NULL)
    o->data = calloc (1, MAX_DATA);
  if (size < o->size)
    memset (o->data + size, 0, o->size - size);
  o->size = size;
}

static void
write_at (struct object *o, size_t offset, const void *data, size_t len)
{
  assert_true (offset + len <= MAX_DATA);
  if (offset + len > o->size)
    set_size (o, offset + len);
  memcpy (o->data + offset, data, len);
}

static error_t
m_write (void *ctx, const char *path, uint64_t offset, const void *data,
	 size_t len)
{
  struct object *o = find (ctx, path);
  error_t err = o ? spend (ctx) : ENOENT;
  if (!err)
    write_at (o, offset, data, len);
  return err;
}

static error_t
m_truncate (void *ctx, const char *path, uint64_t size)
{
  struct object *o = find (ctx, path);
  error_t err = o ? spend (ctx) : ENOENT;
  if (!err)
    set_size (o, size);
  return err;
}

static error_t
m_attr (void *ctx, const char *path, const struct redo_record *r)
{
  struct object *o = find (ctx, path);
  error_t err = o ? spend (ctx) : ENOENT;
  if (!err && (r->mask & REDO_MODE))
    o->mode = r->mode;
  return err;
}

static error_t
m_sync (void *ctx)
{
  return spend (ctx);
}

static void
m_conflict (void *ctx, const struct redo_record *r, error_t err)
{
  struct model *m = ctx;
  m->conflicts++;
  print_error ("conflict: %s %s (from %s): %s\n", redo_op_name (r->op),
	       r->path, r->from, strerror (err));
}

static struct redo_fs
model_fs (struct model *m)
{
  return (struct redo_fs) {
    .ctx = m, .identify = m_identify, .mkdir = m_mkdir, .create = m_create,
    .symlink = m_symlink, .link = m_link, .rename = m_rename,
    .unlink = m_unlink, .rmdir = m_rmdir, .write = m_write,
    .truncate = m_truncate, .attr = m_attr, .sync = m_sync,
    .conflict = m_conflict
  };
}

static void
assert_same (struct object *a, struct object *b, struct object **pair)
{
  assert_int_equal (a->dir, b->dir);
  if (pair[a - pair[MAX_OBJECTS]] != NULL)
    {
      assert_ptr_equal (pair[a - pair[MAX_OBJECTS]], b);
      return;
    }
  pair[a - pair[MAX_OBJECTS]] = b;
  if (!a->dir)
    {
      assert_int_equal (a->nlink, b->nlink);
      assert_int_equal (a->mode, b->mode);
      assert_int_equal (a->size, b->size);
      if (a->size)
	assert_memory_equal (a->data, b->data, a->size);
      return;
    }
  int count = 0;
  for (int i = 0; i < MAX_NAMES; i++)
    {
      count += b->names[i] != NULL && strcmp (b->names[i], OV_STAGE) != 0;
      if (a->names[i] == NULL)
	continue;
      if (strcmp (a->names[i], OV_STAGE) == 0)
	continue;
      count--;
      int j = slot (b, a->names[i]);
      if (j < 0)
	print_error ("missing on the ground: %s\n", a->names[i]);
      assert_true (j >= 0);
      assert_same (a->targets[i], b->targets[j], pair);
    }
  assert_int_equal (count, 0);
}

static void
assert_equal_models (struct model *env, struct model *ground)
{
  struct object **pair = calloc (MAX_OBJECTS + 1, sizeof *pair);
  pair[MAX_OBJECTS] = env->objects;
  assert_same (&env->objects[0], &ground->objects[0], pair);
  struct object *stage = find (ground, OV_STAGE);
  if (stage)
    assert_true (is_empty (stage));
  free (pair);
}

/* ---- the environment: the model, and the overlay beside it -------------- */

#define MAX_CHECKPOINTS 16

struct world
{
  struct model *env, *ground;
  /* The history: the ground before checkpoint I, what leads from there to the next,
     and back.  */
  struct model *past[MAX_CHECKPOINTS + 1];
  struct redo redo[MAX_CHECKPOINTS], undo[MAX_CHECKPOINTS];
  int checkpoints;
  struct overlay ov;
  struct ov_node *node_of[MAX_OBJECTS];	/* Of the env's objects.  */
};

/* As a lookup does: the node of the env's object O, called NAME in DIR.  */
static struct ov_node *
node (struct world *w, struct object *dir, const char *name)
{
  struct ov_node *d = w->node_of[dir - w->env->objects];
  struct object *o = dir->targets[slot (dir, name)];
  struct ov_node **n = &w->node_of[o - w->env->objects];

  assert_non_null (d);
  struct ov_name *e = ov_name (&w->ov, d, name);
  if (e)
    {
      assert_true (e->target != 0);
      struct ov_node *there = ov_find (&w->ov, e->target);
      assert_non_null (there);
      if (*n)
	assert_ptr_equal (*n, there);
      *n = there;
    }
  else
    {
      /* Ask the ground, through the port that we hold on the directory.  */
      struct object *gdir = &w->ground->objects[d->gino - 2];
      int i = slot (gdir, name);
      assert_true (d->gino != 0 && i >= 0);
      uint64_t ino = gdir->targets[i]->ino;
      bool isdir = gdir->targets[i]->dir;
      assert_int_equal (isdir, o->dir);
      struct ov_node *there = ov_find_ground (&w->ov, 1, ino);
      if (there == NULL)
	there = ov_add_ground (&w->ov, 1, ino, isdir ? S_IFDIR : S_IFREG,
			       d, name);
      assert_non_null (there);
      assert_int_equal (ov_met (&w->ov, there, d, name), 0);
      if (*n)
	assert_ptr_equal (*n, there);
      *n = there;
    }
  if (!((*n)->held & OV_NLINK))
    (*n)->nlink = o->nlink;
  return *n;
}

static struct object *
random_dir (struct world *w, int *depth)
{
  struct object *d = &w->env->objects[0];

  *depth = 0;
  for (int hops = rand () % 4; hops > 0; hops--)
    {
      int i = rand () % MAX_NAMES;
      for (int k = 0; k < MAX_NAMES; k++)
	if (d->names[(i + k) % MAX_NAMES] && d->targets[(i + k) % MAX_NAMES]->dir)
	  {
	    node (w, d, d->names[(i + k) % MAX_NAMES]);
	    d = d->targets[(i + k) % MAX_NAMES];
	    ++*depth;
	    break;
	  }
    }
  return d;
}

static bool
is_below (struct object *o, struct object *top)
{
  if (o == top)
    return true;
  for (int i = 0; i < MAX_NAMES; i++)
    if (top->names[i] && top->targets[i]->dir && is_below (o, top->targets[i]))
      return true;
  return false;
}

/* Look up every name in DIR and below.  */
static void
meet_all (struct world *w, struct object *dir)
{
  for (int i = 0; i < MAX_NAMES; i++)
    if (dir->names[i])
      {
	node (w, dir, dir->names[i]);
	if (dir->targets[i]->dir)
	  meet_all (w, dir->targets[i]);
      }
}

static void
unname (struct world *w, struct object *dir, const char *name)
{
  struct ov_node *n = node (w, dir, name);
  int i = slot (dir, name);
  struct object *o = dir->targets[i];

  assert_int_equal (ov_set_name (&w->ov, w->node_of[dir - w->env->objects],
				 name, NULL, n), 0);
  n->nlink--;
  ov_touch (&w->ov, n, OV_NLINK);
  bool last = o->nlink == 1;
  if (last)
    w->node_of[o - w->env->objects] = NULL;
  leave (dir, i);
  /* The redo can only use names that were met.  */
  if (!last)
    meet_all (w, &w->env->objects[0]);
}

static void
op_create (struct world *w, struct object *d, const char *name, bool isdir)
{
  struct ov_node *n, *dn = w->node_of[d - w->env->objects];
  struct object *o;

  if (slot (d, name) >= 0)
    return;
  o = new_object (w->env, isdir);
  o->mode = rand () % 0777;
  enter (d, name, o);
  n = ov_add_new (&w->ov, isdir ? S_IFDIR : S_IFREG, 1);
  assert_non_null (n);
  n->mode = o->mode;
  n->nlink = 1;
  n->parent = dn->ino;
  assert_int_equal (ov_set_name (&w->ov, dn, name, n, NULL), 0);
  w->node_of[o - w->env->objects] = n;
}

static void
op_rename (struct world *w, struct object *d, const char *name,
	   struct object *to, const char *toname)
{
  struct object *o;
  struct ov_node *n;
  int i = slot (d, name), j = slot (to, toname);

  if (i < 0)
    return;
  o = d->targets[i];
  if ((j >= 0 && to->targets[j] == o) || (o->dir && is_below (to, o)))
    return;
  if (j >= 0 && (to->targets[j]->dir != o->dir
		 || (o->dir && !is_empty (to->targets[j]))))
    return;
  n = node (w, d, name);
  if (j >= 0)
    unname (w, to, toname);
  assert_int_equal (ov_set_name (&w->ov, w->node_of[d - w->env->objects],
				 name, NULL, n), 0);
  assert_int_equal (ov_set_name (&w->ov, w->node_of[to - w->env->objects],
				 toname, n, NULL), 0);
  n->parent = w->node_of[to - w->env->objects]->ino;
  enter (to, toname, o);
  leave (d, slot (d, name));
}

static void
op_write (struct world *w, struct object *d, const char *name)
{
  int i = slot (d, name);
  struct object *o;
  struct ov_node *n;
  uint8_t data[2 * OV_PAGE];
  size_t offset, len, size;

  if (i < 0 || d->targets[i]->dir)
    return;
  o = d->targets[i];
  n = node (w, d, name);
  if (rand () % 3 == 0)
    {
      size = rand () % MAX_DATA;
      if (size < o->size)
	ov_cut (&w->ov, n, size);
      set_size (o, size);
      n->size = size;
      ov_touch (&w->ov, n, OV_SIZE);
      return;
    }
  len = 1 + rand () % (sizeof data - 1);
  offset = rand () % (MAX_DATA - len);
  for (size_t k = 0; k < len; k++)
    data[k] = rand ();
  write_at (o, offset, data, len);
  for (uint64_t p = offset / OV_PAGE; p <= (offset + len - 1) / OV_PAGE; p++)
    {
      uint8_t *page = calloc (1, OV_PAGE);
      size_t at = p * OV_PAGE;
      if (at < o->size)
	memcpy (page, o->data + at,
		o->size - at < OV_PAGE ? o->size - at : OV_PAGE);
      assert_int_equal (ov_put_page (&w->ov, n, p, page), 0);
    }
  n->size = o->size;
  ov_touch (&w->ov, n, OV_SIZE);
}

static void
op_link (struct world *w, struct object *d, const char *name,
	 struct object *to, const char *toname)
{
  int i = slot (d, name);
  if (i < 0 || d->targets[i]->dir || slot (to, toname) >= 0)
    return;
  struct object *o = d->targets[i];
  struct ov_node *n = node (w, d, name);
  assert_int_equal (ov_set_name (&w->ov, w->node_of[to - w->env->objects],
				 toname, n, NULL), 0);
  n->nlink = o->nlink + 1;
  ov_touch (&w->ov, n, OV_NLINK);
  enter (to, toname, o);
}

static void
random_op (struct world *w)
{
  int depth, todepth;
  struct object *d = random_dir (w, &depth), *to = random_dir (w, &todepth);
  char name[2] = { 'a' + rand () % 6, 0 }, toname[2] = { 'a' + rand () % 6, 0 };
  int i = slot (d, name);

  switch (rand () % 10)
    {
    case 0: case 1:
      op_create (w, d, name, false);
      break;
    case 2:
      if (depth < 5)
	op_create (w, d, name, true);
      break;
    case 3:
      if (i >= 0 && (!d->targets[i]->dir || is_empty (d->targets[i])))
	unname (w, d, name);
      break;
    case 4: case 5: case 6:
      op_rename (w, d, name, to, toname);
      break;
    case 7:
      op_link (w, d, name, to, toname);
      break;
    default:
      op_write (w, d, name);
    }
}

static void
fill_plan (struct world *w, struct ov_plan *plan)
{
  bool dir;
  for (size_t i = 0; i < plan->n; i++)
    if (plan->placed[i].path)
      m_identify (w->ground, plan->placed[i].path, &plan->placed[i].gino,
		  &dir);
}

/* Save and load the overlay: what was built from both must be equal.  */
static void
check_save (struct world *w, const struct redo *redo)
{
  struct ov_bytes bytes = { 0 }, again = { 0 };
  struct overlay copy;

  (void) redo;
  ov_save (&w->ov, &bytes);
  assert_int_equal (bytes.error, 0);
  assert_int_equal (ov_init (&copy), 0);
  assert_int_equal (ov_load (&copy, bytes.data, bytes.len), 0);
  assert_int_equal (copy.nnodes, w->ov.nnodes);
  assert_int_equal (copy.nnames, w->ov.nnames);
  ov_save (&copy, &again);
  assert_int_equal (again.len, bytes.len);
  ov_destroy (&copy);
  free (bytes.data);
  free (again.data);
}

static error_t
u_stat (void *ctx, const char *path, struct undo_stat *st)
{
  struct object *o = find (ctx, path);

  if (o == NULL)
    return ENOENT;
  *st = (struct undo_stat) { .ino = o->ino, .size = o->size, .nlink = o->nlink,
			     .mode = o->mode | (o->dir ? S_IFDIR : S_IFREG) };
  return 0;
}

static error_t
u_read (void *ctx, const char *path, uint64_t offset, size_t len, void *data)
{
  struct object *o = find (ctx, path);

  assert_non_null (o);
  assert_true (offset + len <= o->size);
  memcpy (data, o->data + offset, len);
  return 0;
}

static struct model *
copy_of (struct model *m)
{
  struct model *c = calloc (1, sizeof *c);

  *c = *m;
  for (int i = 0; i < MAX_OBJECTS; i++)
    {
      struct object *o = &c->objects[i];
      if (o->data)
	o->data = memcpy (malloc (MAX_DATA), o->data, MAX_DATA);
      for (int k = 0; k < MAX_NAMES; k++)
	if (o->names[k])
	  {
	    o->names[k] = strdup (o->names[k]);
	    o->targets[k] = &c->objects[o->targets[k] - m->objects];
	  }
    }
  return c;
}

static void
free_model (struct model *m)
{
  for (int i = 0; m && i < MAX_OBJECTS; i++)
    {
      free (m->objects[i].data);
      for (int k = 0; k < MAX_NAMES; k++)
	free (m->objects[i].names[k]);
    }
  free (m);
}

/* Apply R to M, with a few crashes.  */
static void
apply_crashing (struct model *m, const struct redo *r)
{
  struct redo_fs fs = model_fs (m);
  uint64_t *numbers;
  size_t failed, n;
  error_t err;

  assert_int_equal (redo_numbers (r->data, r->len, &fs, &numbers, &n), 0);
  fs.numbers = numbers;
  for (int crashes = rand () % 3; crashes > 0; crashes--)
    {
      m->budget = rand () % 40;
      err = redo_apply (r->data, r->len, &fs, &failed);
      if (err)
	assert_int_equal (err, CRASH);
    }
  m->budget = -1;
  assert_int_equal (redo_apply (r->data, r->len, &fs, &failed), 0);
  free (numbers);
}

/* Lead a copy of the last ground to random places of the history.  */
static void
travel (struct world *w)
{
  int at = w->checkpoints;
  struct model *m = copy_of (w->ground);

  for (int trips = 0; trips < 4; trips++)
    {
      int to = rand () % (w->checkpoints + 1);
      while (at != to)
	if (at > to)
	  apply_crashing (m, &w->undo[--at]);
	else
	  apply_crashing (m, &w->redo[at++]);
      assert_equal_models (w->past[at], m);
      assert_int_equal (m->conflicts, 0);
    }
  free_model (m);
}

static void
checkpoint (struct world *w, bool run_on)
{
  struct undo_source source = { .ctx = w->ground, .stat = u_stat,
				.read = u_read, .limit = SIZE_MAX };
  struct redo redo = { 0 };
  struct ov_plan plan;
  struct redo_fs fs = model_fs (w->ground);
  size_t failed;
  error_t err;

  assert_int_equal (ov_build (&w->ov, &redo, &plan), 0);
  w->ov.epoch++;
  assert_int_equal (redo_check (redo.data, redo.len), 0);
  if (rand () % 4 == 0)
    check_save (w, &redo);
  w->past[w->checkpoints] = copy_of (w->ground);
  assert_int_equal (undo_build (redo.data, redo.len, &source,
				&w->undo[w->checkpoints]), 0);
  assert_int_equal (redo_check (w->undo[w->checkpoints].data,
				w->undo[w->checkpoints].len), 0);
  /* Crashes, the redo begun anew each time.  */
  for (int crashes = rand () % 4; crashes > 0; crashes--)
    {
      w->ground->budget = rand () % 40;
      err = redo_apply (redo.data, redo.len, &fs, &failed);
      if (err)
	assert_int_equal (err, CRASH);
    }
  w->ground->budget = -1;
  assert_int_equal (redo_apply (redo.data, redo.len, &fs, &failed), 0);
  assert_equal_models (w->env, w->ground);
  /* Once more, from the very end.  */
  if (rand () % 2)
    assert_int_equal (redo_apply (redo.data, redo.len, &fs, &failed), 0);
  assert_equal_models (w->env, w->ground);
  assert_int_equal (w->ground->conflicts, 0);
  fill_plan (w, &plan);
  /* The environment may have gone on meanwhile.  */
  if (run_on)
    for (int i = rand () % 6; i > 0; i--)
      random_op (w);
  ov_applied (&w->ov, &plan);
  ov_plan_free (&plan);
  w->redo[w->checkpoints++] = redo;
}

static void
run_world (unsigned int seed, int checkpoints)
{
  struct world *w = calloc (1, sizeof *w);

  srand (seed);
  w->env = calloc (1, sizeof *w->env);
  w->ground = calloc (1, sizeof *w->ground);
  w->env->budget = w->ground->budget = -1;
  new_object (w->env, true)->nlink = 1;
  new_object (w->ground, true)->nlink = 1;
  assert_int_equal (ov_init (&w->ov), 0);
  w->ov.root_dev = 1;
  w->node_of[0] = ov_add_ground (&w->ov, 1, 2, S_IFDIR, NULL, NULL);
  for (int c = 0; c < checkpoints; c++)
    {
      for (int i = rand () % 25; i > 0; i--)
	random_op (w);
      checkpoint (w, c + 1 < checkpoints && rand () % 2);
    }
  w->past[w->checkpoints] = copy_of (w->ground);
  travel (w);
  ov_destroy (&w->ov);
  for (int i = 0; i <= w->checkpoints; i++)
    {
      free_model (w->past[i]);
      redo_free (&w->redo[i % MAX_CHECKPOINTS]);
      redo_free (&w->undo[i % MAX_CHECKPOINTS]);
    }
  free_model (w->env);
  free_model (w->ground);
  free (w);
}

static void
test_any_prefix (void **state)
{
  const char *runs = getenv ("REDO_RUNS");
  (void) state;
  for (int seed = 1; seed <= (runs ? atoi (runs) : 300); seed++)
    {
      if (getenv ("REDO_VERBOSE"))
	print_message ("seed %d\n", seed);
      run_world (seed, 12);
    }
}

/* Every byte of a redo changed, and every length: no record that is not
   valid gets through, and nothing is read beyond the end.  */
static void
test_bad_input (void **state)
{
  struct redo redo = { 0 };
  struct redo_record r = { .op = REDO_WRITE, .path = "a/b", .size = 7,
			   .data = "hello", .len = 5 };

  (void) state;
  redo_add (&redo, &r);
  r = (struct redo_record) { .op = REDO_SECURE, .path = ".perdure/9",
			     .from = "x", .data = "y\0z", .len = 4 };
  redo_add (&redo, &r);
  assert_int_equal (redo_check (redo.data, redo.len), 0);
  for (size_t len = 1; len < redo.len; len++)
    {
      uint8_t *copy = malloc (len);
      memcpy (copy, redo.data, len);
      error_t err = redo_check (copy, len);
      if (err)
	assert_int_equal (err, EBADMSG);
      for (size_t i = 0; i < len; i++)
	{
	  copy[i] ^= 1 << (i % 8);
	  redo_check (copy, len);
	  copy[i] ^= 1 << (i % 8);
	}
      free (copy);
    }
  redo_free (&redo);
  static const char *const bad[] = { "/a", "a//b", "a/", "..", "a/../b", "." };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    {
      r = (struct redo_record) { .op = REDO_REMOVE, .path = bad[i] };
      redo_add (&redo, &r);
      assert_int_equal (redo_check (redo.data, redo.len), EBADMSG);
      redo_free (&redo);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (test_any_prefix),
    cmocka_unit_test (test_bad_input),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
