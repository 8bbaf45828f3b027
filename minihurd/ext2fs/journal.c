/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See journal.h.  All numbers of a journal are big-endian.  */

#include "ext2fs.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC 0xc03b3998u
enum { DESCRIPTOR = 1, COMMIT = 2, SUPER_V1 = 3, SUPER_V2 = 4 };
enum { ESCAPE = 1, SAME_UUID = 2, LAST_TAG = 8 };
#define REVOKE 1u		/* The one feature that changes nothing here.  */

/* Words of the journal's superblock.  */
enum { W_MAGIC, W_TYPE, W_HEAD_SEQUENCE, W_BLOCKSIZE, W_MAXLEN, W_FIRST,
       W_SEQUENCE, W_START, W_ERRNO, W_COMPAT, W_INCOMPAT };

struct head
{
  uint32_t magic, type, sequence;
};

struct tag
{
  uint32_t block;
  uint16_t checksum, flags;
};

enum { UUID = 16 };

static uint32_t
word (int n)
{
  return ntohl (((uint32_t *) ext2.journal.head)[n]);
}

static void
set_word (int n, uint32_t value)
{
  ((uint32_t *) ext2.journal.head)[n] = htonl (value);
}

static error_t
write_head (void)
{
  return disk_write (&ext2.disk, ext2.journal.blocks[0] * ext2.cache.size,
		     ext2.cache.size, ext2.journal.head);
}

void
journal_close (void)
{
  free (ext2.journal.blocks);
  free (ext2.journal.head);
  memset (&ext2.journal, 0, sizeof ext2.journal);
}

/* Find out where the journal's blocks are.  */
static error_t
map (ext2_ino_t number)
{
  struct journal *j = &ext2.journal;
  struct ext2_inode inode;
  errcode_t code = ext2fs_read_inode (ext2.fs, number, &inode);
  uint32_t i;

  if (code)
    return ext2_error (code);
  j->count = EXT2_I_SIZE (&inode) / ext2.fs->blocksize;
  j->blocks = calloc (j->count + 1, sizeof *j->blocks);
  j->head = malloc (ext2.fs->blocksize);
  if (j->blocks == NULL || j->head == NULL)
    return ENOMEM;
  for (i = 0; i < j->count && code == 0; i++)
    {
      blk64_t block = 0;
      code = ext2fs_bmap2 (ext2.fs, number, &inode, NULL, 0, i, NULL, &block);
      if (code == 0 && block == 0)
	return EIO;
      j->blocks[i] = block;
    }
  return code ? ext2_error (code) : 0;
}

/* Does the journal's superblock say what we can go on with?  */
static bool
understood (void)
{
  struct journal *j = &ext2.journal;

  return (word (W_MAGIC) == MAGIC
	  && (word (W_TYPE) == SUPER_V1 || word (W_TYPE) == SUPER_V2)
	  && word (W_BLOCKSIZE) == ext2.fs->blocksize
	  && word (W_MAXLEN) <= j->count && word (W_FIRST) >= 1
	  && word (W_FIRST) + 3 < word (W_MAXLEN)
	  && (word (W_TYPE) == SUPER_V1
	      || (word (W_INCOMPAT) & ~REVOKE) == 0));
}

error_t
journal_open (void)
{
  struct journal *j = &ext2.journal;
  error_t err;

  if (!ext2fs_has_feature_journal (ext2.fs->super)
      || ext2.fs->super->s_journal_inum == 0)
    return 0;
  err = map (ext2.fs->super->s_journal_inum);
  if (!err)
    err = disk_read (&ext2.disk, j->blocks[0] * ext2.cache.size,
		     ext2.cache.size, j->head);
  if (err)
    {
      journal_close ();
      return err;
    }
  if (!understood ())
    {
      journal_close ();
      return 0;
    }
  j->count = word (W_MAXLEN);
  j->first = word (W_FIRST);
  j->sequence = word (W_SEQUENCE);
  if (word (W_START) != 0)
    {
      journal_close ();
      return EROFS;
    }
  return 0;
}

