/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drive SCRIPT [COMMAND…]: run COMMAND on a terminal of its own and do what the
   lines of SCRIPT say, as somebody who sits there:

     send TEXT   type TEXT; \r \n \t \e \s \\ and ^X for a control
		 character, ^? for the one that deletes
     see TEXT    wait until TEXT stands somewhere on the screen
     gone TEXT   wait until it does not
     only TEXT   wait until a row holds just TEXT
     clear       forget what stands on the screen
     status N    wait for COMMAND's end: it must have exited with N
     pause N     let N seconds pass
     still N     wait until nothing has come for N seconds
     say TEXT    print TEXT
     screen	 print what is on the screen

   A wait ends after 120 seconds: then the screen is printed, and the exit status
   is 1.  */

#include <errno.h>
#include <error.h>
#include <poll.h>
#include <pty.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "screen.h"

enum { PATIENCE = 120 };		/* Seconds.  */

static int master;
static pid_t child;

static void
print_screen (void)
{
  for (int r = 0; r < ROWS; r++)
    printf ("%2d|%s\n", r + 1, screen_row (r));
}

static void
give_up (const char *script, int line, const char *text)
{
  printf ("%s:%d: in vain: %s\n", script, line, text);
  print_screen ();
  exit (1);
}

/* Take what comes within MILLISECONDS.  Was there something?  */
static bool
watch (int milliseconds)
{
  struct pollfd p = { .fd = master, .events = POLLIN };
  char data[1024];

  if (poll (&p, 1, milliseconds) <= 0)
    return false;
  ssize_t n = read (master, data, sizeof data);
  if (n > 0)
    screen_put (data, n);
  else
    usleep (milliseconds * 1000);	/* The other end is closed.  */
  return n > 0;
}

static void
type (const char *text)
{
  for (; *text != '\0'; text++)
    {
      char c = *text;

      if (c == '\\' && text[1] != '\0')
	switch (*++text)
	  {
	  case 'r': c = '\r'; break;
	  case 'n': c = '\n'; break;
	  case 't': c = '\t'; break;
	  case 'e': c = '\033'; break;
	  case 's': c = ' '; break;
	  default: c = *text;
	  }
      else if (c == '^' && text[1] != '\0')
	c = *++text == '?' ? 0x7f : *text & 0x1f;
      while (write (master, &c, 1) != 1)
	if (errno != EINTR)
	  error (1, errno, "the terminal cannot be written to");
    }
}

static bool
stands_alone (const char *text)
{
  for (int r = 0; r < ROWS; r++)
    if (strcmp (screen_row (r), text) == 0)
      return true;
  return false;
}

/* Has the child exited?  With NUMBER, as it should?  */
static bool
ended (const char *script, int line, int number)
{
  int status;
  pid_t pid = waitpid (child, &status, WNOHANG);

  if (pid == 0)
    return false;
  if (pid < 0 || !WIFEXITED (status) || WEXITSTATUS (status) != number)
    {
      printf ("status %x\n", status);
      give_up (script, line, "status");
    }
  return true;
}

/* Is what the line WORD TEXT waits for true?  */
static bool
fulfilled (const char *script, int line, const char *word, const char *text)
{
  if (strcmp (word, "see") == 0)
    return screen_shows (text);
  if (strcmp (word, "gone") == 0)
    return !screen_shows (text);
  if (strcmp (word, "only") == 0)
    return stands_alone (text);
  if (strcmp (word, "status") == 0)
    return ended (script, line, atoi (text));
  error (2, 0, "%s:%d: what is `%s'?", script, line, word);
  return false;
}

/* Line LINE of SCRIPT: nothing comes for SECONDS.  */
static void
wait_still (const char *script, int line, const char *seconds)
{
  time_t end = time (NULL) + PATIENCE, last = time (NULL);

  while (time (NULL) - last <= atoi (seconds))
    {
      if (watch (100))
	last = time (NULL);
      if (last > end)
	give_up (script, line, seconds);
    }
}

static void
perform (const char *script, int line, const char *word, const char *text)
{
  time_t end = time (NULL) + PATIENCE;

  if (strcmp (word, "send") == 0)
    type (text);
  else if (strcmp (word, "pause") == 0)
    for (end += atoi (text) - PATIENCE; time (NULL) <= end;)
      watch (100);
  else if (strcmp (word, "still") == 0)
    wait_still (script, line, text);
  else if (strcmp (word, "say") == 0)
    puts (text);
  else if (strcmp (word, "screen") == 0)
    print_screen ();
  else if (strcmp (word, "clear") == 0)
    screen_reset ();
  else
    while (!fulfilled (script, line, word, text))
      {
	if (time (NULL) > end)
	  give_up (script, line, text);
	watch (100);
      }
  fflush (stdout);
}

static void
start (char **command)
{
  struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };

  child = forkpty (&master, NULL, NULL, &size);
  if (child < 0)
    error (1, errno, "no terminal");
  if (child == 0)
    {
      setenv ("TERM", "vt100", 1);
      execvp (command[0], command);
      error (127, errno, "%s", command[0]);
    }
}

int
main (int argc, char **argv)
{
  char line[512];
  int number = 0;
  FILE *script;

  if (argc < 3)
    error (2, 0, "usage: drive SCRIPT COMMAND…");
  script = fopen (argv[1], "r");
  if (script == NULL)
    error (1, errno, "%s", argv[1]);
  screen_reset ();
  start (argv + 2);
  while (fgets (line, sizeof line, script) != NULL)
    {
      char *text;

      number++;
      line[strcspn (line, "\n")] = '\0';
      if (*line == '\0' || *line == '#')
	continue;
      text = line + strcspn (line, " ");
      if (*text != '\0')
	*text++ = '\0';
      perform (argv[1], number, line, text);
    }
  return 0;
}
