/* SPDX-License-Identifier: GPL-3.0-or-later */
/* local sockets: what is refused, and with what; nonblocking accept and connect; shutdown by halves.  */

#include "../test.h"
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

static struct sockaddr_un
at (const char *name)
{
  struct sockaddr_un un = { .sun_family = AF_UNIX };
  strcpy (un.sun_path, name);
  return un;
}
#define SA(un) ((struct sockaddr *) &(un)), (socklen_t) (offsetof (struct sockaddr_un, sun_path) + strlen ((un).sun_path) + 1)

int
main (void)
{
  char b[64];
  struct sockaddr_un a = at ("s"), none = at ("none"), plain = at ("plain"), d = at ("d"), who;
  socklen_t len;
  int v, s = socket (AF_UNIX, SOCK_STREAM, 0), c, t, p[2];
  signal (SIGPIPE, SIG_IGN);
  NEED (s >= 0 && put ("plain", "") == 0);
  CHECK_ERROR (listen (99, 1), EBADF);
  CHECK (socket (AF_UNIX, 9, 0) == -1 && (errno == EPROTOTYPE || errno == ESOCKTNOSUPPORT));
  CHECK (socket (9999, SOCK_STREAM, 0) == -1 && errno == EAFNOSUPPORT);
  CHECK_ERROR (accept (s, NULL, NULL), EINVAL);
  CHECK_ERROR (send (s, "x", 1, 0), ENOTCONN);
  CHECK_ERROR (recv (s, b, 1, 0), ENOTCONN);
  len = sizeof who;
  CHECK_ERROR (getpeername (s, (struct sockaddr *) &who, &len), ENOTCONN);
  CHECK_ERROR (shutdown (s, SHUT_WR), ENOTCONN);
  CHECK (bind (s, SA (a)) == 0);
  CHECK_ERROR (bind (s, SA (d)), EINVAL);
  unlink ("d");
  c = socket (AF_UNIX, SOCK_STREAM, 0);
  CHECK_ERROR (bind (c, SA (a)), EADDRINUSE);
  CHECK_ERROR (connect (c, SA (a)), ECONNREFUSED);
  CHECK_ERROR (connect (c, SA (none)), ENOENT);
  CHECK (connect (c, SA (plain)) == -1 && (errno == ECONNREFUSED || errno == ENOTSOCK));
  printf ("connect to a file: %s\n", strerror (errno));
  CHECK (listen (s, 2) == 0 && listen (s, 3) == 0);
  t = socket (AF_UNIX, SOCK_DGRAM, 0);
  CHECK_ERROR (connect (t, SA (a)), EPROTOTYPE);
  CHECK_ERROR (sendto (t, "x", 1, 0, SA (a)), EPROTOTYPE);
  CHECK (send (t, "x", 1, 0) == -1 && (errno == EDESTADDRREQ || errno == ENOTCONN));
  CHECK_ERROR (listen (t, 1), EOPNOTSUPP);
  CHECK_ERROR (accept (t, NULL, NULL), EOPNOTSUPP);
  CHECK (fcntl (s, F_SETFL, O_NONBLOCK) == 0);
  CHECK_ERROR (accept (s, NULL, NULL), EAGAIN);
  CHECK (connect (c, SA (a)) == 0);
  CHECK_ERROR (connect (c, SA (a)), EISCONN);
  len = sizeof who;
  CHECK ((v = accept (s, (struct sockaddr *) &who, &len)) >= 0 && who.sun_family == AF_UNIX);
  printf ("an unnamed peer: %d bytes\n", (int) len);
  CHECK (!(fcntl (v, F_GETFL) & O_NONBLOCK));
  len = sizeof who;
  CHECK (getpeername (c, (struct sockaddr *) &who, &len) == 0);
  printf ("the server's name: %d bytes, \"%.*s\"\n", (int) len, (int) (len > 2 ? len - 2 : 0), who.sun_path);
  CHECK_ERROR (recv (c, b, 1, MSG_DONTWAIT), EAGAIN);
  CHECK (send (c, "abcdef", 6, 0) == 6 && recv (v, b, 3, MSG_PEEK) == 3 && ioctl (v, FIONREAD, &t) == 0 && t == 6);
  CHECK (recv (v, b, 4, 0) == 4 && memcmp (b, "abcd", 4) == 0);
  CHECK (shutdown (c, SHUT_WR) == 0 && recv (v, b, 64, 0) == 2 && recv (v, b, 64, 0) == 0);
  CHECK (send (v, "back", 4, 0) == 4 && recv (c, b, 64, 0) == 4);
  CHECK_ERROR (send (c, "x", 1, 0), EPIPE);
  CHECK_ERROR (shutdown (c, 77), EINVAL);
  CHECK (shutdown (c, SHUT_RD) == 0 && recv (c, b, 1, 0) == 0);
  CHECK_ERROR (send (v, "x", 1, 0), EPIPE);
  close (v);
  close (c);
  /* The listener's end refuses who comes then.  */
  close (s);
  /* Its server hears of that a little later.  */
  for (int i = 0; i < 50; i++)
    {
      c = socket (AF_UNIX, SOCK_STREAM, 0);
      if (connect (c, SA (a)))
	break;
      close (c);
      nap (100);
    }
  CHECK_ERROR (connect (c, SA (a)), ECONNREFUSED);
  CHECK (unlink ("s") == 0);
  /* Datagrams.  */
  int d1 = socket (AF_UNIX, SOCK_DGRAM, 0), d2 = socket (AF_UNIX, SOCK_DGRAM, 0);
  CHECK (bind (d1, SA (d)) == 0 && sendto (d2, "one", 3, 0, SA (d)) == 3 && connect (d2, SA (d)) == 0 && send (d2, "", 0, 0) == 0 && send (d2, "three", 5, 0) == 5);
  CHECK (recv (d1, b, 64, 0) == 3 && recv (d1, b, 64, 0) == 0);
  struct iovec iov = { b, 2 };
  struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
  CHECK (recvmsg (d1, &m, 0) == 2 && (m.msg_flags & MSG_TRUNC));
  CHECK_ERROR (recv (d1, b, 64, MSG_DONTWAIT), EAGAIN);
  close (d1);
  for (int i = 0; i < 50 && send (d2, "x", 1, MSG_DONTWAIT) == 1; i++)
    nap (100);
  CHECK (send (d2, "x", 1, 0) == -1 && (errno == ECONNREFUSED || errno == ECONNRESET || errno == EPIPE));
  printf ("a datagram to nobody: %s\n", strerror (errno));
  /* Options.  */
  CHECK (socketpair (AF_UNIX, SOCK_STREAM, 0, p) == 0);
  len = sizeof v;
  CHECK (getsockopt (p[0], SOL_SOCKET, SO_TYPE, &v, &len) == 0 && v == SOCK_STREAM);
  CHECK (getsockopt (p[0], SOL_SOCKET, SO_ERROR, &v, &len) == 0 && v == 0);
  CHECK_ERROR (getsockopt (p[0], SOL_SOCKET, 9999, &v, &len), ENOPROTOOPT);
  CHECK_ERROR (setsockopt (p[0], SOL_SOCKET, 9999, &v, len), ENOPROTOOPT);
  CHECK (fcntl (p[0], F_SETFL, O_NONBLOCK) == 0);
  memset (b, 'x', sizeof b);
  size_t n = 0;
  ssize_t r;
  while ((r = write (p[0], b, sizeof b)) > 0)
    n += r;
  int e = errno;
  CHECK (r == -1 && e == EAGAIN && n > 1000);
  while (n > 0 && (r = read (p[1], b, sizeof b)) > 0)
    n -= r;
  CHECK (n == 0);
  CHECK (fcntl (p[0], F_SETFL, 0) == 0);
  if (fork () == 0)
    {
      nap (300);
      write (p[0], "12345", 5);
      nap (300);
      write (p[0], "67890", 5);
      _exit (0);
    }
  r = recv (p[1], b, 10, MSG_WAITALL);
  printf ("MSG_WAITALL: %zd of 10\n", r);
  CHECK (r == 10 || r == 5);
  return verdict ();
}
