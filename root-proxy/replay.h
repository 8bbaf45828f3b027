/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replay of streams: what was asked of them and answered, by the journal.

   Each stream of the ground has two lanes, reading and writing.  Every request
   that was answered has a number in its lane and an entry in the journal.  A
   checkpoint knows the numbers that come next; after a restore the entries from
   these numbers on are the lane's *past*: requests that are made again are
   answered from it as long as there is any.

   Portable: no Mach call, no locks.  Streams are known by the identity that they
   have on the ground.  */

#ifndef PERDURE_REPLAY_H
#define PERDURE_REPLAY_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum replay_lane { REPLAY_READ, REPLAY_WRITE, REPLAY_LANES };

enum replay_kind
{
  REPLAY_ANSWER,		/* A request and how it was answered.  */
  REPLAY_BEGIN,			/* The first request to the stream comes; PROGRESS
				   is where the sink is.  */
  REPLAY_FORGET,		/* What is in the journal so far about the lane from
				   request SEQ on is not true any more.  */
  REPLAY_KINDS
};

/* In bytes, all little-endian: u64 gdev, gino, seq, hash, progress; u32 amount,
   result, error, flags; u32 length, the bytes.  FLAGS are the lane, the kind in
   bits 8 to 15 and TELLS in bit 16.  */
struct replay_entry
{
  struct replay_entry *next;
  uint64_t gdev, gino;
  uint64_t seq;			/* In its lane.  */
  uint64_t hash;		/* Of what was to be written.  */
  uint64_t progress;		/* How far the sink was after it.  */
  uint64_t journal;		/* The number of the journal's record.  */
  uint32_t amount;		/* Bytes asked for, or to be written.  */
  uint32_t result;		/* Bytes that were.  */
  uint32_t error;
  enum replay_lane lane;
  enum replay_kind kind;
  bool tells;			/* The sink tells its progress.  */
  uint32_t len;			/* Bytes of DATA: what was read.  */
  const uint8_t *data;		/* Behind the entry, if it was decoded.  */
};

struct replay_stream
{
  struct replay_stream *next;
  uint64_t gdev, gino;
  uint64_t seq[REPLAY_LANES];	/* Of the next request.  */
  struct replay_entry *past[REPLAY_LANES];
  uint64_t progress;		/* How far the sink is, as far as we know.  */
  bool begun, tells;
  bool restored;		/* Since then nothing was written live.  */
  /* Counters since the start of this process.  */
  uint64_t requests, bytes, replayed, suppressed, diverged, doubtful;
};

struct replay
{
  struct replay_stream *streams;
};

/* The stream GDEV, GINO, made if it is not known; NULL: no memory.  */
struct replay_stream *replay_stream (struct replay *r, uint64_t gdev,
				     uint64_t gino);
void replay_free (struct replay *r);

/* One entry as bytes: appended to *BUF (malloced, of *LEN bytes).  */
error_t replay_encode (const struct replay_entry *e, uint8_t **buf,
		       size_t *len);

/* Take over all entries of the journal's record number JOURNAL, in the order of the
   journal: those that a lane has not passed become its past.  EBADMSG.  */
error_t replay_load (struct replay *r, uint64_t journal, const void *data,
		     size_t len);

/* Call FUNCTION with each of them, until it returns an error.  */
error_t replay_each (uint64_t journal, const void *data, size_t len,
		     error_t (*function) (void *arg,
					  const struct replay_entry *e),
		     void *arg);

/* The request that comes next in LANE is answered by what is returned; NULL: it is
   live.  The caller looks whether it fits, and then calls replay_taken, or
   replay_diverged, after which the lane has no past any more.  */
const struct replay_entry *replay_next (const struct replay_stream *s,
					enum replay_lane lane);
void replay_taken (struct replay_stream *s, enum replay_lane lane);
void replay_diverged (struct replay_stream *s, enum replay_lane lane);

/* Does E answer a write of LEN bytes DATA, or a read of LEN bytes (DATA NULL)?  A
   read may ask for another amount, as long as what was read then fits.  */
bool replay_fits (const struct replay_entry *e, const void *data, size_t len);
uint64_t replay_hash (const void *data, size_t len);

/* The sink says now that it is at SIZE; so many bytes of what is written next it
   has already.  To be asked once after a restore, when the past has ended.  */
uint64_t replay_ahead (const struct replay_stream *s, uint64_t size);

/* The least number of a journal's record that is still needed; UINT64_MAX: none.  */
uint64_t replay_needed (const struct replay *r);

/* For checkpoints: all streams as bytes (malloced), and back into an empty R.  */
error_t replay_save (const struct replay *r, uint8_t **data, size_t *len);
error_t replay_restore (struct replay *r, const void *data, size_t len);

#endif /* PERDURE_REPLAY_H */
