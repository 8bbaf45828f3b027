/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CLOCK_REALTIME is the ground's: by it, more time has passed than by the other
   clock, as the machine was off.  */
#include <fcntl.h>
#include <sys/stat.h>
#include "../env.h"

PROGRAM (time_realtime)
{
  double day = env_now (), up = env_uptime ();
  env_wait ();
  double days = env_now () - day, ups = env_uptime () - up;
  CHECK (days >= ups - 0.1, "%.3f s by the day's clock, %.3f s of uptime",
	 days, ups);
  const char *name = env_file ("touched");
  double before = env_now ();
  int fd = SYS (open (name, O_CREAT | O_WRONLY, 0666));
  SYS (write (fd, "x", 1));
  struct stat st;
  SYS (fstat (fd, &st));
  close (fd);
  CHECK (st.st_mtime >= (time_t) before - 1 && st.st_mtime <= env_now () + 1,
	 "file time %ld, now %.3f", (long) st.st_mtime, env_now ());
}
