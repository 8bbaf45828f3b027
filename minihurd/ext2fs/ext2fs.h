/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ext2 server: one file system per process.

   libext2fs opens the file system, keeps bitmaps, group descriptors and the
   superblock, and allocates; it works on the block cache through an io_manager
   of our own.  Inodes, their block maps and directories are handled here, on
   blocks of the cache directly.

   One lock, ext2.lock, is held around all of it; libext2fs knows no threads.
   It is taken after a node's lock, and never while memory of a client is
   touched: that memory may be a mapping of one of our own files.  */

#ifndef EXT2FS_EXT2FS_H
#define EXT2FS_EXT2FS_H

#include <pthread.h>
#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>
#include <node.h>
#include <pager.h>
#include "cache.h"
#include "journal.h"

/* An inode in memory.  It outlives its node for a while.  */
struct inode
{
  ext2_ino_t number;
  struct ext2_inode_large disk;
  bool dirty;			/* To be written to its table.  */
  bool fresh;			/* Made since the last sync, */
  bool linked;			/* or got another name, */
  bool buried;			/* or is a directory that was removed.  */
  struct fs_node *node;		/* The node that stands for it, or NULL.  */
  struct inode *hash_next;
  struct inode *newer, *older;	/* Of those without a node, by last use.  */
  uint64_t goal;		/* Block after the last one allocated.  */
  uint64_t ahead;		/* File block up to which was read ahead.  */
  uint64_t roomy;		/* Directory: no room before this block.  */
  struct dir_index *index;	/* Directory: where its names are, or NULL.  */
  struct fs_pager *pager;	/* The node's memory object, or NULL.  */
};

/* Numbers that were freed, and may be used again only when the disk no longer
   refers to them.  */
struct freed
{
  uint64_t *list;
  size_t count, room;
};

struct ext2
{
  pthread_mutex_t lock;
  struct disk disk;
  struct cache cache;
  struct journal journal;
  ext2_filsys fs;
  bool writable;
  bool clean_before;		/* The valid flag as we found it.  */
  bool boot;			/* We serve the root.  */
  uint32_t id;			/* Of the file system, for stat.  */
  enum kind io_kind;		/* Of what libext2fs writes now.  */
  struct freed blocks, inodes;
  struct fs_fs server;
};

extern struct ext2 ext2;

/* io.c: libext2fs' way to the cache.  */
extern struct struct_io_manager ext2_io_manager;

/* mount.c */

/* Read the superblock, descriptors and bitmaps of ext2.disk.  */
error_t ext2_mount (void);
/* Change between read-only and writable; locked.  */
error_t ext2_set_writable (bool writable);
/* libext2fs' error codes as ours.  */
error_t ext2_error (errcode_t code);

/* sync.c */

/* Write everything; locked.  */
error_t ext2_sync (void);
/* Start the thread that does it every now and then.  */
error_t ext2_sync_start (void);
/* To be called, locked, at the start of what will change something: makes
   room in the cache.  EROFS if nothing may be changed.  */
error_t ext2_begin (void);

/* alloc.c; all locked.  */

/* Allocate a block for INODE, near its goal, and count it.  */
error_t block_alloc (struct inode *inode, uint64_t *block);
/* Free it again.  */
void block_free (struct inode *inode, uint64_t block);
/* Allocate an inode number in the neighbourhood of DIR, or free one.  */
error_t inode_alloc (struct inode *dir, mode_t mode, ext2_ino_t *number);
void inode_release (ext2_ino_t number, bool isdir);
/* What was freed is no longer referred to by the disk.  */
void freed_commit (void);

/* inode.c */

/* Find the inode NUMBER, read it if need be; locked.  */
error_t inode_get (ext2_ino_t number, struct inode **inode);
/* The node for it, with a reference; locked.  STALE if it is not in use.  */
error_t inode_node (ext2_ino_t number, struct fs_node **node);
/* Make a new inode and its node; locked.  */
error_t inode_create (struct inode *dir, mode_t mode, uid_t uid, gid_t gid,
		      struct fs_node **node);
/* INODE has been changed, its times CHANGED (INODE_* below) are now.  */
#define INODE_ATIME 1
#define INODE_MTIME 2
#define INODE_CTIME 4
void inode_changed (struct inode *inode, int times);
/* Write all inodes that were changed to the disk, in two steps: one before,
   the other after the directories are written.  */
error_t inode_flush_before (void);
error_t inode_flush_after (void);
/* True when so many wait for it that it is time for a sync.  */
bool inode_many_dirty (void);
/* Read all inodes in memory again; none is dirty.  */
error_t inode_reread_all (void);
/* True when there are files without a name: they go with their last open,
   which may be closed already, only that we have not been told yet.  */
bool inode_deletion_near (void);
/* Free all inodes without links, though they may be open.  */
void inode_drop_unlinked (void);
/* How nodes are freed (fs_ops.free).  */
void ext2_free (struct fs_node *node);

static inline struct inode *
inode_of (struct fs_node *node)
{
  return node->data;
}

static inline uint64_t
inode_size (const struct inode *inode)
{
  return EXT2_I_SIZE (&inode->disk);
}

void inode_set_size (struct inode *inode, uint64_t size);

/* map.c */

