/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.h - the stable store: checkpoints on a block device, by shadow paging.

   A store keeps any number of checkpoints, numbered 1, 2, 3 ... and never
   renumbered.  A checkpoint is a set of objects; an object is named by a 64-bit
   id, has a 32-bit type (both chosen by the caller, any value but id 0), a
   length in bytes, and 4 KiB pages at sparse 64-bit page numbers.  A page that
   is not stored reads as zeros.

   One checkpoint is written at a time, in a transaction.  Until `store_commit'
   has returned 0 the new checkpoint does not exist; when it has, the checkpoint
   survives any stop of the machine.

   Errors.  Every function that can fail returns 0 or an errno value; the text of
   the last failure, with block, object, page and checkpoint where they are
   known, is `store_error (store)'.  The values that mean something special:
     EIO        the device refused, or what it returned does not verify
     EILSEQ     a checksum or a reference does not verify (damage on the disk)
     ENOSPC     does not fit; the text says how many KiB are missing
     ENOENT     no such checkpoint or object, or the end of an iteration
     EBUSY      a transaction is under way, or the checkpoint is open
     EROFS      the store was opened for reading, or an earlier write to the
		root failed, so that what is on the disk is not known
     ENOTSUP    made by a newer, incompatible version (named in the text)
     EINVAL     an argument is out of range, or this is no store

   Threads.  A store and everything opened from it belong to one thread at a
   time: the caller locks.  Nothing here sleeps but in the device's functions.

   Ownership.  What `*_open', `store_begin' and `store_object_*' return belongs to
   the caller until the matching close, commit or abort.  Buffers given in are
   only read during the call.  */

#ifndef PERDURE_STORE_H
#define PERDURE_STORE_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#define STORE_PAGE 4096		/* Bytes in a page and in a block.  */
#define STORE_LABEL_MAX 63	/* Bytes in a label, without the final NUL.  */
#define STORE_MIN_BLOCKS 4096	/* 16 MiB.  */
#define STORE_MAX_BLOCKS ((uint64_t) 1 << 31)	/* 8 TiB.  */
#define STORE_MAX_PAGENO (UINT64_MAX - 2)	/* The greatest page number.  */

struct store;			/* An open store.  */
struct store_txn;		/* The checkpoint being written.  */
struct store_obj;		/* An object of the checkpoint being written.  */
struct store_ckpt;		/* A committed checkpoint, open for reading.  */

/* ---- The device ---------------------------------------------------------- */

/* Block numbers and counts are in units of STORE_PAGE.  A function returns 0
   only if it did everything: a short transfer is EIO.  After `barrier' returns 0
   all earlier writes have reached the medium.  */
struct store_io
{
  void *ctx;
  error_t (*read) (void *ctx, uint64_t block, uint32_t nblocks, void *buf);
  error_t (*write) (void *ctx, uint64_t block, uint32_t nblocks,
		    const void *buf);
  error_t (*barrier) (void *ctx);
  error_t (*size) (void *ctx, uint64_t *nblocks);
  void (*close) (void *ctx);	/* May be null.  */
};

/* A device on the file descriptor FD (a regular file or a device node).  It owns
   FD from now on, even on failure, and closes it in `io->close'.  If FD is open for
   writing it is locked (flock) until then; EBUSY: somebody else has it locked.  */
error_t store_io_fd (int fd, struct store_io *io);

/* ---- Making, opening, closing -------------------------------------------- */

#define STORE_COMPRESS 1	/* LZ4 for pages that shrink enough.  */
#define STORE_TINY 2		/* Allow 64 blocks and more: for tests.  */
#define STORE_PLAIN_UUID 4	/* Take uuid and seed from the options.  */

/* Zero means the default in every member.  */
struct store_options
{
  unsigned flags;		/* STORE_COMPRESS and the others.  */
  uint64_t nblocks;		/* Use only so much of the device.  */
  uint64_t journal_blocks;	/* 0: a sixteenth, at most 16384.  */
  uint32_t keep;		/* Retention, see store_set_retention.  */
  uint32_t chain_max;		/* Commits between two index merges (8).  */
  uint32_t pending_max;		/* Index changes between two merges (16384).  */
  uint8_t uuid[16];
  uint64_t seed;		/* Of the checksums.  */
};

