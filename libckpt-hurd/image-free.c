/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making and freeing an image's tables.  */

#include <stdlib.h>
#include <string.h>
#include "image.h"

void *
ci_append (void *table, uint32_t *n, size_t size)
{
  void **t = table;

  /* The table grows when its length is a power of two (or nothing).  */
  if ((*n & (*n - 1)) == 0)
    {
      void *p = realloc (*t, (*n ? 2 * (size_t) *n : 1) * size);
      if (p == NULL)
	return NULL;
      *t = p;
    }
  void *record = (char *) *t + (size_t) *n * size;
  memset (record, 0, size);
  (*n)++;
  return record;
}

void
ci_free (struct ci_image *image)
{
  for (uint32_t i = 0; i < image->nparticipants; i++)
    free (image->participants[i].name);
  for (uint32_t i = 0; i < image->ntasks; i++)
    {
      free (image->tasks[i].regions);
      free (image->tasks[i].rights);
    }
  for (uint32_t i = 0; i < image->nthreads; i++)
    free (image->threads[i].xfloat);
  for (uint32_t i = 0; i < image->nmessages; i++)
    {
      struct ci_message *m = &image->messages[i];
      for (uint32_t j = 0; j < m->nmemories; j++)
	free (m->memories[j].data);
      free (m->memories);
      free (m->ports);
      free (m->body);
    }
  for (uint32_t i = 0; i < image->nremarks; i++)
    free (image->remarks[i]);
  free (image->participants);
  free (image->ports);
  free (image->memories);
  free (image->tasks);
  free (image->threads);
  free (image->messages);
  free (image->remarks);
  *image = (struct ci_image) { 0 };
}
