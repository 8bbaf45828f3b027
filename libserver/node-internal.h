/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the node half of libserver share.

   Order of locks: a directory, what is in it, fs_names_lock; and libserver's
   own.  */

#ifndef PERDURE_NODE_INTERNAL_H
#define PERDURE_NODE_INTERNAL_H

#include <hurd.h>
#include "node.h"

/* Flags of an open that last; the others concern the lookup.  */
#define FS_OPEN_MODES	(O_APPEND | O_ASYNC | O_FSYNC | O_NONBLOCK | O_NOATIME)
#define FS_OPEN_KEPT	(O_READ | O_WRITE | O_EXEC | FS_OPEN_MODES)

struct fs_control
{
  struct sv_port port;
  struct fs_fs *fs;
};

/* Protects parent and name of all nodes, and active of none.  */
extern pthread_mutex_t fs_names_lock;

/* NODE's status; NODE is locked.  */
error_t fs_stat (struct fs_node *node, io_statbuf_t *st);

/* EROFS if nothing may be changed, else EOPNOTSUPP: what a missing operation
   that changes something means.  */
error_t fs_missing (struct fs_node *node);

/* The start of a handler: the object of PORT and its node, both referenced.  */
struct fs_cred *fs_begin (mach_port_t port, struct fs_node **node);
void fs_end (struct fs_cred *cred, struct fs_node *node);

/* Tell who CRED, made without ids, is; takes IDS.  */
void fs_cred_set_ids (struct fs_cred *cred, struct fs_ids *ids);

/* Hand out LEN bytes of DATA as MIG wants it: *OUT has room for *CNT.  */
error_t fs_return_data (const char *data, size_t len, char **out,
			mach_msg_type_number_t *cnt);

/* Deallocate a right if it is one.  */
void fs_drop_right (mach_port_t name);

/* Open NODE (not locked) with FLAGS for IDS, with the roots of FROM (may be
   NULL): *RIGHT is a new right to it.  Asks OPS->open.  */
error_t fs_open_right (struct fs_node *node, int flags,
		       const struct fs_ids *ids, const struct fs_open *from,
		       mach_port_t *right);

/* May IDS open NODE, whose status is *ST, with FLAGS?  */
error_t fs_open_check (struct fs_node *node, const io_statbuf_t *st, int flags,
		       const struct fs_ids *ids);

/* Count OPEN's wish for SIGIO anew after a change of its flags, its node being
   locked; release what a node knows of io_async's clients.  */
void fs_async_count (struct fs_open *open);
void fs_async_free (struct fs_node *node);

/* A name of one component for a change in DIR, which is not locked: strip slashes
   from NAME into BUF (NAME_MAX + 1); errors for empty names, `.' (DOT) and `..',
   but ENOTDIR before all of them if DIR is no directory.  */
error_t fs_name (struct fs_node *dir, const char *name, char *buf, error_t dot,
		 error_t dotdot);

/* DIR is locked: may IDS look up names in it?  */
error_t fs_check_search (struct fs_node *dir, const struct fs_ids *ids);

/* DIR is locked: may IDS change its entries, and remove NODE (locked or known
   to be stable; NULL: none) from it?  */
error_t fs_check_dir (struct fs_node *dir, const struct fs_ids *ids,
		      const io_statbuf_t *node_st);

/* Create a regular file (NAME NULL: without a name) in DIR, which is locked,
   for IDS.  */
error_t fs_create (struct fs_node *dir, const char *name, mode_t mode,
		   const struct fs_ids *ids, struct fs_node **node);
/* Whom something new in DIR belongs to.  */
error_t fs_new_owner (struct fs_node *dir, const struct fs_ids *ids,
		      mode_t *mode, uid_t *uid, gid_t *gid);

/* NODE, which is locked, may have lost its last name: what was kept for the
   name's sake is put into *REST, to be released by fs_let_go without locks.  */
struct fs_rest
{
  mach_port_t control, address;
};
void fs_forget (struct fs_node *node, struct fs_rest *rest);
void fs_let_go (struct fs_node *node, struct fs_rest *rest);

