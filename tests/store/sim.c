/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim.c - see sim.h.  */

#include "sim.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static void *
must (void *p)
{
  if (!p)
    {
      perror ("malloc");
      exit (2);
    }
  return p;
}

static uint64_t
cell_hash (uint64_t block, const struct cell *c)
{
  uint64_t h[2] = { block, c ? c->hash : 0 };
  return XXH3_64bits (h, sizeof h);
}

static struct cell *
cell_new (const void *data)
{
  static const uint8_t zero[STORE_PAGE];
  if (memcmp (data, zero, STORE_PAGE) == 0)
    return NULL;
  struct cell *c = must (malloc (sizeof *c));
  c->refs = 1;
  memcpy (c->data, data, STORE_PAGE);
  c->hash = XXH3_64bits (data, STORE_PAGE);
  return c;
}

void
sim_release (struct cell *c)
{
  if (c && --c->refs == 0)
    free (c);
}

void
sim_init (struct sim *s, uint64_t nblocks, uint64_t room)
{
  memset (s, 0, sizeof *s);
  s->nblocks = nblocks;
  s->room = room;
  s->cell = must (calloc (room, sizeof *s->cell));
}

void
sim_forget_events (struct sim *s)
{
  for (size_t i = 0; i < s->nevents; i++)
    sim_release (s->event[i].cell);
  s->nevents = 0;
}

void
sim_free (struct sim *s)
{
  sim_forget_events (s);
  free (s->event);
  for (uint64_t i = 0; i < s->room; i++)
    sim_release (s->cell[i]);
  free (s->cell);
}

void
sim_copy (struct sim *to, const struct sim *from)
{
  sim_init (to, from->nblocks, from->room);
  memcpy (to->cell, from->cell, from->room * sizeof *to->cell);
  for (uint64_t i = 0; i < to->room; i++)
    if (to->cell[i])
      to->cell[i]->refs++;
  to->hash = from->hash;
}

void
sim_set (struct sim *s, uint64_t block, struct cell *c)
{
  if (c)
    c->refs++;
  s->hash ^= cell_hash (block, s->cell[block]) ^ cell_hash (block, c);
  sim_release (s->cell[block]);
  s->cell[block] = c;
}

struct cell *
sim_torn (const struct cell *a, const struct cell *b, unsigned n)
{
  uint8_t data[STORE_PAGE] = { 0 };
  if (a)
    memcpy (data, a->data, n * 512);
  if (b)
    memcpy (data + n * 512, b->data + n * 512, STORE_PAGE - n * 512);
  return cell_new (data);
}

uint8_t *
sim_bytes (struct sim *s, uint64_t block)
{
  static const uint8_t zero[STORE_PAGE];
  struct cell *c = must (malloc (sizeof *c));
  c->refs = 1;
  c->hash = 0;
  memcpy (c->data, s->cell[block] ? s->cell[block]->data : zero, STORE_PAGE);
  sim_release (s->cell[block]);
  s->cell[block] = c;
  return c->data;
}

static void
record (struct sim *s, struct event e)
{
  if (s->nevents == s->cevents)
    {
      s->cevents = s->cevents ? s->cevents * 2 : 256;
      s->event = must (realloc (s->event, s->cevents * sizeof *s->event));
    }
  if (e.cell)
    e.cell->refs++;
  s->event[s->nevents++] = e;
}

static bool
fails (unsigned long *counter)
{
  return *counter && --*counter == 0;
}

static error_t
sim_read (void *ctx, uint64_t block, uint32_t n, void *buf)
{
  struct sim *s = ctx;
  s->reads++;
  s->blocks_read += n;
  if (fails (&s->fail_read) || block + n > s->nblocks
      || (s->bad && s->bad_block >= block && s->bad_block < block + n))
    return EIO;
  for (uint32_t i = 0; i < n; i++)
    if (s->cell[block + i])
      memcpy ((uint8_t *) buf + i * STORE_PAGE, s->cell[block + i]->data,
	      STORE_PAGE);
    else
      memset ((uint8_t *) buf + i * STORE_PAGE, 0, STORE_PAGE);
  return 0;
}

static error_t
sim_write (void *ctx, uint64_t block, uint32_t n, const void *buf)
{
  struct sim *s = ctx;
  s->writes++;
  s->blocks_written += n;
  if (fails (&s->fail_write) || block + n > s->nblocks)
    return EIO;
  for (uint32_t i = 0; i < n; i++)
    {
      struct cell *c = cell_new ((const uint8_t *) buf + i * STORE_PAGE);
      if (s->recording)
	record (s, (struct event) { false, block + i, c });
      sim_set (s, block + i, c);
      sim_release (c);
    }
  return 0;
}

static error_t
sim_barrier (void *ctx)
{
  struct sim *s = ctx;
  s->barriers++;
  if (fails (&s->fail_barrier))
    return EIO;
  if (s->recording)
    record (s, (struct event) { true, 0, NULL });
  return 0;
}

static error_t
sim_size (void *ctx, uint64_t *nblocks)
{
  *nblocks = ((struct sim *) ctx)->nblocks;
  return 0;
}

struct store_io
sim_io (struct sim *s)
{
  return (struct store_io) { s, sim_read, sim_write, sim_barrier, sim_size,
			     NULL };
}
