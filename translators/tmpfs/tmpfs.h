/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file system in memory.

   One lock, tmp.lock, is held around all changes of the tree and of contents;
   it is a leaf: nothing is locked, and no client's memory touched, under it.  */

#ifndef PERDURE_TMPFS_H
#define PERDURE_TMPFS_H

#include <libserver/node.h>
#include <libserver/pager.h>

enum { PAGE = 4096 };

struct entry
{
  struct entry *next;
  struct tnode *node;
  char name[];
};

/* What a node stands for.  It lives while it has links or a struct fs_node.  */
struct tnode
{
  uint64_t ino;
  io_statbuf_t st;
  struct fs_node *node;		/* Or NULL.  */
  struct entry *entries, **last; /* Directory, in the order of creation.  */
  struct tnode *parent;		/* Directory: `..'; lent.  */
  char **pages;			/* Contents; NULL is a page of zeros.  */
  size_t npages;
  char *target;			/* Symbolic link.  */
  char *trans;			/* Translator's record.  */
  size_t trans_len;
  struct fs_pager *pager;
};

struct tmp
{
  pthread_mutex_t lock;
  struct fs_fs fs;
  struct tnode *root;
  uint64_t next_ino, nodes;
  uint64_t limit, used;		/* Pages.  */
};
extern struct tmp tmp;

static inline struct tnode *
tnode_of (struct fs_node *node)
{
  return node->data;
}

/* tree.c; called with the lock.  */

/* A new node without links; NULL: no memory, or no room.  */
struct tnode *tnode_make (mode_t mode, uid_t uid, gid_t gid);
/* Free it if nobody needs it any more.  */
void tnode_check (struct tnode *t);
/* Its struct fs_node with a new reference.  */
error_t tnode_node (struct tnode *t, struct fs_node **node);
void tnode_touch (struct tnode *t, bool atime, bool mtime);

/* data.c; the first four with the lock.  */
size_t data_read (struct tnode *t, uint64_t offset, size_t len, void *data);
error_t data_write (struct tnode *t, uint64_t offset, size_t len,
		    const void *data);
error_t data_reserve (struct tnode *t, uint64_t offset, size_t len);
void data_cut (struct tnode *t, uint64_t size);
error_t tmp_read (struct fs_cred *, struct fs_node *, loff_t, size_t *,
		  void *, int);
error_t tmp_write (struct fs_cred *, struct fs_node *, loff_t, size_t *,
		   const void *, int);
error_t tmp_truncate (struct fs_node *, loff_t);
error_t tmp_map (struct fs_node *, int, mach_port_t *);

/* tree.c */
error_t tmp_lookup (struct fs_node *, const char *, struct fs_node **);
error_t tmp_create (struct fs_node *, const char *, mode_t, uid_t, gid_t,
		    dev_t, const char *, struct fs_node **);
error_t tmp_mkdir (struct fs_node *, const char *, mode_t, uid_t, gid_t,
		   struct fs_node **);
error_t tmp_unlink (struct fs_node *, const char *, struct fs_node *);
error_t tmp_rmdir (struct fs_node *, const char *, struct fs_node *);
error_t tmp_link (struct fs_node *, const char *, struct fs_node *);
error_t tmp_rename (struct fs_node *, const char *, struct fs_node *,
		    const char *, struct fs_node *, struct fs_node *);
error_t tmp_readdir (struct fs_node *, int, struct fs_dirent_sink *);
void tmp_free (struct fs_node *);

extern const struct fs_ops tmp_ops;

#endif /* PERDURE_TMPFS_H */
