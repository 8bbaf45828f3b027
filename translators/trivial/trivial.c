/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <error.h>
#include <string.h>
#include <unistd.h>
#include <hurd.h>
#include "trivial.h"

error_t
triv_init (struct triv *t, struct sv_bucket *bucket, const char *name,
	   mode_t type, const struct fs_ops *ops)
{
  t->fs.name = name;
  t->fs.bucket = bucket;
  t->fs.fstype = S_ISCHR (type) || S_ISBLK (type) ? FSTYPE_DEV : FSTYPE_MISC;
  t->fs.data = t;
  t->type = type;
  return fs_node_create (&t->fs, ops, 2, &t->fs.root);
}

void
triv_take_attributes (struct triv *t)
{
  struct timespec now;
  io_statbuf_t under;

  memset (&t->st, 0, sizeof t->st);
  clock_gettime (CLOCK_REALTIME, &now);
  t->st.st_mode = 0600;
  t->st.st_ino = t->fs.root->ino;
  t->st.st_atim = t->st.st_mtim = t->st.st_ctim = now;
  if (t->fs.underlying != MACH_PORT_NULL
      && io_stat (t->fs.underlying, &under) == 0)
    {
      t->st.st_mode = under.st_mode & 07777;
      t->st.st_uid = under.st_uid;
      t->st.st_gid = under.st_gid;
      t->st.st_author = under.st_author;
      t->st.st_ino = under.st_ino;
      t->st.st_fsid = under.st_fsid;
    }
  t->st.st_mode |= t->type;
  t->st.st_fstype = t->fs.fstype;
  t->st.st_nlink = 1;
  t->st.st_rdev = t->rdev;
  t->st.st_blksize = vm_page_size;
}

void
triv_start (struct triv *t, int threads, int openflags)
{
  mach_port_t bootstrap;
  error_t err;

  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  if (bootstrap == MACH_PORT_NULL)
    error (1, 0, "must be started as a translator");
  triv_take_attributes (t);
  err = fs_serve (&t->fs, threads);
  if (err == 0)
    err = fs_startup (&t->fs, bootstrap, openflags);
  if (err != 0)
    error (1, err, "cannot serve the node");
  pthread_mutex_lock (&t->fs.root->lock);
  triv_take_attributes (t);
  pthread_mutex_unlock (&t->fs.root->lock);
  mach_port_deallocate (mach_task_self (), bootstrap);
}

void
triv_wait (void)
{
  for (;;)
    pause ();
}
