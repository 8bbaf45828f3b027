/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking checkpoints.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "internal.h"

#define TRIES	50		/* To find a quiet moment …  */
#define STRANGE_TRIES 5		/* Or one without anything strange …  */
#define PAUSE_US 20000		/* … so far apart.  */
#define STALE_TRIES 5		/* When what was mapped of a file has changed.  */

error_t
conductor_capture (int tries, struct ckpt_image **image,
		   struct ckpt_report *report, struct ckpt_stats *stats)
{
  error_t err = EAGAIN;
  uint64_t start = ckpt_cycles (), last = start;
  int i = 0;
  /* What is not understood may be gone in a moment, as a right is that a
     program holds only until it has mapped a file.  */
  for (int strange = 0; i < tries; i++)
    {
      if (err == ENOTSUP)
	strange++;
      if ((err != EAGAIN && err != ENOTSUP) || strange >= STRANGE_TRIES
	  || !conductor.running)
	break;
      if (i)
	usleep (PAUSE_US);
      ckpt_report_free (report);
      last = ckpt_cycles ();
      err = ckpt_capture (conductor.env, image, report, stats);
    }
  stats->attempts = i;
  stats->waited = last - start;
  if (err == EAGAIN && report->nlines == 0)
    ckpt_report (report, "there was no moment without a request being handled"
		 " or a program being started");
  return err;
}

/* Write IMAGE to TXN; what is taken for unchanged is compared, if that is wanted,
   with the last checkpoint.  */
static error_t
write_image (struct ckpt_image *image, struct store_txn *txn,
	     struct ckpt_stats *stats)
{
  struct store_ckpt *before = NULL;
  error_t err = 0;

  if (conductor.config.check_pages)
    err = store_ckpt_open (conductor.store, 0, &before);
  if (err == ENOENT)
    err = 0;
  if (err == 0)
    err = ckpt_write (image, txn, before, stats);
  if (before)
    store_ckpt_close (before);
  return err;
}

/* Write IMAGE to the store.  */
static error_t
commit (struct ckpt_image *image, const char *label, struct ckpt_stats *stats,
	struct ckpt_report *report, uint64_t *number)
{
  struct conductor *c = &conductor;
  struct store_txn *txn;
  struct store_stats before, after;

  uint32_t lines = report->nlines;
  error_t fault = 0;
  conductor_begin_work ();
  conductor_lock_store ();
  store_get_stats (c->store, &before);
  error_t err = store_begin (c->store, &txn);
  if (err == 0)
    {
      conductor_progress ("writing");
      err = fault = conductor_fault (AT_WRITE);
      conductor_has_store = true;
      if (err == 0)
	err = write_image (image, txn, stats);
      conductor_has_store = false;
      uint64_t start = ckpt_cycles ();
      if (err == 0)
	err = fault = conductor_fault (AT_COMMIT);
      if (err == 0)
	err = store_commit (txn, label[0] ? label : NULL, number);
      else
	store_abort (txn);
      stats->commit = ckpt_cycles () - start;
      store_get_stats (c->store, &after);
      stats->stored = after.pages_new - before.pages_new;
      stats->bytes = (after.blocks_written - before.blocks_written) * STORE_PAGE;
    }
  if (err && report->nlines == lines)
    ckpt_report (report, "%s", fault ? strerror (fault)
		 : store_error (c->store));
  conductor_unlock_store ();
  return err;
}

/* Keep what the report says as the reason of the last failure.  */
void
conductor_keep_reason (struct ckpt_report *report, error_t err)
{
  struct conductor *c = &conductor;
  char *text = NULL;
  size_t len = 0;
  FILE *f = open_memstream (&text, &len);
  if (f == NULL)
    return;
  if (report->nlines == 0)
    fprintf (f, "%s", strerror (err));
  for (uint32_t i = 0; i < report->nlines; i++)
    fprintf (f, "%s%s", i ? "; " : "", report->lines[i]);
  fclose (f);
  conductor_event ("failed checkpoint: %s", text);
  pthread_mutex_lock (&c->lock);
  free (c->last_text);
  c->last_text = text;
  pthread_mutex_unlock (&c->lock);
}

error_t
conductor_ask (struct attempt *a)
{
  struct conductor *c = &conductor;
  uint64_t start = ckpt_cycles ();
  error_t err = 0;

  conductor_prepare ();
  for (size_t i = 0; i < c->nparticipants && !err; i++)
    {
      struct ckpt_participant *p = c->participants[i];
      char *why = NULL;
      if (p->prepare)
	err = p->prepare (p->context, &why);
      if (err)
	ckpt_report (&a->report, "%s: %s", p->name, why ? why : strerror (err));
      free (why);
    }
  a->prepare = ckpt_cycles () - start;
  return err;
}

