/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal: what a sync writes besides contents goes to the disk as a whole
   or not at all.  Without it a directory that moves cannot be kept safe: between
   two of its writes it has two names, or none, and e2fsck -p decides neither.

   The format is that of ext3's journals (JBD2 of version 2 without checksums),
   so that e2fsck replays what was interrupted.  Each sync is one transaction
   from the journal's start: the blocks are written there, then the journal's
   superblock says that they count, then they are written where they belong, then
   the superblock says that there is nothing.  A file system without a journal is
   written in the order that cache.h tells.  */

#ifndef EXT2FS_JOURNAL_H
#define EXT2FS_JOURNAL_H

#include "cache.h"

struct journal
{
  uint64_t *blocks;		/* Where its blocks are; NULL: there is none.  */
  uint32_t count;		/* How many.  */
  uint32_t first;		/* The first one for transactions.  */
  uint32_t sequence;		/* Number of the next transaction.  */
  char *head;			/* Block 0, the journal's superblock.  */
  bool active;			/* It is to be used.  */
};

/* Find the journal of ext2.fs.  There need not be one: that is no error.  EROFS
   if it holds what e2fsck has to replay first.  Locked.  */
error_t journal_open (void);
void journal_close (void);

/* Write the N blocks of LIST, in any order, as a transaction; until journal_done
   they count as written.  E2BIG if there is no room for so many.  */
error_t journal_write (struct block *const *list, unsigned int n);
error_t journal_done (void);

#endif /* EXT2FS_JOURNAL_H */
