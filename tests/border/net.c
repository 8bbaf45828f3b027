/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sockets of the ground, from inside and on the ground.

   usage: net echo		serve stream port 7000 and datagram port 7001, line by line
	  net call PORT TEXT	say TEXT to a stream port and print the answer, as soon
				as somebody listens
	  net inside		have sockets of each kind; then "mark 1", and when the file
				/home/go is there (the machine was killed meanwhile),
				see what has become of them: a line for each; make
				/home/listens before the last  */

#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in
name (int port)
{
  return (struct sockaddr_in) {
    .sin_len = sizeof (struct sockaddr_in), .sin_family = AF_INET,
    .sin_port = htons (port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK)
  };
}

static int
must (int n, const char *what)
{
  if (n < 0)
    error (1, errno, "%s", what);
  return n;
}

static int
bound (int type, int port)
{
  struct sockaddr_in a = name (port);
  int fd = must (socket (AF_INET, type, 0), "socket");

  must (bind (fd, (struct sockaddr *) &a, sizeof a), "bind");
  if (type == SOCK_STREAM)
    must (listen (fd, 5), "listen");
  return fd;
}

/* Connected to PORT, as soon as somebody is there.  */
static int
connected (int type, int port)
{
  struct sockaddr_in a = name (port);

  for (;;)
    {
      int fd = must (socket (AF_INET, type, 0), "socket");
      if (connect (fd, (struct sockaddr *) &a, sizeof a) == 0)
	return fd;
      if (errno != ECONNREFUSED)
	error (1, errno, "connect");
      close (fd);
      usleep (200000);
    }
}

/* What comes as an answer to TEXT.  */
static const char *
ask (int fd, const char *text)
{
  static char answer[200];

  if (send (fd, text, strlen (text), 0) < 0)
    return strerror (errno);
  struct pollfd p = { .fd = fd, .events = POLLIN };
  if (poll (&p, 1, 10000) != 1)
    return "no answer";
  ssize_t n = recv (fd, answer, sizeof answer - 1, 0);
  answer[n < 0 ? 0 : n] = 0;
  return n < 0 ? strerror (errno) : n == 0 ? "end" : answer;
}

static void
echo (void)
{
  int stream = bound (SOCK_STREAM, 7000), datagram = bound (SOCK_DGRAM, 7001);
  struct sockaddr_in from;
  socklen_t len;
  char text[200];
  ssize_t n;

  signal (SIGCHLD, SIG_IGN);
  if (fork () == 0)
    for (;;)
      {
	len = sizeof from;
	n = must (recvfrom (datagram, text, sizeof text, 0,
			    (struct sockaddr *) &from, &len), "recvfrom");
	sendto (datagram, text, n, 0, (struct sockaddr *) &from, len);
      }
  for (;;)
    {
      int fd = must (accept (stream, NULL, NULL), "accept");
      if (fork () == 0)
	{
	  while ((n = read (fd, text, sizeof text)) > 0)
	    write (fd, text, n);
	  _exit (0);
	}
      close (fd);
    }
}

static void
inside (void)
{
  int listener = bound (SOCK_STREAM, 8000);
  int datagram = bound (SOCK_DGRAM, 8001), idle = socket (AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to = name (7001), is;
  socklen_t len = sizeof is;
  char text[200];

  signal (SIGPIPE, SIG_IGN);
  int stream = connected (SOCK_STREAM, 7000);
  must (connect (datagram, (struct sockaddr *) &to, sizeof to), "connect");
  printf ("before: connection %s\n", ask (stream, "one"));
  printf ("before: datagram %s\n", ask (datagram, "two"));
  printf ("mark 1\n");
  fflush (stdout);
  while (access ("/home/go", F_OK) < 0)
    usleep (100000);
  printf ("connection: %s", ask (stream, "three"));
  printf (", %s", ask (stream, "four"));
  printf (", %s\n", recv (stream, text, sizeof text, MSG_DONTWAIT) == 0
	  ? "end" : "more");
  close (stream);
  printf ("datagram: %s\n", ask (datagram, "five"));
  must (getsockname (datagram, (struct sockaddr *) &is, &len), "getsockname");
  printf ("its name: %s %d\n", inet_ntoa (is.sin_addr), ntohs (is.sin_port));
  to = name (7000);
  printf ("idle: %s\n", connect (idle, (struct sockaddr *) &to, sizeof to)
	  ? strerror (errno) : ask (idle, "six"));
  fcntl (listener, F_SETFL, O_NONBLOCK);
  int fd = accept (listener, NULL, NULL);
  printf ("listener: %s\n", fd < 0 ? strerror (errno) : "accepted");
  fcntl (listener, F_SETFL, 0);
  close (must (creat ("/home/listens", 0644), "/home/listens"));
  fd = must (accept (listener, NULL, NULL), "accept");
  ssize_t n = must (read (fd, text, sizeof text), "read");
  printf ("call: %.*s\n", (int) n, text);
  write (fd, "heard", 5);
  close (fd);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "call") == 0)
    {
      puts (ask (connected (SOCK_STREAM, atoi (argv[2])), argv[3]));
      return 0;
    }
  if (argc != 2)
    error (1, 0, "usage: net echo | net call PORT TEXT | net inside");
  if (strcmp (argv[1], "echo") == 0)
    echo ();
  inside ();
  return 0;
}
