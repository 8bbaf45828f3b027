/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.h - what a store should contain, in the simplest form there is.  */

#ifndef TESTS_STORE_MODEL_H
#define TESTS_STORE_MODEL_H

#include "store.h"

#define M_OBJECTS 3
#define M_PAGES 32
#define M_CKPTS 12
#define M_RECORDS 64

struct m_state
{
  bool present[M_OBJECTS];
  uint32_t length[M_OBJECTS];
  uint32_t value[M_OBJECTS][M_PAGES];	/* 0: a page of zeros.  */
};

struct m_ckpt
{
  uint64_t number, parent;
  char label[8];
  struct m_state state;
};

struct model
{
  unsigned n;
  struct m_ckpt ckpt[M_CKPTS];
  uint64_t last;		/* Number of the last checkpoint ever.  */
  struct m_state head;		/* The predecessor's state.  */
  uint64_t parent;		/* Of the next checkpoint.  */
  unsigned keep;
  /* Journal: records 1 ... jnext - 1; those before jcut may be gone.  */
  uint64_t jcut, jnext;
  struct
  {
    uint32_t value, length;
    uint64_t ckpt;
  } journal[M_RECORDS];
  uint32_t next_value;
  uint64_t nblocks;
};

/* The content that stands for VALUE.  */
void model_page (uint32_t value, void *page);

void model_init (struct model *m, uint64_t nblocks, unsigned keep);
void model_commit (struct model *m, const struct m_state *st);
/* Go on from the checkpoint at AT.  */
void model_revert (struct model *m, unsigned at);
/* Drop what the retention rule does not keep, as at each beginning and commit.  */
void model_retain (struct model *m);
void model_drop (struct model *m, unsigned at);

/* Put the pages of ST that differ from the predecessor's into TXN; if WHOLE, all
   of them, into objects made anew.  */
error_t model_write (const struct m_state *base, const struct m_state *st,
		     bool whole, struct store_txn *txn);

/* Does STORE contain what M says (with up to JEND - 1 journal records)?  Null if
   so, else a text.  */
const char *model_check (const struct model *m, uint64_t jend,
			 struct store *store);
/* Only the list of checkpoints with their labels.  */
bool model_same_list (const struct model *m, struct store *store);

#endif
