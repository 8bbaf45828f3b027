/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A symbolic link and a fifo that are being made: a file that had no name has become one,
   and has none yet.  */

#include <fcntl.h>
#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/paths.h>
#include <libgen.h>
#include <sys/stat.h>
#include "../env.h"

static file_t
begin (file_t dir, const char *record, size_t len)
{
  file_t node;
  error_t err = dir_mkfile (dir, O_WRITE, 0666, &node)
		?: file_set_translator (node, FS_TRANS_EXCL | FS_TRANS_SET,
					FS_TRANS_EXCL | FS_TRANS_SET, 0, record,
					len, MACH_PORT_NULL,
					MACH_MSG_TYPE_COPY_SEND);
  CHECK (err == 0, "%s", strerror (err));
  return node;
}

PROGRAM (half_made)
{
  static const char link[] = _HURD_SYMLINK "\0where", fifo[] = _HURD_FIFO;
  char target[20] = "";
  struct stat st;
  const char *link_name = env_file ("l"), *fifo_name = env_file ("f");
  file_t dir = file_name_lookup (dirname (strdup (link_name)), O_RDONLY, 0);

  CHECK (dir != MACH_PORT_NULL, "%s", strerror (errno));
  unlink (link_name);
  unlink (fifo_name);
  file_t l = begin (dir, link, sizeof link), f = begin (dir, fifo, sizeof fifo);
  env_wait ();
  error_t err = dir_link (dir, l, strrchr (link_name, '/') + 1, 1)
		?: dir_link (dir, f, strrchr (fifo_name, '/') + 1, 1);
  CHECK (err == 0, "%s", strerror (err));
  mach_port_deallocate (mach_task_self (), l);
  mach_port_deallocate (mach_task_self (), f);
  CHECK (readlink (link_name, target, sizeof target) == 5
	 && strcmp (target, "where") == 0, "link to %s", target);
  SYS (lstat (fifo_name, &st));
  CHECK (S_ISFIFO (st.st_mode), "mode %o", st.st_mode);
}
