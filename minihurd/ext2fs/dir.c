/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries of directories.

   A removed entry keeps its slot, with inode number 0, until another entry
   needs the room: readers count slots, and removing what they have read must
   not move what they have not.  */

#include "ext2fs.h"
#include <string.h>

#define ALIGN4(n) (((n) + 3) & ~3u)

typedef struct ext2_dir_entry_2 entry_t;

static uint64_t
blocks (struct inode *dir)
{
  return inode_size (dir) / ext2.fs->blocksize;
}

/* Get DIR's block number LOGICAL, pinned.  */
static error_t
get (struct inode *dir, uint64_t logical, struct block **b)
{
  uint64_t number;
  error_t err = map_block (dir, logical, false, &number, NULL);

  if (err == 0 && number == 0)
    err = EIO;
  if (err == 0)
    err = cache_get (&ext2.cache, number, true, b);
  return err;
}

/* The entry at OFFSET of B, or NULL if it is damaged.  */
static entry_t *
entry_at (struct block *b, unsigned int offset)
{
  entry_t *e = (entry_t *) (b->data + offset);
  unsigned int room = ext2.fs->blocksize - offset;

  if (room < 8 || e->rec_len < 8 || e->rec_len % 4 != 0 || e->rec_len > room
      || ALIGN4 (e->name_len + 8u) > e->rec_len)
    return NULL;
  return e;
}

static unsigned char
type_of (mode_t mode)
{
  if (!ext2fs_has_feature_filetype (ext2.fs->super))
    return 0;
  switch (mode & S_IFMT)
    {
    case S_IFREG: return EXT2_FT_REG_FILE;
    case S_IFDIR: return EXT2_FT_DIR;
    case S_IFCHR: return EXT2_FT_CHRDEV;
    case S_IFBLK: return EXT2_FT_BLKDEV;
    case S_IFIFO: return EXT2_FT_FIFO;
    case S_IFSOCK: return EXT2_FT_SOCK;
    case S_IFLNK: return EXT2_FT_SYMLINK;
    default: return EXT2_FT_UNKNOWN;
    }
}

static void
set (entry_t *e, const char *name, size_t len, ext2_ino_t number, mode_t mode)
{
  e->inode = number;
  e->name_len = len;
  e->file_type = type_of (mode);
  memcpy (e->name, name, len);
}

/* From this many blocks on a directory is searched by its index.  */
#define LARGE 3

static error_t
make_index (struct inode *dir)
{
  uint64_t i, n = blocks (dir);
  unsigned int offset;
  struct block *b;

  if (!dir_index_create (dir))
    return 0;
  for (i = 0; i < n && dir->index != NULL; i++)
    {
      error_t err = get (dir, i, &b);

      if (err)
	{
	  dir_index_free (dir);
	  return err;
	}
      for (offset = 0; offset < ext2.fs->blocksize; )
	{
	  entry_t *e = entry_at (b, offset);

	  if (e == NULL)
	    break;
	  if (e->inode != 0)
	    dir_index_add (dir, dir_hash (e->name, e->name_len),
			   i * ext2.fs->blocksize + offset);
	  offset += e->rec_len;
	}
      cache_put (b);
    }
  return 0;
}

static bool
is (const entry_t *e, const char *name, size_t len)
{
  return e->inode != 0 && e->name_len == len && memcmp (e->name, name, len) == 0;
}

/* Look where the index says that NAME may be.  */
static error_t
find_indexed (struct inode *dir, const char *name, size_t len,
	      ext2_ino_t *number, struct dir_place *place)
{
  uint32_t hash = dir_hash (name, len);
  unsigned int size = ext2.fs->blocksize;
  uint64_t where;
  size_t step = 0;
  struct block *b;

  while (dir_index_next (dir, hash, &step, &where))
    {
      error_t err = get (dir, where / size, &b);

      if (err)
	return err;
      const entry_t *e = entry_at (b, where % size);
      bool found = e != NULL && is (e, name, len);
      if (found)
	{
	  *number = e->inode;
	  *place = (struct dir_place) { where / size, where % size };
	}
      cache_put (b);
      if (found)
	return 0;
    }
  return ENOENT;
}

