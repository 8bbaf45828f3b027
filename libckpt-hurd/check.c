/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checking mode: what is taken for unchanged is compared with the checkpoint
   before.

   Which pages have changed is told by the kernel's lists of pages, from the front of a
   chain of objects to where it meets the chain of the snapshot before (chain.c).  Here
   that meeting is not believed: what the region shows is put together from the whole
   chain, and each page of it that is not going to be written must be the bytes that the
   store has.  One that is not is written, so that the checkpoint is right, and
   counted.  */

#include <stdlib.h>
#include <string.h>
#include <hurd.h>
#include <hurd/sigpreempt.h>
#include <stable-store/store.h>
#include "internal.h"

#define AT_ONCE	64		/* Pages read from the store.  */

/* A region being checked.  */
struct check
{
  struct ckpt_image *image;
  const struct cap_task *task;
  const struct snapshot *s;
  struct store_obj *obj;
  uint8_t *own;			/* Pages in memory, a bitmap.  */
  uint8_t *then;		/* Room for AT_ONCE pages.  */
};

/* Compare pages I to I + N.  */
static error_t
compare (struct check *c, vm_size_t i, vm_size_t n)
{
  static const uint8_t zero[CI_PAGE];
  uint8_t page[CI_PAGE] __attribute__ ((aligned (16)));
  struct ckpt_image *image = c->image;
  uint64_t first = c->s->start / CI_PAGE + i;
  error_t err = store_read_pages (image->before,
				  CI_OBJECT_TASK + c->task->known->id, first, n,
				  c->then);

  for (vm_size_t j = 0; err == 0 && j < n; j++)
    {
      const void *now = zero;
      if (is_set (c->own, i + j))
	{
	  /* It may have to be fetched from the checkpoint that was restored.  */
	  now = page;
	  if (hurd_safe_copyin (page, (void *) (c->s->data + (i + j) * CI_PAGE),
				CI_PAGE))
	    err = EIO;
	}
      if (err || memcmp (c->then + j * CI_PAGE, now, CI_PAGE) == 0)
	continue;
      if (image->stats->missed++ == 0)
	ckpt_report (image->report, "pid %d: the page at %#zx", c->task->pid,
		     (size_t) ((first + j) * CI_PAGE));
      err = store_put_page (c->obj, first + j, now);
    }
  image->stats->checked += n;
  if (image->env->hooks->breathe)
    image->env->hooks->breathe (image->env->hooks->context);
  return err;
}

/* Compare pages I to END: those in memory, and those that the store has.  */
static error_t
compare_run (struct check *c, vm_size_t i, vm_size_t end)
{
  uint64_t first = c->s->start / CI_PAGE, stored = 0;
  error_t err = 0;

  while (err == 0 && i < end)
    {
      vm_size_t n = end - i < AT_ONCE ? end - i : AT_ONCE, j = i;
      while (j < i + n && !is_set (c->own, j))
	j++;
      if (j == i + n && stored < first + i)
	{
	  err = store_next_page (c->image->before,
				 CI_OBJECT_TASK + c->task->known->id, first + i,
				 &stored);
	  if (err == ENOENT)
	    {
	      stored = UINT64_MAX;
	      err = 0;
	    }
	}
      if (err == 0 && (j < i + n || stored < first + i + n))
	err = compare (c, i, n);
      else
	/* Zeros, both.  */
	c->image->stats->checked += n;
      i += n;
    }
  return err;
}

error_t
check_kept (struct ckpt_image *image, const struct cap_task *t,
	    const struct snapshot *s, const uint8_t *written,
	    struct store_obj *obj)
{
  struct check c = { .image = image, .task = t, .s = s, .obj = obj };
  vm_size_t pages = (s->end - s->start) / CI_PAGE;
  bool whole;
  error_t err = ENOMEM;

  c.own = calloc (pages / 8 + 1, 1);
  c.then = malloc (AT_ONCE * CI_PAGE);
  if (c.own && c.then)
    err = chain_own (image->env->hooks, s->data, s->end - s->start, c.own,
		     &whole);
  for (vm_size_t i = 0, end; err == 0 && i < pages; i = end + 1)
    {
      /* What is not in memory comes from a file if it is not zero, and that may have
	 changed meanwhile.  */
      for (end = i; end < pages && !(written && is_set (written, end))
		    && (whole || is_set (c.own, end)); end++)
	continue;
      err = compare_run (&c, i, end);
    }
  free (c.own);
  free (c.then);
  return err;
}
