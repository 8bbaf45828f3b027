/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Byte strings with numbers in them, for states and images.  Portable.  */

#ifndef PERDURE_BLOB_H
#define PERDURE_BLOB_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#ifndef __error_t_defined
typedef int error_t;
# define __error_t_defined 1
#endif

/* A growing byte string.  Numbers are little-endian.  */
struct ckpt_blob
{
  uint8_t *data;
  size_t len, room;
  error_t error;		/* ENOMEM, sticky: check once at the end.  */
};

void ckpt_put_u8 (struct ckpt_blob *b, uint8_t v);
void ckpt_put_u32 (struct ckpt_blob *b, uint32_t v);
void ckpt_put_u64 (struct ckpt_blob *b, uint64_t v);
/* LEN bytes, preceded by their number.  */
void ckpt_put_bytes (struct ckpt_blob *b, const void *data, size_t len);
void ckpt_put_string (struct ckpt_blob *b, const char *s); /* NULL as "".  */
void ckpt_blob_free (struct ckpt_blob *b);

/* Reading one.  Reading past the end sets ERROR to EBADMSG and yields 0.  */
struct ckpt_reader
{
  const uint8_t *data;
  size_t len, pos;
  error_t error;
};

uint8_t ckpt_get_u8 (struct ckpt_reader *r);
uint32_t ckpt_get_u32 (struct ckpt_reader *r);
uint64_t ckpt_get_u64 (struct ckpt_reader *r);
/* A pointer into the reader's data, valid as long as that; NULL at an end too
   early.  */
const void *ckpt_get_bytes (struct ckpt_reader *r, size_t *len);
/* Likewise; the string is followed by its NUL.  "" at an end too early, or when
   there is a NUL within.  */
const char *ckpt_get_string (struct ckpt_reader *r);

/* Read the number of records that follow, each of at least LEAST bytes: EBADMSG
   (and 0) if there is no room for so many.  */
uint32_t ckpt_get_count (struct ckpt_reader *r, size_t least);

#endif /* PERDURE_BLOB_H */
