/* SPDX-License-Identifier: GPL-3.0-or-later */
/* counter [EVERY]: a translator that counts requests.  Each io_write counts as
   one, whatever its length; reading yields the count in decimal and a newline.
   Each EVERYth is answered only after the clock's next tick, so that its client
   is mostly found waiting.  */

#include <error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <hurd.h>
#include "libserver/node.h"

static unsigned long count, every;

static error_t
counter_stat (struct fs_node *node, io_statbuf_t *st)
{
  memset (st, 0, sizeof *st);
  st->st_fstype = FSTYPE_MISC;
  st->st_fsid = getpid ();
  st->st_ino = node->ino;
  st->st_mode = S_IFCHR | 0666;
  st->st_nlink = 1;
  st->st_blksize = 4096;
  return 0;
}

static error_t
counter_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	      size_t *len, void *data, int flags)
{
  char text[32];
  size_t size = snprintf (text, sizeof text, "%lu\n", count);

  if (offset < 0 || (size_t) offset >= size)
    size = 0;
  else
    size -= offset;
  if (*len > size)
    *len = size;
  memcpy (data, text + offset, *len);
  return 0;
}

static error_t
counter_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	       size_t *len, const void *data, int flags)
{
  count++;
  if (every && count % every == 0)
    usleep (1000);
  return 0;
}

static error_t
counter_truncate (struct fs_node *node, loff_t size)
{
  return 0;
}

static const struct fs_ops counter_ops =
{
  .stat = counter_stat,
  .read = counter_read,
  .write = counter_write,
  .truncate = counter_truncate,
};

int
main (int argc, char **argv)
{
  static struct fs_fs fs = { .name = "counter", .fstype = FSTYPE_MISC };
  mach_port_t bootstrap;
  error_t err;

  if (argc > 1)
    every = strtoul (argv[1], NULL, 10);
  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  if (bootstrap == MACH_PORT_NULL)
    error (1, 0, "must be started as a translator");
  err = sv_bucket_create (&fs.bucket);
  if (!err)
    err = fs_node_create (&fs, &counter_ops, 1, &fs.root);
  if (!err)
    err = fs_serve (&fs, 2);
  if (!err)
    err = fs_startup (&fs, bootstrap, O_READ | O_WRITE);
  if (err)
    error (1, err, "counter");
  for (;;)
    pause ();
}
