/* SPDX-License-Identifier: GPL-3.0-or-later */
/* codec.c - how index entries are written, in nodes and in records: each as its
   difference from the one before, in seven-bit groups, so that a page takes about
   twelve bytes.  What is decoded comes from a disk and is trusted in nothing.  */

#include "priv.h"

enum
{
  C_HI = 1,			/* Another high key follows.  */
  C_DEL = 2,			/* A deletion: no value.  */
  C_HASH = 4,			/* v[2] follows, 8 bytes.  */
  C_LOW = 8,			/* The low 24 bits of v[0] follow.  */
  C_LO1 = 16,			/* The low key is one more.  */
  C_BLOCK1 = 32,		/* The block is one more.  */
  C_BIRTH = 64			/* v[1] is the same.  */
};

static uint8_t *
put_var (uint8_t *p, uint64_t v)
{
  while (v >= 0x80)
    {
      *p++ = v | 0x80;
      v >>= 7;
    }
  *p++ = v;
  return p;
}

static const uint8_t *
get_var (const uint8_t *p, const uint8_t *end, uint64_t *v)
{
  *v = 0;
  for (unsigned shift = 0; p && p < end && shift < 64; shift += 7)
    {
      *v |= (uint64_t) (*p & 0x7f) << shift;
      if (!(*p++ & 0x80))
	return p;
    }
  return NULL;
}

/* Differences of either sign become small numbers.  */
static uint64_t
fold (uint64_t from, uint64_t to)
{
  uint64_t d = to - from;
  return d >> 63 ? ~(d << 1) : d << 1;
}

static uint64_t
unfold (uint64_t from, uint64_t f)
{
  return from + (f & 1 ? ~(f >> 1) : f >> 1);
}

size_t
entry_encode (uint8_t out[ENTRY_MAX], const struct kv *prev,
	      const struct kv *e)
{
  static const struct kv none;
  if (!prev)
    prev = &none;
  uint64_t block = e->v[0] >> 24, pblock = prev->del ? 0 : prev->v[0] >> 24;
  uint64_t birth = prev->del ? 0 : prev->v[1];
  uint8_t ctl = 0, *p = out + 1;

  if (e->k.hi != prev->k.hi)
    {
      ctl |= C_HI;
      p = put_var (p, e->k.hi - prev->k.hi);
      p = put_var (p, e->k.lo);
    }
  else if (e->k.lo == prev->k.lo + 1)
    ctl |= C_LO1;
  else
    p = put_var (p, e->k.lo - prev->k.lo);

  if (e->del)
    ctl |= C_DEL;
  else
    {
      if (block == pblock + 1)
	ctl |= C_BLOCK1;
      else
	p = put_var (p, fold (pblock, block));
      if (e->v[0] & 0xffffff)
	{
	  ctl |= C_LOW;
	  p = put_var (p, e->v[0] & 0xffffff);
	}
      if (e->v[1] == birth)
	ctl |= C_BIRTH;
      else
	p = put_var (p, fold (birth, e->v[1]));
      if (e->v[2])
	{
	  ctl |= C_HASH;
	  put64 (p, e->v[2]);
	  p += 8;
	}
    }
  out[0] = ctl;
  return p - out;
}

/* The value part of entry_decode; PREV is never null here.  */
static const uint8_t *
decode_value (const uint8_t *p, const uint8_t *end, uint8_t ctl,
	      const struct kv *prev, struct kv *e)
{
  uint64_t pblock = prev->v[0] >> 24, v, low = 0;

  if (ctl & C_BLOCK1)
    v = pblock + 1;
  else
    {
      p = get_var (p, end, &v);
      v = unfold (pblock, v);
    }
  if (ctl & C_LOW)
    p = get_var (p, end, &low);
  e->v[0] = v << 24 | (low & 0xffffff);

  e->v[1] = prev->v[1];
  if (!(ctl & C_BIRTH))
    {
      p = get_var (p, end, &v);
      e->v[1] = unfold (prev->v[1], v);
    }
  if (ctl & C_HASH)
    {
      if (!p || end - p < 8)
	return NULL;
      e->v[2] = get64 (p);
      p += 8;
    }
  return p;
}

size_t
entry_decode (const uint8_t *in, size_t n, const struct kv *prev,
	      struct kv *e)
{
  static const struct kv none;
  bool first = !prev;
  if (first)
    prev = &none;
  const uint8_t *p = in + 1, *end = in + n;
  uint64_t hi = 0, lo = 1;

  memset (e, 0, sizeof *e);
  if (n == 0 || in[0] & 0x80)
    return 0;
  uint8_t ctl = in[0];

  if (ctl & C_HI)
    p = get_var (p, end, &hi);
  if (!(ctl & C_LO1))
    p = get_var (p, end, &lo);
  if (ctl & C_HI)
    e->k = KEY (prev->k.hi + hi, lo);
  else
    e->k = KEY (prev->k.hi, prev->k.lo + lo);
  if (!p || (!first && key_cmp (prev->k, e->k) >= 0))
    return 0;

  e->del = ctl & C_DEL;
  if (!e->del)
    p = decode_value (p, end, ctl, prev, e);
  return p ? p - in : 0;
}

error_t
kvs_room (struct kvs *a, size_t n)
{
  if (n <= a->cap)
    return 0;
  struct kv *p = realloc (a->e, n * sizeof *p);
  if (!p)
    return ENOMEM;
  a->e = p;
  a->cap = n;
  return 0;
}

error_t
kvs_add (struct kvs *a, const struct kv *e)
{
  if (a->n == a->cap)
    {
      error_t err = kvs_room (a, a->cap ? a->cap * 2 : 64);
      if (err)
	return err;
    }
  a->e[a->n++] = *e;
  return 0;
}

error_t
bytes_add (struct bytes *b, const void *p, size_t n)
{
  if (n == 0)
    return 0;
  if (b->cap - b->n < n)
    {
      size_t cap = (b->cap ? b->cap * 2 : 4096) + n;
      uint8_t *q = realloc (b->p, cap);
      if (!q)
	return ENOMEM;
      b->p = q;
      b->cap = cap;
    }
  memcpy (b->p + b->n, p, n);
  b->n += n;
  return 0;
}
