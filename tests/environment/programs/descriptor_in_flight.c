/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptors in a message of a local socket, among them one of its own pair.  */

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include "../env.h"

PROGRAM (descriptor_in_flight)
{
  int s[2], sent[2], *got;
  char text[10] = "", c = 'x', room[CMSG_SPACE (sizeof sent)];
  struct iovec v = { &c, 1 };
  struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = room,
		      .msg_controllen = sizeof room };
  SYS (socketpair (AF_UNIX, SOCK_STREAM, 0, s));
  sent[0] = SYS (open (env_file ("data"), O_RDWR | O_CREAT | O_TRUNC, 0666));
  CHECK (write (sent[0], "some text", 9) == 9, "%s", strerror (errno));
  sent[1] = s[1];
  struct cmsghdr *h = CMSG_FIRSTHDR (&m);
  h->cmsg_level = SOL_SOCKET;
  h->cmsg_type = SCM_RIGHTS;
  h->cmsg_len = CMSG_LEN (sizeof sent);
  memcpy (CMSG_DATA (h), sent, sizeof sent);
  CHECK (sendmsg (s[0], &m, 0) == 1, "%s", strerror (errno));
  close (sent[0]);
  env_wait ();
  m.msg_controllen = sizeof room;
  CHECK (recvmsg (s[1], &m, 0) == 1, "%s", strerror (errno));
  h = CMSG_FIRSTHDR (&m);
  CHECK (h && h->cmsg_len == CMSG_LEN (sizeof sent), "no descriptors");
  got = (int *) CMSG_DATA (h);
  CHECK (pread (got[0], text, 9, 0) == 9 && strcmp (text, "some text") == 0,
	 "%s", text);
  CHECK (write (got[1], "y", 1) == 1 && read (s[0], &c, 1) == 1 && c == 'y',
	 "the socket");
}
