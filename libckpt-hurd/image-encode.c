/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing an image.  */

#include "image.h"

static void
put_port (struct ckpt_blob *b, const struct ci_port *p)
{
  ckpt_put_u8 (b, p->kind);
  ckpt_put_u32 (b, p->index);
  ckpt_put_u64 (b, p->id);
  if (p->kind != CI_PORT_ENV)
    return;
  ckpt_put_u32 (b, p->name);
  ckpt_put_u32 (b, p->seqno);
  ckpt_put_u32 (b, p->mscount);
  ckpt_put_u32 (b, p->qlimit);
  ckpt_put_u32 (b, p->set);
  ckpt_put_u32 (b, p->nsrequest);
  ckpt_put_u32 (b, p->pdrequest);
}

static void
put_task (struct ckpt_blob *b, const struct ci_task *t)
{
  ckpt_put_u64 (b, t->id);
  ckpt_put_u32 (b, t->pid);
  ckpt_put_u32 (b, t->suspend_count);
  ckpt_put_u32 (b, t->priority);
  ckpt_put_u32 (b, t->bootstrap);
  ckpt_put_u32 (b, t->exception);
  ckpt_put_u32 (b, t->nregions);
  for (uint32_t i = 0; i < t->nregions; i++)
    {
      const struct ci_region *r = &t->regions[i];
      ckpt_put_u32 (b, r->start);
      ckpt_put_u32 (b, r->end);
      ckpt_put_u8 (b, r->protection);
      ckpt_put_u8 (b, r->max_protection);
      ckpt_put_u8 (b, r->inheritance);
      ckpt_put_u8 (b, r->flags);
      ckpt_put_u32 (b, r->memory);
      ckpt_put_u32 (b, r->offset);
    }
  ckpt_put_u32 (b, t->nrights);
  for (uint32_t i = 0; i < t->nrights; i++)
    {
      const struct ci_right *r = &t->rights[i];
      ckpt_put_u32 (b, r->name);
      ckpt_put_u8 (b, r->type);
      ckpt_put_u32 (b, r->urefs);
      ckpt_put_u32 (b, r->port);
      ckpt_put_u32 (b, r->dnrequest);
    }
}

static void
put_thread (struct ckpt_blob *b, const struct ci_thread *t)
{
  ckpt_put_u32 (b, t->task);
  ckpt_put_u8 (b, t->wait);
  ckpt_put_u32 (b, t->suspend_count);
  ckpt_put_u32 (b, t->priority);
  ckpt_put_u32 (b, t->exception);
  for (int i = 0; i < CI_REGS_USED; i++)
    ckpt_put_u32 (b, t->regs[i]);
  for (int i = 0; i < CI_GDT_SLOTS; i++)
    for (int j = 0; j < 2; j++)
      ckpt_put_u32 (b, t->gdt[i][j]);
  for (int i = 0; i < 8; i++)
    ckpt_put_u32 (b, t->debug[i]);
  ckpt_put_bytes (b, t->xfloat, t->xfloat_len);
  ckpt_put_u32 (b, t->patch_address);
  ckpt_put_u32 (b, t->patch_value);
  ckpt_put_u32 (b, t->timeout_address);
  ckpt_put_u32 (b, t->timeout);
}

static void
put_message (struct ckpt_blob *b, const struct ci_message *m)
{
  ckpt_put_u32 (b, m->port);
  ckpt_put_u8 (b, m->type);
  ckpt_put_u32 (b, m->reply);
  ckpt_put_u8 (b, m->reply_type);
  ckpt_put_u8 (b, m->complex);
  ckpt_put_u32 (b, m->id);
  ckpt_put_bytes (b, m->body, m->len);
  ckpt_put_u32 (b, m->nports);
  for (uint32_t i = 0; i < m->nports; i++)
    {
      ckpt_put_u32 (b, m->ports[i].offset);
      ckpt_put_u32 (b, m->ports[i].element);
      ckpt_put_u8 (b, m->ports[i].type | m->ports[i].dead << 7);
      ckpt_put_u32 (b, m->ports[i].port);
    }
  ckpt_put_u32 (b, m->nmemories);
  for (uint32_t i = 0; i < m->nmemories; i++)
    {
      ckpt_put_u32 (b, m->memories[i].offset);
      ckpt_put_bytes (b, m->memories[i].data, m->memories[i].len);
    }
}

void
ci_encode (const struct ci_image *image, struct ckpt_blob *b)
{
  const char *magic = CI_MAGIC;
  for (int i = 0; i < 8; i++)
    ckpt_put_u8 (b, magic[i]);
  ckpt_put_u32 (b, CI_VERSION);
  ckpt_put_u32 (b, image->page_size);
  ckpt_put_u64 (b, image->next_task_id);
  ckpt_put_u32 (b, image->nparticipants);
  for (uint32_t i = 0; i < image->nparticipants; i++)
    ckpt_put_string (b, image->participants[i].name);
  ckpt_put_u32 (b, image->nports);
  for (uint32_t i = 0; i < image->nports; i++)
    put_port (b, &image->ports[i]);
  ckpt_put_u32 (b, image->nmemories);
  for (uint32_t i = 0; i < image->nmemories; i++)
    {
      ckpt_put_u8 (b, image->memories[i].kind);
      ckpt_put_u64 (b, image->memories[i].id);
      ckpt_put_u32 (b, image->memories[i].size);
    }
  ckpt_put_u32 (b, image->ntasks);
  for (uint32_t i = 0; i < image->ntasks; i++)
    put_task (b, &image->tasks[i]);
  ckpt_put_u32 (b, image->nthreads);
  for (uint32_t i = 0; i < image->nthreads; i++)
    put_thread (b, &image->threads[i]);
  ckpt_put_u32 (b, image->nmessages);
  for (uint32_t i = 0; i < image->nmessages; i++)
    put_message (b, &image->messages[i]);
  ckpt_put_u32 (b, image->nremarks);
  for (uint32_t i = 0; i < image->nremarks; i++)
    ckpt_put_string (b, image->remarks[i]);
}