/* Take a checkpoint, or the one of which IMAGE has been captured already: *NUMBER is 0 if
   there is none.  */
static error_t
take (struct ckpt_image *image, const char *label, struct ckpt_stats *stats,
      struct ckpt_report *report, uint64_t *number)
{
  struct conductor *c = &conductor;

  error_t err = image ? 0 : conductor_capture (TRIES, &image, report, stats);
  if (err)
    return err;
  bool empty = stats->ntasks == 0;
  err = conductor_fault (AT_CAPTURED);
  if (err == 0)
    err = commit (image, label, stats, report, number);
  if (err == 0)
    conductor_fault (AT_APPLY);
  uint64_t start = ckpt_cycles ();
  error_t e = ckpt_finish (image, err == 0, *number);
  stats->finish = ckpt_cycles () - start;
  if (e)
    ckpt_report (report, "checkpoint %llu could not be applied: %s",
		 (unsigned long long) *number, strerror (e));
  if (err == 0)
    conductor_progress ("ckpt %llu", (unsigned long long) *number);
  c->empty = empty;
  return err ? err : e;
}

void
conductor_begin (struct attempt *a)
{
  struct conductor *c = &conductor;

  memset (a, 0, sizeof *a);
  pthread_mutex_lock (&c->lock);
  a->requested = c->requested;
  memcpy (a->label, c->label, sizeof a->label);
  c->label[0] = '\0';
  c->dirty = false;
  pthread_mutex_unlock (&c->lock);
}

/* Note what has become of A, checkpoint NUMBER or none.  */
static void
account (struct attempt *a, uint64_t number)
{
  struct conductor *c = &conductor;
  struct ckpt_stats *stats = &a->stats;

  stats->number = number;
  stats->prepare = a->prepare;
  c->stats = *stats;
  c->last_number = number;
  c->stop_sum += stats->stop;
  c->checked += stats->checked;
  c->missed += stats->missed;
  if (stats->stop > c->stop_max)
    c->stop_max = stats->stop;
  c->taken++;
  c->ahead_taken += a->ahead;
}

/* What was captured since then is no better.  */
static void
give_up_ahead (void)
{
  pthread_mutex_lock (&conductor.lock);
  conductor.may_begin = false;
  conductor_drop_ahead ();
  pthread_mutex_unlock (&conductor.lock);
}

error_t
conductor_checkpoint (struct attempt *a)
{
  struct conductor *c = &conductor;
  struct ckpt_report *report = &a->report;
  uint64_t number = 0;
  error_t err = 0;

  if (a->image == NULL)
    {
      conductor_begin (a);
      err = conductor_ask (a);
    }
  conductor_watch_ahead (a);
  if (err == 0)
    err = take (a->image, a->label, &a->stats, report, &number);
  for (int i = 0; err == ESTALE && number == 0 && i < STALE_TRIES; i++)
    {
      give_up_ahead ();
      ckpt_report_free (report);
      err = take (NULL, a->label, &a->stats, report, &number);
    }
  conductor_watch_ahead (NULL);
  if (err)
    give_up_ahead ();
  if (err)
    conductor_keep_reason (report, err);
  else if (a->stats.missed)
    conductor_event ("checkpoint %llu: %llu pages had changed but were taken for"
		     " unchanged, the first: %s", (unsigned long long) number,
		     (unsigned long long) a->stats.missed,
		     report->nlines ? report->lines[0] : "");
  ckpt_report_free (report);
  pthread_mutex_lock (&c->lock);
  c->last_error = err;
  if (number)
    account (a, number);
  if (err)
    {
      c->failed++;
      c->dirty = true;
    }
  pthread_mutex_unlock (&c->lock);
  return err;
}

/* Is there anything that an automatic checkpoint would save?  */
static bool
any_tasks (void)
{
  struct conductor *c = &conductor;
  return c->dirty || !c->empty;
}

void
conductor_next_time (struct timespec *last, double interval)
{
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  time_t sec = interval;
  long nsec = (interval - sec) * 1e9;
  last->tv_sec += sec;
  last->tv_nsec += nsec;
  if (last->tv_nsec >= 1000000000)
    {
      last->tv_sec++;
      last->tv_nsec -= 1000000000;
    }
  if (last->tv_sec < now.tv_sec
      || (last->tv_sec == now.tv_sec && last->tv_nsec < now.tv_nsec))
    *last = now;
}

/* Take the checkpoint A, at an INTERVAL (0: on demand).  If it takes longer than that,
   the interval is stretched; or if it takes longer than two, when the next one could begin
   meanwhile.  */
