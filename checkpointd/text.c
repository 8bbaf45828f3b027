/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `ckpt' shows.  */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include "internal.h"

#define STATE_MAX	(256U << 20)	/* What a participant may have written.  */

/* TEXT as a JSON string.  */
void
checkpointd_put_json (FILE *f, const char *text)
{
  putc ('"', f);
  for (; *text; text++)
    if (*text == '"' || *text == '\\')
      fprintf (f, "\\%c", *text);
    else if ((unsigned char) *text < ' ')
      fprintf (f, "\\u%04x", *text);
    else
      putc (*text, f);
  putc ('"', f);
}

static error_t
put_list (FILE *f, bool json)
{
  uint64_t number = 0;
  bool first = true;
  error_t err;

  if (json)
    fputs ("[", f);
  else
    fprintf (f, "%6s %-19s %8s %9s  %s\n", "number", "time", "pages", "written",
	     "label");
  while ((err = store_list (conductor.store, number, &number)) == 0)
    {
      struct store_info info;
      err = store_checkpoint_info (conductor.store, number, &info);
      if (err)
	return err;
      time_t sec = info.sec;
      char when[32];
      strftime (when, sizeof when, "%Y-%m-%d %H:%M:%S", gmtime (&sec));
      if (json)
	{
	  fprintf (f, "%s\n  {\"number\": %" PRIu64 ", \"parent\": %" PRIu64
		   ", \"time\": %" PRId64 ", \"pages\": %" PRIu64 ", \"new_blocks\": %" PRIu64
		   ", \"meta_blocks\": %" PRIu64 ", \"label\": ",
		   first ? "" : ",", number, info.parent, info.sec, info.pages,
		   info.new_blocks, info.meta_blocks);
	  checkpointd_put_json (f, info.label);
	  fputs ("}", f);
	}
      else
	fprintf (f, "%6" PRIu64 " %-19s %8" PRIu64 " %6" PRIu64 " KiB  %s\n",
		 number, when, info.pages,
		 (info.new_blocks + info.meta_blocks) * 4, info.label);
      first = false;
    }
  if (json)
    fputs ("\n]\n", f);
  return err == ENOENT ? 0 : err;
}

static void
put_status (FILE *f, bool json)
{
  struct conductor *c = &conductor;
  static const char *const jobs[] = { "none", "running", "ended" };
  struct store_stats s;
  struct conductor_lazy lazy;
  store_get_stats (c->store, &s);
  conductor_lazy_status (&lazy);
  pthread_mutex_lock (&c->lock);
  if (json)
    {
      fprintf (f, "{\"interval\": %g, \"stretched\": %g, \"last\": %" PRIu64 ", \"restored\": %"
	       PRIu64 ", \"taken\": %u, \"failed\": %u, \"checkpoints\": %"
	       PRIu64 ", \"free_blocks\": %" PRIu64 ", \"blocks\": %" PRIu64
	       ", \"job\": \"%s\", \"pid\": %d, \"status\": %d, \"error\": ",
	       c->config.interval, c->stretched, s.last, c->restored, c->taken,
	       c->failed,
	       s.checkpoints, s.free_blocks, s.blocks, jobs[c->job], c->job_pid,
	       c->job_status);
      checkpointd_put_json (f, c->last_error && c->last_text ? c->last_text : "");
      fprintf (f, ", \"lazy\": %" PRIu64 ", \"lazy_read\": %" PRIu64
	       ", \"lazy_done\": %s, \"lazy_damaged\": %" PRIu64
	       ", \"damage\": ", lazy.number, lazy.read,
	       lazy.done ? "true" : "false", lazy.bad);
      checkpointd_put_json (f, lazy.damage);
      fprintf (f, ", \"checking\": %s, \"checked\": %" PRIu64 ", \"missed\": %"
	       PRIu64, c->config.check_pages ? "true" : "false", c->checked,
	       c->missed);
      if (c->config.describe)
	c->config.describe (c->config.context, CKPT_QUERY_STATUS, 0, true, f);
      fputs ("}\n", f);
    }
  else
    {
      fprintf (f, "interval:     %g s", c->config.interval);
      if (c->stretched)
	fprintf (f, ", stretched: the last checkpoint took %.1f s", c->stretched);
      fprintf (f, "\nlast:         %" PRIu64
	       "\nrestored:     %" PRIu64 "\ntaken:        %u\nfailed:       %u\n"
	       "checkpoints:  %" PRIu64 "\nfree:         %" PRIu64 " of %" PRIu64
	       " KiB\njob:          %s", s.last,
	       c->restored, c->taken, c->failed, s.checkpoints,
	       s.free_blocks * 4, s.blocks * 4, jobs[c->job]);
      if (c->job != JOB_NONE)
	fprintf (f, " (pid %d)", c->job_pid);
      putc ('\n', f);
      if (lazy.number)
	fprintf (f, "memory:       from checkpoint %" PRIu64 ", %" PRIu64
		 " pages read so far%s\n", lazy.number, lazy.read,
		 lazy.done ? ": all" : "");
      if (lazy.bad)
	fprintf (f, "damaged:      %" PRIu64 " pages; the first: %s\n", lazy.bad,
		 lazy.damage);
      if (c->config.check_pages || c->checked)
	fprintf (f, "checked:      %" PRIu64 " pages taken for unchanged, %" PRIu64
		 " had changed\n", c->checked, c->missed);
      if (c->config.describe)
	c->config.describe (c->config.context, CKPT_QUERY_STATUS, 0, false, f);
      if (c->last_error && c->last_text)
	fprintf (f, "error:        %s\n", c->last_text);
    }
  pthread_mutex_unlock (&c->lock);
}

/* One table of figures: names and values.  */
static void
put_stats (FILE *f, bool json)
{
  struct conductor *c = &conductor;
  pthread_mutex_lock (&c->lock);
  const struct ckpt_stats *s = &c->stats;
  struct conductor_lazy lazy;
  conductor_lazy_status (&lazy);
  double us = conductor_cycles_per_us ();
  struct { const char *name; double value; } figures[] =
  {
    { "checkpoint", s->number }, { "tasks", s->ntasks },
    { "threads", s->nthreads }, { "ports", s->nports },
    { "messages", s->nmessages }, { "regions", s->nregions },
    { "regions_written", s->snapshots }, { "threads_aborted", s->naborts },
    { "pages_read", s->pages }, { "pages_kept", s->kept },
    { "pages_checked", s->checked }, { "pages_missed", s->missed },
    { "pages_scanned", s->pages + s->kept },
    { "pages_skipped_parent", s->kept }, { "pages_written", s->stored },
    { "bytes_written", s->bytes }, { "meta_bytes", s->meta },
    { "rights", s->nrights },
    { "right_ns", s->nrights ? s->ports * 1e3 / us / s->nrights : 0 },
    { "freezing_time", s->quiesce / us }, { "frozen_time", s->stop / us },
    { "memdump_time", s->memory / us },
    { "memwrite_time", (s->write + s->commit) / us },
    { "stop_us", s->stop / us }, { "quiesce_us", s->quiesce / us },
    { "threads_us", s->threads / us }, { "memory_us", s->memory / us },
    { "ports_us", s->ports / us }, { "servers_us", s->participants / us },
    { "resume_us", s->resume / us }, { "write_us", s->write / us },
    { "commit_us", s->commit / us }, { "prepare_us", s->prepare / us },
    { "finish_us", s->finish / us },
    { "stop_max_us", c->stop_max / us },
    { "stop_mean_us", c->taken ? c->stop_sum / us / c->taken : 0 },
    { "taken", c->taken }, { "failed", c->failed },
    { "taken_early", c->ahead_taken },
    { "restored", c->restored },
    { "attempts", s->attempts }, { "waited_us", s->waited / us },
    { "restore_us", c->restore_stats.stop / us },
    { "restore_first_us", c->restored ? (c->ran - c->begun) / us : 0 },
    { "restore_all_us", !c->restored || (lazy.number && !lazy.done) ? 0
			: ((lazy.number ? lazy.done : c->ran) - c->begun) / us },
    { "restore_pages", c->restore_stats.pages },
    { "lazy_pages", lazy.read }, { "lazy_requests", lazy.asked },
    { "lazy_damaged", lazy.bad },
    { "cycles_per_ms", us * 1000 },
  };
  size_t n = sizeof figures / sizeof *figures;
  for (size_t i = 0; i < n; i++)
    if (json)
      fprintf (f, "%s\"%s\": %.0f%s", i ? ", " : "{", figures[i].name,
	       figures[i].value, i == n - 1 ? "}\n" : "");
    else
      fprintf (f, "%-16s %.0f\n", figures[i].name, figures[i].value);
  pthread_mutex_unlock (&c->lock);
}

/* What a checkpoint has open.  */
struct opens
{
  struct conductor_open *list;
  uint32_t n;
  error_t error;
};

static void
note_open (void *arg, uint64_t id, const char *text)
{
  struct opens *o = arg;
  struct conductor_open *open = ci_append (&o->list, &o->n, sizeof *open);

  if (open)
    {
      open->id = id;
      open->text = strdup (text);
    }
  if (open == NULL || open->text == NULL)
    o->error = ENOMEM;
}

/* Ask the participants, whose states are in CKPT.  */
static error_t
read_opens (struct store_ckpt *ckpt, const struct ci_image *ci, struct opens *o)
{
  struct conductor *c = &conductor;
  error_t err = 0;

  for (uint32_t i = 0; err == 0 && i < ci->nparticipants; i++)
    for (size_t j = 0; err == 0 && j < c->nparticipants; j++)
      {
	struct ckpt_participant *p = c->participants[j];
	struct ckpt_reader state = { 0 };
	void *data;
	if (p->describe == NULL || strcmp (p->name, ci->participants[i].name))
	  continue;
	err = store_read_blob (ckpt, CI_OBJECT_PARTICIPANT + i, STATE_MAX,
			       &data, &state.len);
	if (err)
	  break;
	state.data = data;
	err = p->describe (p->context, &state, note_open, o);
	free (data);
      }
  return err ? err : o->error;
}

static void
free_opens (struct opens *o)
{
  for (uint32_t i = 0; i < o->n; i++)
    free (o->list[i].text);
  free (o->list);
}

static error_t
put_show (FILE *f, uint64_t number, bool json)
{
  struct opens opens = { 0 };
  struct store_info info;
  struct store_ckpt *ckpt;
  struct ci_image ci;
  error_t err = store_ckpt_open (conductor.store, number, &ckpt);
  if (err)
    return err;
  number = store_ckpt_number (ckpt);
  err = store_checkpoint_info (conductor.store, number, &info);
  if (err == 0)
    err = ckpt_read_image (ckpt, &ci, NULL);
  if (err == 0)
    {
      err = read_opens (ckpt, &ci, &opens);
      if (err)
	ci_free (&ci);
    }
  store_ckpt_close (ckpt);
  if (err)
    {
      free_opens (&opens);
      return err;
    }
  if (json)
    {
      fprintf (f, "{\"number\": %" PRIu64 ", \"time\": %" PRId64 ", \"pages\": %"
	       PRIu64 ", \"label\": ", number, info.sec, info.pages);
      checkpointd_put_json (f, info.label);
      fputs (", ", f);
    }
  else
    {
      time_t sec = info.sec;
      char when[32];
      strftime (when, sizeof when, "%Y-%m-%d %H:%M:%S", gmtime (&sec));
      fprintf (f, "checkpoint:   %" PRIu64 "\ntime:         %s\n", number, when);
      if (info.label[0])
	fprintf (f, "label:        %s\n", info.label);
      fprintf (f, "pages:        %" PRIu64 "\n", info.pages);
    }
  conductor_put_image (f, &ci, json, opens.list, opens.n);
  if (json)
    fputs ("}\n", f);
  free_opens (&opens);
  ci_free (&ci);
  return 0;
}

error_t
conductor_text (int what, uint64_t number, uint64_t other, bool json,
		char **text, size_t *len)
{
  struct conductor *c = &conductor;
  error_t err = 0;

  if (c->store == NULL)
    return ENODEV;
  *text = NULL;
  FILE *f = open_memstream (text, len);
  if (f == NULL)
    return ENOMEM;
  bool live = what == CKPT_QUERY_BORDER || what == CKPT_QUERY_TRACE;
  /* What is read in one call need not wait for a checkpoint.  */
  bool brief = what == CKPT_QUERY_STATUS || what == CKPT_QUERY_STATS;
  if (brief)
    conductor_lock_journal ();
  else if (!live)
    conductor_lock_store ();
  switch (what)
    {
    case CKPT_QUERY_LIST:
      err = put_list (f, json);
      break;
    case CKPT_QUERY_SHOW:
      err = put_show (f, number, json);
      break;
    case CKPT_QUERY_STATUS:
      put_status (f, json);
      break;
    case CKPT_QUERY_DIFF:
      err = conductor_put_diff (f, number, other, json);
      break;
    case CKPT_QUERY_STATS:
      put_stats (f, json);
      break;
    case CKPT_QUERY_BORDER:
    case CKPT_QUERY_TRACE:
      err = (c->config.describe
	     ? c->config.describe (c->config.context, what, number, json, f)
	     : ENOTSUP);
      break;
    default:
      err = EINVAL;
    }
  if (brief)
    conductor_unlock_journal ();
  else if (!live)
    conductor_unlock_store ();
  if (fclose (f) && err == 0)
    err = ENOMEM;
  if (err)
    free (*text);
  return err;
}
