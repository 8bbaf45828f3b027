/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pages of a snapshot are in memory, and which were written since the
   snapshot before.

   The kernel keeps, per region, a chain of objects: each write after a snapshot
   goes into an object in front of the one the snapshot refers to.  So the pages
   in the objects before that one are those written since.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

#define LEVELS_MAX	128	/* In a chain; longer ones are taken as a whole.  */

/* Set in BITMAP the pages of the object OBJECT that lie within SIZE bytes from
   OFFSET.  */
static error_t
add_pages (mach_port_t object, vm_offset_t offset, vm_size_t size,
	   uint8_t *bitmap)
{
  vm_page_info_t fixed[64], *pages = fixed;
  mach_msg_type_number_t n = sizeof fixed / sizeof *fixed;
  error_t err = mach_vm_object_pages (object, &pages, &n);
  if (err)
    return err;
  for (mach_msg_type_number_t i = 0; i < n; i++)
    {
      vm_offset_t at = pages[i].vpi_offset - offset;
      if (pages[i].vpi_offset >= offset && at < size
	  && !(pages[i].vpi_state & (VPI_STATE_ABSENT | VPI_STATE_FICTITIOUS)))
	bitmap[at / vm_page_size / 8] |= 1 << (at / vm_page_size % 8);
    }
  if (pages != fixed)
    vm_deallocate (mach_task_self (), (vm_address_t) pages,
		   round_page (n * sizeof *pages));
  return 0;
}

/* One object of a chain.  */
struct level
{
  mach_port_t name;		/* A reference; null when released.  */
  vm_offset_t object, offset;	/* Its address, and where the region begins.  */
  bool internal;
};

struct levels
{
  struct level level[LEVELS_MAX];
  unsigned int n;
  bool complete;		/* The last one shadows nothing.  */
  bool met;			/* Behind them is the one where the list was to
				   stop.  */
};

static void
release (struct levels *l)
{
  for (unsigned int i = 0; i < l->n; i++)
    if (MACH_PORT_VALID (l->level[i].name))
      mach_port_deallocate (mach_task_self (), l->level[i].name);
}

/* The first object of the chain behind our own mapping at DATA, and where the mapping
   begins in it.  */
static error_t
first_level (vm_address_t data, struct level *level)
{
  vm_region_info_t region;
  error_t err = mach_vm_region_info (mach_task_self (), data, &region,
				     &level->name);
  if (err)
    return err;
  if (region.vri_start > data)
    {
      if (MACH_PORT_VALID (level->name))
	mach_port_deallocate (mach_task_self (), level->name);
      return KERN_INVALID_ADDRESS;
    }
  level->object = region.vri_object;
  level->offset = region.vri_offset + (data - region.vri_start);
  return 0;
}

/* List the chain behind our own mapping at DATA, up to the object STOP (NULL: to the
   end).  */
static error_t
list (vm_address_t data, struct levels *l, const struct level *stop)
{
  struct level first;
  mach_port_t name, shadow, copy;
  error_t err = first_level (data, &first);
  if (err)
    return err;
  vm_offset_t at = first.offset, object = first.object;
  name = first.name;
  while (MACH_PORT_VALID (name) && l->n < LEVELS_MAX)
    {
      l->met = stop && object == stop->object && at == stop->offset;
      if (l->met)
	break;
      vm_object_info_t info;
      struct level *level = &l->level[l->n++];
      level->name = name;
      err = mach_vm_object_info (name, &info, &shadow, &copy);
      if (err)
	return err;
      if (MACH_PORT_VALID (copy))
	mach_port_deallocate (mach_task_self (), copy);
      level->object = info.voi_object;
      level->offset = at;
      level->internal = (info.voi_state & VOI_STATE_INTERNAL
			 && !(info.voi_state & VOI_STATE_PAGER_CREATED));
      at += info.voi_shadow_offset;
      object = info.voi_shadow;
      name = shadow;
      l->complete = info.voi_shadow == 0;
    }
  if (MACH_PORT_VALID (name))
    mach_port_deallocate (mach_task_self (), name);
  return 0;
}

/* Where the chains A and B come together: indices in both.  The kernel may have
   taken an object out of A's chain, when all its pages were in front of it
   anyway, so that the meeting point can be behind B's first.  */
static bool
meet (const struct levels *a, const struct levels *b, unsigned int *i,
      unsigned int *j)
{
  for (*i = 0; *i < a->n; ++*i)
    for (*j = 0; *j < b->n; ++*j)
      if (a->level[*i].object == b->level[*j].object
	  && a->level[*i].offset == b->level[*j].offset)
	return true;
  return false;
}

