/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames: how a job's output travels over the serial line.

   A frame is one line:  @@PD STREAM OFFSET LEN CRC32 BASE64
   STREAM is 1 for standard output and 2 for standard error, OFFSET the number
   of the first byte in its stream since the job began, LEN the number of
   bytes, CRC32 the checksum of "STREAM OFFSET LEN " and the bytes, as 8
   hexadecimal digits.  It starts with a line
   feed, so that it is whole whatever else was written before.  Lines whose
   word after the mark is no number are events: start, restored N, writing,
   ckpt N, failed TEXT, exit STATUS, error TEXT.  Portable.  */

#ifndef PERDURE_FRAME_H
#define PERDURE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_MARK	"@@PD "
#define FRAME_MAX	512	/* Data bytes in one.  */
#define FRAME_LINE_MAX	800	/* Bytes of a line, with its final null.  */

struct frame
{
  unsigned int stream;
  uint64_t offset;
  size_t len;
  char data[FRAME_MAX];
};

/* The CRC-32 of IEEE 802.3 of LEN bytes at DATA; CRC is that of what came
   before them, or 0.  */
uint32_t frame_crc32 (uint32_t crc, const void *data, size_t len);

/* Write LEN bytes as base64 with a final null to OUT, which has room for
   FRAME_BASE64 (LEN) bytes; return the length without the null.  */
#define FRAME_BASE64(len)	(((len) + 2) / 3 * 4 + 1)
size_t frame_to_base64 (char *out, const void *data, size_t len);

/* The reverse for CHARS characters: *LEN is the room at DATA and then how much
   there is.  Returns 0 or EBADMSG.  */
int frame_from_base64 (void *data, size_t *len, const char *in, size_t chars);

/* Write the line for LEN (at most FRAME_MAX) bytes of DATA, with a final null,
   to LINE; return its length.  */
size_t frame_encode (char line[FRAME_LINE_MAX], unsigned int stream,
		     uint64_t offset, const void *data, size_t len);

/* Read a frame from LINE, which begins with the mark and ends with a null or
   the line's end.  EBADMSG if it is damaged.  */
int frame_decode (const char *line, struct frame *frame);

#endif /* PERDURE_FRAME_H */
