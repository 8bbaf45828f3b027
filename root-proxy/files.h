/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a checkpoint: what leads there, and back.

   They are objects beside the state.  The one with the id RP_OBJECT_FILES plus the
   checkpoint's number has, all numbers little-endian: u64 base, the checkpoint whose
   files the ground had before (0: none); u8 1 if the pre-images are complete; u32
   length and bytes of the redo; u32 length and bytes of the pre-images, a redo that
   leads back to the base (redo.h).  Each checkpoint also has those of the checkpoints
   before that somebody may want to go back over, though they may have been dropped.

   A checkpoint that `ckpt restore' makes has the contents of an older one, and so its
   files: they are called by the number under which they were written first, which is
   the greatest that there is in a checkpoint.

   Portable.  */

#ifndef PERDURE_ROOT_PROXY_FILES_H
#define PERDURE_ROOT_PROXY_FILES_H

#include <stdbool.h>
#include <libckpt-hurd/blob.h>
#include <libckpt-hurd/image.h>
#include "state-version.h"

#define RP_OBJECT_FILES CI_OBJECT_OTHERS
#define RP_OBJECT_COPIES (CI_OBJECT_OTHERS + (1ULL << 61)) /* See copies.c.  */

#define FILES_HEAD (8 + 1)	/* Bytes before the redo.  */

struct files
{
  uint64_t base;
  bool complete;
  const void *redo, *undo;	/* Into what was read.  */
  size_t redo_len, undo_len;
};

/* Read the object in R; or only its head.  EBADMSG.  */
error_t files_read_head (struct ckpt_reader *r, struct files *files);
error_t files_read (struct ckpt_reader *r, struct files *files);

#endif /* PERDURE_ROOT_PROXY_FILES_H */
