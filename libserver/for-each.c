/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going through all objects of a bucket.  */

#include <stdlib.h>
#include "internal.h"

error_t
sv_for_each (struct sv_bucket *bucket, const struct sv_class *class,
	     error_t (*function) (void *object, void *arg), void *arg)
{
  struct sv_port **ports = NULL, *p;
  size_t n = 0;
  error_t err = 0;

  pthread_mutex_lock (&sv_lock);
  for (p = bucket->all; p; p = p->all_next)
    n += class == NULL || p->class == class;
  ports = malloc ((n ? n : 1) * sizeof *ports);
  if (ports == NULL)
    err = ENOMEM;
  else
    {
      n = 0;
      for (p = bucket->all; p; p = p->all_next)
	if (class == NULL || p->class == class)
	  {
	    p->refs++;
	    ports[n++] = p;
	  }
    }
  pthread_mutex_unlock (&sv_lock);
  if (err)
    return err;

  for (size_t i = 0; i < n; i++)
    {
      if (!err)
	err = function (ports[i], arg);
      sv_unref (ports[i]);
    }
  free (ports);
  return err;
}
