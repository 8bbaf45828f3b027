/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink [--silent] FILE: a translator that keeps what is written to it in FILE, at
   once and durably, and from which the numbers 1, 2, 3 … can be read, one in a line,
   each once, also if the machine stops in between, until there is a file FILE.end: then
   it is `end'.  Its size is how much was written;
   with --silent it does not tell.  */

#include <error.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <hurd.h>
#include "libserver/node.h"

static int output, input;	/* FILE, and the last number in FILE.in.  */
static char ending[256];	/* FILE.end.  */
static bool silent;

static error_t
sink_stat (struct fs_node *node, io_statbuf_t *st)
{
  struct stat is;

  if (fstat (output, &is) < 0)
    return errno;
  memset (st, 0, sizeof *st);
  st->st_fstype = FSTYPE_MISC;
  st->st_ino = node->ino;
  st->st_mode = S_IFCHR | 0666;
  st->st_nlink = 1;
  st->st_blksize = 4096;
  st->st_size = silent ? 0 : is.st_size;
  return 0;
}

static error_t
sink_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	   size_t *len, void *data, int flags)
{
  char text[16] = "0";

  if (*len < sizeof text)
    return EMSGSIZE;
  if (access (ending, F_OK) == 0)
    {
      *len = strlen ("end\n");
      memcpy (data, "end\n", *len);
      return 0;
    }
  if (pread (input, text, sizeof text - 1, 0) < 0)
    return errno;
  int n = snprintf (text, sizeof text, "%d\n", atoi (text) + 1);
  if (pwrite (input, text, n, 0) != n || fsync (input) < 0)
    return errno;
  memcpy (data, text, n);
  *len = n;
  return 0;
}

static error_t
sink_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	    size_t *len, const void *data, int flags)
{
  ssize_t n = write (output, data, *len);

  if (n < 0 || fsync (output) < 0)
    return errno;
  *len = n;
  return 0;
}

static error_t
sink_select (struct fs_node *node, int *type, const struct timespec *abstime)
{
  return 0;
}

static error_t
sink_truncate (struct fs_node *node, loff_t size)
{
  return 0;
}

static const struct fs_ops sink_ops =
{
  .stat = sink_stat, .read = sink_read, .write = sink_write,
  .select = sink_select, .truncate = sink_truncate,
};

int
main (int argc, char **argv)
{
  static struct fs_fs fs = { .name = "sink", .fstype = FSTYPE_MISC };
  mach_port_t bootstrap;
  char name[256];
  error_t err;

  silent = argc > 1 && strcmp (argv[1], "--silent") == 0;
  if (argc != 2 + silent)
    error (2, 0, "usage: sink [--silent] FILE");
  output = open (argv[1 + silent], O_WRONLY | O_CREAT | O_APPEND, 0644);
  snprintf (name, sizeof name, "%s.in", argv[1 + silent]);
  snprintf (ending, sizeof ending, "%s.end", argv[1 + silent]);
  input = open (name, O_RDWR | O_CREAT, 0644);
  if (output < 0 || input < 0)
    error (1, errno, "%s", name);
  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  if (bootstrap == MACH_PORT_NULL)
    error (1, 0, "must be started as a translator");
  err = sv_bucket_create (&fs.bucket);
  if (!err)
    err = fs_node_create (&fs, &sink_ops, 1, &fs.root);
  if (!err)
    err = fs_serve (&fs, 2);
  if (!err)
    err = fs_startup (&fs, bootstrap, O_READ | O_WRITE);
  if (err)
    error (1, err, "sink");
  for (;;)
    pause ();
}
