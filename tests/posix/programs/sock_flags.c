/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MSG_PEEK, MSG_DONTWAIT, MSG_NOSIGNAL, vectors, truncated datagrams, and several descriptors at once.  */

#include "../test.h"
#include <sys/socket.h>
#include <sys/uio.h>

static int
send_fds (int s, const int *fds, int n)
{
  char control[CMSG_SPACE (4 * sizeof (int))] = { 0 };
  struct iovec v = { "f", 1 };
  struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE (n * sizeof (int)) };
  struct cmsghdr *c = CMSG_FIRSTHDR (&m);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN (n * sizeof (int));
  memcpy (CMSG_DATA (c), fds, n * sizeof (int));
  return sendmsg (s, &m, 0);
}

int
main (void)
{
  int s[2], d[2], fds[3], got[3] = { -1, -1, -1 };
  char buf[40], control[CMSG_SPACE (4 * sizeof (int))], one;

  NEED (socketpair (AF_LOCAL, SOCK_STREAM, 0, s) == 0 && socketpair (AF_LOCAL, SOCK_DGRAM, 0, d) == 0);
  CHECK_ERROR (recv (s[1], buf, 5, MSG_DONTWAIT), EAGAIN);
  CHECK (send (s[0], "abcdef", 6, 0) == 6);
  CHECK (recv (s[1], buf, 3, MSG_PEEK) == 3 && memcmp (buf, "abc", 3) == 0);
  CHECK (recv (s[1], buf, 40, 0) == 6 && memcmp (buf, "abcdef", 6) == 0);
  struct iovec v[2] = { { "one", 3 }, { "two", 3 } };
  struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
  CHECK (sendmsg (d[0], &m, 0) == 6 && send (d[0], "second", 6, 0) == 6);
  CHECK (recv (d[1], buf, 4, 0) == 4 && memcmp (buf, "onet", 4) == 0);
  CHECK (recv (d[1], buf, 40, 0) == 6 && memcmp (buf, "second", 6) == 0);
  for (int i = 0; i < 3; i++)
    {
      char name[] = { 'f', '0' + i, 0 };
      NEED (put (name, name) == 0);
      fds[i] = open (name, O_RDONLY);
    }
  CHECK (send_fds (s[0], fds, 3) == 1);
  struct iovec w = { &one, 1 };
  struct msghdr r = { .msg_iov = &w, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
  CHECK (recvmsg (s[1], &r, 0) == 1 && one == 'f');
  struct cmsghdr *c = CMSG_FIRSTHDR (&r);
  CHECK (c && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN (3 * sizeof (int)));
  if (c)
    memcpy (got, CMSG_DATA (c), sizeof got);
  for (int i = 0; i < 3; i++)
    CHECK (read (got[i], buf, 40) == 2 && buf[1] == '0' + i);
  close (s[1]);
  CHECK_ERROR (send (s[0], "x", 1, MSG_NOSIGNAL), EPIPE);
  return verdict ();
}
