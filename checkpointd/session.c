/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ckpt-session COMMAND…: run COMMAND on a pty of the environment, and be between
   that and the terminals of the ground that come and go.

   Descriptor 0 is a session of root-proxy (see root-proxy/session.c).  We are a
   program of the environment like any other, so that the pty and what runs on it
   go on whoever is attached.  Who attaches is shown the last of the output, and
   then programs are told of a new window size, so that those which draw a screen
   draw it.  */

#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#define PTYS	16
#define KEPT	16384		/* Bytes of output that are shown again.  */

/* Milliseconds without output after which a screen is taken for drawn; and for
   how long that is waited for.  */
enum { QUIET = 300, PATIENCE = 2000 };

static int master;
static char kept[KEPT];
static size_t nkept;
static char typed[4096];	/* Not yet taken by the terminal.  */
static size_t ntyped;

/* Open a free pty: *NAME is its slave's.  */
static int
open_pty (char name[32])
{
  for (int i = 0; i < PTYS; i++)
    {
      snprintf (name, 32, "/dev/ptyp%x", i);
      int fd = open (name, O_RDWR | O_NONBLOCK);
      if (fd >= 0)
	{
	  name[5] = 't';
	  return fd;
	}
      if (errno != EBUSY)
	break;
    }
  return -1;
}

static void
write_all (const char *data, size_t len)
{
  while (len > 0)
    {
      ssize_t n = write (0, data, len);
      if (n < 0 && errno == EINTR)
	continue;
      if (n <= 0)
	return;
      data += n;
      len -= n;
    }
}

static void
keep (const char *data, size_t len)
{
  if (nkept + len > KEPT)
    {
      size_t gone = nkept + len - KEPT;
      memmove (kept, kept + gone, nkept - gone);
      nkept -= gone;
    }
  memcpy (kept + nkept, data, len);
  nkept += len;
}

/* Tell programs that the window has SIZE, even if it had.  */
static void
set_size (const unsigned char bytes[4], bool redraw)
{
  struct winsize size = {
    .ws_row = bytes[0] << 8 | bytes[1], .ws_col = bytes[2] << 8 | bytes[3]
  }, other = size;

  if (redraw)
    {
      other.ws_row--;
      ioctl (master, TIOCSWINSZ, &other);
      usleep (100000);
    }
  ioctl (master, TIOCSWINSZ, &size);
}

/* Hand on what has been written inside; false: the terminal has no user any
   more.  */
static bool
pass_output (void)
{
  char data[2048];
  ssize_t n = read (master, data, sizeof data);

  if (n == 0 || (n < 0 && errno != EINTR && errno != EWOULDBLOCK))
    return false;
  if (n > 0)
    {
      keep (data, n);
      write_all (data, n);
    }
  return true;
}

/* Programs have been asked to draw their screens.  Those that use curses put the
   terminal's modes back for a moment then, and in these a key that had been typed
   too early would edit a line that nobody reads: keys wait until nothing has been
   written for a while.  */
static void
let_draw (void)
{
  struct timespec now, end;

  clock_gettime (CLOCK_MONOTONIC, &end);
  end.tv_sec += PATIENCE / 1000;
  do
    {
      struct timeval quiet = { .tv_usec = QUIET * 1000 };
      fd_set in;

      FD_ZERO (&in);
      FD_SET (master, &in);
      /* That its last user has gone is seen again by who calls us.  */
      if (select (master + 1, &in, NULL, NULL, &quiet) == 0
	  || !pass_output ())
	return;
      clock_gettime (CLOCK_MONOTONIC, &now);
    }
  while (now.tv_sec < end.tv_sec
	 || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
}

/* Something has come from the ground.  */
static void
take_record (void)
{
  char record[4096 + 1];
  ssize_t n = read (0, record, sizeof record);

  if (n <= 0)
    {
      if (errno != EINTR && errno != EWOULDBLOCK)
	sleep (1);
      return;
    }
  if (record[0] == 'd')
    {
      ntyped = n - 1;
      memcpy (typed, record + 1, ntyped);
    }
  else if (n >= 5)
    {
      const char *start = nkept == KEPT ? memchr (kept, '\n', nkept) : kept;
      if (record[0] == 'a' && start)
	write_all (start, nkept - (start - kept));
      set_size ((unsigned char *) record + 1, record[0] == 'a');
      if (record[0] == 'a')
	let_draw ();
    }
}

/* Between both sides until the terminal has no user any more.  */
static void
serve (void)
{
  for (;;)
    {
      fd_set in, out;
      FD_ZERO (&in);
      FD_ZERO (&out);
      FD_SET (master, &in);
      if (ntyped)
	FD_SET (master, &out);
      else
	FD_SET (0, &in);
      if (select (master + 1, &in, &out, NULL, NULL) < 0)
	{
	  if (errno == EINTR)
	    continue;
	  error (1, errno, "waiting");
	}
      if (FD_ISSET (master, &in) && !pass_output ())
	return;
      if (FD_ISSET (master, &out))
	{
	  ssize_t n = write (master, typed, ntyped);
	  if (n < 0 && errno != EINTR && errno != EWOULDBLOCK)
	    return;
	  if (n > 0)
	    {
	      ntyped -= n;
	      memmove (typed, typed + n, ntyped);
	    }
	}
      if (FD_ISSET (0, &in))
	take_record ();
    }
}

int
main (int argc, char **argv)
{
  struct winsize size = { .ws_row = 24, .ws_col = 80 };
  char name[32];
  int status;

  if (argc < 2)
    error (2, 0, "usage: ckpt-session COMMAND [ARGUMENT...]");
  master = open_pty (name);
  if (master < 0)
    {
      dprintf (0, "ckpt-session: %s: %s\r\n", name, strerror (errno));
      return 1;
    }
  ioctl (master, TIOCSWINSZ, &size);
  pid_t pid = fork ();
  if (pid < 0)
    error (1, errno, "fork");
  if (pid == 0)
    {
      int slave = open (name, O_RDWR);
      close (master);
      if (slave < 0 || login_tty (slave))
	_exit (126);
      for (int fd = 3; fd < 16; fd++)
	close (fd);
      execvp (argv[1], argv + 1);
      fprintf (stderr, "%s: %s\n", argv[1], strerror (errno));
      _exit (127);
    }
  fcntl (0, F_SETFD, FD_CLOEXEC);
  serve ();
  if (waitpid (pid, &status, 0) != pid)
    return 1;
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}
