/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The overlay's pages: a sorted array per file.  Programs mostly append, so
   that inserting in the middle is rare.  */

#include <stdlib.h>
#include <string.h>
#include "overlay.h"

/* The position of the first page at INDEX or behind it.  */
static size_t
position (struct ov_node *n, uint64_t index)
{
  size_t low = 0, high = n->npages;

  if (high > 0 && n->pages[high - 1].index < index)
    return high;
  while (low < high)
    {
      size_t mid = (low + high) / 2;
      if (n->pages[mid].index < index)
	low = mid + 1;
      else
	high = mid;
    }
  return low;
}

struct ov_page *
ov_page_from (struct ov_node *n, uint64_t index)
{
  size_t i = position (n, index);
  return i < n->npages ? &n->pages[i] : NULL;
}

struct ov_page *
ov_page (struct ov_node *n, uint64_t index)
{
  struct ov_page *page = ov_page_from (n, index);
  return page && page->index == index ? page : NULL;
}

error_t
ov_put_page (struct overlay *ov, struct ov_node *n, uint64_t index,
	     uint8_t *data)
{
  size_t i = position (n, index);

  if (i < n->npages && n->pages[i].index == index)
    {
      free (n->pages[i].data);
      n->pages[i].data = data;
      n->pages[i].epoch = ov->epoch;
      return 0;
    }
  if (n->npages == n->pages_room)
    {
      size_t room = n->pages_room ? n->pages_room * 2 : 8;
      struct ov_page *pages = realloc (n->pages, room * sizeof *pages);
      if (pages == NULL)
	return ENOMEM;
      n->pages = pages;
      n->pages_room = room;
    }
  memmove (n->pages + i + 1, n->pages + i,
	   (n->npages - i) * sizeof *n->pages);
  n->pages[i] = (struct ov_page) { index, ov->epoch, data };
  n->npages++;
  ov->held_pages++;
  return 0;
}

void
ov_page_written (struct overlay *ov, struct ov_page *page)
{
  page->epoch = ov->epoch;
}

void
ov_cut (struct overlay *ov, struct ov_node *n, uint64_t size)
{
  uint64_t first = (size + OV_PAGE - 1) / OV_PAGE;
  size_t keep = position (n, first);

  if (size < n->gvalid)
    n->gvalid = size;
  if (n->gcut_epoch != ov->epoch || size < n->gcut)
    n->gcut = size;
  n->gcut_epoch = ov->epoch;
  for (size_t i = keep; i < n->npages; i++)
    free (n->pages[i].data);
  ov->held_pages -= n->npages - keep;
  n->npages = keep;
  if (size % OV_PAGE != 0)
    {
      struct ov_page *last = ov_page (n, size / OV_PAGE);
      if (last)
	{
	  memset (last->data + size % OV_PAGE, 0, OV_PAGE - size % OV_PAGE);
	  last->epoch = ov->epoch;
	}
    }
}
