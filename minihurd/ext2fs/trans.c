/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passive translator records: a block of its own that the inode refers to,
   which holds a length of 16 bits and the argz.  Only file systems made for
   the Hurd have the place for it.  */

#include "ext2fs.h"
#include <stdlib.h>
#include <string.h>

error_t
ext2_get_translator (struct fs_node *node, char **argz, size_t *len)
{
  struct inode *inode = inode_of (node);
  uint32_t number;
  struct block *b = NULL;
  error_t err = 0;

  *argz = NULL;
  *len = 0;
  pthread_mutex_lock (&ext2.lock);
  number = inode->disk.osd1.hurd1.h_i_translator;
  if (ext2.fs->super->s_creator_os != EXT2_OS_HURD || number == 0)
    goto out;
  err = cache_get (&ext2.cache, number, true, &b);
  if (err)
    goto out;
  *len = (unsigned char) b->data[0] | (unsigned char) b->data[1] << 8;
  if (*len > ext2.fs->blocksize - 2 || *len == 0
      || b->data[2 + *len - 1] != '\0')
    {
      *len = 0;
      err = EIO;
      goto out;
    }
  *argz = malloc (*len);
  if (*argz == NULL)
    err = ENOMEM;
  else
    memcpy (*argz, b->data + 2, *len);
 out:
  if (b != NULL)
    cache_put (b);
  pthread_mutex_unlock (&ext2.lock);
  return err;
}

/* Write the record into block NUMBER.  */
static error_t
put_record (uint32_t number, const char *argz, size_t len, enum kind kind)
{
  struct block *b;
  error_t err = cache_get (&ext2.cache, number, false, &b);

  if (err)
    return err;
  memset (b->data, 0, ext2.fs->blocksize);
  b->data[0] = len & 0xff;
  b->data[1] = len >> 8;
  memcpy (b->data + 2, argz, len);
  cache_dirty (&ext2.cache, b, kind);
  cache_put (b);
  return 0;
}

error_t
ext2_set_translator (struct fs_node *node, const char *argz, size_t len)
{
  struct inode *inode = inode_of (node);
  uint64_t number;
  error_t err;

  if (ext2.fs->super->s_creator_os != EXT2_OS_HURD)
    return EOPNOTSUPP;
  if (len > ext2.fs->blocksize - 2 || len > 0xffff)
    return ENAMETOOLONG;
  pthread_mutex_lock (&ext2.lock);
  err = ext2_begin ();
  if (err)
    goto out;
  number = inode->disk.osd1.hurd1.h_i_translator;
  if (len == 0)
    {
      if (number != 0)
	block_free (inode, number);
      inode->disk.osd1.hurd1.h_i_translator = 0;
    }
  else if (number != 0)
    err = put_record (number, argz, len, KIND_INDIRECT);
  else
    {
      err = block_alloc (inode, &number);
      if (err)
	goto out;
      err = put_record (number, argz, len, KIND_DATA);
      if (err)
	block_free (inode, number);
      else
	inode->disk.osd1.hurd1.h_i_translator = number;
    }
  if (err == 0)
    inode_changed (inode, INODE_CTIME);
 out:
  pthread_mutex_unlock (&ext2.lock);
  return err;
}
