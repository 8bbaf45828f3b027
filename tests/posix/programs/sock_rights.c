/* SPDX-License-Identifier: GPL-3.0-or-later */
/* descriptors are passed with SCM_RIGHTS.  */

#include "../test.h"
#include <sys/socket.h>

static int
pass (int s, int fd)
{
  char control[CMSG_SPACE (sizeof (int))] = { 0 };
  struct iovec v = { "x", 1 };
  struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
  struct cmsghdr *c = CMSG_FIRSTHDR (&m);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (c), &fd, sizeof fd);
  return sendmsg (s, &m, 0) == 1 ? 0 : -1;
}

static int
take (int s)
{
  char control[CMSG_SPACE (sizeof (int))], b;
  struct iovec v = { &b, 1 };
  struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
  int fd = -1;
  if (recvmsg (s, &m, 0) != 1)
    return -1;
  struct cmsghdr *c = CMSG_FIRSTHDR (&m);
  if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
    memcpy (&fd, CMSG_DATA (c), sizeof fd);
  return fd;
}

static int s[2];

static int
other (void *arg)
{
  int fd = open ("f", O_RDWR | O_CREAT, 0600);
  return write (fd, "contents", 8) != 8 || lseek (fd, 2, SEEK_SET) != 2 || pass (s[0], fd);
}

int
main (void)
{
  char buf[10];
  NEED (socketpair (AF_LOCAL, SOCK_STREAM, 0, s) == 0);
  CHECK (ended (child (other, NULL)) == 0);
  int fd = take (s[1]);
  CHECK (fd >= 0 && read (fd, buf, 10) == 6 && memcmp (buf, "ntents", 6) == 0);
  return verdict ();
}
