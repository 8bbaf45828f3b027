/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was shown, kept for a later runner.

   The file of a stream: its base in decimal, a line feed, and the bytes.  A
   runner that is killed between showing bytes and noting them leaves those
   bytes, of one frame at most, to be shown again.  */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "runner.h"

static void
file_name (char *name, size_t size, const char *prefix, int number)
{
  snprintf (name, size, "%s.%d", prefix, number);
}

/* Take what FILE holds as shown by S.  */
static error_t
load (struct stream *s, FILE *file)
{
  char piece[4096];
  size_t n;

  if (fscanf (file, "%" SCNu64, &s->base) != 1 || fgetc (file) != '\n')
    return ferror (file) ? EIO : 0;	/* Nothing was shown.  */
  while ((n = fread (piece, 1, sizeof piece, file)) > 0)
    {
      char *more = realloc (s->data, s->len + n);
      if (more == NULL)
	return ENOMEM;
      memcpy (more + s->len, piece, n);
      s->data = more;
      s->len = s->room = s->len + n;
    }
  return ferror (file) ? EIO : 0;
}

error_t
output_keep (struct output *o, const char *prefix)
{
  char name[4096];

  for (int i = 1; i < RUNNER_STREAMS; i++)
    {
      file_name (name, sizeof name, prefix, i);
      FILE *file = fopen (name, "a+");
      if (file == NULL)
	return errno;
      rewind (file);
      error_t err = load (&o->streams[i], file);
      if (err)
	{
	  fclose (file);
	  return err;
	}
      fseek (file, 0, SEEK_END);
      o->streams[i].shown = file;
    }
  return 0;
}

void
output_forget (struct output *o, const char *prefix)
{
  char name[4096];

  for (int i = 1; i < RUNNER_STREAMS; i++)
    {
      file_name (name, sizeof name, prefix, i);
      unlink (name);
      if (o->streams[i].shown != NULL)
	fclose (o->streams[i].shown);
      o->streams[i].shown = NULL;
    }
}
