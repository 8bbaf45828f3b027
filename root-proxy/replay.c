/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lanes and their past.  */

#include <stdlib.h>
#include <string.h>
#include "little-endian.h"
#include "replay.h"

#define FIXED (5 * 8 + 5 * 4)
#define STREAM_BYTES (6 * 8)

static uint64_t
mix (uint64_t h, uint64_t word)
{
  h = (h ^ word) * 0x9e3779b97f4a7c15u;
  /* So that the upper bits of a word count in the lower ones, too.  */
  return h ^ h >> 32;
}

/* Eight bytes at a time: byte by byte, 64 KiB would take longer than all else that a
   write costs.  */
uint64_t
replay_hash (const void *data, size_t len)
{
  const uint8_t *p = data;
  uint64_t h = 0xcbf29ce484222325u ^ len, word;

  for (; len >= sizeof word; p += sizeof word, len -= sizeof word)
    {
      memcpy (&word, p, sizeof word);
      h = mix (h, word);
    }
  word = 0;
  memcpy (&word, p, len);
  return mix (h, word);
}

struct replay_stream *
replay_stream (struct replay *r, uint64_t gdev, uint64_t gino)
{
  struct replay_stream *s = r->streams;

  while (s && (s->gdev != gdev || s->gino != gino))
    s = s->next;
  if (s)
    return s;
  s = calloc (1, sizeof *s);
  if (s)
    {
      s->gdev = gdev;
      s->gino = gino;
      s->next = r->streams;
      r->streams = s;
    }
  return s;
}

/* Free what is in the past of LANE from request FROM on.  */
static void
drop_past (struct replay_stream *s, enum replay_lane lane, uint64_t from)
{
  struct replay_entry **p = &s->past[lane];

  while (*p)
    if ((*p)->seq < from)
      p = &(*p)->next;
    else
      {
	struct replay_entry *e = *p;
	*p = e->next;
	free (e);
      }
}

void
replay_free (struct replay *r)
{
  for (struct replay_stream *s = r->streams, *next; s; s = next)
    {
      next = s->next;
      for (int lane = 0; lane < REPLAY_LANES; lane++)
	drop_past (s, lane, 0);
      free (s);
    }
  r->streams = NULL;
}

error_t
replay_encode (const struct replay_entry *e, uint8_t **buf, size_t *len)
{
  uint8_t *grown = realloc (*buf, *len + FIXED + e->len), *p;

  if (grown == NULL)
    return ENOMEM;
  *buf = grown;
  p = grown + *len;
  le_put (&p, e->gdev, 8);
  le_put (&p, e->gino, 8);
  le_put (&p, e->seq, 8);
  le_put (&p, e->hash, 8);
  le_put (&p, e->progress, 8);
  le_put (&p, e->amount, 4);
  le_put (&p, e->result, 4);
  le_put (&p, e->error, 4);
  le_put (&p, e->lane | e->kind << 8 | (uint32_t) e->tells << 16, 4);
  le_put (&p, e->len, 4);
  if (e->len)
    memcpy (p, e->data, e->len);
  *len += FIXED + e->len;
  return 0;
}

/* Decode one entry (malloced) at *P.  NULL and *ERR: EBADMSG, ENOMEM.  */
static struct replay_entry *
decode (const uint8_t **p, const uint8_t *end, error_t *err)
{
  struct replay_entry e = { 0 }, *copy;

  *err = EBADMSG;
  if (end - *p < FIXED)
    return NULL;
  e.gdev = le_get (p, 8);
  e.gino = le_get (p, 8);
  e.seq = le_get (p, 8);
  e.hash = le_get (p, 8);
  e.progress = le_get (p, 8);
  e.amount = le_get (p, 4);
  e.result = le_get (p, 4);
  e.error = le_get (p, 4);
  uint32_t flags = le_get (p, 4);
  e.lane = flags & 0xff;
  e.kind = flags >> 8 & 0xff;
  e.tells = flags >> 16 & 1;
  e.len = le_get (p, 4);
  if (e.lane >= REPLAY_LANES || e.kind >= REPLAY_KINDS || flags >> 17
      || e.len > (size_t) (end - *p) || e.result > e.amount
      || (e.lane == REPLAY_READ && e.kind == REPLAY_ANSWER
	  && e.len != (e.error ? 0 : e.result)))
    return NULL;
  copy = malloc (sizeof *copy + e.len);
  if (copy == NULL)
    {
      *err = ENOMEM;
      return NULL;
    }
  *copy = e;			/* With no next.  */
  memcpy (copy + 1, *p, e.len);
  copy->data = (const uint8_t *) (copy + 1);
  *p += e.len;
  *err = 0;
  return copy;
}

