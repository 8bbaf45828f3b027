/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The version of what root-proxy writes into a checkpoint, see save.c; and what it
   writes to the journal.  */

#ifndef PERDURE_ROOT_PROXY_STATE_VERSION_H
#define PERDURE_ROOT_PROXY_STATE_VERSION_H

#define RP_STATE_VERSION 7

/* Types of the records that we write to the store's journal.  */
#define RP_JOURNAL_REPLAY 1	/* Entries of replay.h.  */
#define RP_JOURNAL_TRAVEL 2	/* Going back, see travel.h.  */
#define RP_JOURNAL_STEP 3

#endif /* PERDURE_ROOT_PROXY_STATE_VERSION_H */
