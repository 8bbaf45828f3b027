/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going back in the history with the ground's files, or without them.

   What leads from the files of one checkpoint to those of another is in files.h.
   The way from the files of one checkpoint to those of another one leads over bases,
   back by pre-images as far as needed and then forth by redos.  It is made by the
   process that restores, before anything runs inside; each step is journaled when it
   begins, with the numbers of the objects that it moves (redo_numbers), so that it
   can be begun again after a crash, and none is done twice.

   Records of the journal, all numbers u64:
     RP_JOURNAL_TRAVEL  restored checkpoint, its files' number, number of the
			  files that the ground has, 1 if they shall stay
     RP_JOURNAL_STEP	  restored checkpoint, the step's index (how many there are:
			  all done), numbers  */

#ifndef PERDURE_ROOT_PROXY_TRAVEL_H
#define PERDURE_ROOT_PROXY_TRAVEL_H

#include "proxy.h"

struct travel_step
{
  uint64_t checkpoint, number;	/* Whose files, and which checkpoint has them.  */
  bool back;
};

/* Find the way from the files FROM to the files TO: *STEPS is malloced.  ENODATA: there
   is none, and *WHY (malloced, or NULL) says what is missing.  */
error_t travel_plan (uint64_t from, uint64_t to, struct travel_step **steps,
		     size_t *n, char **why);

/* checkpointd_config.travel.  */
error_t rp_travel (void *context, uint64_t number, uint64_t next,
		   bool keep_files, char **why);

/* The number of the files that checkpoint CHECKPOINT has.  */
error_t travel_files (uint64_t checkpoint, uint64_t *number);

/* At a restore: what files there are in the store is found out at the first checkpoint
   after it; then, when the overlay is
   as in the checkpoint that is being restored and PLAN is its redo's: apply that redo,
   or if the history goes on from an older checkpoint put the ground's files back, or
   not, as was asked for.  */
void rp_files_load (void);
error_t rp_arrive (struct ov_plan *plan);

/* Before that, and before anything is made: read and check the files of the checkpoint that
   is being restored, which rp_arrive will need.  EILSEQ, EBADMSG: damaged.  (Those of one
   that was gone back to were read when that was asked for.)  */
error_t rp_files_check (void);

/* Write the copies that were noted (see proxy.h).  */
error_t rp_copies_write (struct store_txn *txn);

/* Checkpoint NUMBER is durable; or one could not be written.  */
void rp_files_written (uint64_t number);
void rp_files_failed (void);

#endif /* PERDURE_ROOT_PROXY_TRAVEL_H */
