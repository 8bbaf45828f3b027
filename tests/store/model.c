/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.c - see model.h.  */

#include "model.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
model_page (uint32_t value, void *page)
{
  uint32_t *p = page, x = value * 2654435761u + 1;
  if (value == 0)
    {
      memset (page, 0, STORE_PAGE);
      return;
    }
  /* Half of it compresses.  */
  for (unsigned i = 0; i < STORE_PAGE / 4; i++)
    {
      x = x * 1664525 + 1013904223;
      p[i] = i % 4 < 2 ? x : value;
    }
}

void
model_init (struct model *m, uint64_t nblocks, unsigned keep)
{
  memset (m, 0, sizeof *m);
  m->jcut = m->jnext = 1;
  m->next_value = 1;
  m->nblocks = nblocks;
  m->keep = keep;
}

void
model_drop (struct model *m, unsigned at)
{
  uint64_t number = m->ckpt[at].number, parent = m->ckpt[at].parent;
  for (unsigned i = 0; i < m->n; i++)
    if (m->ckpt[i].parent == number)
      m->ckpt[i].parent = parent;
  if (m->parent == number)
    m->parent = parent;
  memmove (&m->ckpt[at], &m->ckpt[at + 1],
	   (m->n - at - 1) * sizeof m->ckpt[0]);
  m->n--;
}

void
model_retain (struct model *m)
{
  for (unsigned i = 0; m->keep && m->n > m->keep && i < m->n - m->keep;)
    {
      if (m->ckpt[i].label[0])
	i++;
      else
	model_drop (m, i);
    }
}

void
model_commit (struct model *m, const struct m_state *st)
{
  struct m_ckpt *c = &m->ckpt[m->n++];
  memset (c, 0, sizeof *c);
  c->number = ++m->last;
  c->state = *st;
  c->parent = m->parent;
  m->parent = c->number;
  m->head = *st;
  model_retain (m);
}

void
model_revert (struct model *m, unsigned at)
{
  struct m_state st = m->ckpt[at].state;
  m->parent = m->ckpt[at].number;
  model_commit (m, &st);
}

error_t
model_write (const struct m_state *base, const struct m_state *st, bool whole,
	     struct store_txn *txn)
{
  uint8_t page[STORE_PAGE];
  for (unsigned i = 0; i < M_OBJECTS; i++)
    {
      struct store_obj *obj;
      if (!st->present[i])
	continue;
      bool anew = whole || !base->present[i];
      error_t err = (anew ? store_object_create (txn, i + 1, 7 + i, &obj)
		     : store_keep_object (txn, i + 1, &obj));
      if (!err)
	err = store_set_length (obj, st->length[i]);
      for (unsigned p = 0; p < M_PAGES && !err; p++)
	if (anew ? st->value[i][p] != 0
	    : st->value[i][p] != base->value[i][p])
	  {
	    model_page (st->value[i][p], page);
	    err = store_put_page (obj, p, page);
	  }
      if (err)
	return err;
    }
  return 0;
}

static const char *
check_ckpt (const struct m_ckpt *c, struct store *store)
{
  struct store_ckpt *ckpt;
  struct store_info info;
  struct store_object_info o;
  static uint8_t got[M_PAGES * STORE_PAGE];
  uint8_t page[STORE_PAGE];
  const char *bad = NULL;
  uint64_t id = 0;

  if (store_checkpoint_info (store, c->number, &info))
    return "no checkpoint info";
  if (strcmp (info.label, c->label) != 0)
    return "wrong label";
  if (info.parent != c->parent)
    return "wrong parent";
  if (store_ckpt_open (store, c->number, &ckpt))
    return "checkpoint does not open";
  for (unsigned i = 0; i < M_OBJECTS && !bad; i++)
    {
      if (!c->state.present[i])
	continue;
      if (store_next_object (ckpt, id, &o) || o.id != i + 1
	  || o.type != 7 + i || o.length != c->state.length[i])
	bad = "wrong object";
      else if (store_read_pages (ckpt, o.id, 0, M_PAGES, got))
	bad = "object does not read";
      id = i + 1;
      for (unsigned p = 0; p < M_PAGES && !bad; p++)
	{
	  model_page (c->state.value[i][p], page);
	  if (memcmp (page, got + p * STORE_PAGE, STORE_PAGE) != 0)
	    bad = "wrong page";
	}
    }
  if (!bad && store_next_object (ckpt, id, &o) != ENOENT)
    bad = "an object too many";
  store_ckpt_close (ckpt);
  return bad;
}

static const char *
check_journal (const struct model *m, uint64_t jend, struct store *store)
{
  uint64_t at = 0, first = 0;
  struct store_journal_record r;
  void *data;
  error_t err;

  while ((err = store_journal_next (store, at, &r, &data)) == 0)
    {
      bool good = (r.seq < M_RECORDS && (at == 0 || r.seq == at + 1)
		   && r.length == m->journal[r.seq].length
		   && r.ckpt == m->journal[r.seq].ckpt);
      for (size_t i = 0; good && i < r.length; i++)
	good = ((uint8_t *) data)[i] == (uint8_t) (m->journal[r.seq].value + i);
      free (data);
      if (!good)
	return "wrong journal record";
      if (!first)
	first = r.seq;
      at = r.seq;
    }
  if (err != ENOENT)
    return "journal does not read";
  if (m->jcut < m->jnext && (first == 0 || first > m->jcut))
    return "journal begins too late";
  if (at && at + 1 < m->jnext)
    return "journal ends too early";
  if (at >= jend)
    return "journal ends too late";
  return NULL;
}

bool
model_same_list (const struct model *m, struct store *store)
{
  uint64_t number = 0;
  struct store_info info;
  for (unsigned i = 0; i < m->n; i++)
    if (store_list (store, number, &number)
	|| number != m->ckpt[i].number
	|| store_checkpoint_info (store, number, &info)
	|| strcmp (info.label, m->ckpt[i].label) != 0)
      return false;
  return store_list (store, number, &number) == ENOENT;
}

const char *
model_check (const struct model *m, uint64_t jend, struct store *store)
{
  const char *bad = NULL;
  if (!model_same_list (m, store))
    return "wrong list of checkpoints";
  for (unsigned i = 0; i < m->n && !bad; i++)
    bad = check_ckpt (&m->ckpt[i], store);
  return bad ? bad : check_journal (m, jend, store);
}