/* Add the pages of LEVEL, which is not memory alone.  ESRCH: they cannot be told.  */
static error_t
add_stored (const struct ckpt_hooks *hooks, const struct level *level,
	    vm_size_t size, uint8_t *bitmap)
{
  return (hooks->memory_stored
	  ? hooks->memory_stored (hooks->context, level->name, level->offset,
				  size, bitmap) : ESRCH);
}

/* What the levels of a chain are.  */
struct kinds
{
  bool external, lazy;
};

/* Add the pages of the first N levels.  */
static error_t
add_levels (const struct ckpt_hooks *hooks, const struct levels *l,
	    unsigned int n, vm_size_t size, uint8_t *bitmap, struct kinds *kinds)
{
  error_t err = 0;
  for (unsigned int i = 0; err == 0 && i < n; i++)
    {
      const struct level *level = &l->level[i];
      if (level->internal)
	err = add_pages (level->name, level->offset, size, bitmap);
      else if (add_stored (hooks, level, size, bitmap) == 0)
	kinds->lazy = true;
      else
	kinds->external = true;
    }
  return err;
}

bool chain_top_only;

error_t
chain_walk (const struct ckpt_hooks *hooks, vm_address_t data, vm_size_t size,
	    vm_address_t base, uint8_t *bitmap, enum chain *end)
{
  struct levels now = { .n = 0 }, before = { .n = 0 };
  struct kinds kinds = { .lazy = false };
  struct level stop;
  unsigned int i, j = 0;
  error_t err = base ? first_level (base, &stop) : 0;

  if (err)
    return err;
  err = list (data, &now, base ? &stop : NULL);
  if (base && MACH_PORT_VALID (stop.name))
    mach_port_deallocate (mach_task_self (), stop.name);
  /* Nearly always what the old snapshot refers to is still there, right behind what was
     written since; else see where both come together.  */
  if (err == 0 && base && !now.met)
    err = list (base, &before, NULL);
  i = now.n;
  if (err == 0 && base && (now.met || meet (&now, &before, &i, &j)))
    {
      if (chain_top_only)
	{
	  i = i > 0;
	  j = 0;
	}
      err = add_levels (hooks, &now, i, size, bitmap, &kinds);
      if (err == 0)
	err = add_levels (hooks, &before, j, size, bitmap, &kinds);
      *end = kinds.external || kinds.lazy ? CHAIN_EXTERNAL : CHAIN_MET;
    }
  else if (err == 0)
    {
      err = add_levels (hooks, &now, now.n, size, bitmap, &kinds);
      *end = (kinds.external || !now.complete ? CHAIN_EXTERNAL
	      : kinds.lazy ? CHAIN_LAZY : CHAIN_INTERNAL);
    }
  release (&now);
  release (&before);
  return err;
}

error_t
chain_own (const struct ckpt_hooks *hooks, vm_address_t data, vm_size_t size,
	   uint8_t *bitmap, bool *whole)
{
  struct levels l = { .n = 0 };
  struct kinds kinds = { .lazy = false };
  error_t err = list (data, &l, NULL);

  if (err == 0)
    err = add_levels (hooks, &l, l.n, size, bitmap, &kinds);
  *whole = l.complete && !kinds.external;
  release (&l);
  return err;
}

/* The file at the end of the chain of our own mapping at DATA: its version, its size
   and the offset in it.  */
static bool
find_file (const struct ckpt_hooks *hooks, vm_address_t data,
	   uint64_t *version, uint64_t *size, uint64_t *offset)
{
  struct levels l = { .n = 0 };
  uint64_t id;
  bool found = false;
  int prot;

  if (hooks->memory_id && list (data, &l, NULL) == 0 && l.n && l.complete)
    {
      const struct level *last = &l.level[l.n - 1];
      found = hooks->memory_id (hooks->context, last->name, &id, version, size,
				&prot) == 0;
      *offset = last->offset;
    }
  release (&l);
  return found;
}

bool
chain_past_end (const struct ckpt_hooks *hooks, vm_address_t data)
{
  uint64_t version, size, offset;
  return (find_file (hooks, data, &version, &size, &offset)
	  && offset >= size);
}

bool
chain_changed (const struct ckpt_hooks *hooks, vm_address_t data,
	       uint64_t version)
{
  uint64_t now, size, offset;
  return (find_file (hooks, data, &now, &size, &offset) && now > version);
}
