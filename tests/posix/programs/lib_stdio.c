/* SPDX-License-Identifier: GPL-3.0-or-later */
/* buffered streams: modes, seeking, ungetc, setvbuf, append, errors.  */

#include "../test.h"

int
main (void)
{
  char buf[100];
  FILE *f = fopen ("f", "w+");
  CHECK (f && fprintf (f, "%d %s %.3f\n", 42, "text", 1.5) == 14);
  CHECK (fseek (f, 0, SEEK_SET) == 0 && fgets (buf, sizeof buf, f) && strcmp (buf, "42 text 1.500\n") == 0);
  rewind (f);
  int n;
  char s[20];
  double d;
  CHECK (fscanf (f, "%d %s %lf", &n, s, &d) == 3 && n == 42 && strcmp (s, "text") == 0 && d == 1.5);
  CHECK (getc (f) == '\n' && getc (f) == EOF && feof (f) && !ferror (f));
  CHECK (fseek (f, 3, SEEK_SET) == 0 && getc (f) == 't' && ungetc ('T', f) == 'T' && getc (f) == 'T' && ftell (f) == 4);
  CHECK (fclose (f) == 0);
  f = fopen ("f", "a");
  CHECK (f && fputs ("more", f) >= 0 && fclose (f) == 0 && holds ("f", "42 text 1.500\nmore"));
  f = fopen ("f", "r");
  CHECK (fputc ('x', f) == EOF && ferror (f));
  fclose (f);
  CHECK (fopen ("none", "r") == NULL && errno == ENOENT);
  char *line = NULL;
  size_t len = 0;
  f = fopen ("f", "r");
  CHECK (getline (&line, &len, f) == 14);
  CHECK (setvbuf (f, NULL, _IONBF, 0) == 0);
  fclose (f);
  char *mem;
  size_t size;
  f = open_memstream (&mem, &size);
  fprintf (f, "memory");
  fclose (f);
  CHECK (size == 6 && strcmp (mem, "memory") == 0);
  return verdict ();
}
