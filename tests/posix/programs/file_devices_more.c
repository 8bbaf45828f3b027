/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mknod: regular files, fifos and devices, by root and others; stat's rdev; opening a device that nobody serves.  */

#include "../test.h"
#include <sys/sysmacros.h>
#include <sys/ioctl.h>
#include <poll.h>

static int
user (void *arg)
{
  become (1000);
  CHECK (mkfifo ("open/p", 0644) == 0 && mknod ("open/p2", S_IFIFO | 0600, 0) == 0);
  CHECK (mknod ("open/r", S_IFREG | 0600, 0) == 0 && access ("open/r", W_OK) == 0);
  int r = mknod ("open/c", S_IFCHR | 0600, makedev (1, 3));
  printf ("mknod of a device by a user: %s\n", r ? strerror (errno) : "made");
  return verdict ();
}

int
main (void)
{
  struct stat st;
  int fd;
  NEED (mkdir ("open", 0777) == 0 && chmod ("open", 0777) == 0);
  CHECK (mknod ("r", S_IFREG | 0640, 0) == 0 && stat ("r", &st) == 0 && S_ISREG (st.st_mode) && (st.st_mode & 0777) == 0640 && st.st_size == 0);
  CHECK_ERROR (mknod ("r", S_IFREG | 0640, 0), EEXIST);
  CHECK (mknod ("c", S_IFCHR | 0600, makedev (1, 3)) == 0);
  CHECK (lstat ("c", &st) == 0);
  printf ("mode %o rdev %u %u\n", st.st_mode, (unsigned) major (st.st_rdev), (unsigned) minor (st.st_rdev));
  CHECK (mknod ("b", S_IFBLK | 0600, makedev (7, 200)) == 0);
  CHECK (mknod ("p", S_IFIFO | 0600, 0) == 0 && lstat ("p", &st) == 0 && S_ISFIFO (st.st_mode));
  fd = open ("c", O_RDWR | O_NONBLOCK);
  printf ("opening it: %s\n", fd < 0 ? strerror (errno) : "opened");
  CHECK (fd == -1);
  CHECK (unlink ("c") == 0 && unlink ("b") == 0);
  CHECK (WEXITSTATUS (ended (child (user, NULL))) == 0);
  const char *const names[] = { "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty" };
  for (int i = 0; i < 5; i++)
    {
      char b[16] = "abc";
      fd = open (names[i], O_RDWR);
      if (fd < 0)
	fd = open (names[i], O_RDONLY);
      if (fd < 0)
	{
	  found (false, __LINE__, "%s: %s", names[i], strerror (errno));
	  continue;
	}
      CHECK (fstat (fd, &st) == 0 && S_ISCHR (st.st_mode));
      printf ("%s: read %zd write %zd pread %zd lseek %lld isatty %d\n", names[i], read (fd, b, 4), write (fd, b, 4), pread (fd, b, 4, 100),
	      (long long) lseek (fd, 10, SEEK_SET), isatty (fd));
      struct pollfd pf = { fd, POLLIN | POLLOUT, 0 };
      CHECK (poll (&pf, 1, 1000) == 1 && (pf.revents & POLLIN));
      CHECK_ERROR (ioctl (fd, TIOCGWINSZ, b), ENOTTY);
      CHECK (isatty (fd) == 0);
      close (fd);
    }
  CHECK (open ("/dev/tty", O_RDWR) == -1 && errno == ENXIO);
  CHECK (open ("/dev/full", O_WRONLY) >= 0);
  return verdict ();
}
