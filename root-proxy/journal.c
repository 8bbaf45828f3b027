/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing down what crosses the border, before anybody inside hears of it.

   Who has an entry adds it to what waits, and then either writes all of that with
   one write, or waits for whoever does.  */

#include <stdlib.h>
#include <checkpointd/checkpointd.h>
#include "proxy.h"
#include "state-version.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint8_t *waiting;
static size_t waiting_len;
static bool writing;
static uint64_t batch = 1, done;	/* Being gathered; written last.  */
static error_t last_error;
static uint64_t newest, cut;		/* Numbers of records.  */

#define MANY 1024		/* Records; then a checkpoint is forced.  */

error_t
rp_journal (const struct replay_entry *e)
{
  error_t err;

  pthread_mutex_lock (&lock);
  err = replay_encode (e, &waiting, &waiting_len);
  uint64_t mine = batch;
  while (!err && done < mine)
    if (writing)
      pthread_cond_wait (&changed, &lock);
    else
      {
	uint8_t *data = waiting;
	size_t len = waiting_len;
	uint64_t seq = 0;
	writing = true;
	waiting = NULL;
	waiting_len = 0;
	batch++;
	pthread_mutex_unlock (&lock);
	error_t e = checkpointd_journal_append (RP_JOURNAL_REPLAY, data, len,
						&seq);
	free (data);
	pthread_mutex_lock (&lock);
	writing = false;
	last_error = e;
	done = mine;
	if (seq > newest)
	  newest = seq;
	pthread_cond_broadcast (&changed);
      }
  if (!err)
    err = last_error;
  bool many = newest > cut + MANY && newest % (MANY / 4) == 0;
  pthread_mutex_unlock (&lock);
  if (many && rp.checkpoint)
    rp.checkpoint (false);
  return err;
}

uint64_t
rp_journal_cuttable (void)
{
  uint64_t needed = replay_needed (&rp.replay);

  pthread_mutex_lock (&lock);
  uint64_t n = newest;
  pthread_mutex_unlock (&lock);
  return needed <= n ? needed - 1 : n;
}

void
rp_journal_cut (uint64_t seq)
{
  /* What is not cut now is with the next checkpoint.  */
  if (seq > cut && checkpointd_journal_applied (seq) == 0)
    cut = seq;
}

error_t
rp_journal_each (error_t (*function) (void *arg, uint64_t seq, uint32_t type,
				      const void *data, size_t len),
		 void *arg)
{
  uint64_t seq = 0;
  uint32_t type;
  size_t len;
  void *data;
  error_t err;

  while ((err = checkpointd_journal_next (seq, &seq, &type, &data, &len)) == 0)
    {
      err = function (arg, seq, type, data, len);
      free (data);
      if (err)
	return err;
    }
  return err == ENOENT ? 0 : err;
}

static error_t
load (void *arg, uint64_t seq, uint32_t type, const void *data, size_t len)
{
  if (type == RP_JOURNAL_REPLAY)
    {
      error_t err = replay_load (&rp.replay, seq, data, len);
      if (err)
	return err;
    }
  newest = seq;
  return 0;
}

error_t
rp_journal_load (void)
{
  char *why;
  error_t err = rp_journal_each (load, NULL);

  if (err != EILSEQ)
    return err;
  /* To go on is worth more than to be exact.  */
  err = checkpointd_journal_renew (&why);
  if (!err)
    rp_event ("damage: %s: streams are asked again what they were asked since the"
	      " checkpoint", why ? why : "the journal");
  free (why);
  return err;
}
