/* SPDX-License-Identifier: GPL-3.0-or-later */
/* long names and paths, odd bytes, trailing slashes, `.' and `..'.  */

#include "../test.h"

int
main (void)
{
  char name[300];
  struct stat st;
  memset (name, 'n', 255);
  name[255] = 0;
  CHECK (put (name, "x") == 0 && stat (name, &st) == 0);
  name[255] = 'n';
  name[256] = 0;
  CHECK_ERROR (open (name, O_RDONLY | O_CREAT, 0644), ENAMETOOLONG);
  CHECK (put ("a\nb \377*", "y") == 0 && holds ("a\nb \377*", "y"));
  NEED (mkdir ("d", 0755) == 0);
  CHECK (stat ("d/", &st) == 0 && stat ("d/.", &st) == 0 && stat (".//d//..//d", &st) == 0);
  CHECK_ERROR (stat ("", &st), ENOENT);
  CHECK (stat ("/..", &st) == 0);
  return verdict ();
}
