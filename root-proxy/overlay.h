/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the environment has changed and the ground has not been told yet.

   The overlay knows every object of the ground that the environment has met,
   and every one that it has made, as a struct ov_node with a number that never
   changes.  On top of what the ground has it keeps, per directory, names
   (which denote a node, or say that there is none), per file, pages, and per
   node attributes.  Everything carries the *epoch* in which it was last
   changed; each checkpoint ends one.

     ov_build    makes the redo of all that is held, and a list of what then
		 is where (struct ov_plan);
     ov_applied  after the redo of an epoch was applied: drops what is held
		 and was not changed since, and notes the nodes' new places.

   Portable: no Mach call, no locks (the caller has one for all).  */

#ifndef PERDURE_OVERLAY_H
#define PERDURE_OVERLAY_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "redo.h"

#define OV_PAGE 4096u
#define OV_STAGE ".perdure"	/* The staging directory, in a file system's
				   root.  The environment does not see it.  */
#define OV_LOST "lost+found"	/* Where e2fsck puts what it finds, as #INO.  */

/* Which of a node's attributes are held.  */
#define OV_MODE 1u
#define OV_OWNER 2u
#define OV_ATIME 4u
#define OV_MTIME 8u
#define OV_CTIME 16u
#define OV_FLAGS 32u
#define OV_AUTHOR 64u
#define OV_SIZE 128u
#define OV_NLINK 256u		/* Follows from the names; never in a redo.  */
#define OV_TRANSLATOR 512u
#define OV_ALL 1023u

struct ov_time
{
  int64_t sec;
  uint32_t nsec;
};

struct ov_node;

struct ov_name
{
  struct ov_name *hash_next;
  struct ov_name *next, **prevp;	/* In the directory.  */
  struct ov_node *dir;
  uint64_t target;		/* A node's number; 0: no such name.  */
  uint64_t was;			/* What the ground has there, if known.  */
  uint64_t epoch;
  char name[];
};

struct ov_page
{
  uint64_t index, epoch;
  uint8_t *data;		/* OV_PAGE bytes.  */
};

struct ov_node
{
  struct ov_node *hash_next, *ground_next;
  uint64_t ino;			/* Ours.  */
  uint32_t type;		/* S_IFMT bits.  */

  /* Where it is on the ground: the directory's number and the name; for the
     root of a file system of the ground that is the node it is set on, and "".  */
  uint64_t gino, gdev;		/* Its identity there; gino 0: not there.  */
  uint32_t ggen;		/* And its generation; 0: not known.  */
  uint64_t gparent;
  char *gname;
  bool fsroot;

  /* In the environment's tree, of directories only.  */
  uint64_t parent;

  uint32_t held;		/* OV_*.  */
  bool renamed;			/* Some name of it is held.  */
  bool pinned;			/* Without a (known) name: its pages cannot be
				   in a redo and are saved.  */
  uint64_t epoch;		/* Of the last change of held attributes.  */
  uint64_t nlink_epoch;		/* Of the last change of nlink.  */
  uint32_t mode, uid, gid, author, flags, nlink;
  uint64_t rdev, size;
  struct ov_time atime, mtime, ctime;
  struct ov_time applied;	/* When the ground got what was held; sec 0: never.
				   CTIME is the environment's as long as the
				   ground's is no later (nobody can set it).  */
  char *target;			/* A symbolic link's, if it was made here.  */
  char *translator;		/* The argz of a passive translator that was set
				   inside; kept when it is not held any more.  */
  size_t translator_len;

  /* The ground's bytes from here on are gone (truncate).  */
  uint64_t gvalid;
  uint64_t gcut, gcut_epoch;	/* The same for the ground as it will be after
				   the redo of the epoch before GCUT_EPOCH.  */
  struct ov_page *pages;	/* In order.  */
  size_t npages, pages_room;
  struct ov_name *names;	/* Of a directory, those that are held.  */

  struct ov_name *hint;		/* A held name of it, if known.  */
  char *made;			/* Used by ov_build.  */
  void *user;			/* The caller's.  */
};

struct overlay
{
  struct ov_node **nodes, **ground;	/* By ino; by gdev and gino.  */
  struct ov_name **names;
  size_t nnodes, nnames, room_nodes, room_names;
  uint64_t next_ino;		/* For those the ground has not numbered.  */
  uint64_t root_dev;		/* Its numbers are taken over as they are.  */
  uint64_t epoch;
  size_t held_pages;
};

error_t ov_init (struct overlay *ov);
void ov_destroy (struct overlay *ov);

/* Find a node by number, or by identity on the ground.  */
struct ov_node *ov_find (struct overlay *ov, uint64_t ino);
struct ov_node *ov_find_ground (struct overlay *ov, uint64_t gdev,
				uint64_t gino);

/* The number that the object GINO of GDEV has or would get.  */
uint64_t ov_number (struct overlay *ov, uint64_t gdev, uint64_t gino);

/* Make a node: one of the ground, found as GNAME in GPARENT; or a new one
   (all of its attributes then are held, and the caller fills them).  NULL: no
   memory.  */
