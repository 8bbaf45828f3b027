/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serving a file system, and the start of a translator.  */

#include <stdlib.h>
#include <hurd/fsys.h>
#include "node-internal.h"

extern boolean_t S_fs_server (mach_msg_header_t *, mach_msg_header_t *);
extern boolean_t S_io_server (mach_msg_header_t *, mach_msg_header_t *);
extern boolean_t S_fsys_server (mach_msg_header_t *, mach_msg_header_t *);
extern boolean_t S_ifsock_server (mach_msg_header_t *, mach_msg_header_t *);

static const sv_demuxer standard[] =
  { S_io_server, S_fs_server, S_fsys_server, S_ifsock_server, NULL };

error_t
fs_serve (struct fs_fs *fs, int threads)
{
  size_t n = 0, i;
  while (fs->demuxers && fs->demuxers[n])
    n++;
  sv_demuxer *all = malloc ((n + sizeof standard / sizeof *standard)
			    * sizeof *all);
  if (all == NULL)
    return ENOMEM;
  for (i = 0; i < n; i++)
    all[i] = fs->demuxers[i];
  for (i = 0; i < sizeof standard / sizeof *standard; i++)
    all[n + i] = standard[i];
  error_t err = sv_serve (fs->bucket, threads, all);
  if (err)
    free (all);
  return err;
}

error_t
fs_startup (struct fs_fs *fs, mach_port_t bootstrap, int flags)
{
  mach_port_t realnode = MACH_PORT_NULL;
  if (!MACH_PORT_VALID (bootstrap))
    return EINVAL;		/* Not started as a translator.  */
  struct fs_control *control = fs_control_get (fs);
  if (control == NULL)
    return ENOMEM;
  mach_port_t right = sv_port_get_right (control);
  sv_unref (control);
  error_t err = fsys_startup (bootstrap, flags, right,
			      MACH_MSG_TYPE_COPY_SEND, &realnode);
  fs_drop_right (right);
  if (!err)
    fs->underlying = realnode;
  return err;
}
