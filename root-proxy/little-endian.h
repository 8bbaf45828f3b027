/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as little-endian bytes, for what root-proxy keeps in the store.  */

#ifndef PERDURE_LITTLE_ENDIAN_H
#define PERDURE_LITTLE_ENDIAN_H

#include <stdint.h>

/* Write the lowest BYTES bytes of V at *P and advance *P.  */
static inline void
le_put (uint8_t **p, uint64_t v, int bytes)
{
  for (; bytes-- > 0; v >>= 8)
    *(*p)++ = (uint8_t) v;
}

/* The number of BYTES bytes at *P; advances *P.  */
static inline uint64_t
le_get (const uint8_t **p, int bytes)
{
  uint64_t v = 0;
  for (int i = 0; i < bytes; i++)
    v |= (uint64_t) (*p)[i] << (8 * i);
  *p += bytes;
  return v;
}

#endif /* PERDURE_LITTLE_ENDIAN_H */
