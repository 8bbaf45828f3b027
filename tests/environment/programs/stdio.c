/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streams with something in their buffers.  */

#include "../env.h"

PROGRAM (stdio)
{
  char line[100];
  FILE *out = fopen (env_file ("out"), "w"), *in;
  CHECK (out, "%s", strerror (errno));
  fprintf (out, "one\ntwo\nthree\n");
  fflush (out);
  in = fopen (env_file ("out"), "r");
  CHECK (in && fgets (line, sizeof line, in), "%s", strerror (errno));
  ungetc ('X', in);
  fprintf (out, "not written yet ");
  env_wait ();
  CHECK (getc (in) == 'X' && fgets (line, sizeof line, in)
	 && strcmp (line, "two\n") == 0, "%s", line);
  fprintf (out, "and more\n");
  fclose (out);
  CHECK (fgets (line, sizeof line, in) && fgets (line, sizeof line, in)
	 && strcmp (line, "not written yet and more\n") == 0, "%s", line);
}
