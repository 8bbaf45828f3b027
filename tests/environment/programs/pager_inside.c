/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of a file system that is a program of the environment, mapped by others: shared,
   private, and executed.  Its pager and who maps know each other again.  */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "../env.h"

#define SIZE	(40 * 4096)

PROGRAM (pager_inside)
{
  char *command, *name, *copy;
  const char *dir = env_file ("mem");
  SYS (mkdir (dir, 0777));
  SYS (asprintf (&command, "settrans -a %s /hurd/tmpfs 8M && cp /bin/sleep %s",
		 dir, dir));
  CHECK (system (command) == 0, "%s", command);
  SYS (asprintf (&name, "%s/file", dir));
  SYS (asprintf (&copy, "%s/sleep", dir));
  int fd = SYS (open (name, O_RDWR | O_CREAT, 0666));
  SYS (ftruncate (fd, SIZE));
  char *shared = SYS (mmap (NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			    fd, 0));
  char *own = SYS (mmap (NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE,
			 fd, 0));
  /* The second half is not in memory yet.  */
  env_pattern (shared, SIZE / 2, 3);
  own[SIZE - 1] = 1;
  pid_t pid = SYS (fork ());
  if (pid == 0)
    {
      execl (copy, "sleep", "10000", NULL);
      _exit (127);
    }
  env_wait ();
  CHECK (env_is_pattern (shared, SIZE / 2, 3), "what was written is not there");
  CHECK (shared[SIZE - 1] == 0 && own[SIZE - 1] == 1 && own[SIZE - 2] == 0,
	 "the second half");
  env_pattern (shared + SIZE / 2, SIZE / 2, 4);
  SYS (msync (shared, SIZE, MS_SYNC));
  static char data[SIZE];
  CHECK (pread (fd, data, SIZE, 0) == SIZE && env_is_pattern (data, SIZE / 2, 3)
	 && env_is_pattern (data + SIZE / 2, SIZE / 2, 4),
	 "the file has not what was written to its memory");
  SYS (pwrite (fd, "written", 7, 10));
  CHECK (memcmp (shared + 10, "written", 7) == 0, "its memory has not what"
	 " was written to the file");
  CHECK (waitpid (pid, NULL, WNOHANG) == 0, "the program from there is gone");
  kill (pid, SIGKILL);
  SYS (waitpid (pid, NULL, 0));
}
