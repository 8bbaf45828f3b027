/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the files of a checkpoint.  */

#include "files.h"
#include "redo.h"

error_t
files_read_head (struct ckpt_reader *r, struct files *files)
{
  files->base = ckpt_get_u64 (r);
  uint8_t complete = ckpt_get_u8 (r);
  files->complete = complete == 1;
  return r->error || complete > 1 ? EBADMSG : 0;
}

error_t
files_read (struct ckpt_reader *r, struct files *files)
{
  error_t err = files_read_head (r, files);

  if (err)
    return err;
  files->redo = ckpt_get_bytes (r, &files->redo_len);
  files->undo = ckpt_get_bytes (r, &files->undo_len);
  if (r->error || r->pos != r->len
      || redo_check (files->redo, files->redo_len)
      || redo_check (files->undo, files->undo_len))
    return EBADMSG;
  return 0;
}
