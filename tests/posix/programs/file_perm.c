/* SPDX-License-Identifier: GPL-3.0-or-later */
/* permissions of an ordinary user: read, write, search, delete, sticky.  */

#include "../test.h"

static int
user (void *arg)
{
  struct stat st;
  become (1000);
  CHECK_ERROR (open ("secret", O_RDONLY), EACCES);
  CHECK_ERROR (open ("readable", O_WRONLY), EACCES);
  CHECK (open ("readable", O_RDONLY) >= 0);
  CHECK_ERROR (open ("closed/x", O_RDONLY), EACCES);
  CHECK_ERROR (stat ("closed/x", &st), EACCES);
  CHECK_ERROR (open ("noread", O_RDONLY), EACCES);
  CHECK (open ("noread/x", O_RDONLY) >= 0);
  CHECK_ERROR (unlink ("ro/x"), EACCES);
  CHECK_ERROR (open ("ro/new", O_WRONLY | O_CREAT, 0644), EACCES);
  CHECK (unlink ("sticky/x") == -1 && (errno == EPERM || errno == EACCES));
  CHECK (rename ("sticky/x", "sticky/y") == -1 && (errno == EPERM || errno == EACCES));
  CHECK (put ("sticky/mine", "") == 0 && unlink ("sticky/mine") == 0);
  CHECK_ERROR (chmod ("readable", 0777), EPERM);
  CHECK_ERROR (chown ("readable", 1000, 1000), EPERM);
  CHECK (put ("sticky/own", "") == 0 && chmod ("sticky/own", 0600) == 0);
  CHECK_ERROR (chown ("sticky/own", 0, -1), EPERM);
  CHECK (access ("readable", R_OK) == 0);
  CHECK_ERROR (access ("readable", W_OK), EACCES);
  CHECK_ERROR (access ("none", F_OK), ENOENT);
  CHECK_ERROR (execl ("readable", "x", (char *) NULL), EACCES);
  return verdict ();
}

int
main (void)
{
  NEED (put ("secret", "") == 0 && chmod ("secret", 0600) == 0 && put ("readable", "") == 0 && chmod ("readable", 0644) == 0);
  NEED (mkdir ("closed", 0700) == 0 && put ("closed/x", "") == 0);
  NEED (mkdir ("noread", 0711) == 0 && put ("noread/x", "") == 0 && chmod ("noread/x", 0644) == 0 && chmod ("noread", 0711) == 0);
  NEED (mkdir ("ro", 0755) == 0 && put ("ro/x", "") == 0);
  NEED (mkdir ("sticky", 0777) == 0 && chmod ("sticky", 01777) == 0 && put ("sticky/x", "") == 0);
  CHECK (WEXITSTATUS (ended (child (user, NULL))) == 0);
  return verdict ();
}
