/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "frame.h"

uint32_t
frame_crc32 (uint32_t crc, const void *data, size_t len)
{
  const unsigned char *bytes = data;

  crc = ~crc;
  for (size_t i = 0; i < len; i++)
    {
      crc ^= bytes[i];
      for (int bit = 0; bit < 8; bit++)
	crc = crc >> 1 ^ (crc & 1 ? UINT32_C (0xedb88320) : 0);
    }
  return ~crc;
}

static const char digits[] =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t
frame_to_base64 (char *out, const void *data, size_t len)
{
  const unsigned char *in = data;
  char *start = out;

  for (; len > 0; in += 3)
    {
      size_t n = len < 3 ? len : 3;
      uint32_t v = ((uint32_t) in[0] << 16 | (n > 1 ? in[1] << 8 : 0)
		    | (n > 2 ? in[2] : 0));

      *out++ = digits[v >> 18];
      *out++ = digits[v >> 12 & 63];
      *out++ = n > 1 ? digits[v >> 6 & 63] : '=';
      *out++ = n > 2 ? digits[v & 63] : '=';
      len -= n;
    }
  *out = '\0';
  return out - start;
}

/* The value of a digit, or 64.  */
static unsigned int
value (char c)
{
  const char *at = c == '\0' ? NULL : strchr (digits, c);

  return at == NULL ? 64 : at - digits;
}

int
frame_from_base64 (void *data, size_t *len, const char *in, size_t chars)
{
  unsigned char *out = data;
  size_t done = 0;

  if (chars % 4 != 0)
    return EBADMSG;
  for (size_t i = 0; i < chars; i += 4)
    {
      size_t n = 3;
      uint32_t v = 0;

      if (i + 4 == chars && in[i + 3] == '=')
	n = in[i + 2] == '=' ? 1 : 2;
      for (size_t k = 0; k < 4; k++)
	{
	  unsigned int digit = k <= n ? value (in[i + k]) : 0;

	  if (digit > 63)
	    return EBADMSG;
	  v = v << 6 | digit;
	}
      /* What is cut off must be zero: each text has one form.  */
      if (done + n > *len || (n < 3 && (v & (n == 1 ? 0xffff : 0xff))))
	return EBADMSG;
      for (size_t k = 0; k < n; k++)
	out[done++] = v >> (16 - 8 * k);
    }
  *len = done;
  return 0;
}

/* Write what comes before the checksum, and the checksum of that and the
   data; return the length.  */
static int
head (char *line, unsigned int stream, uint64_t offset, const void *data,
      size_t len, uint32_t *crc)
{
  int n = sprintf (line, "%u %" PRIu64 " %zu ", stream, offset, len);

  *crc = frame_crc32 (frame_crc32 (0, line, n), data, len);
  return n;
}

size_t
frame_encode (char line[FRAME_LINE_MAX], unsigned int stream, uint64_t offset,
	      const void *data, size_t len)
{
  uint32_t crc;
  size_t n = sprintf (line, "\n" FRAME_MARK);

  n += head (line + n, stream, offset, data, len, &crc);
  n += sprintf (line + n, "%08" PRIx32 " ", crc);
  n += frame_to_base64 (line + n, data, len);
  line[n++] = '\n';
  line[n] = '\0';
  return n;
}

/* Read a number of at most MAX and a space after it; advance *LINE.  */
static int
number (const char **line, int base, uint64_t max, uint64_t *n)
{
  char *end;

  if (value (**line) > 63 || **line == '+')
    return EBADMSG;
  errno = 0;
  *n = strtoull (*line, &end, base);
  if (end == *line || errno != 0 || *end != ' ' || *n > max)
    return EBADMSG;
  *line = end + 1;
  return 0;
}

int
frame_decode (const char *line, struct frame *f)
{
  uint64_t stream, len, crc;
  uint32_t computed;
  char text[64];

  if (strncmp (line, FRAME_MARK, strlen (FRAME_MARK)) != 0)
    return EBADMSG;
  line += strlen (FRAME_MARK);
  if (number (&line, 10, UINT32_MAX, &stream) != 0
      || number (&line, 10, UINT64_MAX, &f->offset) != 0
      || number (&line, 10, FRAME_MAX, &len) != 0
      || number (&line, 16, UINT32_MAX, &crc) != 0)
    return EBADMSG;
  f->stream = stream;
  f->len = sizeof f->data;
  if (frame_from_base64 (f->data, &f->len, line, strcspn (line, "\r\n")) != 0
      || f->len != len)
    return EBADMSG;
  head (text, f->stream, f->offset, f->data, f->len, &computed);
  return computed == crc ? 0 : EBADMSG;
}