/* The journal's block number I is to hold DATA: append it to what BUF, which
   has room for MOST blocks, collects of blocks that follow one another.  */
struct run
{
  char *buf;
  uint32_t from, n, most;
};

static error_t
write_run (struct run *r)
{
  error_t err = 0;

  if (r->n > 0)
    err = disk_write (&ext2.disk, ext2.journal.blocks[r->from] * ext2.cache.size,
		      (size_t) r->n * ext2.cache.size, r->buf);
  r->n = 0;
  return err;
}

static error_t
append (struct run *r, uint32_t i, char **data)
{
  const uint64_t *blocks = ext2.journal.blocks;
  error_t err = 0;

  if (r->n == r->most || (r->n > 0 && blocks[i] != blocks[i - 1] + 1))
    err = write_run (r);
  if (r->n == 0)
    r->from = i;
  *data = r->buf + (size_t) r->n++ * ext2.cache.size;
  memset (*data, 0, ext2.cache.size);
  return err;
}

static void
put_head (char *data, uint32_t type)
{
  struct head h = { htonl (MAGIC), htonl (type),
		    htonl (ext2.journal.sequence) };

  memcpy (data, &h, sizeof h);
}

static bool
looks_like_head (const struct block *b)
{
  uint32_t magic;

  memcpy (&magic, b->data, sizeof magic);
  return magic == htonl (MAGIC);
}

/* How many blocks one descriptor can name.  */
static unsigned int
tags_per_block (void)
{
  return ((ext2.cache.size - sizeof (struct head) - UUID)
	  / sizeof (struct tag));
}

/* Write a descriptor of the N blocks of LIST, and them, from the journal's
   block *AT on.  */
static error_t
write_group (struct run *r, uint32_t *at, struct block *const *list,
	     unsigned int n)
{
  unsigned int i;
  char *data, *p;
  error_t err = append (r, (*at)++, &data);

  if (err)
    return err;
  put_head (data, DESCRIPTOR);
  p = data + sizeof (struct head);
  for (i = 0; i < n; i++)
    {
      struct tag t =
	{
	  htonl (list[i]->number), 0,
	  htons ((looks_like_head (list[i]) ? ESCAPE : 0)
		 | (i > 0 ? SAME_UUID : 0) | (i + 1 == n ? LAST_TAG : 0))
	};
      memcpy (p, &t, sizeof t);
      p += sizeof t;
      if (i == 0)
	p += UUID;		/* Of the journal: zeros.  */
    }
  for (i = 0; i < n && err == 0; i++)
    {
      err = append (r, (*at)++, &data);
      memcpy (data, list[i]->data, ext2.cache.size);
      if (looks_like_head (list[i]))
	memset (data, 0, 4);
    }
  return err;
}

error_t
journal_write (struct block *const *list, unsigned int n)
{
  struct journal *j = &ext2.journal;
  unsigned int each = tags_per_block (), done;
  uint32_t at = j->first;
  struct run r = { .most = CACHE_CLUSTER / ext2.cache.size };
  char *data;
  error_t err = 0;

  if (n + (n + each - 1) / each + 1 > j->count - j->first)
    return E2BIG;
  r.buf = malloc (CACHE_CLUSTER);
  if (r.buf == NULL)
    return ENOMEM;
  for (done = 0; done < n && err == 0; done += each)
    err = write_group (&r, &at, list + done,
		       n - done < each ? n - done : each);
  if (!err)
    err = append (&r, at, &data);
  if (!err)
    {
      put_head (data, COMMIT);
      err = write_run (&r);
    }
  free (r.buf);
  if (err)
    return err;
  set_word (W_SEQUENCE, j->sequence);
  set_word (W_START, j->first);
  return write_head ();
}

error_t
journal_done (void)
{
  set_word (W_SEQUENCE, ++ext2.journal.sequence);
  set_word (W_START, 0);
  return write_head ();
}
