/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libext2fs' io_manager on the block cache.  */

#include "ext2fs.h"
#include <stdlib.h>
#include <string.h>

/* Copy LEN bytes at OFFSET between the cache and memory: to IN if it is not
   null, else from OUT.  */
static errcode_t
copy (uint64_t offset, size_t len, char *in, const char *out)
{
  struct cache *cache = &ext2.cache;

  while (len > 0)
    {
      unsigned int skip = offset % cache->size;
      size_t part = cache->size - skip;
      struct block *b;
      error_t err;

      if (part > len)
	part = len;
      err = cache_get (cache, offset / cache->size,
		       in != NULL || part != cache->size, &b);
      if (err)
	return err;
      if (in != NULL)
	{
	  memcpy (in, b->data + skip, part);
	  in += part;
	}
      else
	{
	  if (memcmp (b->data + skip, out, part) != 0 || part == cache->size)
	    {
	      memcpy (b->data + skip, out, part);
	      cache_dirty (cache, b, ext2.io_kind);
	    }
	  out += part;
	}
      cache_put (b);
      offset += part;
      len -= part;
    }
  return 0;
}

static errcode_t
io_open (const char *name, int flags, io_channel *channel)
{
  io_channel io = calloc (1, sizeof *io);

  if (io == NULL)
    return EXT2_ET_NO_MEMORY;
  io->magic = EXT2_ET_MAGIC_IO_CHANNEL;
  io->manager = &ext2_io_manager;
  io->name = strdup (name);
  io->block_size = 1024;
  io->refcount = 1;
  *channel = io;
  return io->name == NULL ? EXT2_ET_NO_MEMORY : 0;
}

static errcode_t
io_close (io_channel io)
{
  if (--io->refcount > 0)
    return 0;
  free (io->name);
  free (io);
  return 0;
}

static errcode_t
io_set_blksize (io_channel io, int size)
{
  io->block_size = size;
  return 0;
}

static size_t
bytes (io_channel io, int count)
{
  return count < 0 ? (size_t) -count : (size_t) count * io->block_size;
}

static errcode_t
io_read64 (io_channel io, unsigned long long block, int count, void *data)
{
  if (count > 1 && io->block_size == (int) ext2.cache.size)
    cache_prefetch (&ext2.cache, block, count);
  return copy (block * io->block_size, bytes (io, count), data, NULL);
}

static errcode_t
io_write64 (io_channel io, unsigned long long block, int count,
	    const void *data)
{
  return copy (block * io->block_size, bytes (io, count), NULL, data);
}

static errcode_t
io_read (io_channel io, unsigned long block, int count, void *data)
{
  return io_read64 (io, block, count, data);
}

static errcode_t
io_write (io_channel io, unsigned long block, int count, const void *data)
{
  return io_write64 (io, block, count, data);
}

static errcode_t
io_write_byte (io_channel io, unsigned long offset, int count,
	       const void *data)
{
  return copy (offset, count, NULL, data);
}

/* What is written reaches the disk when we decide so.  */
static errcode_t
io_flush (io_channel io)
{
  return 0;
}

struct struct_io_manager ext2_io_manager =
{
  .magic = EXT2_ET_MAGIC_IO_MANAGER,
  .name = "block cache",
  .open = io_open,
  .close = io_close,
  .set_blksize = io_set_blksize,
  .read_blk = io_read,
  .write_blk = io_write,
  .read_blk64 = io_read64,
  .write_blk64 = io_write64,
  .write_byte = io_write_byte,
  .flush = io_flush,
};
