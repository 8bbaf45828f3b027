/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nftw and scandir walk a tree.  */

#include "../test.h"
#include <dirent.h>
#include <ftw.h>

static int files, dirs, links;

static int
visit (const char *path, const struct stat *st, int type, struct FTW *f)
{
  files += type == FTW_F;
  dirs += type == FTW_D;
  links += type == FTW_SL;
  return 0;
}

int
main (void)
{
  NEED (mkdir ("t", 0755) == 0 && mkdir ("t/a", 0755) == 0 && mkdir ("t/b", 0755) == 0);
  NEED (put ("t/a/1", "") == 0 && put ("t/a/2", "") == 0 && put ("t/3", "") == 0 && symlink ("3", "t/l") == 0);
  CHECK (nftw ("t", visit, 5, FTW_PHYS) == 0 && files == 3 && dirs == 3 && links == 1);
  struct dirent **list;
  int n = scandir ("t", &list, NULL, alphasort);
  CHECK (n == 6 && strcmp (list[2]->d_name, "3") == 0);
  printf ("types %d %d %d\n", list[2]->d_type, list[3]->d_type, list[5]->d_type);
  if (list[2]->d_type == DT_UNKNOWN && !failures)
    unsupported ("an ext2 file system of the Hurd keeps no types in its directories (readdir: DT_UNKNOWN)");
  CHECK (list[2]->d_type == DT_REG && list[3]->d_type == DT_DIR && list[5]->d_type == DT_LNK);
  return verdict ();
}