/* Remember that NODE is called NAME in DIR.  */
void fs_set_parent (struct fs_node *node, struct fs_node *dir,
		    const char *name);
/* It is where OTHER is.  */
void fs_set_same_parent (struct fs_node *node, struct fs_node *other);
struct fs_node *fs_get_parent (struct fs_node *node);
/* Path of NODE from the file system's root, malloced; NULL if not known.  */
char *fs_path (struct fs_node *node);

/* Translators.  */

/* What is set on a node, for a lookup.  */
enum fs_kind
{
  FS_PLAIN,
  FS_LINK,			/* TARGET.  */
  FS_MAGIC,			/* TARGET: what to retry.  */
  FS_ACTIVE,			/* CONTROL: a reference.  */
  FS_START,			/* ARGZ, to be started.  */
  FS_OTHER			/* INNER: a reference.  */
};

struct fs_trans
{
  enum fs_kind kind;
  char target[1024];
  mach_port_t control;
  char *argz;
  size_t len;
  struct fs_node *inner;
};

/* What is set on NODE (locked), whose status is *ST.  */
error_t fs_trans_find (struct fs_node *node, const io_statbuf_t *st,
		       struct fs_trans *t);
/* Wait for the child process with the task TASK (lent) when it dies, in a thread
   of BUCKET.  Does nothing if we are no process, or if it is none of ours.  */
void fs_reap (struct sv_bucket *bucket, task_t task);

/* Get T's control port if its kind is FS_START or FS_ACTIVE, starting the
   translator; it is a reference for the caller.  NODE is not locked.  */
error_t fs_trans_control (struct fs_node *node, struct fs_trans *t,
			  mach_port_t *control);
void fs_trans_free (struct fs_trans *t);
/* A record as file_get_translator gives it; NODE is locked.  EINVAL: none.  */
error_t fs_trans_record (struct fs_node *node, char **argz, size_t *len);
/* The record that FIFOs, devices and so on stand for, or EINVAL.  */
error_t fs_trans_by_type (struct fs_node *node, const io_statbuf_t *st,
			  char **argz, size_t *len);
/* Take CONTROL (consumed; may be null) as NODE's active translator; NODE is
   locked.  What was there is let go.  */
error_t fs_active_set (struct fs_node *node, mach_port_t control);
/* All active translators: *NODES and *CONTROLS are malloced, with references;
   the number is returned.  */
size_t fs_active_list (struct fs_fs *fs, struct fs_node ***nodes,
		       mach_port_t **controls);
/* Call fsys_syncfs of them all.  */
error_t fs_sync_children (struct fs_fs *fs, bool wait);

/* The control port's object of FS, with a reference.  */
struct fs_control *fs_control_get (struct fs_fs *fs);
/* End this process if nobody can reach it.  */
void fs_maybe_exit (struct fs_fs *fs);
error_t fs_goaway (struct fs_fs *fs, int flags);

/* Identity port of FS itself.  */
error_t fs_identity_of_fs (struct fs_fs *fs, struct fs_identity **identity);

/* Release all locks of OPEN on NODE.  */
void fs_locks_drop (struct fs_node *node, struct fs_open *open);

/* Fifos: as the operations of the same names; NODE is locked.  */
error_t fs_fifo_open (struct fs_node *node, int flags);
void fs_fifo_close (struct fs_node *node, int flags);
error_t fs_fifo_read (struct fs_node *node, size_t *len, void *data,
		      int flags);
error_t fs_fifo_write (struct fs_node *node, size_t *len, const void *data,
		       int flags);
error_t fs_fifo_readable (struct fs_node *node, size_t *amount);
error_t fs_fifo_select (struct fs_node *node, int *type,
			const struct timespec *abstime);

/* Tell who asked that something has changed; NODE is locked.  */
void fs_notify_dir (struct fs_node *node, int change, const char *name);
void fs_notify_file (struct fs_node *node, int change, loff_t start,
		     loff_t end);
void fs_notify_free (struct fs_node *node);

/* The ports of a translator that starts.  */
extern const struct sv_class fs_boot_class;

#endif /* PERDURE_NODE_INTERNAL_H */