/* Look everywhere.  */
static error_t
find_linear (struct inode *dir, const char *name, size_t len,
	     ext2_ino_t *number, struct dir_place *place)
{
  uint64_t i, n = blocks (dir);
  unsigned int offset;
  struct block *b;

  for (i = 0; i < n; i++)
    {
      error_t err = get (dir, i, &b);

      if (err)
	return err;
      for (offset = 0; offset < ext2.fs->blocksize; )
	{
	  entry_t *e = entry_at (b, offset);

	  if (e == NULL)
	    break;
	  if (is (e, name, len))
	    {
	      *number = e->inode;
	      *place = (struct dir_place) { i, offset };
	      cache_put (b);
	      return 0;
	    }
	  offset += e->rec_len;
	}
      cache_put (b);
    }
  return ENOENT;
}

error_t
dir_find (struct inode *dir, const char *name, ext2_ino_t *number,
	  struct dir_place *place)
{
  size_t len = strlen (name);
  struct dir_place unused;
  error_t err;

  if (len > EXT2_NAME_LEN)
    return ENAMETOOLONG;
  if (place == NULL)
    place = &unused;
  if (dir->index == NULL && blocks (dir) >= LARGE)
    {
      err = make_index (dir);
      if (err)
	return err;
    }
  if (dir->index != NULL)
    return find_indexed (dir, name, len, number, place);
  return find_linear (dir, name, len, number, place);
}

/* Unite the free slots that follow the free slot E at OFFSET.  */
static void
unite (struct block *b, entry_t *e, unsigned int offset)
{
  while (offset + e->rec_len < ext2.fs->blocksize)
    {
      entry_t *next = entry_at (b, offset + e->rec_len);

      if (next == NULL || next->inode != 0)
	return;
      e->rec_len += next->rec_len;
    }
}

/* Find room for NEED bytes in B; cuts it off an entry's end if need be.
   Returns NULL if there is none.  */
static entry_t *
make_room (struct block *b, unsigned int need)
{
  unsigned int offset;

  for (offset = 0; offset < ext2.fs->blocksize; )
    {
      entry_t *e = entry_at (b, offset);

      if (e == NULL)
	return NULL;
      if (e->inode == 0)
	{
	  if (e->rec_len < need)
	    unite (b, e, offset);
	  if (e->rec_len >= need)
	    return e;
	}
      else
	{
	  unsigned int used = ALIGN4 (e->name_len + 8u);

	  if (e->rec_len - used >= need)
	    {
	      entry_t *rest = (entry_t *) (b->data + offset + used);

	      rest->rec_len = e->rec_len - used;
	      rest->inode = 0;
	      e->rec_len = used;
	      return rest;
	    }
	}
      offset += e->rec_len;
    }
  return NULL;
}

/* Give DIR one more block, pinned, which is one free slot.  */
static error_t
grow (struct inode *dir, struct block **b)
{
  uint64_t number, logical = blocks (dir);
  error_t err = map_block (dir, logical, true, &number, NULL);

  if (err)
    return err;
  err = cache_get (&ext2.cache, number, false, b);
  if (err)
    {
      map_cut (dir, logical);
      return err;
    }
  memset ((*b)->data, 0, ext2.fs->blocksize);
  ((entry_t *) (*b)->data)->rec_len = ext2.fs->blocksize;
  cache_dirty (&ext2.cache, *b, KIND_DATA);
  inode_set_size (dir, inode_size (dir) + ext2.fs->blocksize);
  return 0;
}

static void
modified (struct inode *dir)
{
  dir->disk.i_flags &= ~EXT2_INDEX_FL;
  inode_changed (dir, INODE_MTIME | INODE_CTIME);
}

error_t
dir_add (struct inode *dir, const char *name, ext2_ino_t number, mode_t mode,
	 struct dir_place *place)
{
  size_t len = strlen (name);
  uint64_t i, n = blocks (dir);
  struct block *b = NULL;
  entry_t *e = NULL;
  error_t err;

  if (len > EXT2_NAME_LEN)
    return ENAMETOOLONG;
  for (i = dir->roomy < n ? dir->roomy : 0; i < n && e == NULL; i++)
    {
      err = get (dir, i, &b);
      if (err)
	return err;
      e = make_room (b, ALIGN4 (len + 8));
      if (e == NULL)
	cache_put (b);
      else
	dir->roomy = i;
    }
  if (e == NULL)
    {
      err = grow (dir, &b);
      if (err)
	return err;
      e = (entry_t *) b->data;
      dir->roomy = n;
    }
  set (e, name, len, number, mode);
  unsigned int offset = (char *) e - b->data;
  dir_index_add (dir, dir_hash (name, len),
		 dir->roomy * ext2.fs->blocksize + offset);
  if (place != NULL)
    *place = (struct dir_place) { dir->roomy, offset };
  cache_dirty (&ext2.cache, b, KIND_DIR);
  cache_put (b);
  modified (dir);
  return 0;
}

