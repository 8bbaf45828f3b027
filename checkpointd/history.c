/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dealing with older checkpoints: labels, dropping, going back to one.

   Going back: the checkpoint is read and verified as a whole; then the store is
   told, in one commit, that the history goes on from there; then this process
   ends, and with it the tasks of the environment.  Who looks at our node next
   starts it anew, and it finds what it always looks for, the newest checkpoint.
   A crash at any moment leaves either the present or the past.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "internal.h"
#include "ckpt_S.h"

#define AT_ONCE	64U		/* Pages verified with one lock.  */

/* Verify the pages of object ID.  The lock is released now and then: checkpoints go
   on meanwhile.  */
static error_t
verify_object (struct store_ckpt *ckpt, uint64_t id)
{
  static uint8_t buffer[AT_ONCE * STORE_PAGE];
  uint64_t page = 0;
  error_t err = 0;

  while (err == 0)
    {
      conductor_enter_store ();
      err = store_next_page (ckpt, id, page, &page);
      if (err == 0)
	err = store_read_pages (ckpt, id, page, AT_ONCE, buffer);
      conductor_leave_store ();
      page += AT_ONCE;
    }
  return err == ENOENT ? 0 : err;
}

error_t
conductor_verify (struct store_ckpt *ckpt, uint64_t first, uint64_t last,
		  struct ckpt_report *report)
{
  struct conductor *c = &conductor;
  struct store_object_info info = { .id = first - 1 };

  for (;;)
    {
      conductor_enter_store ();
      error_t err = store_next_object (ckpt, info.id, &info);
      conductor_leave_store ();
      if (err == ENOENT || (err == 0 && info.id > last))
	return 0;
      if (err == 0)
	err = verify_object (ckpt, info.id);
      if (err)
	{
	  ckpt_report (report, "checkpoint %llu: %s",
		       (unsigned long long) store_ckpt_number (ckpt),
		       store_error (c->store));
	  return err;
	}
    }
}

/* Verify all of CKPT: records, states, pages.  */
static error_t
verify (struct store_ckpt *ckpt, struct ckpt_report *report)
{
  struct ci_image image;

  conductor_enter_store ();
  error_t err = ckpt_read_image (ckpt, &image, report);
  conductor_leave_store ();
  if (err)
    return err;
  ci_free (&image);
  return conductor_verify (ckpt, 1, UINT64_MAX, report);
}

/* Open and verify checkpoint NUMBER.  */
static error_t
check (uint64_t number, struct ckpt_report *report)
{
  struct conductor *c = &conductor;
  struct store_ckpt *ckpt;

  conductor_lock_store ();
  error_t err = store_ckpt_open (c->store, number, &ckpt);
  conductor_unlock_store ();
  if (err)
    return err;
  err = verify (ckpt, report);
  conductor_lock_store ();
  store_ckpt_close (ckpt);
  conductor_unlock_store ();
  return err;
}

/* Ask whether the world can go along.  */
static error_t
ask_travel (uint64_t number, uint64_t next, bool keep_files)
{
  struct conductor *c = &conductor;
  struct ckpt_report report = { 0 };
  char *why = NULL;
  error_t err = 0;

  if (c->config.travel)
    err = c->config.travel (c->config.context, number, next, keep_files, &why);
  if (err)
    {
      ckpt_report (&report, "cannot go back to checkpoint %llu: %s",
		   (unsigned long long) number, why ? why : strerror (err));
      conductor_keep_reason (&report, err);
      ckpt_report_free (&report);
    }
  free (why);
  return err;
}

/* Let the history go on from NUMBER; no more checkpoints are taken.  */
static error_t
go_back (uint64_t number, bool keep_files)
{
  struct conductor *c = &conductor;
  struct store_stats s;
  error_t err = 0;

  checkpointd_stop ();
  conductor_lock_store ();
  store_get_stats (c->store, &s);
  conductor_unlock_store ();
  if (s.last == number)
    return 0;
  /* Nobody else writes to the store now.  */
  err = ask_travel (number, s.last + 1, keep_files);
  conductor_lock_store ();
  if (err == 0)
    {
      char label[STORE_LABEL_MAX + 1];
      snprintf (label, sizeof label, "%llu again",
		(unsigned long long) number);
      err = store_revert (c->store, number, label, NULL);
    }
  conductor_unlock_store ();
  return err;
}

kern_return_t
S_ckpt_return_to (mach_port_t root, unsigned int number, int flags)
{
  struct conductor *c = &conductor;
  struct ckpt_report report = { 0 };
  error_t err = checkpointd_check_caller (root);
  if (err)
    return err;
  if (c->store == NULL)
    return ENODEV;
  if (c->config.can_return == NULL
      || !c->config.can_return (c->config.context))
    return EOPNOTSUPP;
  sv_park ();
  err = check (number, &report);
  sv_unpark ();
  if (err && report.nlines)
    conductor_keep_reason (&report, err);
  ckpt_report_free (&report);
  if (err)
    return err;
  sv_park ();
  err = go_back (number, flags & CKPT_RETURN_KEEP_FILES);
  sv_unpark ();
  if (err)
    {
      conductor_resume ();
      return err;
    }
  conductor_event ("going back to %u", number);
  /* No answer: the client sees that we have ended, and starts us again.  */
  _exit (0);
}

/* The store is ours alone for a request that changes it.  */
static void
lock_store (void)
{
  sv_park ();
  conductor_lock_store ();
}

static void
unlock_store (void)
{
  conductor_unlock_store ();
  sv_unpark ();
}

kern_return_t
S_ckpt_drop (mach_port_t root, unsigned int number)
{
  struct conductor *c = &conductor;
  error_t err = checkpointd_check_caller (root);
  if (err)
    return err;
  if (c->store == NULL)
    return ENODEV;
  struct conductor_lazy lazy;
  conductor_lazy_status (&lazy);
  lock_store ();
  err = number ? store_drop (c->store, number) : EINVAL;
  unlock_store ();
  if (err == EBUSY && number == lazy.number)
    conductor_event ("checkpoint %u stays: memory of the environment still comes"
		     " from it", number);
  return err;
}

kern_return_t
S_ckpt_label (mach_port_t root, unsigned int number, const_string_t label)
{
  struct conductor *c = &conductor;
  error_t err = checkpointd_check_caller (root);
  if (err)
    return err;
  if (c->store == NULL)
    return ENODEV;
  lock_store ();
  err = store_label (c->store, number, label);
  unlock_store ();
  return err;
}

error_t
checkpointd_set_keep (unsigned int keep)
{
  struct conductor *c = &conductor;
  error_t err = 0;

  c->config.keep = keep;
  if (c->store == NULL)
    return 0;
  lock_store ();
  err = store_set_retention (c->store, keep);
  unlock_store ();
  return err;
}

void
checkpointd_set_check_pages (bool on)
{
  pthread_mutex_lock (&conductor.lock);
  conductor.config.check_pages = on;
  pthread_mutex_unlock (&conductor.lock);
}

bool
checkpointd_check_pages (void)
{
  return conductor.config.check_pages;
}

unsigned int
checkpointd_keep (void)
{
  return conductor.config.keep;
}
