/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading byte strings.  */

#include <string.h>
#include "blob.h"

/* The next LEN bytes, or NULL.  */
static const uint8_t *
take (struct ckpt_reader *r, size_t len)
{
  if (r->error)
    return NULL;
  if (len > r->len - r->pos)
    {
      r->error = EBADMSG;
      return NULL;
    }
  r->pos += len;
  return r->data + r->pos - len;
}

static uint64_t
get_number (struct ckpt_reader *r, int bytes)
{
  const uint8_t *p = take (r, bytes);
  uint64_t v = 0;
  if (p)
    for (int i = 0; i < bytes; i++)
      v |= (uint64_t) p[i] << (8 * i);
  return v;
}

uint8_t
ckpt_get_u8 (struct ckpt_reader *r)
{
  return get_number (r, 1);
}

uint32_t
ckpt_get_u32 (struct ckpt_reader *r)
{
  return get_number (r, 4);
}

uint64_t
ckpt_get_u64 (struct ckpt_reader *r)
{
  return get_number (r, 8);
}

const void *
ckpt_get_bytes (struct ckpt_reader *r, size_t *len)
{
  size_t n = get_number (r, 4);
  const uint8_t *p = take (r, n);
  *len = p ? n : 0;
  return p;
}

const char *
ckpt_get_string (struct ckpt_reader *r)
{
  size_t len;
  const char *p = ckpt_get_bytes (r, &len);
  if (p == NULL)
    return "";
  if (len == 0 || memchr (p, '\0', len) != p + len - 1)
    {
      r->error = EBADMSG;
      return "";
    }
  return p;
}

uint32_t
ckpt_get_count (struct ckpt_reader *r, size_t least)
{
  uint32_t n = get_number (r, 4);
  if (r->error)
    return 0;
  if (n > (r->len - r->pos) / least)
    {
      r->error = EBADMSG;
      return 0;
    }
  return n;
}
