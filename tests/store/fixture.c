/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fixture - write three checkpoints into the image made by `ckpt-image mkfs', for
   the test of ckpt-image.  */

#include "store.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
must (error_t err)
{
  if (err)
    {
      fprintf (stderr, "fixture: %s\n", strerror (err));
      exit (1);
    }
}

int
main (int argc, char **argv)
{
  static char text[10000], page[STORE_PAGE];
  struct store_io io;
  struct store *s;
  int fd = argc == 2 ? open (argv[1], O_RDWR) : -1;
  if (fd < 0)
    must (EINVAL);
  memset (text, 'p', sizeof text);
  must (store_io_fd (fd, &io));
  must (store_open (&io, 0, &s, NULL));
  for (int i = 1; i <= 3; i++)
    {
      struct store_txn *t;
      struct store_obj *o;
      must (store_begin (s, &t));
      must (store_object_create (t, 1, 7, &o));
      text[0] = '0' + i;
      must (store_put_blob (o, text, sizeof text));
      must (store_object_create (t, 2, 8, &o));
      memset (page, 'a' + i, sizeof page);
      must (store_put_page (o, 1000, page));
      must (store_commit (t, i == 2 ? "quoted \"label\"" : NULL, NULL));
    }
  must (store_journal_append (s, 3, 1, "redo", 4, NULL));
  store_close (s);
  return 0;
}