/* Make an empty store on IO, destroying what was there.  OPTIONS may be null.
   EINVAL: the device is too small or too large.  On failure *IO is unchanged
   and the text of the error is lost.  */
error_t store_format (const struct store_io *io,
		      const struct store_options *options);

#define STORE_RDONLY 1		/* For store_open: never write.  */
#define STORE_PREVIOUS 2	/* Use the root before the last, to get at a
				   store whose last root leads to damage.  */

/* Open the store on IO and recover: the state is that of the last commit.
   FLAGS is 0 or a sum of the above.  On success the store owns *IO (copied) and closes
   it at the end; on failure the caller still owns it, and if ERRTEXT is not
   null, *ERRTEXT is set to a malloced text that the caller frees (or null).
   The number of reads does not depend on how many checkpoints there are.  */
error_t store_open (const struct store_io *io, unsigned flags,
		    struct store **store, char **errtext);

/* Abort the transaction under way if there is one, and free everything.  All
   `store_ckpt' must have been closed.  STORE may be null.  */
void store_close (struct store *store);

/* The text of the last failure; valid until the next call.  Never null.  */
const char *store_error (const struct store *store);

/* ---- Writing a checkpoint ------------------------------------------------ */

/* Begin the next checkpoint.  It starts without any object; its predecessor, for
   sharing, is the last checkpoint.  EBUSY: one is under way.  */
error_t store_begin (struct store *store, struct store_txn **txn);

/* The number the checkpoint will get if it is committed.  */
uint64_t store_txn_number (const struct store_txn *txn);

/* Add object ID, empty, of length 0.  *OBJ lives until commit or abort.
   EEXIST: it is in this checkpoint already.  */
error_t store_object_create (struct store_txn *txn, uint64_t id,
			     uint32_t type, struct store_obj **obj);

/* Add object ID as it is in the predecessor: type, length, every page, without
   reading or touching one.  *OBJ (which may be a null pointer) can then be
   changed by the functions below.  ENOENT: the predecessor has none.  EEXIST.  */
error_t store_keep_object (struct store_txn *txn, uint64_t id,
			   struct store_obj **obj);

/* Keep the predecessor's pages FIRST ... FIRST+COUNT-1 of this object where no
   page was put.  The object must exist in the predecessor (else ENOENT).  */
error_t store_keep_pages (struct store_obj *obj, uint64_t first,
			  uint64_t count);

/* Put one page of STORE_PAGE bytes at PAGENO; a later put replaces it.  If the
   predecessor has the same bytes there, or they are stored anywhere in this
   checkpoint or its predecessor, that block is shared (after comparing bytes); a
   page of zeros is not stored.  When the store is full this still returns 0 and
   only counts, so that store_commit can tell what is missing in all; see
   store_txn_missing to stop early.  */
error_t store_put_page (struct store_obj *obj, uint64_t pageno,
			const void *page);

/* Make PAGENO ... PAGENO+COUNT-1 zero (not stored).  */
error_t store_zero_pages (struct store_obj *obj, uint64_t pageno,
			  uint64_t count);

/* Set the length in bytes.  A number for the caller; pages are not affected.  */
error_t store_set_length (struct store_obj *obj, uint64_t length);

/* Make the object's contents exactly the LENGTH bytes at DATA.  The object must
   be a fresh one from store_object_create.  */
error_t store_put_blob (struct store_obj *obj, const void *data,
			size_t length);

/* How many blocks are missing so far (0: it fits).  */
uint64_t store_txn_missing (const struct store_txn *txn);

/* Commit: all is written, a barrier, one root record, a barrier.  LABEL may be
   null.  *NUMBER (may be null) is set.  Checkpoints beyond the retention rule
   are dropped in the same commit.  The transaction is gone after the call
   whether it succeeded or not; on failure the last checkpoint stands, and the
   store goes on working (except after a failed root write: EROFS then).  */
error_t store_commit (struct store_txn *txn, const char *label,
		      uint64_t *number);

/* Forget the transaction.  TXN may be null.  */
void store_abort (struct store_txn *txn);

/* Go on from the older checkpoint NUMBER, a branch in the history: commit a new
   checkpoint with its contents, which has NUMBER as its parent, so that the next
   ones have the new one as their predecessor.  To be called when what was restored
   was not the last checkpoint.  All the newer checkpoints stay as they are, and can
   be gone on from again in the same way.  It is one commit: after a crash it has
   happened or not.  Costs in proportion to what was changed between NUMBER and the
   last checkpoint: those pages are written again.  ENOENT: no such checkpoint;
   ENOSPC: no room for them.  NUMBER 0 is the last one.  LABEL and *NEW_NUMBER may be
   null.  */