error_t
dir_remove (struct inode *dir, const struct dir_place *place)
{
  struct block *b;
  error_t err = get (dir, place->block, &b);

  if (err)
    return err;
  entry_t *e = (entry_t *) (b->data + place->offset);
  dir_index_remove (dir, dir_hash (e->name, e->name_len),
		    place->block * ext2.fs->blocksize + place->offset);
  e->inode = 0;
  cache_dirty (&ext2.cache, b, KIND_DIR);
  cache_put (b);
  if (place->block < dir->roomy)
    dir->roomy = place->block;
  modified (dir);
  return 0;
}

error_t
dir_replace (struct inode *dir, const struct dir_place *place,
	     ext2_ino_t number, mode_t mode)
{
  struct block *b;
  error_t err = get (dir, place->block, &b);

  if (err)
    return err;
  entry_t *e = (entry_t *) (b->data + place->offset);
  e->inode = number;
  e->file_type = type_of (mode);
  cache_dirty (&ext2.cache, b, KIND_DIR);
  cache_put (b);
  modified (dir);
  return 0;
}

error_t
dir_init (struct inode *dir, ext2_ino_t parent)
{
  struct block *b;
  error_t err = grow (dir, &b);

  if (err)
    return err;
  entry_t *self = (entry_t *) b->data;
  self->rec_len = 12;
  set (self, ".", 1, dir->number, S_IFDIR);
  entry_t *up = (entry_t *) (b->data + 12);
  up->rec_len = ext2.fs->blocksize - 12;
  set (up, "..", 2, parent, S_IFDIR);
  cache_put (b);
  return 0;
}

error_t
dir_is_empty (struct inode *dir)
{
  uint64_t i, n = blocks (dir);
  unsigned int offset;
  struct block *b;
  error_t err;

  for (i = 0; i < n; i++)
    {
      err = get (dir, i, &b);
      if (err)
	return err;
      for (offset = 0; offset < ext2.fs->blocksize && err == 0; )
	{
	  entry_t *e = entry_at (b, offset);

	  if (e == NULL)
	    err = EIO;
	  else if (e->inode != 0
		   && !(e->name_len == 1 && e->name[0] == '.')
		   && !(e->name_len == 2 && memcmp (e->name, "..", 2) == 0))
	    err = ENOTEMPTY;
	  else
	    offset += e->rec_len;
	}
      cache_put (b);
      if (err)
	return err;
    }
  return 0;
}

/* Put one entry into SINK.  */
static bool
show (struct fs_dirent_sink *sink, const entry_t *e)
{
  static const unsigned char types[] =
    { DT_UNKNOWN, DT_REG, DT_DIR, DT_CHR, DT_BLK, DT_FIFO, DT_SOCK, DT_LNK };
  char name[EXT2_NAME_LEN + 1];
  unsigned int type = 0;

  if (ext2fs_has_feature_filetype (ext2.fs->super)
      && e->file_type < sizeof types)
    type = e->file_type;
  memcpy (name, e->name, e->name_len);
  name[e->name_len] = '\0';
  return fs_dirent_add (sink, e->inode, name, types[type]);
}

/* Each slot is an entry of its own, so that what a reader has yet to see keeps
   its number when other entries come and go.  */
error_t
ext2_readdir (struct fs_node *node, int entry, struct fs_dirent_sink *sink)
{
  struct inode *dir = inode_of (node);
  uint64_t i, n;
  unsigned int offset;
  struct block *b;
  error_t err = 0;
  bool room = true;

  pthread_mutex_lock (&ext2.lock);
  n = blocks (dir);
  for (i = 0; i < n && err == 0 && room; i++)
    {
      err = get (dir, i, &b);
      if (err)
	break;
      for (offset = 0; offset < ext2.fs->blocksize && room; )
	{
	  entry_t *e = entry_at (b, offset);

	  if (e == NULL)
	    break;
	  if (entry > 0)
	    entry--;
	  else
	    room = show (sink, e);
	  offset += e->rec_len;
	}
      cache_put (b);
    }
  if (err == 0 && ext2.writable)
    inode_changed (dir, INODE_ATIME);
  pthread_mutex_unlock (&ext2.lock);
  return err;
}
