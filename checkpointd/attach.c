/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ckpt attach: this terminal becomes the one of a session inside.  */

#include <error.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "checkpointd/checkpointd.h"
#include "checkpointd/command.h"
#include "ckpt_U.h"

#define DETACH_KEY	0x1d	/* Ctrl-].  */
#define SESSION	LIBEXECDIR "/ckpt-session"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static mach_port_t port;	/* The attachment.  */
static struct termios before;
static bool raw;

static void
leave (void)
{
  if (raw)
    tcsetattr (0, TCSADRAIN, &before);
}

static void
make_raw (void)
{
  struct termios t;
  if (tcgetattr (0, &before))
    return;			/* No terminal.  */
  t = before;
  cfmakeraw (&t);
  raw = tcsetattr (0, TCSADRAIN, &t) == 0;
}

static struct winsize
get_size (void)
{
  struct winsize size = { 0 };
  if (ioctl (0, TIOCGWINSZ, &size) || size.ws_row == 0 || size.ws_col == 0)
    size = (struct winsize) { .ws_row = 24, .ws_col = 80 };
  return size;
}

static mach_port_t
current (void)
{
  pthread_mutex_lock (&lock);
  mach_port_t p = port;
  pthread_mutex_unlock (&lock);
  return p;
}

/* Send what is typed, until the key that detaches.  */
static void *
input (void *arg)
{
  struct winsize size = get_size (), now;
  for (;;)
    {
      struct timeval second = { 1, 0 };
      fd_set set;
      char buffer[1024];
      FD_ZERO (&set);
      FD_SET (0, &set);
      int n = select (1, &set, NULL, NULL, &second);
      now = get_size ();
      if (now.ws_row != size.ws_row || now.ws_col != size.ws_col)
	{
	  size = now;
	  ckpt_attach_size (current (), size.ws_row, size.ws_col);
	}
      if (n <= 0)
	continue;
      n = read (0, buffer, sizeof buffer);
      if (n == 0 || (n < 0 && errno != EINTR))
	return NULL;		/* The session goes on; so does its output.  */
      char *key = raw && n > 0 ? memchr (buffer, DETACH_KEY, n) : NULL;
      if (key)
	n = key - buffer;
      if (n > 0)
	ckpt_attach_input (current (), buffer, n);
      if (key)
	{
	  leave ();
	  printf ("\n[detached]\n");
	  exit (0);
	}
    }
}

static error_t
connect_to (mach_port_t root)
{
  struct winsize size = get_size ();
  mach_port_t new;
  error_t err = ckpt_attach (root, -1, size.ws_row, size.ws_col, &new);
  if (err)
    return err;
  pthread_mutex_lock (&lock);
  port = new;
  pthread_mutex_unlock (&lock);
  return 0;
}

/* The environment has been ended: it may come back with our session.  */
static error_t
connect_again (void)
{
  error_t err;
  do
    {
      mach_port_t root = open_again ();
      err = connect_to (root);
      mach_port_deallocate (mach_task_self (), root);
    }
  while (has_ended (err));
  return err;
}

static void
show (const char *data, size_t len)
{
  while (len > 0)
    {
      ssize_t n = write (1, data, len);
      if (n <= 0)
	break;
      data += n;
      len -= n;
    }
}

/* Show the output until its end.  */
static error_t
output (void)
{
  for (;;)
    {
      char room[2048], *data = room;
      mach_msg_type_number_t len = sizeof room;
      error_t err = ckpt_attach_output (current (), &data, &len);
      if (has_ended (err))
	{
	  err = connect_again ();
	  if (err == ENOENT)
	    return 0;		/* It had not been saved, or has ended.  */
	  if (err == 0)
	    continue;
	}
      if (err || len == 0)
	return err;
      show (data, len);
      if (data != room)
	vm_deallocate (mach_task_self (), (vm_address_t) data, len);
    }
}

/* How the session that we have begun ended.  */
static int
exit_status (pid_t pid)
{
  mach_port_t root = open_again ();
  int status;
  if (ckpt_wait (root, pid, &status))
    return 0;
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

int
attach (mach_port_t root, char **argv, int n, bool once)
{
  char *command[n + 2];
  pthread_t thread;
  pid_t pid = 0;
  error_t err = n == 0 || once ? connect_to (root) : ENOENT;

  if (err == ENOENT && n > 0)
    {
      command[0] = (char *) SESSION;
      memcpy (command + 1, argv, n * sizeof *argv);
      command[n + 1] = NULL;
      err = start_inside (root, command, n + 1, CKPT_RUN_SESSION, &pid);
      if (err == 0)
	err = connect_to (root);
    }
  if (err == ENOENT)
    error (1, 0, "%s: there is no session", root_name);
  if (err)
    error (1, err, "%s", root_name);
  make_raw ();
  err = pthread_create (&thread, NULL, input, NULL);
  if (err == 0)
    err = output ();
  leave ();
  if (err == EIO)
    error (1, 0, "another terminal has taken over");
  if (err)
    error (1, err, "%s", root_name);
  return pid ? exit_status (pid) : 0;
}