static void
take_one (struct attempt *a, double interval)
{
  struct conductor *c = &conductor;
  struct timespec t, u;
  clock_gettime (CLOCK_MONOTONIC, &t);
  conductor_checkpoint (a);
  clock_gettime (CLOCK_MONOTONIC, &u);
  double seconds = u.tv_sec - t.tv_sec + (u.tv_nsec - t.tv_nsec) / 1e9;
  pthread_mutex_lock (&c->lock);
  bool stretched = interval > 0 && seconds > (c->next ? 2 : 1) * interval;
  c->stretched = stretched ? seconds : 0;
  pthread_mutex_unlock (&c->lock);
  /* Others wait for the store meanwhile, and would wait for ever if the next began at
     once.  */
  if (stretched)
    usleep (1000);
}

void
conductor_main (void *arg)
{
  struct conductor *c = &conductor;
  struct attempt none, *a;

  conductor_hurry (0);
  pthread_mutex_lock (&c->lock);
  clock_gettime (CLOCK_REALTIME, &c->due);
  conductor_next_time (&c->due, c->config.interval);
  while (c->running)
    {
      error_t err = 0;
      double interval = c->config.interval;
      a = conductor_take_ahead ();
      if (a == NULL && c->requested == c->served)
	{
	  if (interval > 0)
	    err = pthread_cond_timedwait (&c->changed, &c->lock, &c->due);
	  else
	    pthread_cond_wait (&c->changed, &c->lock);
	  if (c->config.interval != interval)
	    {
	      clock_gettime (CLOCK_REALTIME, &c->due);
	      conductor_next_time (&c->due, c->config.interval);
	      continue;
	    }
	}
      bool ahead = a != NULL;
      if (!ahead)
	{
	  none = (struct attempt) { .requested = c->requested };
	  a = &none;
	}
      if (!ahead && a->requested == c->served && err != ETIMEDOUT)
	continue;
      bool wanted = ahead || a->requested != c->served || any_tasks ();
      if (err == ETIMEDOUT)
	conductor_next_time (&c->due, interval);
      pthread_mutex_unlock (&c->lock);
      if (wanted)
	take_one (a, interval);
      pthread_mutex_lock (&c->lock);
      c->served = a->requested;
      if (ahead)
	free (a);
      pthread_cond_broadcast (&c->changed);
    }
  conductor_drop_ahead ();
  c->threads--;
  pthread_cond_broadcast (&c->changed);
  pthread_mutex_unlock (&c->lock);
}

error_t
checkpointd_save (const char *label, uint64_t *number)
{
  struct conductor *c = &conductor;
  error_t err = 0;

  if (label && strlen (label) > STORE_LABEL_MAX)
    return EINVAL;
  pthread_mutex_lock (&c->lock);
  while (err == 0 && c->starting)
    err = sv_wait (&c->changed, &c->lock, NULL);
  if (err || !c->running)
    {
      pthread_mutex_unlock (&c->lock);
      return err ? err : ENODEV;
    }
  /* One that has begun does not count.  */
  unsigned int mine = ++c->requested;
  if (label && label[0])
    strcpy (c->label, label);
  pthread_cond_broadcast (&c->changed);
  while (err == 0 && c->running && (int) (c->served - mine) < 0)
    err = sv_wait (&c->changed, &c->lock, NULL);
  if (err == 0)
    err = c->last_error;
  if (err == 0 && number)
    *number = c->last_number;
  pthread_mutex_unlock (&c->lock);
  return err;
}

error_t
conductor_start_threads (void)
{
  struct conductor *c = &conductor;
  void (*const thread[]) (void *) = { conductor_main, conductor_ahead_main };
  error_t err = 0;

  pthread_mutex_lock (&c->lock);
  for (size_t i = 0; err == 0 && i < sizeof thread / sizeof *thread; i++)
    {
      err = sv_thread (thread[i], NULL);
      c->threads += err == 0;
    }
  pthread_mutex_unlock (&c->lock);
  return err;
}

void
conductor_resume (void)
{
  pthread_mutex_lock (&conductor.lock);
  conductor.running = true;
  pthread_mutex_unlock (&conductor.lock);
  if (conductor_start_threads ())
    checkpointd_stop ();
}

void
checkpointd_set_interval (double seconds)
{
  pthread_mutex_lock (&conductor.lock);
  conductor.config.interval = seconds;
  pthread_cond_broadcast (&conductor.changed);
  pthread_mutex_unlock (&conductor.lock);
}

double
checkpointd_interval (void)
{
  return conductor.config.interval;
}

void
checkpointd_stop (void)
{
  pthread_mutex_lock (&conductor.lock);
  conductor.running = false;
  pthread_cond_broadcast (&conductor.changed);
  /* And wait for one that is being written, and told to the ground.  */
  while (conductor.threads)
    pthread_cond_wait (&conductor.changed, &conductor.lock);
  pthread_mutex_unlock (&conductor.lock);
}
