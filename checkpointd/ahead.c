/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Overlap: the next checkpoint begins at its time though the last one is still being
   written.

   Writing takes as long as the disk needs.  When nothing is left of a checkpoint but its
   tasks' pages, a second thread may stop the environment for the next one, which then
   waits, as an image, until the first is through.  There is one such image at most, so
   that memory stays bounded: what programs change meanwhile is copied once more.

   It is left alone when somebody waits for the checkpoint that is being written, as `ckpt
   save' does: that one is to be on the ground, too, when it is told to be there, and
   participants may leave that to the next (see root-proxy/commit.c).  If the first one
   fails, the one that waits is given up, and another is taken.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

#define AHEAD_TRIES	2	/* To find a quiet moment; later there are more.  */

void
conductor_watch_ahead (struct attempt *a)
{
  struct conductor *c = &conductor;

  pthread_mutex_lock (&c->lock);
  c->current = a;
  c->may_begin = false;
  while (a == NULL && c->capturing)
    pthread_cond_wait (&c->changed, &c->lock);
  pthread_mutex_unlock (&c->lock);
}

void
conductor_parted (void *context)
{
  struct conductor *c = &conductor;

  pthread_mutex_lock (&c->lock);
  c->may_begin = (c->config.overlap && c->running && c->config.interval > 0
		  && c->current && c->current->requested == c->served
		  && c->current->stats.ntasks > 0
		  && c->next == NULL && !c->capturing);
  pthread_cond_broadcast (&c->changed);
  pthread_mutex_unlock (&c->lock);
}

struct attempt *
conductor_take_ahead (void)
{
  struct attempt *a = conductor.next;
  conductor.next = NULL;
  return a;
}

void
conductor_drop_ahead (void)
{
  struct conductor *c = &conductor;

  while (c->capturing)
    pthread_cond_wait (&c->changed, &c->lock);
  struct attempt *a = conductor_take_ahead ();
  if (a == NULL)
    return;
  if (c->label[0] == '\0')
    memcpy (c->label, a->label, sizeof c->label);
  c->dirty = true;
  c->capturing = true;
  pthread_mutex_unlock (&c->lock);
  ckpt_finish (a->image, false, 0);
  pthread_mutex_lock (&c->lock);
  c->capturing = false;
  pthread_cond_broadcast (&c->changed);
  ckpt_report_free (&a->report);
  free (a);
}

/* Capture the next one.  If that cannot be done just now it is left for later.  */
static void
begin (void)
{
  struct conductor *c = &conductor;
  struct attempt *a = calloc (1, sizeof *a);
  error_t err = a ? 0 : ENOMEM;

  if (err == 0)
    {
      conductor_begin (a);
      a->ahead = true;
      err = conductor_ask (a);
    }
  if (err == 0)
    err = conductor_capture (AHEAD_TRIES, &a->image, &a->report, &a->stats);
  pthread_mutex_lock (&c->lock);
  if (err == 0)
    {
      c->next = a;
      conductor_next_time (&c->due, c->config.interval);
    }
  else if (a)
    {
      if (c->label[0] == '\0')
	memcpy (c->label, a->label, sizeof c->label);
      c->dirty = true;
      ckpt_report_free (&a->report);
      free (a);
    }
  pthread_mutex_unlock (&c->lock);
}

static bool
is_due (void)
{
  struct conductor *c = &conductor;
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return (c->requested != c->served || now.tv_sec > c->due.tv_sec
	  || (now.tv_sec == c->due.tv_sec && now.tv_nsec >= c->due.tv_nsec));
}

void
conductor_ahead_main (void *arg)
{
  struct conductor *c = &conductor;

  /* A stop does not wait for what is being written.  */
  conductor_hurry (1);
  pthread_mutex_lock (&c->lock);
  while (c->running)
    if (!c->may_begin)
      pthread_cond_wait (&c->changed, &c->lock);
    else if (!is_due ())
      pthread_cond_timedwait (&c->changed, &c->lock, &c->due);
    else
      {
	c->may_begin = false;
	c->capturing = true;
	pthread_mutex_unlock (&c->lock);
	begin ();
	pthread_mutex_lock (&c->lock);
	c->capturing = false;
	pthread_cond_broadcast (&c->changed);
      }
  c->threads--;
  pthread_cond_broadcast (&c->changed);
  pthread_mutex_unlock (&c->lock);
}
