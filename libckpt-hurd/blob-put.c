/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing byte strings.  */

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include "blob.h"

/* Make room for LEN more bytes and return where they go, or NULL.  */
static uint8_t *
grow (struct ckpt_blob *b, size_t len)
{
  if (b->error)
    return NULL;
  if (len > b->room - b->len)
    {
      size_t room = b->room ? b->room : 256;
      while (room - b->len < len)
	{
	  if (room > SIZE_MAX / 2)
	    {
	      b->error = ENOMEM;
	      return NULL;
	    }
	  room *= 2;
	}
      uint8_t *data = realloc (b->data, room);
      if (data == NULL)
	{
	  b->error = ENOMEM;
	  return NULL;
	}
      b->data = data;
      b->room = room;
    }
  b->len += len;
  return b->data + b->len - len;
}

void
ckpt_put_u8 (struct ckpt_blob *b, uint8_t v)
{
  uint8_t *p = grow (b, sizeof v);
  if (p)
    *p = v;
}

void
ckpt_put_u32 (struct ckpt_blob *b, uint32_t v)
{
  uint8_t *p = grow (b, sizeof v);
  v = htole32 (v);
  if (p)
    memcpy (p, &v, sizeof v);
}

void
ckpt_put_u64 (struct ckpt_blob *b, uint64_t v)
{
  uint8_t *p = grow (b, sizeof v);
  v = htole64 (v);
  if (p)
    memcpy (p, &v, sizeof v);
}

void
ckpt_put_bytes (struct ckpt_blob *b, const void *data, size_t len)
{
  if (len > UINT32_MAX)
    {
      b->error = ENOMEM;
      return;
    }
  ckpt_put_u32 (b, len);
  uint8_t *p = grow (b, len);
  if (p && len)
    memcpy (p, data, len);
}

void
ckpt_put_string (struct ckpt_blob *b, const char *s)
{
  if (s == NULL)
    s = "";
  ckpt_put_bytes (b, s, strlen (s) + 1);
}

void
ckpt_blob_free (struct ckpt_blob *b)
{
  free (b->data);
  *b = (struct ckpt_blob) { 0 };
}
