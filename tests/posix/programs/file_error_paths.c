/* SPDX-License-Identifier: GPL-3.0-or-later */
/* each call that takes a path tells ENOTDIR, ENOENT, ENAMETOOLONG, ELOOP and EACCES of it.  */

#include "../test.h"
#include <dirent.h>
#include <sys/statvfs.h>
#include <sys/time.h>

static struct stat st;
static struct statvfs sv;
static char buf[64];

static int c_open (const char *p) { return open (p, O_RDONLY); }
static int c_creat (const char *p) { return open (p, O_WRONLY | O_CREAT, 0644); }
static int c_stat (const char *p) { return stat (p, &st); }
static int c_lstat (const char *p) { return lstat (p, &st); }
static int c_access (const char *p) { return access (p, F_OK); }
static int c_chmod (const char *p) { return chmod (p, 0644); }
static int c_chown (const char *p) { return chown (p, getuid (), getgid ()); }
static int c_lchown (const char *p) { return lchown (p, getuid (), getgid ()); }
static int c_link (const char *p) { return link (p, "other"); }
static int c_link2 (const char *p) { return link ("file", p); }
static int c_mkdir (const char *p) { return mkdir (p, 0755); }
static int c_mkfifo (const char *p) { return mkfifo (p, 0644); }
static int c_readlink (const char *p) { return readlink (p, buf, sizeof buf); }
static int c_rename (const char *p) { return rename (p, "other"); }
static int c_rename2 (const char *p) { return rename ("file", p); }
static int c_rmdir (const char *p) { return rmdir (p); }
static int c_symlink (const char *p) { return symlink ("x", p); }
static int c_truncate (const char *p) { return truncate (p, 0); }
static int c_unlink (const char *p) { return unlink (p); }
static int c_utimes (const char *p) { return utimes (p, NULL); }
static int c_chdir (const char *p) { return chdir (p); }
static int c_opendir (const char *p) { return opendir (p) ? 0 : -1; }
static int c_statvfs (const char *p) { return statvfs (p, &sv); }
static int c_execl (const char *p) { return execl (p, "x", (char *) NULL); }
static int c_pathconf (const char *p) { return pathconf (p, _PC_NAME_MAX); }
static int c_realpath (const char *p) { return realpath (p, NULL) ? 0 : -1; }

/* MAKES: it makes the last component, so that may be missing.  LAST: it does not
   follow a link in the last component.  */
static const struct call
{
  const char *name;
  int (*call) (const char *path);
  bool makes, last;
} calls[] = {
  { "open", c_open, 0, 0 }, { "creat", c_creat, 1, 0 }, { "stat", c_stat, 0, 0 },
  { "lstat", c_lstat, 0, 1 }, { "access", c_access, 0, 0 }, { "chmod", c_chmod, 0, 0 },
  { "chown", c_chown, 0, 0 }, { "lchown", c_lchown, 0, 1 }, { "link", c_link, 0, 1 },
  { "link to", c_link2, 1, 1 }, { "mkdir", c_mkdir, 1, 1 }, { "mkfifo", c_mkfifo, 1, 1 },
  { "readlink", c_readlink, 0, 1 }, { "rename", c_rename, 0, 1 },
  { "rename to", c_rename2, 1, 1 }, { "rmdir", c_rmdir, 0, 1 },
  { "symlink", c_symlink, 1, 1 }, { "truncate", c_truncate, 0, 0 },
  { "unlink", c_unlink, 0, 1 }, { "utimes", c_utimes, 0, 0 }, { "chdir", c_chdir, 0, 0 },
  { "opendir", c_opendir, 0, 0 }, { "statvfs", c_statvfs, 0, 0 },
  { "execl", c_execl, 0, 0 }, { "pathconf", c_pathconf, 0, 0 }, { "realpath", c_realpath, 0, 0 },
};
static char too_long[300], name[400];

static void
must (const struct call *c, const char *path, int error)
{
  errno = 0;
  int r = c->call (path), e = errno;
  if (r != -1 || e != error)
    found (false, __LINE__, "%s (\"%.30s\"): %d %s, not %s", c->name, path, r,
	   r == -1 ? strerror (e) : "no error", strerror (error));
}

static int
user (void *arg)
{
  become (1000);
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    must (&calls[i], "closed/f", EACCES);
  return verdict ();
}

int
main (void)
{
  memset (too_long, 'a', 256);
  snprintf (name, sizeof name, "dir/%s", too_long);
  NEED (put ("file", "") == 0 && mkdir ("dir", 0777) == 0 && chmod ("dir", 0777) == 0);
  NEED (symlink ("loop2", "loop1") == 0 && symlink ("loop1", "loop2") == 0);
  NEED (mkdir ("closed", 0700) == 0 && put ("closed/f", "") == 0);
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    {
      const struct call *c = &calls[i];
      must (c, "file/x", ENOTDIR);
      must (c, "none/x", ENOENT);
      must (c, "", ENOENT);
      if (!c->makes)
	must (c, "none", ENOENT);
      must (c, too_long, ENAMETOOLONG);
      must (c, name, ENAMETOOLONG);
      must (c, "loop1/x", ELOOP);
      if (!c->last)
	must (c, "loop1", ELOOP);
      must (c, "dir/../file/..", ENOTDIR);
      CHECK (stat ("file", &st) == 0 && stat ("dir", &st) == 0);
    }
  CHECK (WEXITSTATUS (ended (child (user, NULL))) == 0);
  return verdict ();
}