struct ov_node *ov_add_ground (struct overlay *ov, uint64_t gdev,
			       uint64_t gino, uint32_t type,
			       struct ov_node *gparent, const char *gname);
struct ov_node *ov_add_new (struct overlay *ov, uint32_t type, uint64_t gdev);
/* Make the node INO, all else zero: for a restore.  */
struct ov_node *ov_add_number (struct overlay *ov, uint64_t ino);

/* The node's identity on the ground is now GDEV, GINO (0: it has none).  */
void ov_set_ground (struct overlay *ov, struct ov_node *node, uint64_t gdev,
		    uint64_t gino);
/* Is what the ground has as NODE's number, and has the generation GGEN, NODE?  Notes
   that generation if none is known.  */
bool ov_same_generation (struct ov_node *node, uint32_t ggen);
error_t ov_set_place (struct ov_node *node, uint64_t gparent,
		      const char *gname);

/* NODE was met as NAME in DIR on the ground: if the place that was known is to
   go, this one is better.  To be called at each lookup.  */
error_t ov_met (struct overlay *ov, struct ov_node *node,
		struct ov_node *dir, const char *name);

/* Whether nothing is held for NODE and it could be met anew.  A number that
   the ground would not give again is kept.  */
bool ov_is_clean (struct overlay *ov, struct ov_node *node);
/* Whether the ground has all that there is to NODE.  */
bool ov_is_applied (const struct ov_node *node);
void ov_remove (struct overlay *ov, struct ov_node *node);

/* NAME in DIR as far as it is held, or NULL.  */
struct ov_name *ov_name (struct overlay *ov, struct ov_node *dir,
			 const char *name);
/* Hold that NAME in DIR denotes TARGET (NULL: nothing); so far it denoted WAS
   (NULL: nothing).  */
error_t ov_set_name (struct overlay *ov, struct ov_node *dir,
		     const char *name, struct ov_node *target,
		     struct ov_node *was);

/* The attributes WHICH were changed by the caller.  */
void ov_touch (struct overlay *ov, struct ov_node *node, uint32_t which);

/* Forget that a name is held.  */
void ov_forget_name (struct overlay *ov, struct ov_name *name);

/* The held page INDEX, or NULL.  */
struct ov_page *ov_page (struct ov_node *node, uint64_t index);
/* The first held page at INDEX or behind it, or NULL.  */
struct ov_page *ov_page_from (struct ov_node *node, uint64_t index);
/* Hold DATA (malloced, given up) as page INDEX.  */
error_t ov_put_page (struct overlay *ov, struct ov_node *node,
		     uint64_t index, uint8_t *data);
/* PAGE was written to.  */
void ov_page_written (struct overlay *ov, struct ov_page *page);
/* Cut pages and the validity of the ground's contents; the size itself is set
   by the caller.  */
void ov_cut (struct overlay *ov, struct ov_node *node, uint64_t size);

/* What a redo will have put where.  */
struct ov_placed
{
  uint64_t dir, ino;		/* ino 0: removed.  */
  uint64_t gino;		/* To be filled before ov_applied: what the
				   ground has at PATH; 0: nothing.  */
  uint32_t ggen;		/* Its generation, likewise.  */
  char *name, *path;		/* PATH is NULL if there is none.  */
};

struct ov_plan
{
  uint64_t epoch;		/* Up to and with this one.  */
  struct ov_time applied;	/* To be filled before ov_applied: the time.  */
  struct ov_placed *placed;
  size_t n, room;
};

/* Make the redo of all that is held up to now.  */
error_t ov_build (struct overlay *ov, struct redo *redo,
		  struct ov_plan *plan);
void ov_plan_free (struct ov_plan *plan);

/* PLAN's redo was applied.  */
void ov_applied (struct overlay *ov, const struct ov_plan *plan);

/* Whether the ground's change time CTIME of NODE only says when our changes got there.  */
bool ov_has_ctime (const struct ov_node *node, struct ov_time ctime);

/* Whether the name under which NODE was known on the ground is no longer its, and
   no other one is known (another hard link was never met).  */
bool ov_is_lost (const struct ov_node *node);

/* Whether NODE has lost its last name.  */
bool ov_is_dead (const struct ov_node *node);

/* The path on the ground where NODE is now (malloced); NULL if it is not
   there or for want of memory.  */
char *ov_ground_path (struct overlay *ov, struct ov_node *node);

/* Where NODE will be when all that is held is applied, likewise.  */
char *ov_final_path (struct overlay *ov, struct ov_node *node);

/* All of it as bytes, and back into an empty overlay; of the pages only those of
   pinned nodes, as the others are in the redo.  ov_load checks everything:
   EBADMSG.  */
struct ov_bytes
{
  uint8_t *data;
  size_t len, room;
  error_t error;
};
void ov_save (struct overlay *ov, struct ov_bytes *out);
error_t ov_load (struct overlay *ov, const void *data, size_t len);

#endif /* PERDURE_OVERLAY_H */
