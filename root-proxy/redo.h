/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The redo of a checkpoint: what is to be done to the ground when it has
   committed.

   A redo is a string of records, applied in order.  It describes a *state*,
   not a history: which names shall denote which objects, and what these shall
   contain, at absolute offsets.  So it can be applied to the ground as it was
   before, as it is afterwards, and as it was left by an apply that was cut
   short anywhere: the outcome is the same.  Three rules make that so:

   - an object of the ground that shall survive under another name is first
     *secured*: it gets a place in a staging directory, named by its number.
     It is found there, at its old place or at its new one, by its inode number
     (which nothing else can have while it lives);
   - then every name that is touched is removed, and only then are names made:
     secured objects are placed, all others are made anew, with all their
     contents, which the redo has;
   - the staging places are removed after everything has reached the disk.

   Portable: no Mach call here.  The file system is behind struct redo_fs.  */

#ifndef PERDURE_REDO_H
#define PERDURE_REDO_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum redo_op
{
  REDO_SECURE = 1,	/* Object INO, now at FROM, or at one of the paths in
			   DATA (an argz), to the staging place PATH.  MODE is
			   1 for a directory.  All that come in a row are one
			   group: the order in it does not matter.  */
  REDO_REMOVE,		/* The name PATH; a directory stays if MODE is 1.  FROM is
			   another name that the object keeps, if one is known.  */
  REDO_MKDIR,		/* PATH with MODE; one that is there is taken.  */
  REDO_CREATE,		/* PATH with MODE (file, fifo, socket, device SIZE).  */
  REDO_SYMLINK,		/* PATH, pointing to FROM.  */
  REDO_LINK,		/* PATH, another name of FROM.  */
  REDO_PLACE,		/* The staged FROM as PATH; MODE is 1: a directory.  */
  REDO_TRUNCATE,	/* PATH to SIZE.  */
  REDO_WRITE,		/* DATA to PATH at offset SIZE.  */
  REDO_ATTR,		/* Of PATH those in MASK.  */
  REDO_TRANSLATOR,	/* PATH's passive translator is DATA (an argz).  MODE is 1
			   if a program inside has set it.  */
  REDO_SYNC,		/* All so far to the disk.  */
  REDO_UNSTAGE,		/* Remove the staging place PATH.  */
  REDO_OPS
};

#define REDO_MODE 1u		/* MASK: MODE's permission bits.  */
#define REDO_OWNER 2u		/* UID and GID.  */
#define REDO_ATIME 4u
#define REDO_MTIME 8u
#define REDO_FLAGS 16u
#define REDO_AUTHOR 32u		/* AUTHOR.  */

/* Paths are relative to the ground's root, which is "".  */
struct redo_record
{
  enum redo_op op;
  uint32_t mask, mode, uid, gid, author, flags;
  uint64_t ino, size;
  int64_t atime, mtime;
  uint32_t atime_nsec, mtime_nsec;
  const char *path, *from;	/* NULL is "".  */
  const void *data;
  size_t len;
};

/* A redo being built.  Begin with all zeros.  */
struct redo
{
  uint8_t *data;
  size_t len, room;
  error_t error;		/* ENOMEM, sticky.  */
};

void redo_add (struct redo *redo, const struct redo_record *record);

/* How many slashes PATH has: what is in a directory is deeper than it.  */
unsigned int redo_depth (const char *path);
void redo_free (struct redo *redo);

/* Read the record at *POS into *RECORD, whose pointers point into DATA, and
   advance *POS.  ENOENT at the end, EBADMSG if it is not a valid record.  */
error_t redo_next (const void *data, size_t len, size_t *pos,
		   struct redo_record *record);

/* Check that all of DATA is valid records: 0 or EBADMSG.  */
error_t redo_check (const void *data, size_t len);

/* Pre-images: from a redo, and the ground as it is before that is applied, a redo is
   made that leads back there.  What is removed is made anew, with all its contents
   (and another inode number); an object with other names gets this one back as a
   link if the redo names one of them, else becomes one of its own.  */

/* What the ground has at a path.  */
struct undo_stat
{
  uint64_t ino, size, rdev;
  uint32_t mode, nlink, uid, gid, author, flags;	/* MODE with the type.  */
  bool translated;		/* It has a passive translator.  */
  int64_t atime, mtime;
  uint32_t atime_nsec, mtime_nsec;
};

/* The ground, for reading.  Paths are as for struct redo_fs.  */
struct undo_source
{
  void *ctx;
  error_t (*stat) (void *ctx, const char *path, struct undo_stat *st);
  /* LEN bytes at OFFSET, all of which are there.  */
  error_t (*read) (void *ctx, const char *path, uint64_t offset, size_t len,
		   void *data);
  /* A symbolic link's target, or a passive translator: malloced, with a NUL behind
     it that does not count.  */
  error_t (*readlink) (void *ctx, const char *path, char **target);
  error_t (*translator) (void *ctx, const char *path, char **argz,
			 size_t *len, bool *inside);
  size_t limit;			/* So many bytes at most …  */
};

/* Append to UNDO what leads back from the redo DATA (checked).  … else E2BIG.  */
error_t undo_build (const void *data, size_t len,
		    const struct undo_source *source, struct redo *undo);

/* Where a redo is applied.  Paths are as above and never follow a symbolic link
   or translator in their last component.  */
struct redo_fs
{
  void *ctx;
  /* The inode number of PATH and whether it is a directory.  */
  error_t (*identify) (void *ctx, const char *path, uint64_t *ino, bool *dir);
  error_t (*mkdir) (void *ctx, const char *path, uint32_t mode);
  error_t (*create) (void *ctx, const char *path, uint32_t mode,
		     uint64_t rdev);
  error_t (*symlink) (void *ctx, const char *path, const char *target);
  error_t (*link) (void *ctx, const char *from, const char *path);
  error_t (*rename) (void *ctx, const char *from, const char *path);
  error_t (*unlink) (void *ctx, const char *path);
  error_t (*rmdir) (void *ctx, const char *path);
  error_t (*write) (void *ctx, const char *path, uint64_t offset,
		    const void *data, size_t len);
  error_t (*truncate) (void *ctx, const char *path, uint64_t size);
  error_t (*attr) (void *ctx, const char *path,
		   const struct redo_record *record);
  error_t (*translator) (void *ctx, const char *path, const void *argz,
			 size_t len, bool inside);
  error_t (*sync) (void *ctx);
  /* NULL, or the numbers (redo_numbers) that the objects of the SECURE records have
     by now: the ground was brought here by other redos, which made some anew.  */
  const uint64_t *numbers;
  /* Called before each record, may be NULL: an error stops the apply there.  */
  error_t (*step) (void *ctx);
  /* Somebody else changed the ground so that this record cannot be done; it is
     passed over.  */
  void (*conflict) (void *ctx, const struct redo_record *record,
		    error_t error);
};

/* Apply all of DATA, which has been checked, to FS.  Stops at an error other
   than a conflict and returns it; *FAILED, if not NULL, is then the offset of
   the record.  */
error_t redo_apply (const void *data, size_t len, const struct redo_fs *fs,
		    size_t *failed);

/* The numbers of the objects that DATA secures, in the order of its records, on the
   ground FS as it is before DATA is applied: *NUMBERS (malloced) has *N of them, 0 for
   what is not there.  */
error_t redo_numbers (const void *data, size_t len, const struct redo_fs *fs,
		      uint64_t **numbers, size_t *n);

/* How many that are.  */
size_t redo_secured (const void *data, size_t len);

/* What a record does, for messages.  */
const char *redo_op_name (enum redo_op op);

#endif /* PERDURE_REDO_H */
