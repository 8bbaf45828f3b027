/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading an image.  Nothing is believed: each count is compared with what is
   left before a table of that size is made.  */

#include <stdlib.h>
#include <string.h>
#include "image.h"

/* A zeroed table of N records of SIZE bytes, at least one; sets the reader's
   error if there is no memory.  */
static void *
table (struct ckpt_reader *r, uint32_t n, size_t size)
{
  void *p = r->error ? NULL : calloc (n ? n : 1, size);
  if (p == NULL && r->error == 0)
    r->error = ENOMEM;
  return p;
}

/* A copy of the bytes that follow.  */
static uint8_t *
copy_bytes (struct ckpt_reader *r, uint32_t *len)
{
  size_t n;
  const void *data = ckpt_get_bytes (r, &n);
  uint8_t *p = table (r, n, 1);
  *len = p ? n : 0;
  if (p && n)
    memcpy (p, data, n);
  return p;
}

static char *
copy_string (struct ckpt_reader *r)
{
  const char *s = ckpt_get_string (r);
  char *p = r->error ? NULL : strdup (s);
  if (p == NULL && r->error == 0)
    r->error = ENOMEM;
  return p;
}

static void
get_port (struct ckpt_reader *r, struct ci_port *p)
{
  p->kind = ckpt_get_u8 (r);
  p->index = ckpt_get_u32 (r);
  p->id = ckpt_get_u64 (r);
  if (p->kind != CI_PORT_ENV)
    return;
  p->name = ckpt_get_u32 (r);
  p->seqno = ckpt_get_u32 (r);
  p->mscount = ckpt_get_u32 (r);
  p->qlimit = ckpt_get_u32 (r);
  p->set = ckpt_get_u32 (r);
  p->nsrequest = ckpt_get_u32 (r);
  p->pdrequest = ckpt_get_u32 (r);
}

static void
get_task (struct ckpt_reader *r, struct ci_task *t)
{
  t->id = ckpt_get_u64 (r);
  t->pid = ckpt_get_u32 (r);
  t->suspend_count = ckpt_get_u32 (r);
  t->priority = ckpt_get_u32 (r);
  t->bootstrap = ckpt_get_u32 (r);
  t->exception = ckpt_get_u32 (r);
  uint32_t n = ckpt_get_count (r, 20);
  t->regions = table (r, n, sizeof *t->regions);
  for (uint32_t i = 0; t->regions && i < n; i++)
    {
      struct ci_region *g = &t->regions[t->nregions++];
      g->start = ckpt_get_u32 (r);
      g->end = ckpt_get_u32 (r);
      g->protection = ckpt_get_u8 (r);
      g->max_protection = ckpt_get_u8 (r);
      g->inheritance = ckpt_get_u8 (r);
      g->flags = ckpt_get_u8 (r);
      g->memory = ckpt_get_u32 (r);
      g->offset = ckpt_get_u32 (r);
    }
  n = ckpt_get_count (r, 17);
  t->rights = table (r, n, sizeof *t->rights);
  for (uint32_t i = 0; t->rights && i < n; i++)
    {
      struct ci_right *g = &t->rights[t->nrights++];
      g->name = ckpt_get_u32 (r);
      g->type = ckpt_get_u8 (r);
      g->urefs = ckpt_get_u32 (r);
      g->port = ckpt_get_u32 (r);
      g->dnrequest = ckpt_get_u32 (r);
    }
}

static void
get_thread (struct ckpt_reader *r, struct ci_thread *t)
{
  t->task = ckpt_get_u32 (r);
  t->wait = ckpt_get_u8 (r);
  t->suspend_count = ckpt_get_u32 (r);
  t->priority = ckpt_get_u32 (r);
  t->exception = ckpt_get_u32 (r);
  for (int i = 0; i < CI_REGS_USED; i++)
    t->regs[i] = ckpt_get_u32 (r);
  for (int i = 0; i < CI_GDT_SLOTS; i++)
    for (int j = 0; j < 2; j++)
      t->gdt[i][j] = ckpt_get_u32 (r);
  for (int i = 0; i < 8; i++)
    t->debug[i] = ckpt_get_u32 (r);
  t->xfloat = copy_bytes (r, &t->xfloat_len);
  t->patch_address = ckpt_get_u32 (r);
  t->patch_value = ckpt_get_u32 (r);
  t->timeout_address = ckpt_get_u32 (r);
  t->timeout = ckpt_get_u32 (r);
}

