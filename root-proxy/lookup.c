/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a name: in what is held, else on the ground.  */

#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/io.h>
#include <hurd/paths.h>
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

/* Whether OV's passive translator is RECORD because a program inside has set it.  What
   is not known of this node may be known from an earlier environment.  */
static bool
set_inside (struct ov_node *ov, const char *record, size_t len)
{
  bool marked = rp_is_marked (ov->gino, record, len);

  pthread_mutex_lock (&rp.lock);
  bool held = ov->held & OV_TRANSLATOR;
  bool same = (ov->translator_len == len
	       && memcmp (ov->translator, record, len) == 0);
  if (!same && !held)
    {
      /* Somebody on the ground has set another one since.  */
      free (ov->translator);
      ov->translator_len = 0;
      ov->translator = marked ? malloc (len) : NULL;
      if (ov->translator)
	{
	  memcpy (ov->translator, record, len);
	  ov->translator_len = len;
	  same = true;
	}
    }
  pthread_mutex_unlock (&rp.lock);
  return same;
}

/* What is set on FILE, the ground's bare node of OV, whose mode is MODE.  A record of
   `magic' is for the client's library to follow.  */
static enum rp_trans
trans_of (struct ov_node *ov, mach_port_t file, mode_t mode)
{
  enum rp_trans trans = RP_TRANS_GROUND;
  char *record, *path;
  size_t len;

  if (!(mode & S_ITRANS) || S_ISLNK (mode) || ov->fsroot || rp_is_self (ov))
    return RP_TRANS_NONE;
  if (!(mode & S_IPTRANS) || rp_port_translator (file, &record, &len))
    return trans;
  pthread_mutex_lock (&rp.lock);
  path = rp_path (ov);
  bool rule = policy_inside (&rp.policies, path);
  pthread_mutex_unlock (&rp.lock);
  if (strcmp (record, _HURD_MAGIC) == 0 || set_inside (ov, record, len) || rule)
    trans = RP_TRANS_INSIDE;
  free (record);
  free (path);
  return trans;
}

/* The same of NODE, from what is known if possible.  */
static enum rp_trans
node_trans (struct fs_node *node)
{
  struct rp_node *d = rp_data (node);
  struct ov_node *ov = d->ov;
  mach_port_t port;
  io_statbuf_t st;

  pthread_mutex_lock (&rp.lock);
  enum rp_trans trans = d->trans;
  if (ov->held & OV_TRANSLATOR)
    trans = ov->translator_len ? RP_TRANS_INSIDE : RP_TRANS_NONE;
  else if (ov->gino == 0 || ov_is_dead (ov) || ov->fsroot)
    trans = RP_TRANS_NONE;
  pthread_mutex_unlock (&rp.lock);
  if (trans != RP_TRANS_UNKNOWN || rp_ground_port (node, &port)
      || io_stat (port, &st))
    return trans;
  trans = trans_of (ov, port, st.st_mode);
  pthread_mutex_lock (&rp.lock);
  d->trans = trans;
  pthread_mutex_unlock (&rp.lock);
  return trans;
}

/* Open what the ground's translator makes of NODE.  */
static error_t
open_through (struct fs_node *node, mach_port_t *file, io_statbuf_t *st)
{
  char *path;
  error_t err;

  pthread_mutex_lock (&rp.ground_lock);
  pthread_mutex_lock (&rp.lock);
  path = ov_ground_path (&rp.ov, rp_data (node)->ov);
  pthread_mutex_unlock (&rp.lock);
  err = path ? 0 : ESTALE;
  pthread_mutex_unlock (&rp.ground_lock);
  if (!err)
    /* It may be a fifo.  */
    err = open_name (rp.ground, path, O_READ | O_NONBLOCK, file, st);
  free (path);
  return err;
}

