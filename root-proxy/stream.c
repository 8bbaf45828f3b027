/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Character streams of the ground: requests pass through.

   Reading and select wait on the ground, parked: a checkpoint finds them not
   handled, and after a restore they are asked again.  Writing is waited for by
   a checkpoint, so that it is done once.  The ground's open is shared by all of
   the environment's, so offsets, which a stream ignores, are the client's.  */

#include <hurd/io.h>
#include <mach/mig_support.h>
#include <stdlib.h>
#include <string.h>
#include "proxy.h"

/* Is any of TYPE possible now?  */
static error_t
ready (mach_port_t port, int type)
{
  struct timespec none = { 0, 0 };
  error_t err = io_select_timeout (port, mig_get_reply_port (), none, &type);

  if (err == MACH_RCV_TIMED_OUT || err == EINTR || (!err && type == 0))
    return EWOULDBLOCK;
  return err;
}

static error_t
stream_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	     size_t *len, void *data, int flags)
{
  mach_port_t port;
  char *buf = data;
  mach_msg_type_number_t n = *len;
  error_t err = rp_ground_port (node, &port);

  if (!err && (flags & O_NONBLOCK))
    err = ready (port, SELECT_READ);
  if (err)
    return err;
  pthread_mutex_unlock (&node->lock);
  sv_park ();
  err = io_read (port, &buf, &n, offset, *len);
  sv_unpark ();
  pthread_mutex_lock (&node->lock);
  if (err)
    return err;
  if (n > *len)
    n = *len;
  if (buf != data)
    {
      memcpy (data, buf, n);
      vm_deallocate (mach_task_self (), (vm_address_t) buf, n);
    }
  *len = n;
  return 0;
}

static error_t
stream_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	      size_t *len, const void *data, int flags)
{
  mach_port_t port;
  vm_size_t n = 0;
  error_t err = rp_ground_port (node, &port);

  if (!err && (flags & O_NONBLOCK))
    err = ready (port, SELECT_WRITE);
  if (!err)
    err = io_write (port, data, *len, offset, &n);
  if (!err)
    *len = n;
  return err;
}

static error_t
stream_readable (struct fs_node *node, loff_t offset, size_t *amount)
{
  mach_port_t port;
  vm_size_t n = 0;
  error_t err = rp_ground_port (node, &port);

  if (!err)
    err = io_readable (port, &n);
  *amount = n;
  return err;
}

static error_t
stream_select (struct fs_node *node, int *type,
	       const struct timespec *abstime)
{
  mach_port_t port;
  struct timespec now, left = { 0, 0 };
  error_t err = rp_ground_port (node, &port);

  if (err)
    return err;
  if (abstime)
    {
      clock_gettime (CLOCK_REALTIME, &now);
      left.tv_sec = abstime->tv_sec - now.tv_sec;
      left.tv_nsec = abstime->tv_nsec - now.tv_nsec;
      if (left.tv_nsec < 0)
	{
	  left.tv_nsec += 1000000000;
	  left.tv_sec--;
	}
      if (left.tv_sec < 0)
	left = (struct timespec) { 0, 0 };
    }
  pthread_mutex_unlock (&node->lock);
  sv_park ();
  err = (abstime
	 ? io_select_timeout (port, mig_get_reply_port (), left, type)
	 : io_select (port, mig_get_reply_port (), 0, type));
  sv_unpark ();
  pthread_mutex_lock (&node->lock);
  if (err == MACH_RCV_TIMED_OUT)
    {
      *type = 0;
      err = 0;
    }
  return err;
}

static error_t
stream_utimens (struct fs_node *node, const struct timespec *atime,
		const struct timespec *mtime)
{
  return 0;
}

static error_t
stream_truncate (struct fs_node *node, loff_t size)
{
  return 0;
}

static void
stream_free (struct fs_node *node)
{
  rp_file_ops.free (node);
}

const struct fs_ops rp_stream_ops = {
  .stat = rp_stat, .read = stream_read, .write = stream_write,
  .readable = stream_readable, .select = stream_select,
  .truncate = stream_truncate, .utimens = stream_utimens,
  .free = stream_free
};
