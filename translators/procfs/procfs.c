/* SPDX-License-Identifier: GPL-3.0-or-later */
/* procfs: the directories, and the start.  */

#include <argp.h>
#include <error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "procfs.h"

const char *argp_program_version = "procfs (Perdure) 0.1";

static struct fs_fs procfs;
static struct timespec started;

/* What a node stands for: a directory if KIND is NULL, the top if PID is 0,
   too.  */
struct item
{
  pid_t pid;
  const struct kind *kind;
};

static struct item *
item_of (struct fs_node *node)
{
  return node->data;
}

static const struct fs_ops ops;

static uint64_t
number (pid_t pid, const struct kind *kind)
{
  const struct kind *first = pid ? procfs_process : procfs_top;

  return 2 + (uint64_t) pid * 16 + (kind ? kind - first + 1 : 0);
}

static error_t
make_node (pid_t pid, const struct kind *kind, struct fs_node **node)
{
  struct item *item = malloc (sizeof *item);
  error_t err;

  if (item == NULL)
    return ENOMEM;
  err = fs_node_create (&procfs, &ops, number (pid, kind), node);
  if (err)
    {
      free (item);
      return err;
    }
  *item = (struct item) { pid, kind };
  (*node)->data = item;
  return 0;
}

static void
free_node (struct fs_node *node)
{
  free (node->data);
}

static error_t
stat_node (struct fs_node *node, io_statbuf_t *st)
{
  struct item *item = item_of (node);
  struct procinfo *pi;
  char *text = NULL;
  size_t size = 0;

  memset (st, 0, sizeof *st);
  st->st_fstype = FSTYPE_MISC;
  st->st_fsid = getpid ();
  st->st_ino = node->ino;
  st->st_mode = item->kind ? item->kind->mode : S_IFDIR | 0555;
  st->st_nlink = item->kind ? 1 : 2;
  st->st_blksize = 4096;
  st->st_atim = st->st_mtim = st->st_ctim = started;
  if (item->pid)
    {
      error_t err = procfs_info (item->pid, &pi);
      if (err)
	return err;
      st->st_uid = st->st_author = pi->owner;
      free (pi);
    }
  /* What is there now; it may be more or less when it is read.  */
  if (item->kind && item->kind->make (item->pid, &text, &size) == 0)
    st->st_size = size;
  free (text);
  return 0;
}

static error_t
lookup (struct fs_node *dir, const char *name, struct fs_node **node)
{
  pid_t pid = item_of (dir)->pid;
  const struct kind *k = pid ? procfs_process : procfs_top;
  struct procinfo *pi;
  char *end;
  long n;

  if (item_of (dir)->kind)
    return ENOTDIR;
  if (strcmp (name, "..") == 0)
    {
      *node = fs_node_ref (procfs.root);
      return 0;
    }
  for (; k->name; k++)
    if (strcmp (name, k->name) == 0)
      return make_node (pid, k, node);
  n = strtol (name, &end, 10);
  if (pid || *end || n <= 0 || n > 999999 || *name == '0')
    return ENOENT;
  if (procfs_info (n, &pi))
    return ENOENT;
  free (pi);
  return make_node (n, NULL, node);
}

/* Add the numbers of all processes from ENTRY on.  */
static error_t
list_processes (int entry, struct fs_dirent_sink *sink)
{
  mach_port_t proc = getproc ();
  mach_msg_type_number_t n = 0, i;
  pid_t *pids = NULL;
  bool room = true;
  char name[16];
  error_t err = proc_getallpids (proc, &pids, &n);

  mach_port_deallocate (mach_task_self (), proc);
  for (i = entry; i < n && room && !err; i++)
    {
      sprintf (name, "%d", (int) pids[i]);
      room = fs_dirent_add (sink, number (pids[i], NULL), name, DT_DIR);
    }
  if (pids && n)
    vm_deallocate (mach_task_self (), (vm_address_t) pids, n * sizeof *pids);
  return err;
}

static error_t
readdir_node (struct fs_node *dir, int entry, struct fs_dirent_sink *sink)
{
  pid_t pid = item_of (dir)->pid;
  const struct kind *first = pid ? procfs_process : procfs_top, *k;
  bool room = true;
  int at = 2;

  if (entry == 0)
    room = fs_dirent_add (sink, dir->ino, ".", DT_DIR);
  if (entry <= 1 && room)
    room = fs_dirent_add (sink, procfs.root->ino, "..", DT_DIR);
  for (k = first; k->name && room; k++, at++)
    if (at >= entry)
      room = fs_dirent_add (sink, number (pid, k), k->name,
			    k->mode & S_IPTRANS ? DT_DIR : IFTODT (k->mode));
  if (!room || pid)
    return 0;
  return list_processes (entry > at ? entry - at : 0, sink);
}

/* Files are made anew for each reading.  */
static error_t
read_node (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	   size_t *len, void *data, int flags)
{
  struct item *item = item_of (node);
  char *text = NULL;
  size_t size = 0;
  error_t err;

  if (item->kind == NULL)
    return EISDIR;
  err = item->kind->make (item->pid, &text, &size);
  if (err)
    return err;
  if ((uint64_t) offset >= size)
    *len = 0;
  else if (*len > size - offset)
    *len = size - offset;
  if (*len)
    memcpy (data, text + offset, *len);
  free (text);
  return 0;
}

static error_t
translator_of (struct fs_node *node, char **argz, size_t *len)
{
  struct item *item = item_of (node);

  if (item->kind == NULL || !(item->kind->mode & S_IPTRANS))
    return EINVAL;
  return item->kind->make (item->pid, argz, len);
}

static error_t
readlink_node (struct fs_node *node, char *target, size_t size)
{
  struct item *item = item_of (node);
  char *text = NULL;
  size_t len = 0;
  error_t err;

  if (item->kind == NULL || !S_ISLNK (item->kind->mode))
    return EINVAL;
  err = item->kind->make (item->pid, &text, &len);
  if (!err)
    memcpy (target, text, len < size ? len : size);
  free (text);
  return err;
}

static const struct fs_ops ops =
{
  .stat = stat_node, .lookup = lookup, .readdir = readdir_node,
  .read = read_node, .readlink = readlink_node,
  .get_translator = translator_of, .free = free_node,
};

static const struct argp argp =
  { .doc = "A directory for each process, with files that tell of it." };

int
main (int argc, char **argv)
{
  mach_port_t bootstrap;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  if (bootstrap == MACH_PORT_NULL)
    error (1, 0, "must be started as a translator");
  clock_gettime (CLOCK_REALTIME, &started);
  procfs.name = "procfs";
  procfs.fstype = FSTYPE_MISC;
  procfs.readonly = true;
  err = sv_bucket_create (&procfs.bucket);
  if (!err)
    err = make_node (0, NULL, &procfs.root);
  if (!err)
    err = fs_serve (&procfs, 2);
  if (!err)
    err = fs_startup (&procfs, bootstrap, 0);
  if (err)
    error (1, err, "cannot serve the node");
  for (;;)
    pause ();
}
