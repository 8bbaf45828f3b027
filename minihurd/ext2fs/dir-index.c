/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the names of a large directory are, in memory only: a hash table with
   open addressing of places.  A place is found to be right by looking there.
   An entry never moves while it is in use, so only adding and removing matter.

   The index is made at the first search and dropped with the inode; without
   memory for it a directory is searched from start to end.  */

#include "ext2fs.h"
#include <stdlib.h>
#include <string.h>

struct slot
{
  uint32_t hash;
  uint32_t place;		/* Offset in the directory plus one; 0: empty;
				   GONE: removed.  */
};
#define GONE UINT32_MAX

struct dir_index
{
  struct slot *slots;
  size_t mask, used;		/* USED counts those that are gone as well.  */
};

uint32_t
dir_hash (const char *name, size_t len)
{
  uint32_t h = 2166136261u;

  while (len-- > 0)
    h = (h ^ (unsigned char) *name++) * 16777619u;
  return h;
}

void
dir_index_free (struct inode *dir)
{
  if (dir->index == NULL)
    return;
  free (dir->index->slots);
  free (dir->index);
  dir->index = NULL;
}

bool
dir_index_create (struct inode *dir)
{
  struct dir_index *index = malloc (sizeof *index);

  if (index == NULL)
    return false;
  index->mask = 1023;
  index->used = 0;
  index->slots = calloc (index->mask + 1, sizeof *index->slots);
  if (index->slots == NULL)
    {
      free (index);
      return false;
    }
  dir->index = index;
  return true;
}

static void
insert (struct dir_index *index, uint32_t hash, uint32_t place)
{
  size_t i = hash & index->mask;

  while (index->slots[i].place != 0)
    i = (i + 1) & index->mask;
  index->slots[i] = (struct slot) { hash, place };
  index->used++;
}

/* Make the table larger, leaving out what is gone.  */
static bool
enlarge (struct dir_index *index)
{
  size_t old = index->mask + 1, i;
  struct slot *slots = index->slots, *new;

  new = calloc (2 * old, sizeof *new);
  if (new == NULL)
    return false;
  index->slots = new;
  index->mask = 2 * old - 1;
  index->used = 0;
  for (i = 0; i < old; i++)
    if (slots[i].place != 0 && slots[i].place != GONE)
      insert (index, slots[i].hash, slots[i].place);
  free (slots);
  return true;
}

void
dir_index_add (struct inode *dir, uint32_t hash, uint64_t offset)
{
  struct dir_index *index = dir->index;

  if (index == NULL)
    return;
  if (offset >= GONE - 1
      || (index->used >= index->mask / 2 && !enlarge (index)))
    dir_index_free (dir);
  else
    insert (index, hash, offset + 1);
}

void
dir_index_remove (struct inode *dir, uint32_t hash, uint64_t offset)
{
  struct dir_index *index = dir->index;
  size_t i;

  if (index == NULL)
    return;
  for (i = hash & index->mask; index->slots[i].place != 0;
       i = (i + 1) & index->mask)
    if (index->slots[i].place == offset + 1)
      {
	index->slots[i].place = GONE;
	return;
      }
}

bool
dir_index_next (struct inode *dir, uint32_t hash, size_t *step,
		uint64_t *offset)
{
  const struct dir_index *index = dir->index;

  for (;;)
    {
      const struct slot *s = &index->slots[(hash + (*step)++) & index->mask];

      if (s->place == 0)
	return false;
      if (s->place != GONE && s->hash == hash)
	{
	  *offset = s->place - 1;
	  return true;
	}
    }
}
