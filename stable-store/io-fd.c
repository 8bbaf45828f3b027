/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io-fd.c - a device on a file descriptor.  */

#include "priv.h"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int
fd_of (void *ctx)
{
  return (int) (intptr_t) ctx;
}

static error_t
fd_read (void *ctx, uint64_t block, uint32_t nblocks, void *buf)
{
  size_t left = (size_t) nblocks * STORE_PAGE;
  off_t at = (off_t) block * STORE_PAGE;
  char *p = buf;
  while (left > 0)
    {
      ssize_t n = pread (fd_of (ctx), p, left, at);
      if (n < 0 && errno == EINTR)
	continue;
      if (n <= 0)
	return n < 0 ? errno : EIO;
      p += n;
      at += n;
      left -= n;
    }
  return 0;
}

static error_t
fd_write (void *ctx, uint64_t block, uint32_t nblocks, const void *buf)
{
  size_t left = (size_t) nblocks * STORE_PAGE;
  off_t at = (off_t) block * STORE_PAGE;
  const char *p = buf;
  while (left > 0)
    {
      ssize_t n = pwrite (fd_of (ctx), p, left, at);
      if (n < 0 && errno == EINTR)
	continue;
      if (n <= 0)
	return n < 0 ? errno : EIO;
      p += n;
      at += n;
      left -= n;
    }
  return 0;
}

static error_t
fd_barrier (void *ctx)
{
  /* The data and what is needed to find it; the times of a file do not matter.  */
  if (fdatasync (fd_of (ctx)) == 0)
    return 0;
  /* A device node whose server has no write-back cache may refuse: then what a
     write returned has reached the device already.  */
  return errno == EINVAL || errno == EOPNOTSUPP ? 0 : errno;
}

static error_t
fd_size (void *ctx, uint64_t *nblocks)
{
  off_t end = lseek (fd_of (ctx), 0, SEEK_END);
  if (end < 0)
    return errno;
  *nblocks = (uint64_t) end / STORE_PAGE;
  return 0;
}

static void
fd_close (void *ctx)
{
  close (fd_of (ctx));
}

/* Two writers would destroy the store.  Readers need no lock: what they find changed
   does not verify.  */
static error_t
lock (int fd)
{
  int flags = fcntl (fd, F_GETFL);
  if (flags < 0)
    return errno;
  if ((flags & O_ACCMODE) == O_RDONLY || flock (fd, LOCK_EX | LOCK_NB) == 0)
    return 0;
  /* A server that has no locks has no second client that would ask for one.  */
  return errno == EWOULDBLOCK ? EBUSY
	 : errno == EOPNOTSUPP || errno == EINVAL || errno == ENOLCK
	 || errno == ENOSYS ? 0 : errno;
}

error_t
store_io_fd (int fd, struct store_io *io)
{
  struct stat st;
  *io = (struct store_io) { (void *) (intptr_t) fd, fd_read, fd_write,
			    fd_barrier, fd_size, fd_close };
  error_t err = fstat (fd, &st) < 0 ? errno : lock (fd);
  if (err)
    close (fd);
  return err;
}