error_t store_revert (struct store *store, uint64_t number, const char *label,
		      uint64_t *new_number);

/* ---- Reading ------------------------------------------------------------- */

struct store_info
{
  uint64_t number;
  uint64_t predecessor;		/* The checkpoint before it then; 0: none.  */
  uint64_t parent;		/* The one it went on from, or if that is
				   dropped, its parent, and so on; 0: none.  */
  int64_t sec;			/* Time of the commit, CLOCK_REALTIME.  */
  uint32_t nsec;
  uint64_t objects;
  uint64_t pages;		/* Non-zero pages in all objects.  */
  uint64_t new_blocks;		/* Data blocks written for it.  */
  uint64_t meta_blocks;		/* Index, record and root blocks.  */
  char label[STORE_LABEL_MAX + 1];	/* "" if it has none.  */
};

/* The least checkpoint number greater than AFTER (0 to begin).  ENOENT: none.
   Reads the index only.  */
error_t store_list (struct store *store, uint64_t after, uint64_t *number);

/* Describe checkpoint NUMBER.  */
error_t store_checkpoint_info (struct store *store, uint64_t number,
			       struct store_info *info);

/* Open checkpoint NUMBER (0: the last one).  While it is open it cannot be
   dropped; writing the next checkpoint may go on.  */
error_t store_ckpt_open (struct store *store, uint64_t number,
			 struct store_ckpt **ckpt);
void store_ckpt_close (struct store_ckpt *ckpt);
uint64_t store_ckpt_number (const struct store_ckpt *ckpt);

/* Another way to read the open checkpoint CKPT, through IO (copied, not owned), which
   shares nothing with the store: one thread may use it while another one uses the
   store, even for a transaction.  CKPT must stay open as long; that keeps what is
   read from being written over.  *READER is for store_next_object, store_find_object,
   store_next_page, store_read_pages, store_read_blob and store_ckpt_number.  */
error_t store_reader_open (const struct store_ckpt *ckpt,
			   const struct store_io *io,
			   struct store_ckpt **reader);
/* READER may be null.  */
void store_reader_close (struct store_ckpt *reader);
/* The text of its last failure.  */
const char *store_reader_error (const struct store_ckpt *reader);

struct store_object_info
{
  uint64_t id;
  uint32_t type;
  uint64_t length;		/* In bytes, as set by the writer.  */
};

/* The object with the least id greater than AFTER.  ENOENT: none.  */
error_t store_next_object (struct store_ckpt *ckpt, uint64_t after,
			   struct store_object_info *info);
error_t store_find_object (struct store_ckpt *ckpt, uint64_t id,
			   struct store_object_info *info);

/* Set *PAGENO to the least stored page number >= FROM.  ENOENT: none.  */
error_t store_next_page (struct store_ckpt *ckpt, uint64_t id, uint64_t from,
			 uint64_t *pageno);

/* Read COUNT pages from PAGENO on into BUF (COUNT * STORE_PAGE bytes), each
   verified; pages not stored are zeros.  On EILSEQ or EIO the text names the
   first bad block, object, page and checkpoint, and the pages before it in BUF
   are good.  Neighbouring blocks are read together.  */
error_t store_read_pages (struct store_ckpt *ckpt, uint64_t id,
			  uint64_t pageno, size_t count, void *buf);

/* Read the whole object (its length in bytes, from byte 0) into a malloced
   buffer that the caller frees.  EFBIG: more than LIMIT bytes.  */
error_t store_read_blob (struct store_ckpt *ckpt, uint64_t id, size_t limit,
			 void **data, size_t *length);

/* Compare two checkpoints: CALLBACK is called for each page that may differ (the
   stored block differs), in order; PAGENO is UINT64_MAX for the object itself
   (made, removed, other type or length).  A nonzero return stops and is
   returned.  */
error_t store_diff (struct store_ckpt *a, struct store_ckpt *b,
		    error_t (*callback) (void *arg, uint64_t id,
					 uint64_t pageno), void *arg);

/* ---- Keeping house (EBUSY while a transaction is under way) --------------- */