/* Put E, which is consumed, behind the past of its lane.  */
static error_t
take_over (void *replay, struct replay_entry *e)
{
  struct replay *r = replay;
  struct replay_stream *s = replay_stream (r, e->gdev, e->gino);
  struct replay_entry **last;
  uint64_t next;

  if (s == NULL)
    {
      free (e);
      return ENOMEM;
    }
  s->restored = true;
  last = &s->past[e->lane];
  next = s->seq[e->lane];
  for (; *last; last = &(*last)->next)
    next = (*last)->seq + 1;
  if (e->kind == REPLAY_FORGET)
    drop_past (s, e->lane, e->seq);
  else if (e->kind == REPLAY_BEGIN && !s->begun)
    {
      s->begun = true;
      s->progress = e->progress;
    }
  else if (e->kind == REPLAY_ANSWER && e->seq == next)
    {
      *last = e;
      return 0;
    }
  /* What was answered before the checkpoint is in it; and behind a gap nothing can
     be matched.  */
  free (e);
  return 0;
}

/* Call FUNCTION, which consumes it, with each entry of a record.  */
static error_t
each (uint64_t journal, const void *data, size_t len,
      error_t (*function) (void *arg, struct replay_entry *e), void *arg)
{
  const uint8_t *p = data, *end = p + len;
  error_t err = 0;

  while (!err && p < end)
    {
      struct replay_entry *e = decode (&p, end, &err);
      if (e == NULL)
	break;
      e->journal = journal;
      err = function (arg, e);
    }
  return err;
}

error_t
replay_load (struct replay *r, uint64_t journal, const void *data, size_t len)
{
  return each (journal, data, len, take_over, r);
}

struct reader
{
  error_t (*function) (void *arg, const struct replay_entry *e);
  void *arg;
};

static error_t
read_one (void *arg, struct replay_entry *e)
{
  struct reader *reader = arg;
  error_t err = reader->function (reader->arg, e);

  free (e);
  return err;
}

error_t
replay_each (uint64_t journal, const void *data, size_t len,
	     error_t (*function) (void *arg, const struct replay_entry *e),
	     void *arg)
{
  struct reader reader = { function, arg };

  return each (journal, data, len, read_one, &reader);
}

const struct replay_entry *
replay_next (const struct replay_stream *s, enum replay_lane lane)
{
  return s->past[lane];
}

void
replay_taken (struct replay_stream *s, enum replay_lane lane)
{
  struct replay_entry *e = s->past[lane];

  s->past[lane] = e->next;
  s->seq[lane]++;
  s->replayed++;
  if (lane == REPLAY_WRITE)
    {
      s->suppressed += e->result;
      s->progress = e->progress;
      s->tells = e->tells;
    }
  free (e);
}

void
replay_diverged (struct replay_stream *s, enum replay_lane lane)
{
  /* The sink has got what is in the past, and how far it is is not known by it.  */
  for (struct replay_entry *e = s->past[lane]; e && lane == REPLAY_WRITE;
       e = e->next)
    {
      s->progress = e->progress;
      s->tells = e->tells;
    }
  drop_past (s, lane, 0);
  s->diverged++;
}

bool
replay_fits (const struct replay_entry *e, const void *data, size_t len)
{
  if (data == NULL)
    return e->result <= len;
  return e->amount == len && e->hash == replay_hash (data, len);
}

uint64_t
replay_ahead (const struct replay_stream *s, uint64_t size)
{
  return s->begun && size > s->progress ? size - s->progress : 0;
}

uint64_t
replay_needed (const struct replay *r)
{
  uint64_t least = UINT64_MAX;

  for (struct replay_stream *s = r->streams; s; s = s->next)
    for (int lane = 0; lane < REPLAY_LANES; lane++)
      if (s->past[lane] && s->past[lane]->journal < least)
	least = s->past[lane]->journal;
  return least;
}

error_t
replay_save (const struct replay *r, uint8_t **data, size_t *len)
{
  size_t n = 0;
  uint8_t *p;

  for (struct replay_stream *s = r->streams; s; s = s->next)
    n++;
  p = *data = malloc (n * STREAM_BYTES + 1);
  if (p == NULL)
    return ENOMEM;
  for (struct replay_stream *s = r->streams; s; s = s->next)
    {
      le_put (&p, s->gdev, 8);
      le_put (&p, s->gino, 8);
      le_put (&p, s->seq[REPLAY_READ], 8);
      le_put (&p, s->seq[REPLAY_WRITE], 8);
      le_put (&p, s->progress, 8);
      le_put (&p, s->begun | s->tells << 1, 8);
    }
  *len = p - *data;
  return 0;
}

error_t
replay_restore (struct replay *r, const void *data, size_t len)
{
  const uint8_t *p = data;

  if (len % STREAM_BYTES)
    return EBADMSG;
  for (size_t n = len / STREAM_BYTES; n > 0; n--)
    {
      uint64_t gdev = le_get (&p, 8), gino = le_get (&p, 8);
      struct replay_stream *s = replay_stream (r, gdev, gino);
      if (s == NULL)
	return ENOMEM;
      s->seq[REPLAY_READ] = le_get (&p, 8);
      s->seq[REPLAY_WRITE] = le_get (&p, 8);
      s->progress = le_get (&p, 8);
      uint64_t flags = le_get (&p, 8);
      if (flags > 3)
	return EBADMSG;
      s->begun = flags & 1;
      s->tells = flags & 2;
      s->restored = true;
    }
  return 0;
}
