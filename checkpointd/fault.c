/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults on purpose: --fault=POINT:KIND[:TIMES[:SKIP]].

   The points, in the order in which a checkpoint comes to them: `freeze' (tasks are
   suspended), `captured' (they run again), `write' (the first half of the store's
   transaction), `device' (any write to the store's device), `commit', `apply' (it is
   durable, and the ground is to be told), `redo' (each single thing that the ground is
   told); `request' (one from inside is about to be served, half done, or done and not
   answered yet); and, of a restore, `restore' (a checkpoint is about to be read), `rebuild'
   (it has been read, nothing has been made of it) and `begin' (all is made, nothing runs).
   The kinds are errors, and `die': the process ends there; an error at a point that has
   none is not noticed.  The first SKIP occasions are let pass; `~N' is a number below N,
   another one at each start.  The point `any' is all of them but errors: it is only for
   `die'.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "internal.h"

static const struct { const char *name; error_t err; } kinds[] =
{
  { "full", ENOSPC }, { "io", EIO }, { "timeout", ETIMEDOUT },
  { "busy", EAGAIN }, { "die", -1 },
};

static const char *const points[] =
{
  "freeze", "captured", "write", "device", "commit", "apply",
  "redo", "request", "restore", "rebuild", "begin", "any",
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct
{
  int point;
  error_t err;
  unsigned int times;		/* So often still, */
  unsigned int skip;		/* after so many.  */
} fault;

error_t
conductor_fault_set (const char *text)
{
  char point[16], kind[16];
  unsigned int times = 1, skip = 0, below = 0;
  int n = sscanf (text, "%15[^:]:%15[^:]:%u:%u", point, kind, &times, &skip);

  if (n < 2 || (strcmp (point, "any") == 0 && strcmp (kind, "die") != 0))
    return EINVAL;
  if (n == 3 && sscanf (text, "%*[^:]:%*[^:]:%*u:~%u", &below) == 1 && below)
    skip = arc4random_uniform (below);
  for (size_t i = 0; i < sizeof points / sizeof *points; i++)
    for (size_t j = 0; j < sizeof kinds / sizeof *kinds; j++)
      if (strcmp (points[i], point) == 0 && strcmp (kinds[j].name, kind) == 0)
	{
	  pthread_mutex_lock (&lock);
	  fault.point = i;
	  fault.err = kinds[j].err;
	  fault.times = times;
	  fault.skip = skip;
	  pthread_mutex_unlock (&lock);
	  return 0;
	}
  return EINVAL;
}

error_t
checkpointd_fault_redo (void)
{
  return conductor_fault (AT_REDO);
}

error_t
checkpointd_fault_request (void)
{
  return conductor_fault (AT_REQUEST);
}

error_t
conductor_fault (enum conductor_point point)
{
  error_t err = 0;
  if (__atomic_load_n (&fault.times, __ATOMIC_RELAXED) == 0)
    return 0;
  pthread_mutex_lock (&lock);
  bool here = fault.point == (int) point || fault.point == AT_ANY;
  if (fault.times && here && fault.skip)
    fault.skip--;
  else if (fault.times && here)
    {
      fault.times--;
      err = fault.err;
    }
  pthread_mutex_unlock (&lock);
  if (err == -1)
    _exit (99);
  return err;
}
