/* SPDX-License-Identifier: GPL-3.0-or-later */
/* malloc, calloc, realloc and large blocks.  */

#include "../test.h"

int
main (void)
{
  volatile size_t huge = -100;
  char *p = malloc (100), *q = calloc (1000, 1000);
  CHECK (p && q && q[999999] == 0);
  strcpy (p, "kept");
  p = realloc (p, 5000000);
  CHECK (p && strcmp (p, "kept") == 0);
  memset (p, 1, 5000000);
  free (p);
  free (q);
  void *a;
  CHECK (posix_memalign (&a, 4096, 100) == 0 && (long) a % 4096 == 0);
  CHECK (malloc (huge) == NULL && errno == ENOMEM);
  char *b[1000];
  for (int i = 0; i < 1000; i++)
    b[i] = malloc (i * 17);
  for (int i = 0; i < 1000; i += 2)
    free (b[i]);
  for (int i = 1; i < 1000; i += 2)
    free (b[i]);
  return verdict ();
}
