/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a name: in what is held, else on the ground.  */

#include <argz.h>
#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include "proxy.h"

/* Open NAME in the ground's directory PORT as it is, not what translators make
   of it.  Symbolic links are not followed.  */
static error_t
open_name (mach_port_t port, const char *name, int flags, mach_port_t *file,
	   io_statbuf_t *st)
{
  error_t err;

  *file = file_name_lookup_under (port, name, O_NOLINK | flags, 0);
  if (*file == MACH_PORT_NULL && (flags & O_READ) && errno != ENOENT)
    *file = file_name_lookup_under (port, name,
				    O_NOLINK | (flags & ~O_READ), 0);
  if (*file == MACH_PORT_NULL)
    return errno;
  err = io_stat (*file, st);
  if (err)
    mach_port_deallocate (mach_task_self (), *file);
  return err;
}

/* A number for the file system that a translator on UNDER of file system GDEV
   is: the same after each boot.  */
static uint64_t
mounted_dev (uint64_t gdev, uint64_t under)
{
  uint64_t h = (gdev * 0x9e3779b97f4a7c15u ^ under) * 0xff51afd7ed558ccdu;
  return (h ^ (h >> 29)) | 2;
}

/* Is the terminal that RECORD says an end of a pty?  */
static bool
is_pty (const char *record, size_t len)
{
  for (const char *arg = NULL; (arg = argz_next (record, len, arg));)
    if (strncmp (arg, "pty-", 4) == 0)
      return true;
  return false;
}

/* Is FILE's passive translator one that each environment has its own of?  */
static bool
runs_inside (mach_port_t file)
{
  static const char *const names[] = {
    "/hurd/pflocal", "/hurd/magic", "/hurd/tmpfs", "/hurd/crash",
    "/hurd/procfs"
  };
  char room[256], *record = room;
  mach_msg_type_number_t len = sizeof room;
  bool inside = false;

  if (file_get_translator (file, &record, &len))
    return false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    inside |= len > strlen (names[i]) && strcmp (record, names[i]) == 0;
  if (len > sizeof "/hurd/term" && record[len - 1] == '\0'
      && strcmp (record, "/hurd/term") == 0)
    inside = is_pty (record, len);
  if (record != room)
    vm_deallocate (mach_task_self (), (vm_address_t) record, len);
  return inside;
}

/* Find NAME on the ground: open it in *FILE, with its status and the number of
   its file system, and whether its translator is to run INSIDE.  */
static error_t
find_on_ground (struct fs_node *dir, const char *name, mach_port_t *file,
		io_statbuf_t *st, uint64_t *gdev, bool *inside)
{
  mach_port_t port, inner;
  io_statbuf_t inner_st;
  error_t err = rp_ground_port (dir, &port);

  if (!err)
    /* O_NONBLOCK, because it may be a fifo.  */
    err = open_name (port, name, O_NOTRANS | O_READ | O_NONBLOCK, file, st);
  if (err)
    return err;
  *gdev = rp_data (dir)->ov->gdev;
  if (!(st->st_mode & S_ITRANS) || S_ISLNK (st->st_mode)
      || (st->st_ino == rp.self && *gdev == rp.ov.root_dev))
    return 0;
  *inside = (st->st_mode & S_IPTRANS) && runs_inside (*file);
  if (*inside)
    return 0;
  /* Go through the translator; one that does not answer leaves the bare node.  */
  err = open_name (port, name, 0, &inner, &inner_st);
  if (err)
    return 0;
  *gdev = mounted_dev (*gdev, st->st_ino);
  mach_port_deallocate (mach_task_self (), *file);
  *file = inner;
  *st = inner_st;
  return 0;
}

/* `.' and `..'.  */
static error_t
lookup_dots (struct fs_node *dir, const char *name, struct fs_node **node)
{
  struct ov_node *parent;
  error_t err;

  if (name[1] == 0)
    {
      *node = fs_node_ref (dir);
      return 0;
    }
  pthread_mutex_lock (&rp.lock);
  parent = ov_find (&rp.ov, rp_data (dir)->ov->parent);
  err = parent ? rp_node_get (parent, node) : ENOENT;
  pthread_mutex_unlock (&rp.lock);
  return err;
}

/* Is NAME held in DIR?  ENOENT also if DIR has nothing on the ground; EAGAIN:
   the ground has to be asked.  */
static error_t
lookup_held (struct fs_node *dir, const char *name, struct fs_node **node)
{
  struct ov_node *ov = rp_data (dir)->ov, *target;
  struct ov_name *e;
  error_t err = EAGAIN;

  pthread_mutex_lock (&rp.lock);
  e = ov_name (&rp.ov, ov, name);
  if (e)
    {
      target = e->target ? ov_find (&rp.ov, e->target) : NULL;
      err = target ? rp_node_get (target, node) : ENOENT;
    }
  else if (ov->gino == 0 || ov_is_dead (ov)
	   || (ov->fsroot && strcmp (name, OV_STAGE) == 0))
    err = ENOENT;
  pthread_mutex_unlock (&rp.lock);
  return err;
}

/* *FILE is an open of NODE for reading: keep it if there is none yet.  */
static void
keep_port (struct fs_node *node, mach_port_t *file)
{
  struct rp_node *d = rp_data (node);
  mode_t type = d->ov->type;

  if (d->kind != RP_FILE
      || !(S_ISREG (type) || S_ISDIR (type) || S_ISLNK (type)))
    return;
  pthread_mutex_lock (&rp.lock);
  if (d->port == MACH_PORT_NULL)
    {
      d->port = *file;
      *file = MACH_PORT_NULL;
    }
  pthread_mutex_unlock (&rp.lock);
}

error_t
rp_lookup (struct fs_node *dir, const char *name, struct fs_node **node)
{
  mach_port_t file = MACH_PORT_NULL;
  io_statbuf_t st;
  uint64_t gdev;
  bool inside = false;
  struct ov_node *ov, *dov = rp_data (dir)->ov;
  error_t err;

  *node = NULL;
  if (strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    return lookup_dots (dir, name, node);
  if (!S_ISDIR (dov->type))
    return ENOTDIR;
  err = lookup_held (dir, name, node);
  if (err != EAGAIN)
    return err;
  err = find_on_ground (dir, name, &file, &st, &gdev, &inside);
  if (err)
    return err;
  pthread_mutex_lock (&rp.lock);
  ov = ov_find_ground (&rp.ov, gdev, st.st_ino);
  if (ov == NULL)
    {
      ov = ov_add_ground (&rp.ov, gdev, st.st_ino, st.st_mode, dov, name);
      err = ov ? 0 : ENOMEM;
    }
  if (!err)
    err = ov_met (&rp.ov, ov, dov, name);
  if (!err && S_ISDIR (ov->type))
    ov->parent = dov->ino;
  if (!err)
    err = rp_node_get (ov, node);
  if (!err)
    rp_data (*node)->inside = inside;
  pthread_mutex_unlock (&rp.lock);
  if (!err && gdev == dov->gdev)
    keep_port (*node, &file);
  if (file != MACH_PORT_NULL)
    mach_port_deallocate (mach_task_self (), file);
  return err;
}
