/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who uses the store.

   Its core has no locks of its own.  Whoever begins a transaction or keeps house has it
   for itself until that is over; but a record can be appended to the journal between any
   two calls of a transaction, and whoever waits for that (a stream's answer does) must not
   wait until a checkpoint is written.  So there are two locks: WHOLE for the transaction,
   and inside it CALL for each call, which is given in the order in which it was asked
   for, and which the writer of a checkpoint hands on between two pages.  Appending takes
   CALL alone.  A commit is one call.  */

#include "internal.h"

static pthread_mutex_t whole = PTHREAD_MUTEX_INITIALIZER;

static struct
{
  pthread_mutex_t lock;
  pthread_cond_t changed;
  unsigned int next, serving;	/* Numbers drawn; whose turn it is.  */
} call =
{
  .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER
};

/* Wait for a turn of one's own.  */
static void
wait_turn (void)
{
  unsigned int mine = call.next++;
  while (call.serving != mine)
    pthread_cond_wait (&call.changed, &call.lock);
}

static void
end_turn (void)
{
  call.serving++;
  pthread_cond_broadcast (&call.changed);
}

void
conductor_lock_journal (void)
{
  pthread_mutex_lock (&call.lock);
  wait_turn ();
  pthread_mutex_unlock (&call.lock);
}

void
conductor_unlock_journal (void)
{
  pthread_mutex_lock (&call.lock);
  end_turn ();
  pthread_mutex_unlock (&call.lock);
}

void
conductor_breathe (void *context)
{
  bool tired = conductor_is_tired ();

  pthread_mutex_lock (&call.lock);
  if (tired || call.next - call.serving > 1)
    {
      end_turn ();
      if (tired)
	{
	  pthread_mutex_unlock (&call.lock);
	  conductor_rest ();
	  pthread_mutex_lock (&call.lock);
	}
      wait_turn ();
    }
  pthread_mutex_unlock (&call.lock);
}

void
conductor_lock_store (void)
{
  pthread_mutex_lock (&whole);
  conductor_lock_journal ();
}

void
conductor_unlock_store (void)
{
  conductor_unlock_journal ();
  pthread_mutex_unlock (&whole);
}

__thread bool conductor_has_store;

void
conductor_enter_store (void)
{
  if (!conductor_has_store)
    conductor_lock_store ();
}

void
conductor_leave_store (void)
{
  if (!conductor_has_store)
    conductor_unlock_store ();
}
