/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim.h - a disk in memory that records writes and barriers, and from which the
   states that a crash may leave can be made.  */

#ifndef TESTS_STORE_SIM_H
#define TESTS_STORE_SIM_H

#include "store.h"

/* The content of a block, never changed once it is made.  Null is all zeros.  */
struct cell
{
  unsigned refs;
  uint64_t hash;
  uint8_t data[STORE_PAGE];
};

struct event
{
  bool barrier;
  uint64_t block;
  struct cell *cell;
};

struct sim
{
  uint64_t nblocks, room;
  struct cell **cell;
  uint64_t hash;		/* Of the whole disk.  */
  bool recording;
  struct event *event;
  size_t nevents, cevents;
  uint64_t reads, blocks_read, writes, blocks_written, barriers;
  /* Fail the Nth call from now with EIO (0: never); writes are not done.  */
  unsigned long fail_read, fail_write, fail_barrier;
  uint64_t bad_block;		/* Reading it fails, if BAD is set.  */
  bool bad;
};

/* ROOM is how large it may become.  */
void sim_init (struct sim *s, uint64_t nblocks, uint64_t room);
void sim_free (struct sim *s);
/* A copy of FROM without its events.  */
void sim_copy (struct sim *to, const struct sim *from);
struct store_io sim_io (struct sim *s);
void sim_set (struct sim *s, uint64_t block, struct cell *cell);
/* A new cell: the first N sectors of A, the others of B (either may be null).  */
struct cell *sim_torn (const struct cell *a, const struct cell *b, unsigned n);
void sim_release (struct cell *cell);
void sim_forget_events (struct sim *s);
/* Direct access for the tests that damage a disk.  */
uint8_t *sim_bytes (struct sim *s, uint64_t block);

#endif
