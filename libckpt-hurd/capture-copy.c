/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was mapped from files and not changed: programs and libraries, mostly, the
   same in many tasks.  It is stored once and kept from one checkpoint to the next
   as a whole.  Our snapshot of it keeps the kernel's object alive, so that the
   same object and offset mean the same contents.  */

#include <stdlib.h>
#include <hurd.h>
#include <hurd/sigpreempt.h>
#include "internal.h"

#define READ_MAX (1024 * 1024)	/* Larger copies are read when they are written.  */

static struct copy *
find (struct ckpt_env *env, const struct cap_region *r)
{
  const vm_region_info_t *info = &r->info;
  for (uint32_t i = 0; i < env->ncopies; i++)
    {
      struct copy *c = &env->copies[i];
      if (c->s.object == info->vri_object && c->s.offset == info->vri_offset
	  && c->s.end - c->s.start == info->vri_end - info->vri_start
	  && c->file == r->file && c->version == r->version)
	return c;
    }
  return NULL;
}

bool
cap_copy_known (struct ckpt_image *image, struct cap_region *r)
{
  struct ckpt_env *env = image->env;
  const struct ckpt_hooks *hooks = env->hooks;
  const vm_region_info_t *info = &r->info;
  uint64_t version;

  if (!info->vri_needs_copy || info->vri_sharing || info->vri_wired_count)
    return false;
  for (uint32_t i = 0; i < env->ncopies; i++)
    {
      struct copy *c = &env->copies[i];
      if (c->s.object != info->vri_object || c->s.offset != info->vri_offset
	  || c->s.end - c->s.start != info->vri_end - info->vri_start)
	continue;
      if (!c->looked)
	c->fresh = (c->file == 0
		    || (hooks->memory_version (hooks->context, c->file,
					       &version) == 0
			&& version == c->version));
      c->looked = true;
      if (!c->fresh)
	continue;
      r->file = c->file;
      r->version = c->version;
      return true;
    }
  return false;
}

error_t
cap_copy (struct ckpt_image *image, struct cap_task *t, struct cap_region *r)
{
  struct ckpt_env *env = image->env;
  const vm_region_info_t *info = &r->info;
  if (!info->vri_needs_copy || info->vri_sharing || info->vri_wired_count)
    return ESRCH;
  struct copy *c = find (env, r);
  if (c == NULL)
    {
      struct snapshot s = { 0 };
      if (!r->external || !(info->vri_max_protection & VM_PROT_READ)
	  || snapshot_take (t->task, info, &s) || snapshot_open (&s))
	{
	  snapshot_free (&s);
	  return ESRCH;
	}
      c = ci_append (&env->copies, &env->ncopies, sizeof *c);
      if (c == NULL)
	{
	  snapshot_free (&s);
	  return ENOMEM;
	}
      c->s = s;
      c->file = r->file;
      c->version = r->version;
      c->looked = c->fresh = true;
      c->id = env->next_task_id++;
      image->stats->snapshots++;
    }
  if (c->memory == 0)
    {
      struct ci_memory *m = ci_append (&image->ci.memories,
				       &image->ci.nmemories, sizeof *m);
      if (m == NULL)
	return ENOMEM;
      m->kind = CI_MEMORY_COPY;
      m->id = c->id;
      m->size = info->vri_end - info->vri_start;
      c->memory = image->ci.nmemories;
    }
  r->region.memory = c->memory;
  r->has_data = false;
  return 0;
}

/* Read C, of a file that has changed since we began.  */
static error_t
read_copy (struct ckpt_image *image, struct copy *c)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  vm_size_t size = c->s.end - c->s.start;
  uint64_t version;

  c->contents = malloc (size);
  if (c->contents
      && hurd_safe_copyin (c->contents, (void *) c->s.data, size))
    {
      /* It has fewer pages than are mapped.  */
      free (c->contents);
      c->contents = NULL;
    }
  if (hooks->memory_version (hooks->context, c->file, &version) == 0
      && version == c->version)
    return 0;
  ckpt_report (image->report, "a file that is mapped changes all the time");
  return EAGAIN;
}

error_t
cap_read_copies (struct ckpt_image *image)
{
  struct ckpt_env *env = image->env;
  error_t err = 0;
  for (uint32_t i = 0; err == 0 && i < env->ncopies; i++)
    {
      struct copy *c = &env->copies[i];
      if (c->memory && !c->written && c->version
	  && c->s.end - c->s.start <= READ_MAX)
	err = read_copy (image, c);
    }
  return err;
}

void
cap_forget_contents (struct ckpt_env *env)
{
  for (uint32_t i = 0; i < env->ncopies; i++)
    {
      free (env->copies[i].contents);
      env->copies[i].contents = NULL;
    }
}

void
cap_part_copies (struct ckpt_env *env)
{
  for (uint32_t i = 0; i < env->ncopies; i++)
    env->copies[i].pending = env->copies[i].memory != 0;
  cap_forget_contents (env);
}

void
cap_keep_copies (struct ckpt_env *env, bool committed)
{
  uint32_t n = 0, old = env->ncopies;
  for (uint32_t i = 0; i < old; i++)
    {
      struct copy *c = &env->copies[i];
      if (committed)
	c->written = c->pending;
      if (!committed || c->pending || c->memory)
	env->copies[n++] = *c;
      else
	snapshot_free (&c->s);
    }
  for (uint32_t i = 0; i < n; i++)
    env->copies[i].pending = false;
  if (!committed)
    return;
  /* The table grows by doubling, at powers of two only.  */
  struct copy *table = NULL;
  uint32_t made = 0;
  for (uint32_t i = 0; i < n; i++)
    {
      struct copy *c = ci_append (&table, &made, sizeof *c);
      if (c == NULL)
	return;			/* The old table will do for now.  */
      *c = env->copies[i];
    }
  free (env->copies);
  env->copies = table;
  env->ncopies = n;
}
