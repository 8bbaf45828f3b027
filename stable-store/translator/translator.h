/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stable-store translator: a device's checkpoints as directories.

   What is shown is a view: the store is open for reading only, and opened again
   when its roots on the device have changed, so that it does not matter who else
   has it open.  Nothing of a checkpoint ever changes; if it was dropped meanwhile
   and its blocks are used again, that is noticed by their checksums.

   Changes (labels, drops, options) open the store for writing, which locks the
   device, for as long as they take.  An environment holds that lock all the time:
   then they are refused with EBUSY.

   Locks: a node's, then `view.lock', which guards everything here.  A pager takes
   the latter only.  */

#ifndef PERDURE_STORE_TRANSLATOR_H
#define PERDURE_STORE_TRANSLATOR_H

#include <libserver/node.h>
#include <libserver/pager.h>
#include "store.h"

/* ---- The view (view.c) --------------------------------------------------- */

#define SLOTS 8			/* Checkpoints kept open.  */

struct slot
{
  struct store_ckpt *ckpt;	/* Null: free.  */
  uint64_t *ids;		/* Its objects, or null if not listed yet.  */
  size_t nids;
  uint64_t used;		/* When, in lookups.  */
};

extern struct view
{
  pthread_mutex_t lock;
  const char *device;
  bool readonly;		/* Changes are refused with EROFS.  */
  struct store *store;		/* Null: could not be opened again.  */
  uint8_t roots[2 * STORE_PAGE];	/* As they were then.  */
  uint64_t *numbers;		/* The checkpoints, ascending.  */
  size_t ncheckpoints;
  struct slot slots[SLOTS];
  uint64_t lookups;
} view;

/* All of these are called with view.lock held, but for view_change.

   Open the store, or open it again if the device has changed.  *WHY, if WHY is not
   null, gets a malloced text on failure (or null).  */
error_t view_refresh (char **why);

/* The slot of checkpoint NUMBER.  It may be taken away by the next call.  ENOENT: no
   such checkpoint (any more).  */
error_t view_checkpoint (uint64_t number, struct slot **slot);

/* List the objects of SLOT into its ids.  */
error_t view_objects (struct slot *slot);

/* The size of object ID of SLOT in bytes: its length, or up to the end of its last
   page.  ENOENT: no such object.  */
error_t view_size (struct slot *slot, uint64_t id, uint64_t *size);

/* Read LEN bytes at OFFSET of object ID of checkpoint NUMBER.  ESTALE: it has been
   dropped meanwhile; EIO: it does not verify.  */
error_t view_read (uint64_t number, uint64_t id, uint64_t offset, size_t len,
		   void *data);

/* Call CHANGE (STORE, ARG) with the store open for writing.  Not locked.  EROFS: we
   may not; EBUSY: an environment has it.  */
error_t view_change (error_t (*change) (struct store *store, void *arg),
		     void *arg);

/* ---- The nodes (nodes.c, dir.c, file.c) ---------------------------------- */

enum kind
{
  ROOT = 1, STATUS, LAST,	/* Of the store.  */
  CHECKPOINT, CKPT_STATUS, LABEL, OBJECTS,	/* Of a checkpoint.  */
  OBJECT
};

struct item
{
  enum kind kind;
  uint64_t number, id;
  uint64_t size;		/* Of an object.  */
  int64_t sec;			/* When the checkpoint was made.  */
  struct fs_pager *pager;
  struct fs_node *node;
  struct item *next;
};

static inline struct item *
item_of (const struct fs_node *node)
{
  return node->data;
}

extern struct fs_fs server;
extern const struct fs_ops store_ops;

/* The node of that kind, one per (KIND, NUMBER, ID), with a reference.  */
error_t item_get_node (enum kind kind, uint64_t number, uint64_t id,
		  struct fs_node **node);
void node_free (struct fs_node *node);
/* Is any object mapped?  */
bool nodes_mapped (void);

error_t dir_lookup_op (struct fs_node *dir, const char *name,
		       struct fs_node **node);
error_t dir_readdir_op (struct fs_node *dir, int entry,
			struct fs_dirent_sink *sink);
error_t dir_rmdir_op (struct fs_node *dir, const char *name,
		      struct fs_node *node);

error_t file_read_op (struct fs_cred *cred, struct fs_node *node,
		      loff_t offset, size_t *len, void *data, int flags);
error_t file_write_op (struct fs_cred *cred, struct fs_node *node,
		       loff_t offset, size_t *len, const void *data,
		       int flags);
error_t file_map_op (struct fs_node *node, int prot, mach_port_t *object);
/* The text of a STATUS, CKPT_STATUS, LABEL or LAST node, malloced.  */
error_t file_text (const struct item *item, char **text, size_t *len);

/* ---- Options of the whole (options.c) ------------------------------------ */

/* Take the options ARGZ; all are checked before any is applied.  *WHY as above.  */
error_t options_set (const char *argz, size_t len, char **why);
error_t options_set_op (struct fs_fs *fs, const char *argz, size_t len);
error_t options_get_op (struct fs_fs *fs, char **argz, size_t *len);

#endif
