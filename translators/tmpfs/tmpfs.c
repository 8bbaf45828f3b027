/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tmpfs: its options, attributes and start.  */

#include <argp.h>
#include <error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <hurd.h>
#include <mach/vm_statistics.h>
#include "tmpfs.h"

const char *argp_program_version = "tmpfs (Perdure) 0.1";

struct tmp tmp = { .lock = PTHREAD_MUTEX_INITIALIZER };
static mode_t root_mode;
static bool root_mode_set;

static error_t
tmp_stat (struct fs_node *node, io_statbuf_t *st)
{
  pthread_mutex_lock (&tmp.lock);
  *st = tnode_of (node)->st;
  if (tnode_of (node)->trans)
    st->st_mode |= S_IPTRANS;
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}

static error_t
tmp_chmod (struct fs_node *node, mode_t mode)
{
  struct tnode *t = tnode_of (node);

  pthread_mutex_lock (&tmp.lock);
  t->st.st_mode = (t->st.st_mode & S_IFMT) | (mode & 07777);
  tnode_touch (t, false, false);
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}

static error_t
tmp_chown (struct fs_node *node, uid_t uid, gid_t gid)
{
  struct tnode *t = tnode_of (node);

  pthread_mutex_lock (&tmp.lock);
  t->st.st_uid = uid;
  t->st.st_gid = gid;
  tnode_touch (t, false, false);
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}

static error_t
tmp_chauthor (struct fs_node *node, uid_t author)
{
  pthread_mutex_lock (&tmp.lock);
  tnode_of (node)->st.st_author = author;
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}

static error_t
tmp_chflags (struct fs_node *node, int flags)
{
  pthread_mutex_lock (&tmp.lock);
  tnode_of (node)->st.st_flags = flags;
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}

static void
set_time (struct timespec *to, const struct timespec *from)
{
  if (from->tv_nsec == UTIME_NOW)
    clock_gettime (CLOCK_REALTIME, to);
  else if (from->tv_nsec != UTIME_OMIT)
    *to = *from;
}

static error_t
tmp_utimens (struct fs_node *node, const struct timespec *atime,
	     const struct timespec *mtime)
{
  struct tnode *t = tnode_of (node);

  pthread_mutex_lock (&tmp.lock);
  tnode_touch (t, false, false);
  set_time (&t->st.st_atim, atime);
  set_time (&t->st.st_mtim, mtime);
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}

static error_t
tmp_sync (struct fs_node *node, bool wait)
{
  return 0;
}

static error_t
tmp_readlink (struct fs_node *node, char *target, size_t size)
{
  const char *t = tnode_of (node)->target;

  if (t == NULL)
    return EINVAL;
  memcpy (target, t, strlen (t) < size ? strlen (t) : size);
  return 0;
}

static error_t
tmp_get_translator (struct fs_node *node, char **argz, size_t *len)
{
  struct tnode *t = tnode_of (node);

  if (t->trans == NULL)
    return EINVAL;
  *argz = malloc (t->trans_len);
  if (*argz == NULL)
    return ENOMEM;
  memcpy (*argz, t->trans, t->trans_len);
  *len = t->trans_len;
  return 0;
}

static error_t
tmp_set_translator (struct fs_node *node, const char *argz, size_t len)
{
  struct tnode *t = tnode_of (node);
  char *copy = len ? malloc (len) : NULL;

  if (len && copy == NULL)
    return ENOSPC;
  if (len)
    memcpy (copy, argz, len);
  pthread_mutex_lock (&tmp.lock);
  free (t->trans);
  t->trans = copy;
  t->trans_len = len;
  tnode_touch (t, false, false);
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}

const struct fs_ops tmp_ops =
{
  .stat = tmp_stat, .lookup = tmp_lookup, .create = tmp_create,
  .mkdir = tmp_mkdir, .unlink = tmp_unlink, .rmdir = tmp_rmdir,
  .link = tmp_link, .rename = tmp_rename, .readdir = tmp_readdir,
  .read = tmp_read, .write = tmp_write, .truncate = tmp_truncate,
  .readlink = tmp_readlink, .chmod = tmp_chmod, .chown = tmp_chown,
  .chflags = tmp_chflags, .chauthor = tmp_chauthor, .utimens = tmp_utimens,
  .sync = tmp_sync, .get_translator = tmp_get_translator,
  .set_translator = tmp_set_translator, .map = tmp_map, .free = tmp_free,
};