/* Drop checkpoint NUMBER; its own blocks become free (they can be used again
   after the second commit that follows).  The last one may be dropped too: what
   only it has becomes free when the next checkpoint commits, which still has it
   as its predecessor.  EBUSY: it is open.  */
error_t store_drop (struct store *store, uint64_t number);

/* Label checkpoint NUMBER (null or "" removes the label).  A labelled checkpoint
   is not dropped by the retention rule.  EINVAL: too long.  */
error_t store_label (struct store *store, uint64_t number, const char *label);

/* Keep the last KEEP checkpoints and any labelled ones; 0 keeps all.  Takes
   effect at once and at each commit.  */
error_t store_set_retention (struct store *store, uint32_t keep);

/* Turn LZ4 on or off for pages written from now on.  */
error_t store_set_compression (struct store *store, bool on);

/* The device has grown: use all of it.  */
error_t store_grow (struct store *store);

struct store_stats
{
  uint8_t uuid[16];
  uint32_t version;
  uint64_t blocks;		/* The store's size.  */
  uint64_t free_blocks;
  uint64_t limbo_blocks;	/* Freed, usable after the next commits.  */
  uint64_t reserve_blocks;	/* Kept for drop and commit when full.  */
  uint64_t journal_blocks;
  uint64_t last;		/* The last checkpoint, 0 if none ever.  */
  uint64_t checkpoints;		/* How many there are.  */
  uint64_t commits;		/* Of any kind, ever.  */
  uint32_t keep;
  bool compress;
  bool root_damaged;		/* One of the two roots did not verify.  */
  bool super_damaged;		/* One of the two superblocks did not.  */
  bool super_copy_damaged;	/* It was the second, the copy.  */
  /* Since the store was opened: */
  uint64_t reads, blocks_read, writes, blocks_written, barriers;
  uint64_t pages_put, pages_same, pages_shared, pages_zero, pages_new;
};
void store_get_stats (struct store *store, struct store_stats *stats);

/* What scrub found.  Zero where it does not apply.  */
struct store_damage
{
  error_t err;			/* EIO or EILSEQ.  */
  uint64_t block, object, page;
  uint64_t checkpoint;		/* The first that has it; later may share.  */
  const char *what;		/* "page", "node", "record", "space", ...  */
};

#define STORE_SCRUB_SPACE 1	/* Account for each block too (needs memory:
				   four bytes per block).  */

/* Verify everything that any checkpoint refers to, each shared block once.
   CALLBACK is called per damage; a nonzero return stops and is returned.
   *COUNT (may be null) is the number of damages.  Returns 0 also when damage
   was found.  */
error_t store_scrub (struct store *store, unsigned flags,
		     error_t (*callback) (void *arg,
					  const struct store_damage *damage),
		     void *arg, uint64_t *count);

/* ---- The journal --------------------------------------------------------- */

/* Append one record, durable when this returns 0 (one write, one barrier).
   CKPT ties it to a checkpoint: it is kept at least until a later one has
   committed.  *SEQ gets its number: 1, 2, 3 ....  Allowed at any time, also
   during a transaction.  ENOSPC: the journal area is full.  */
error_t store_journal_append (struct store *store, uint64_t ckpt,
			      uint32_t type, const void *data, size_t length,
			      uint64_t *seq);

struct store_journal_record
{
  uint64_t seq, ckpt;
  uint32_t type;
  size_t length;
};

/* Read the first record with a number greater than AFTER.  *DATA is malloced and
   freed by the caller; it may be a null pointer if only RECORD is wanted.
   ENOENT: no more.  EILSEQ: one that was written is damaged, and none can be read or
   appended any more.  */
error_t store_journal_next (struct store *store, uint64_t after,
			    struct store_journal_record *record, void **data);

/* Give up a damaged journal: begin it anew, without a record, by a commit.  EBUSY during
   a transaction.  Numbers go on behind all that there were.  */
error_t store_journal_renew (struct store *store);

/* The reader says that the redo of all records up to SEQ is applied.  Those that
   are tied to a checkpoint before the last committed one are cut now, by a
   commit of their own (EBUSY during a transaction: tell again later); the others
   when a later checkpoint commits.  Until then store_journal_next returns
   them.  A crash may forget what was not cut: redo is idempotent.  */
error_t store_journal_applied (struct store *store, uint64_t seq);

#endif /* PERDURE_STORE_H */
