/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An open file without a name.  */

#include <fcntl.h>
#include <sys/stat.h>
#include "../env.h"

PROGRAM (unlinked_file)
{
  static char data[20000], now[20000];
  struct stat st;
  int fd = SYS (open (env_file ("gone"), O_RDWR | O_CREAT | O_TRUNC, 0640));
  env_pattern (data, sizeof data, 3);
  CHECK (write (fd, data, sizeof data) == sizeof data, "%s", strerror (errno));
  SYS (unlink (env_file ("gone")));
  SYS (lseek (fd, 5000, SEEK_SET));
  env_wait ();
  CHECK (lseek (fd, 0, SEEK_CUR) == 5000, "%d", (int) lseek (fd, 0, SEEK_CUR));
  SYS (fstat (fd, &st));
  CHECK (st.st_nlink == 0 && st.st_size == sizeof data
	 && (st.st_mode & 07777) == 0640, "%d links, mode %o",
	 (int) st.st_nlink, st.st_mode);
  CHECK (pread (fd, now, sizeof now, 0) == sizeof now, "%s", strerror (errno));
  CHECK (memcmp (now, data, sizeof now) == 0, "contents");
  CHECK (pwrite (fd, "new", 3, 1) == 3 && pread (fd, now, 3, 1) == 3
	 && memcmp (now, "new", 3) == 0, "writing");
  CHECK (access (env_file ("gone"), F_OK) == -1, "it has a name again");
}