static error_t
tmp_statfs (struct fs_fs *fs, fsys_statfsbuf_t *st)
{
  pthread_mutex_lock (&tmp.lock);
  st->f_type = FSTYPE_MEMFS;
  st->f_bsize = st->f_frsize = PAGE;
  st->f_blocks = tmp.limit;
  st->f_bfree = st->f_bavail
    = tmp.limit > tmp.used ? tmp.limit - tmp.used : 0;
  st->f_files = tmp.nodes + 8 * st->f_bfree;
  st->f_ffree = st->f_favail = 8 * st->f_bfree;
  st->f_namelen = 255;
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}

/* What SIZE says, in pages.  */
static error_t
parse_size (const char *size, uint64_t *pages)
{
  struct vm_statistics vs;
  char *end;
  uint64_t n = strtoull (size, &end, 0);

  if (end == size)
    return EINVAL;
  switch (*end)
    {
    case 'g': case 'G': n <<= 10; __attribute__ ((fallthrough));
    case 'm': case 'M': n <<= 10; __attribute__ ((fallthrough));
    case 'k': case 'K': n <<= 10; end++; break;
    case '%':
      end++;
      if (vm_statistics (mach_task_self (), &vs))
	return EINVAL;
      n = n * (vs.free_count + vs.active_count + vs.inactive_count
	       + vs.wire_count) / 100 * PAGE;
    }
  *pages = n / PAGE;
  return *end || *pages == 0 ? EINVAL : 0;
}

static const struct argp_option options[] =
{
  { "size", 's', "SIZE", 0, "Hold at most SIZE bytes (K, M, G, or % of the memory)", 0 },
  { "mode", 'm', "MODE", 0, "Permissions of the root directory, in octal", 0 },
  { 0 }
};

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 's':
    case ARGP_KEY_ARG:
      if (parse_size (arg, &tmp.limit))
	argp_error (state, "%s: not a size", arg);
      return 0;
    case 'm':
      root_mode = strtoul (arg, NULL, 8) & 07777;
      root_mode_set = true;
      return 0;
    case ARGP_KEY_END:
      if (tmp.limit == 0)
	argp_error (state, "no size is given");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp =
  { options, parse, "SIZE", "A file system in memory, of at most SIZE bytes.",
    NULL, NULL, NULL };

/* fsysopts NODE --size=…  */
static error_t
set_options (struct fs_fs *fs, const char *argz, size_t len)
{
  uint64_t pages;
  const char *size;

  if (len < 3 || strnlen (argz, len) + 1 != len)
    return EINVAL;
  size = strncmp (argz, "--size=", 7) == 0 ? argz + 7 : argz;
  if (parse_size (size, &pages))
    return EINVAL;
  pthread_mutex_lock (&tmp.lock);
  tmp.limit = pages;
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}

static error_t
get_options (struct fs_fs *fs, char **argz, size_t *len)
{
  int n = asprintf (argz, "--size=%lluK",
		    (unsigned long long) tmp.limit * (PAGE / 1024));

  if (n < 0)
    return ENOMEM;
  *len = n + 1;
  return 0;
}

static error_t
start (mach_port_t bootstrap)
{
  io_statbuf_t under;
  struct tnode *root;
  error_t err;

  tmp.fs.name = "tmpfs";
  tmp.fs.fstype = FSTYPE_MEMFS;
  tmp.fs.special_files = true;
  tmp.fs.statfs = tmp_statfs;
  tmp.fs.set_options = set_options;
  tmp.fs.get_options = get_options;
  err = sv_bucket_create (&tmp.fs.bucket);
  if (err)
    return err;
  tmp.next_ino = 1;
  tmp.root = root = tnode_make (S_IFDIR | 0755, 0, 0);
  if (root == NULL)
    return ENOMEM;
  root->st.st_nlink = 2;
  err = tnode_node (root, &tmp.fs.root);
  if (!err)
    err = fs_serve (&tmp.fs, 2);
  if (!err)
    err = fs_startup (&tmp.fs, bootstrap, 0);
  if (!err && io_stat (tmp.fs.underlying, &under) == 0)
    {
      /* The directory looks like the one it covers.  */
      pthread_mutex_lock (&tmp.lock);
      root->st.st_mode = S_IFDIR | (under.st_mode & 07777);
      root->st.st_uid = under.st_uid;
      root->st.st_gid = under.st_gid;
      pthread_mutex_unlock (&tmp.lock);
    }
  if (root_mode_set)
    root->st.st_mode = S_IFDIR | root_mode;
  return err;
}

int
main (int argc, char **argv)
{
  mach_port_t bootstrap;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  if (bootstrap == MACH_PORT_NULL)
    error (1, 0, "must be started as a translator");
  err = start (bootstrap);
  if (err)
    error (1, err, "cannot serve the node");
  for (;;)
    pause ();
}