error_t
rp_cross (struct fs_node *node, struct fs_node **inner)
{
  struct ov_node *bare = rp_data (node)->ov, *ov;
  mach_port_t file;
  io_statbuf_t st;
  error_t err;

  if (node_trans (node) != RP_TRANS_GROUND)
    return ENOENT;
  err = open_through (node, &file, &st);
  if (err)
    return err;
  uint64_t gdev = mounted_dev (bare->gdev, bare->gino);
  pthread_mutex_lock (&rp.lock);
  ov = ov_find_ground (&rp.ov, gdev, st.st_ino);
  if (ov == NULL)
    ov = ov_add_ground (&rp.ov, gdev, st.st_ino, st.st_mode, bare, "");
  if (ov == NULL || ov_set_place (ov, bare->ino, ""))
    err = ENOMEM;
  else
    {
      ov->parent = bare->gparent;
      err = rp_node_get (ov, inner);
    }
  pthread_mutex_unlock (&rp.lock);
  mach_port_deallocate (mach_task_self (), file);
  return err;
}

/* Find NAME on the ground, as it is: open it in *FILE.  */
static error_t
find_on_ground (struct fs_node *dir, const char *name, mach_port_t *file,
		io_statbuf_t *st)
{
  mach_port_t port;
  error_t err = rp_ground_port (dir, &port);

  /* O_NONBLOCK, because it may be a fifo.  */
  return err ? err : open_name (port, name, O_NOTRANS | O_READ | O_NONBLOCK,
				file, st);
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

/* Translators of a GNU/Hurd that cannot run inside: what they have of other servers of the
   ground is no port that could be proxied (tmpfs: memory objects of the default pager).
   Ours are found in their place.  */
static const char *const stands_in[] = { "tmpfs" };

/* Find what stands in for NAME in DIR; ENOENT: nothing does.  */
static error_t
lookup_stand_in (struct fs_node *dir, const char *name, struct fs_node **node)
{
  struct fs_node *ours;
  size_t i = 0;

  while (i < sizeof stands_in / sizeof *stands_in && strcmp (stands_in[i], name))
    i++;
  if (i == sizeof stands_in / sizeof *stands_in)
    return ENOENT;
  pthread_mutex_lock (&rp.lock);
  char *path = rp_path (rp_data (dir)->ov);
  pthread_mutex_unlock (&rp.lock);
  bool here = path && strcmp (path, "/hurd") == 0;
  free (path);
  error_t err = here ? rp_lookup (dir, "perdure", &ours) : ENOENT;
  if (err)
    return err;
  err = rp_lookup (ours, name, node);
  fs_node_unref (ours);
  return err;
}

error_t
rp_lookup (struct fs_node *dir, const char *name, struct fs_node **node)
{
  mach_port_t file = MACH_PORT_NULL;
  io_statbuf_t st;
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
  if (lookup_stand_in (dir, name, node) == 0)
    return 0;
  err = find_on_ground (dir, name, &file, &st);
  if (err)
    return err;
  pthread_mutex_lock (&rp.lock);
  ov = ov_find_ground (&rp.ov, dov->gdev, st.st_ino);
  /* An apply may have come in between: what is known of the number is not to be judged
     by what was found, here.  */
  if (ov == NULL)
    {
      ov = ov_add_ground (&rp.ov, dov->gdev, st.st_ino, st.st_mode, dov, name);
      err = ov && ov_same_generation (ov, st.st_gen) ? 0 : ENOMEM;
    }
  if (!err)
    err = ov_met (&rp.ov, ov, dov, name);
  if (!err && S_ISDIR (ov->type))
    ov->parent = dov->ino;
  if (!err)
    err = rp_node_get (ov, node);
  pthread_mutex_unlock (&rp.lock);
  if (!err)
    {
      enum rp_trans trans = trans_of (ov, file, st.st_mode);
      pthread_mutex_lock (&rp.lock);
      rp_data (*node)->trans = trans;
      pthread_mutex_unlock (&rp.lock);
      keep_port (*node, &file);
    }
  if (file != MACH_PORT_NULL)
    mach_port_deallocate (mach_task_self (), file);
  return err;
}
