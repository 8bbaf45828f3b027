/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A live view of what crosses the border, for `ckpt trace'.

   The last events are kept while somebody has asked for them lately; else an event
   costs the look at one variable.  */

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <checkpointd/checkpointd.h>
#include "proxy.h"

#define EVENTS 1024
#define LATELY 10		/* Seconds.  */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *ring[EVENTS];
static uint64_t number;		/* Of the last event.  */
static time_t asked;
static bool watched;

void
rp_trace (struct ov_node *ov, const char *format, ...)
{
  char *what = NULL, *line = NULL, *path;
  va_list args;

  /* Of streams it says so itself: what was taken from one is lost in the middle.  */
  if (ov == NULL || !S_ISCHR (ov->type))
    checkpointd_fault_request ();
  if (!__atomic_load_n (&watched, __ATOMIC_RELAXED))
    return;
  va_start (args, format);
  if (vasprintf (&what, format, args) < 0)
    what = NULL;
  va_end (args);
  pthread_mutex_lock (&rp.lock);
  path = ov ? rp_path (ov) : NULL;
  pthread_mutex_unlock (&rp.lock);
  if (what && asprintf (&line, "%s %s", path ? path : "(without a name)",
			what) < 0)
    line = NULL;
  free (path);
  free (what);
  pthread_mutex_lock (&lock);
  if (time (NULL) - asked > LATELY)
    watched = false;
  number++;
  free (ring[number % EVENTS]);
  ring[number % EVENTS] = line;
  pthread_mutex_unlock (&lock);
}

void
rp_put_trace (FILE *f, uint64_t after)
{
  pthread_mutex_lock (&lock);
  asked = time (NULL);
  watched = true;
  /* Who asks for the first time hears from now on.  */
  if (after == 0 || after > number)
    after = number;
  if (number - after > EVENTS)
    {
      fprintf (f, "%" PRIu64 " (%" PRIu64 " events are missing)\n",
	       number - EVENTS, number - EVENTS - after);
      after = number - EVENTS;
    }
  while (after < number)
    {
      after++;
      fprintf (f, "%" PRIu64 " %s\n", after,
	       ring[after % EVENTS] ? ring[after % EVENTS] : "?");
    }
  if (number == 0)
    number = 1;
  /* The last line is only a number: where to go on.  */
  fprintf (f, "%" PRIu64 "\n", number);
  pthread_mutex_unlock (&lock);
}
