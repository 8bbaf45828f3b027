/* SPDX-License-Identifier: GPL-3.0-or-later */
/* storeio: a block device node for a disk of the kernel.  */

#include <argp.h>
#include <error.h>
#include <stdlib.h>
#include <string.h>
#include <hurd.h>
#include <translators/trivial/trivial.h>
#include "disk.h"

TRIV_VERSION ("storeio");

static struct disk disk;

static error_t
disk_stat (struct fs_node *node, io_statbuf_t *st)
{
  error_t err = triv_stat (node, st);

  /* A node without its disk can be looked at too.  */
  if (err == 0 && disk_open (&disk) == 0)
    {
      st->st_size = disk.size;
      st->st_blocks = disk.size / 512;
    }
  return err;
}

static error_t
node_open (struct fs_node *node, struct fs_cred *cred, int flags)
{
  error_t err;

  if (!(flags & (O_READ | O_WRITE)))
    return 0;
  err = disk_open (&disk);
  if (err == 0 && (flags & O_WRITE) && disk.readonly)
    err = EROFS;
  return err;
}

static error_t
node_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	   size_t *len, void *data, int flags)
{
  return disk_read (&disk, offset, len, data);
}

static error_t
node_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	    size_t *len, const void *data, int flags)
{
  triv_touch (node, false);
  return disk_write (&disk, offset, len, data);
}

static error_t
node_readable (struct fs_node *node, loff_t offset, size_t *amount)
{
  error_t err = disk_open (&disk);

  if (err == 0)
    *amount = offset < disk.size ? disk.size - offset : 0;
  return err;
}

static error_t
node_truncate (struct fs_node *node, loff_t size)
{
  return size == 0 ? 0 : EINVAL; /* O_TRUNC changes nothing.  */
}

/* The kernel answers a write when the disk has it.  */
static error_t
node_sync (struct fs_node *node, bool wait)
{
  return 0;
}

static const struct fs_ops disk_ops =
{
  .stat = disk_stat, .chmod = triv_chmod, .chown = triv_chown,
  .chauthor = triv_chauthor, .utimens = triv_utimens,
  .open = node_open, .read = node_read, .write = node_write,
  .readable = node_readable, .truncate = node_truncate, .sync = node_sync,
};

static const struct argp_option options[] =
{
  { "readonly", 'r', NULL, 0, "Never write to the disk", 0 },
  { "writable", 'w', NULL, 0, "Write if the disk lets us (the default)", 0 },
  { "rdev", 'n', "NUMBER", 0, "The device number that stat shows", 0 },
  { 0 }
};

static struct triv triv;

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  char *end;

  switch (key)
    {
    case 'r':
      disk.readonly = true;
      break;
    case 'w':
      disk.readonly = false;
      break;
    case 'n':
      triv.rdev = strtoul (arg, &end, 0);
      if (*arg == '\0' || *end != '\0')
	argp_error (state, "%s: not a number", arg);
      break;
    case ARGP_KEY_ARG:
      if (state->arg_num > 0)
	argp_error (state, "only one device can be served");
      disk.name = strncmp (arg, "device:", 7) == 0 ? arg + 7 : arg;
      break;
    case ARGP_KEY_NO_ARGS:
      argp_error (state, "no device is given");
      break;
    default:
      return ARGP_ERR_UNKNOWN;
    }
  return 0;
}

static const struct argp argp =
{
  .options = options, .parser = parse, .args_doc = "DEVICE",
  .doc = "Serve the kernel's disk DEVICE (for example hd1) as a block device.",
};

int
main (int argc, char **argv)
{
  struct sv_bucket *bucket;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  err = sv_bucket_create (&bucket);
  if (err == 0)
    err = triv_init (&triv, bucket, "storeio", S_IFBLK, &disk_ops);
  if (err != 0)
    error (1, err, "starting");
  triv_start (&triv, 2, 0);
  triv_wait ();
}