/* Where INODE's block number LOGICAL is, 0 for a hole.  With CREATE a hole is
   filled, and *FRESH tells so; the block's contents are undefined then.  */
error_t map_block (struct inode *inode, uint64_t logical, bool create,
		   uint64_t *block, bool *fresh);
/* Free all blocks from number FIRST on.  */
error_t map_cut (struct inode *inode, uint64_t first);
/* Largest size of a file.  */
uint64_t map_limit (void);

/* file.c: contents without any node's lock, for the pager; locked.  */
error_t file_read_locked (struct inode *inode, uint64_t offset, size_t len,
			  void *data);
error_t file_write_locked (struct inode *inode, uint64_t offset, size_t len,
			   const void *data);
/* Change the size, freeing or not filling.  */
error_t file_resize_locked (struct inode *inode, uint64_t size);
/* False if what is in the place of block numbers is something else: a device's
   number, or the target of a short symbolic link.  */
bool inode_has_blocks (const struct inode *inode);

/* dir.c: entries of directories; locked.  */

/* Where an entry is: in which block of the file, and where in it.  */
struct dir_place
{
  uint64_t block;
  unsigned int offset;
};

error_t dir_find (struct inode *dir, const char *name, ext2_ino_t *number,
		  struct dir_place *place);
error_t dir_add (struct inode *dir, const char *name, ext2_ino_t number,
		 mode_t mode, struct dir_place *place);
error_t dir_remove (struct inode *dir, const struct dir_place *place);
/* Let the entry at PLACE name NUMBER.  */
error_t dir_replace (struct inode *dir, const struct dir_place *place,
		     ext2_ino_t number, mode_t mode);
/* Make the first block, with `.' and `..'.  */
error_t dir_init (struct inode *dir, ext2_ino_t parent);
error_t dir_is_empty (struct inode *dir);

/* dir-index.c: see there.  OFFSET counts from the start of the directory.  */
uint32_t dir_hash (const char *name, size_t len);
bool dir_index_create (struct inode *dir);
void dir_index_free (struct inode *dir);
void dir_index_add (struct inode *dir, uint32_t hash, uint64_t offset);
void dir_index_remove (struct inode *dir, uint32_t hash, uint64_t offset);
/* Find the next place where a name with HASH may be; *STEP starts with 0.  */
bool dir_index_next (struct inode *dir, uint32_t hash, size_t *step,
		     uint64_t *offset);

/* The operations, by file.  */
extern const struct fs_ops ext2_ops;

/* dirops.c */
error_t ext2_lookup (struct fs_node *, const char *, struct fs_node **);
error_t ext2_create (struct fs_node *, const char *, mode_t, uid_t, gid_t,
		     dev_t, const char *, struct fs_node **);
error_t ext2_mkdir (struct fs_node *, const char *, mode_t, uid_t, gid_t,
		    struct fs_node **);
error_t ext2_unlink (struct fs_node *, const char *, struct fs_node *);
error_t ext2_rmdir (struct fs_node *, const char *, struct fs_node *);
error_t ext2_link (struct fs_node *, const char *, struct fs_node *);
error_t ext2_rename (struct fs_node *, const char *, struct fs_node *,
		     const char *, struct fs_node *, struct fs_node *);
error_t ext2_readdir (struct fs_node *, int, struct fs_dirent_sink *);

/* file.c */
error_t ext2_read (struct fs_cred *, struct fs_node *, loff_t, size_t *,
		   void *, int);
error_t ext2_write (struct fs_cred *, struct fs_node *, loff_t, size_t *,
		    const void *, int);
error_t ext2_truncate (struct fs_node *, loff_t);
error_t ext2_readlink (struct fs_node *, char *, size_t);

/* attr.c */
error_t ext2_stat (struct fs_node *, io_statbuf_t *);
error_t ext2_chmod (struct fs_node *, mode_t);
error_t ext2_chown (struct fs_node *, uid_t, gid_t);
error_t ext2_chflags (struct fs_node *, int);
error_t ext2_chauthor (struct fs_node *, uid_t);
error_t ext2_utimens (struct fs_node *, const struct timespec *,
		      const struct timespec *);
error_t ext2_node_sync (struct fs_node *, bool);

/* trans.c */
error_t ext2_get_translator (struct fs_node *, char **, size_t *);
error_t ext2_set_translator (struct fs_node *, const char *, size_t);

/* options.c: of the whole file system.  */
error_t ext2_statfs (struct fs_fs *, fsys_statfsbuf_t *);
error_t ext2_syncfs (struct fs_fs *, bool);
error_t ext2_set_options (struct fs_fs *, const char *, size_t);
error_t ext2_get_options (struct fs_fs *, char **, size_t *);
error_t ext2_goaway (struct fs_fs *, int);

/* pager.c */
error_t ext2_map (struct fs_node *, int, mach_port_t *);
/* Around reading and writing of NODE's contents; with its lock, and without
   ext2.lock.  LEN 0 means up to the end.  */
void ext2_before_access (struct fs_node *node, uint64_t offset, uint64_t len);
void ext2_after_change (struct fs_node *node, uint64_t offset, uint64_t len);
/* NODE lost a name: if it was the last, the kernel is to keep no page of it.  */
void ext2_nameless (struct fs_node *node);

#endif /* EXT2FS_EXT2FS_H */
