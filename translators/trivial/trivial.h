/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Translators that serve one node: what is the same in all of them.

   The node's attributes are those of the node underneath, whose type and
   contents the translator replaces; changes of mode, owner and times are
   passed on to it, so that they outlive the translator.  */

#ifndef PERDURE_TRIVIAL_H
#define PERDURE_TRIVIAL_H

#include <libserver/node.h>

struct triv
{
  struct fs_fs fs;
  io_statbuf_t st;		/* As the node appears; guarded by its lock.  */
  mode_t type;			/* S_IFCHR …  */
  dev_t rdev;
};

/* Make T's file system in BUCKET with a root node of type TYPE that has the
   operations OPS.  NAME is the server's; T->fs may be changed before
   triv_start.  */
error_t triv_init (struct triv *t, struct sv_bucket *bucket, const char *name,
		   mode_t type, const struct fs_ops *ops);

/* Serve it with THREADS threads and take the place of the node that the
   bootstrap port stands for.  Exits with a message when this is impossible.  */
void triv_start (struct triv *t, int threads, int openflags);

/* Wait for the end of the process, which fsys_goaway brings.  */
_Noreturn void triv_wait (void);

/* The attributes of the node under T become T's.  */
void triv_take_attributes (struct triv *t);

/* Operations to be put into OPS.  */
error_t triv_stat (struct fs_node *node, io_statbuf_t *st);
error_t triv_chmod (struct fs_node *node, mode_t mode);
error_t triv_chown (struct fs_node *node, uid_t uid, gid_t gid);
error_t triv_chauthor (struct fs_node *node, uid_t author);
error_t triv_utimens (struct fs_node *node, const struct timespec *atime,
		      const struct timespec *mtime);

/* Set NODE's times to now: the reading one if READ, else the two of writing.  */
void triv_touch (struct fs_node *node, bool read);

#define TRIV_OPS \
  .stat = triv_stat, .chmod = triv_chmod, .chown = triv_chown, \
  .chauthor = triv_chauthor, .utimens = triv_utimens

/* --version in the manner of the Hurd's servers.  */
#define TRIV_VERSION(name) \
  const char *argp_program_version = name " (Perdure) 0.1"

#endif /* PERDURE_TRIVIAL_H */
