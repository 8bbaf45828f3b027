/* SPDX-License-Identifier: GPL-3.0-or-later */
/* perdure-frame COMMAND…: run COMMAND and send what it writes to its standard
   output and error to the console as frames, and at the end its status.  */

#include <argp.h>
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>
#include "libframe/frame.h"

const char *argp_program_version = "perdure-frame (Perdure) 0.1";

static const char *console_name = "/dev/console";
static int console;

struct stream
{
  int fd;			/* We read from it; -1 after its end.  */
  uint64_t offset;
};

static struct stream streams[3];	/* Those of 1 and 2.  */

static void
send_line (const char *text, size_t len)
{
  while (len > 0)
    {
      ssize_t n = write (console, text, len);

      if (n < 0 && errno != EINTR)
	error (1, errno, "%s", console_name);
      if (n > 0)
	{
	  text += n;
	  len -= n;
	}
    }
}

/* Send what can be read from stream NUMBER.  Returns false if nothing can.  */
static int
forward (int number)
{
  struct stream *s = &streams[number];
  char data[FRAME_MAX], line[FRAME_LINE_MAX];
  ssize_t n = read (s->fd, data, sizeof data);

  if (n < 0)
    return errno == EINTR;
  if (n == 0)
    {
      close (s->fd);
      s->fd = -1;
      return 0;
    }
  send_line (line, frame_encode (line, number, s->offset, data, n));
  s->offset += n;
  return 1;
}

/* What a program that cannot be run has as its status, in the shells' way.  */
static void
run (char **command, int ends[3])
{
  int null = open ("/dev/null", O_RDONLY);

  if (null > 0)
    {
      dup2 (null, STDIN_FILENO);
      close (null);
    }
  dup2 (ends[1], STDOUT_FILENO);
  dup2 (ends[2], STDERR_FILENO);
  close (ends[1]);
  close (ends[2]);
  close (console);
  execvp (command[0], command);
  error (errno == ENOENT ? 127 : 126, errno, "%s", command[0]);
}

static pid_t
start (char **command)
{
  int ends[3];
  pid_t pid;

  for (int i = 1; i <= 2; i++)
    {
      int fds[2];

      if (pipe (fds) != 0)
	error (1, errno, "pipe");
      streams[i].fd = fds[0];
      ends[i] = fds[1];
      fcntl (fds[0], F_SETFD, FD_CLOEXEC);
    }
  pid = fork ();
  if (pid < 0)
    error (1, errno, "fork");
  if (pid == 0)
    run (command, ends);
  close (ends[1]);
  close (ends[2]);
  for (int i = 1; i <= 2; i++)
    fcntl (streams[i].fd, F_SETFL, O_NONBLOCK);
  return pid;
}

/* Pass on what PID writes until it has ended and its streams are empty.  What
   others that it left behind may write later is not waited for.  */
static int
follow (pid_t pid)
{
  int status, ended = 0;

  for (;;)
    {
      struct timeval wait = { .tv_usec = 100000 };
      fd_set set;
      int top = -1, some = 0;

      FD_ZERO (&set);
      for (int i = 1; i <= 2; i++)
	if (streams[i].fd >= 0)
	  {
	    FD_SET (streams[i].fd, &set);
	    if (streams[i].fd > top)
	      top = streams[i].fd;
	  }
      if (top < 0 && !ended)
	{
	  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
	    continue;
	  return status;
	}
      if (!ended)
	{
	  select (top + 1, &set, NULL, NULL, &wait);
	  ended = waitpid (pid, &status, WNOHANG) == pid;
	}
      for (int i = 1; i <= 2; i++)
	while (streams[i].fd >= 0 && forward (i))
	  some = 1;
      if (ended && !some)
	return status;
    }
}

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 'c':
      console_name = arg;
      return 0;
    case ARGP_KEY_ARGS:
      *(char ***) state->input = state->argv + state->next;
      return 0;
    case ARGP_KEY_NO_ARGS:
      argp_error (state, "no command is given");
      return EINVAL;
    default:
      return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] =
{
  { "console", 'c', "FILE", 0, "Write frames to FILE, not /dev/console", 0 },
  { 0 }
};

static const struct argp argp =
{
  .options = options, .parser = parse, .args_doc = "COMMAND [ARGUMENT...]",
  .doc = "Run COMMAND; send its output as frames to the console.",
};

int
main (int argc, char **argv)
{
  char **command, line[64];
  int status;

  argp_parse (&argp, argc, argv, ARGP_IN_ORDER, NULL, &command);
  console = open (console_name, O_WRONLY | O_NOCTTY);
  if (console < 0)
    error (1, errno, "%s", console_name);
  send_line ("\n" FRAME_MARK "start\n", strlen (FRAME_MARK) + 7);
  status = follow (start (command));
  status = (WIFEXITED (status) ? WEXITSTATUS (status)
	    : 128 + WTERMSIG (status));
  send_line (line, snprintf (line, sizeof line, "\n" FRAME_MARK "exit %d\n",
			     status));
  return status;
}
