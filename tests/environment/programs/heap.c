/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A heap full of pieces of all sizes, which changes all the time.  */

#include "../env.h"

#define PIECES 400

PROGRAM (heap)
{
  static char *piece[PIECES];
  static size_t size[PIECES];
  unsigned int random = 1;
  env_ready ();
  while (!env_ended ())
    {
      for (int i = 0; i < 500; i++)
	{
	  random = random * 1103515245 + 12345;
	  unsigned int n = random >> 8 & 0xffff, at = n % PIECES;
	  if (piece[at])
	    CHECK (env_is_pattern (piece[at], size[at], at), "piece %u", at);
	  free (piece[at]);
	  size[at] = n % 7 ? n % 2000 : n;
	  piece[at] = malloc (size[at] + 1);
	  CHECK (piece[at], "no memory");
	  env_pattern (piece[at], size[at], at);
	}
      usleep (300000);
    }
}
