/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which checkpoint is restored at the start: the newest that can be.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "internal.h"

/* The greatest number of a checkpoint greater than AFTER and less than BEFORE, or 0.  */
static uint64_t
newest_between (uint64_t after, uint64_t before)
{
  uint64_t number = after, found = 0;
  while (store_list (conductor.store, number, &number) == 0
	 && number < before)
    found = number;
  return found;
}

/* The greatest number of a checkpoint less than BEFORE, or 0.  That is nearly always the
   last one that there is.  */
static uint64_t
newest (uint64_t before)
{
  struct store_stats s;
  uint64_t found = 0;

  store_get_stats (conductor.store, &s);
  if (s.last && s.last < before)
    found = newest_between (s.last - 1, before);
  return found ? found : newest_between (0, before);
}

/* Restore checkpoint NUMBER.  *APPLIED: so much was done that no other one can be
   tried.  */
static error_t
restore_one (uint64_t number, struct ckpt_report *report, bool *applied)
{
  struct conductor *c = &conductor;
  struct store_ckpt *ckpt;
  error_t fault = conductor_fault (AT_RESTORE);
  error_t err = fault ? fault : store_ckpt_open (c->store, number, &ckpt);
  if (err)
    {
      ckpt_report (report, "checkpoint %llu cannot be opened: %s",
		   (unsigned long long) number,
		   fault ? strerror (fault) : store_error (c->store));
      return err;
    }
  uint32_t lines = report->nlines;
  c->restoring_ckpt = ckpt;
  conductor_lazy_begin (ckpt);
  conductor_order_load (ckpt);
  /* What participants keep is read by nobody now; the rest will be, by ckpt_restore.  */
  if (c->config.verify_full)
    err = conductor_verify (ckpt, CI_OBJECT_OTHERS, CI_OBJECT_MEMORY - 1,
			    report);
  bool told = err != 0;
  if (err == 0)
    err = ckpt_restore (c->env, ckpt, report, &c->restore_stats, applied);
  c->ran = ckpt_cycles ();
  if (!told && (err == EILSEQ || (err && report->nlines == lines)))
    ckpt_report (report, "checkpoint %llu: %s", (unsigned long long) number,
		 store_error (c->store));
  c->restoring_ckpt = NULL;
  if (!conductor_lazy_end (err == 0))
    store_ckpt_close (ckpt);
  return err;
}

/* A fresh environment, after one that could not be restored.  */
static error_t
renew_env (void)
{
  struct conductor *c = &conductor;
  ckpt_env_free (c->env);
  c->env = NULL;
  return ckpt_env_create (&c->hooks, c->participants, c->nparticipants,
			  c->config.flags, &c->env);
}

uint64_t
checkpointd_restoring (void)
{
  return conductor.restoring;
}

uint64_t
checkpointd_restored (void)
{
  return conductor.restored;
}

/* Nothing is restored, and what is begun anew has not done what the journal of an
   environment without a checkpoint says: that goes with the first checkpoint.  */
static void
forget_journal (void)
{
  struct store_journal_record r;
  uint64_t seq = 0;

  while (store_journal_next (conductor.store, seq, &r, NULL) == 0)
    seq = r.seq;
  if (seq)
    store_journal_applied (conductor.store, seq);
}

error_t
conductor_restore (char **why)
{
  struct conductor *c = &conductor;
  struct ckpt_report report = { 0 };
  uint64_t number = UINT64_MAX;
  bool applied = false, any = false;
  error_t err = 0;

  conductor_lock_store ();
  conductor_has_store = true;
  while ((number = newest (number)) != 0)
    {
      any = true;
      uint32_t line = report.nlines;
      c->restoring = number;
      err = restore_one (number, &report, &applied);
      for (; line < report.nlines; line++)
	conductor_event ("%s%s", err ? "error " : "note: ",
			 report.lines[line]);
      if (err == 0 || applied)
	break;
      error_t e = renew_env ();
      if (e)
	{
	  err = e;
	  break;
	}
    }
  c->restoring = 0;
  if (!any)
    forget_journal ();
  conductor_has_store = false;
  conductor_unlock_store ();
  if (err == 0 && any)
    {
      struct store_stats s;
      store_get_stats (c->store, &s);
      /* What is written from now on differs from this one, not from the
	 last.  */
      if (s.last != number && store_revert (c->store, number, NULL, NULL))
	ckpt_env_untrack (c->env);
      c->restored = c->last_number = number;
      conductor_event ("restored %llu", (unsigned long long) number);
    }
  else if (err)
    {
      /* Nothing is left running, and nothing new is begun over it.  */
      if (asprintf (why, "no checkpoint in the store can be restored: %s",
		    report.nlines ? report.lines[0] : strerror (err)) < 0)
	*why = NULL;
    }
  ckpt_report_free (&report);
  c->empty = !any || c->restore_stats.ntasks == 0;
  return err;
}