static void
get_message (struct ckpt_reader *r, struct ci_message *m)
{
  m->port = ckpt_get_u32 (r);
  m->type = ckpt_get_u8 (r);
  m->reply = ckpt_get_u32 (r);
  m->reply_type = ckpt_get_u8 (r);
  uint8_t complex = ckpt_get_u8 (r);
  if (complex > 1)
    r->error = r->error ? r->error : EBADMSG;
  m->complex = complex;
  m->id = ckpt_get_u32 (r);
  m->body = copy_bytes (r, &m->len);
  uint32_t n = ckpt_get_count (r, 13);
  m->ports = table (r, n, sizeof *m->ports);
  for (uint32_t i = 0; m->ports && i < n; i++)
    {
      struct ci_msg_port *p = &m->ports[m->nports++];
      p->offset = ckpt_get_u32 (r);
      p->element = ckpt_get_u32 (r);
      uint8_t type = ckpt_get_u8 (r);
      p->type = type & 0x7f;
      p->dead = type >> 7;
      p->port = ckpt_get_u32 (r);
    }
  n = ckpt_get_count (r, 8);
  m->memories = table (r, n, sizeof *m->memories);
  for (uint32_t i = 0; m->memories && i < n; i++)
    {
      struct ci_msg_memory *p = &m->memories[m->nmemories++];
      p->offset = ckpt_get_u32 (r);
      p->data = copy_bytes (r, &p->len);
    }
}

/* Read all tables; *WHAT is the one being read.  */
static void
get_tables (struct ckpt_reader *r, struct ci_image *image, const char **what)
{
  *what = "participants";
  uint32_t n = ckpt_get_count (r, 5);
  image->participants = table (r, n, sizeof *image->participants);
  for (uint32_t i = 0; r->error == 0 && i < n; i++)
    image->participants[image->nparticipants++].name = copy_string (r);
  if (r->error)
    return;
  *what = "ports";
  n = ckpt_get_count (r, 13);
  image->ports = table (r, n, sizeof *image->ports);
  for (uint32_t i = 0; r->error == 0 && i < n; i++)
    get_port (r, &image->ports[image->nports++]);
  if (r->error)
    return;
  *what = "memory objects";
  n = ckpt_get_count (r, 13);
  image->memories = table (r, n, sizeof *image->memories);
  for (uint32_t i = 0; r->error == 0 && i < n; i++)
    {
      struct ci_memory *m = &image->memories[image->nmemories++];
      m->kind = ckpt_get_u8 (r);
      m->id = ckpt_get_u64 (r);
      m->size = ckpt_get_u32 (r);
    }
  if (r->error)
    return;
  *what = "tasks";
  n = ckpt_get_count (r, 36);
  image->tasks = table (r, n, sizeof *image->tasks);
  for (uint32_t i = 0; r->error == 0 && i < n; i++)
    get_task (r, &image->tasks[image->ntasks++]);
  if (r->error)
    return;
  *what = "threads";
  n = ckpt_get_count (r, 145);
  image->threads = table (r, n, sizeof *image->threads);
  for (uint32_t i = 0; r->error == 0 && i < n; i++)
    get_thread (r, &image->threads[image->nthreads++]);
  if (r->error)
    return;
  *what = "messages";
  n = ckpt_get_count (r, 27);
  image->messages = table (r, n, sizeof *image->messages);
  for (uint32_t i = 0; r->error == 0 && i < n; i++)
    get_message (r, &image->messages[image->nmessages++]);
  if (r->error)
    return;
  *what = "remarks";
  n = ckpt_get_count (r, 5);
  image->remarks = table (r, n, sizeof *image->remarks);
  for (uint32_t i = 0; r->error == 0 && i < n; i++)
    image->remarks[image->nremarks++] = copy_string (r);
}

error_t
ci_decode (const void *data, size_t len, struct ci_image *image,
	   const char **what)
{
  struct ckpt_reader reader = { .data = data, .len = len }, *r = &reader;

  *image = (struct ci_image) { 0 };
  *what = "magic number";
  if (len < 8 || memcmp (data, CI_MAGIC, 8))
    return EBADMSG;
  r->pos = 8;
  *what = "version";
  uint32_t version = ckpt_get_u32 (r);
  if (r->error == 0 && version != CI_VERSION)
    return ENOTSUP;
  image->page_size = ckpt_get_u32 (r);
  image->next_task_id = ckpt_get_u64 (r);
  if (r->error == 0)
    get_tables (r, image, what);
  error_t err = r->error;
  if (err == 0 && r->pos != r->len)
    {
      *what = "bytes after the end";
      err = EBADMSG;
    }
  if (err == 0)
    err = ci_check (image, what);
  if (err)
    ci_free (image);
  return err;
}
