/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Set passive translator records on files of an ext2 image made for the Hurd.

   usage: settrans-image IMAGE < LIST

   Each line of LIST is a file name and the translator's arguments, separated
   by blanks.  A record is a block of its own, which holds its length in two
   bytes, least first, and the arguments, each ended by a null byte.  */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <et/com_err.h>
#include <ext2fs/ext2fs.h>

static ext2_filsys fs;
static char *record;

/* Fill RECORD with the words of ARGUMENTS; returns false if there is no room,
   or none.  */
static int
make_record (char *arguments)
{
  size_t len = 0;
  char *word;

  memset (record, 0, fs->blocksize);
  while ((word = strtok (arguments, " \t\n")) != NULL)
    {
      arguments = NULL;
      if (2 + len + strlen (word) + 1 > fs->blocksize)
	return 0;
      strcpy (record + 2 + len, word);
      len += strlen (word) + 1;
    }
  record[0] = len & 0xff;
  record[1] = len >> 8;
  return len > 0;
}

/* Give the file NAME the record.  */
static errcode_t
set_record (const char *name)
{
  struct ext2_inode inode;
  ext2_ino_t ino;
  blk64_t block;
  errcode_t err;

  err = ext2fs_namei (fs, EXT2_ROOT_INO, EXT2_ROOT_INO, name, &ino);
  if (err == 0)
    err = ext2fs_read_inode (fs, ino, &inode);
  if (err)
    return err;
  block = inode.osd1.hurd1.h_i_translator;
  if (block == 0)
    {
      err = ext2fs_alloc_block2 (fs, 0, NULL, &block);
      if (err)
	return err;
      inode.osd1.hurd1.h_i_translator = block;
      ext2fs_iblk_add_blocks (fs, &inode, 1);
      err = ext2fs_write_inode (fs, ino, &inode);
      if (err)
	return err;
    }
  return io_channel_write_blk64 (fs->io, block, 1, record);
}

int
main (int argc, char **argv)
{
  char line[4096], *name;
  errcode_t err;

  if (argc != 2)
    {
      fprintf (stderr, "usage: settrans-image IMAGE < LIST\n");
      return 2;
    }
  initialize_ext2_error_table ();
  err = ext2fs_open (argv[1], EXT2_FLAG_RW | EXT2_FLAG_64BITS, 0, 0,
		     unix_io_manager, &fs);
  if (err == 0)
    err = ext2fs_read_bitmaps (fs);
  if (err)
    {
      fprintf (stderr, "settrans-image: %s: %s\n", argv[1],
	       error_message (err));
      return 1;
    }
  if (fs->super->s_creator_os != EXT2_OS_HURD)
    {
      fprintf (stderr, "settrans-image: %s was not made for the Hurd\n",
	       argv[1]);
      return 1;
    }
  record = malloc (fs->blocksize);
  while (record != NULL && fgets (line, sizeof line, stdin) != NULL)
    {
      name = strtok (line, " \t\n");
      if (name == NULL)
	continue;
      if (!make_record (NULL))
	{
	  fprintf (stderr, "settrans-image: %s: no translator, or too long\n",
		   name);
	  return 1;
	}
      err = set_record (name);
      if (err)
	{
	  fprintf (stderr, "settrans-image: %s: %s\n", name,
		   error_message (err));
	  return 1;
	}
    }
  err = ext2fs_close (fs);
  if (err || record == NULL)
    {
      fprintf (stderr, "settrans-image: %s: cannot be written\n", argv[1]);
      return 1;
    }
  return 0;
}
