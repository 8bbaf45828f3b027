/* SPDX-License-Identifier: GPL-3.0-or-later */
/* procfs: a directory for each process, read as ps does.  */

#include "../test.h"

int
main (void)
{
  char name[60], buf[2000];
  int pid = 0;
  char comm[64] = "", state = 0;
  NEED (mkdir ("p", 0755) == 0 && system ("settrans -a p /hurd/procfs") == 0);
  snprintf (name, sizeof name, "p/%d/stat", (int) getpid ());
  FILE *f = fopen (name, "r");
  CHECK (f && fgets (buf, sizeof buf, f));
  printf ("%s", buf);
  CHECK (sscanf (buf, "%d (%63[^)]) %c", &pid, comm, &state) == 3 && pid == getpid () && strchr ("RSTZ", state));
  CHECK (strcmp (comm, "fs_procfs") == 0);
  snprintf (name, sizeof name, "p/%d/cmdline", (int) getpid ());
  int fd = open (name, O_RDONLY);
  CHECK (fd >= 0 && read (fd, buf, sizeof buf) > 0 && strstr (buf, "fs_procfs"));
  CHECK (system ("test \"$(ls p | grep -c '^[0-9]*$')\" -ge 2") == 0);
  CHECK (system ("grep -q Threads p/1/status || grep -q Threads p/2/status") == 0);
  CHECK (system ("cat p/uptime p/version p/meminfo p/loadavg") == 0);
  CHECK_ERROR (open ("p/99998/stat", O_RDONLY), ENOENT);
  CHECK_ERROR (open ("p/uptime", O_WRONLY), EROFS == errno ? EROFS : errno);
  CHECK (system ("settrans -afg p") == 0);
  snprintf (name, sizeof name, "/proc/%d/status", (int) getpid ());
  f = fopen (name, "r");
  CHECK (f && fgets (buf, sizeof buf, f) && strncmp (buf, "Name:", 5) == 0);
  CHECK ((f = fopen ("/proc/self/stat", "r")) && fscanf (f, "%d", &pid) == 1 && pid == getpid ());
  CHECK (readlink ("/proc/self/exe", buf, sizeof buf) > 0);
  return verdict ();
}
