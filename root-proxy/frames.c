/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output as frames on the ground's console (see libframe/frame.h).

   Each frame says where in its stream it begins, and that is part of every
   checkpoint: what a restored program writes again is the same frames again,
   which the reader at the other end drops.  */

#include <hurd.h>
#include <hurd/io.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <frame.h>
#include "proxy.h"

void
rp_console (const char *text, size_t len)
{
  pthread_mutex_lock (&rp.console_lock);
  if (rp.console == MACH_PORT_NULL)
    rp.console = file_name_lookup ("/dev/console", O_WRITE, 0);
  while (len > 0)
    {
      vm_size_t n = 0;
      if (io_write (rp.console, text, len, -1, &n) || n == 0 || n > len)
	break;
      text += n;
      len -= n;
    }
  pthread_mutex_unlock (&rp.console_lock);
}

void
rp_event (const char *format, ...)
{
  char text[FRAME_LINE_MAX], line[FRAME_LINE_MAX + 16];
  va_list args;

  va_start (args, format);
  vsnprintf (text, sizeof text, format, args);
  va_end (args);
  rp_console (line, snprintf (line, sizeof line, "\n" FRAME_MARK "%s\n",
			      text));
}

void
rp_message (const char *format, ...)
{
  char text[FRAME_LINE_MAX], line[FRAME_LINE_MAX + 16];
  va_list args;

  va_start (args, format);
  vsnprintf (text, sizeof text, format, args);
  va_end (args);
  rp_console (line, snprintf (line, sizeof line, "root-proxy: %s\n", text));
}

error_t
rp_own_stat (struct fs_node *node, mode_t mode, unsigned int blksize,
	     int fstype, io_statbuf_t *st)
{
  memset (st, 0, sizeof *st);
  st->st_fsid = 1;
  st->st_ino = node->ino;
  st->st_mode = S_IFCHR | mode;
  st->st_nlink = 1;
  st->st_blksize = blksize;
  st->st_fstype = fstype;
  return 0;
}

error_t
rp_own_truncate (struct fs_node *node, loff_t size)
{
  return 0;
}

static error_t
frames_stat (struct fs_node *node, io_statbuf_t *st)
{
  return rp_own_stat (node, 0666, FRAME_MAX, FSTYPE_TERM, st);
}

error_t
rp_frames_put (struct fs_node *node, const void *data, size_t len)
{
  struct rp_node *d = rp_data (node);
  const char *p = data;
  char line[FRAME_LINE_MAX];

  for (size_t left = len; left > 0;)
    {
      size_t n = left < FRAME_MAX ? left : FRAME_MAX;
      rp_console (line, frame_encode (line, d->stream, d->offset, p, n));
      d->offset += n;
      p += n;
      left -= n;
    }
  return 0;
}

static error_t
frames_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	      size_t *len, const void *data, int flags)
{
  return (rp_data (node)->sync ? rp_output_hold (node, data, *len)
	  : rp_frames_put (node, data, *len));
}

static error_t
frames_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	     size_t *len, void *data, int flags)
{
  *len = 0;
  return 0;
}

static error_t
frames_select (struct fs_node *node, int *type,
	       const struct timespec *abstime)
{
  return 0;
}

static void
frames_free (struct fs_node *node)
{
  free (node->data);
}

const struct fs_ops rp_frames_ops = {
  .stat = frames_stat, .read = frames_read, .admit = rp_output_admit,
  .write = frames_write,
  .select = frames_select, .truncate = rp_own_truncate, .free = frames_free
};

error_t
rp_frames_node (unsigned int stream, uint64_t offset, struct fs_node **node)
{
  struct rp_node *d;
  error_t err = 0;

  if (rp.frames[stream] == NULL)
    {
      d = calloc (1, sizeof *d);
      if (d == NULL)
	return ENOMEM;
      err = fs_node_create (&rp.fs, &rp_frames_ops, RP_FRAMES_INO + stream,
			    &rp.frames[stream]);
      if (err)
	{
	  free (d);
	  return err;
	}
      d->kind = RP_FRAMES;
      pthread_mutex_lock (&rp.lock);
      d->sync = rp_is_sync (NULL);
      pthread_mutex_unlock (&rp.lock);
      d->stream = stream;
      rp.frames[stream]->data = d;
    }
  rp_data (rp.frames[stream])->offset = offset;
  *node = fs_node_ref (rp.frames[stream]);
  return 0;
}
