/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are renamed, and replaced, while they are open.  */

#include <fcntl.h>
#include "../env.h"

PROGRAM (renamed_file)
{
  char text[8] = "";
  int a = SYS (open (env_file ("a"), O_RDWR | O_CREAT | O_TRUNC, 0666));
  int b = SYS (open (env_file ("b"), O_RDWR | O_CREAT | O_TRUNC, 0666));
  CHECK (write (a, "aaaa", 4) == 4 && write (b, "bbbb", 4) == 4, "writing");
  SYS (rename (env_file ("a"), env_file ("b")));
  env_wait ();
  CHECK (pread (b, text, 4, 0) == 4 && strcmp (text, "bbbb") == 0, "%s", text);
  CHECK (write (a, "AAAA", 4) == 4, "%s", strerror (errno));
  int fd = SYS (open (env_file ("b"), O_RDONLY));
  CHECK (read (fd, text, 8) == 8 && memcmp (text, "aaaaAAAA", 8) == 0, "%.8s",
	 text);
  CHECK (access (env_file ("a"), F_OK) == -1, "the old name");
}
