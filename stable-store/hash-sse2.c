/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hash-sse2.c - the library's hash, compiled for machines with SSE2.  */

#ifdef __i386__
#pragma GCC target ("sse2")
#define XXH_INLINE_ALL
#define XXH_VECTOR XXH_SSE2
#include <emmintrin.h>
#include <xxhash.h>
#include "priv.h"

uint64_t
hash_sse2 (const void *p, size_t n, uint64_t seed)
{
  return XXH3_64bits_withSeed (p, n, seed);
}
#else
extern int hash_sse2_unused;	/* Other machines' compilers know their own best.  */
#endif
