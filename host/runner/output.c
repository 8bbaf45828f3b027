/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The serial line: frames, and everything else.  */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "libframe/frame.h"
#include "runner.h"

/* Append LEN bytes at DATA to S and show them on FD.  */
static void
stream_append (struct stream *s, int fd, const char *data, size_t len)
{
  if (s->len + len > s->room)
    {
      s->room = (s->len + len) * 2;
      s->data = realloc (s->data, s->room);
      if (s->data == NULL)
	{
	  fputs ("perdure: out of memory for the job's output\n", stderr);
	  exit (1);
	}
    }
  memcpy (s->data + s->len, data, len);
  s->len += len;
  if (s->shown != NULL)
    {
      if (ftell (s->shown) == 0)
	fprintf (s->shown, "%" PRIu64 "\n", s->base);
      fwrite (data, 1, len, s->shown);
      fflush (s->shown);
    }
  while (len > 0)
    {
      ssize_t n = write (fd, data, len);
      if (n < 0 && errno == EINTR)
	continue;
      if (n <= 0)
	return;			/* Nobody reads any more.  */
      data += n;
      len -= n;
    }
}

/* Count the marks in what S has from FROM on.  */
static void
count_marks (struct output *o, const struct stream *s, size_t from)
{
  static const char mark[] = "mark ";
  size_t len = strlen (mark);

  for (; from < s->len; from++)
    if (s->data[from] == '\n')
      {
	size_t start = from;
	while (start > 0 && s->data[start - 1] != '\n')
	  start--;
	if (from - start > len && memcmp (s->data + start, mark, len) == 0)
	  {
	    o->marks++;
	    o->marked_checkpoints = 0;
	  }
      }
}

/* LEN bytes at OFFSET of stream NUMBER have come.  */
static void
stream_data (struct output *o, unsigned int number, uint64_t offset,
	     const char *data, size_t len)
{
  if (number == 0 || number >= RUNNER_STREAMS)
    return;
  struct stream *s = &o->streams[number];
  if (o->resumed && s->base == 0 && s->len == 0)
    s->base = offset;
  if (offset < s->base)
    {
      size_t before = s->base - offset < len ? s->base - offset : len;
      offset += before;
      data += before;
      len -= before;
    }
  if (len == 0)
    return;
  offset -= s->base;
  if (offset > s->len)
    {
      fprintf (stderr, "perdure: stream %u: %" PRIu64 " bytes are missing"
	       " at offset %" PRIu64 "\n", number, offset - s->len, s->base + s->len);
      s->diverged = true;
      return;
    }
  size_t seen = s->len - offset < len ? s->len - offset : len;
  if (seen > 0 && memcmp (s->data + offset, data, seen) != 0
      && !s->diverged)
    {
      fprintf (stderr, "perdure: stream %u: what is repeated from offset %"
	       PRIu64 " on differs from what was shown\n", number, s->base + offset);
      s->diverged = true;
    }
  size_t from = s->len;
  stream_append (s, number, data + seen, len - seen);
  if (number == 1)
    count_marks (o, s, from);
}

/* A frame that is not data.  WORDS follows the mark.  */
static void
control (struct output *o, const char *words)
{
  if (strncmp (words, "start", 5) == 0)
    {
      o->begun = true;
      o->state = JOB_RUNNING;
    }
  else if (strncmp (words, "restored", 8) == 0)
    {
      if (o->restores == 0 && !o->begun)
	o->resumed = true;
      o->state = JOB_RUNNING;
      o->restores++;
      if (o->events)
	fprintf (stderr, "--- restored from checkpoint %s ---\n", words + 9);
    }
  else if (strncmp (words, "writing", 7) == 0)
    {
      double since = o->writing_since;
      o->writing_since = now ();
      if (o->writings++ && o->writing_since - since > o->longest_interval)
	o->longest_interval = o->writing_since - since;
    }
  else if (strncmp (words, "ckpt", 4) == 0)
    {
      o->checkpoints++;
      if (++o->boot_checkpoints == 1)
	o->boot_since = now ();
      if (++o->marked_checkpoints == 2)
	o->mark_since = now ();
    }
  else if (strncmp (words, "pull", 4) == 0)
    o->pull = true;
  else if (sscanf (words, "exit %d", &o->status) == 1)
    o->state = JOB_DONE;
  else if (strncmp (words, "failed", 6) == 0)
    {
      o->failures++;
      if (o->events)
	fprintf (stderr, "--- %s ---\n", words);
    }
  else if (strncmp (words, "error", 5) == 0)
    {
      o->state = JOB_FAILED;
      snprintf (o->error, sizeof o->error, "%s", words + 5 + (words[5] == ' '));
    }
}

static void
line_done (struct output *o)
{
  struct frame f;

  o->line[o->line_len] = '\0';
  const char *mark = strstr (o->line, FRAME_MARK);
  if (mark == NULL)
    {
      if (o->echo && o->line_len > 0)
	fprintf (stderr, "%s\n", o->line);
    }
  else if (mark[strlen (FRAME_MARK)] >= '0' && mark[strlen (FRAME_MARK)] <= '9')
    {
      if (frame_decode (mark, &f) == 0)
	stream_data (o, f.stream, f.offset, f.data, f.len);
      else
	o->damaged++;
    }
  else
    control (o, mark + strlen (FRAME_MARK));
  o->line_len = 0;
}

void
output_feed (struct output *o, const char *data, size_t len)
{
  o->heard = true;
  if (o->log != NULL)
    {
      fwrite (data, 1, len, o->log);
      fflush (o->log);
    }
  for (size_t i = 0; i < len; i++)
    if (data[i] == '\n')
      line_done (o);
    else if (data[i] != '\r')
      {
	if (o->line_len == sizeof o->line - 1)
	  line_done (o);
	o->line[o->line_len++] = data[i];
      }
}

void
output_restart (struct output *o)
{
  o->line_len = 0;
  o->writings = o->boot_checkpoints = 0;
  o->heard = o->pull = false;
  if (o->state == JOB_RUNNING)
    o->state = JOB_BOOTING;
}
