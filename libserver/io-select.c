/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io_select and io_select_timeout.  */

#include "node-internal.h"
#include "io_S.h"

static error_t
do_select (mach_port_t port, const struct timespec *abstime, int *type)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (port, &node);
  error_t err = 0;
  if (cred == NULL)
    return EOPNOTSUPP;
  if (!(cred->open->flags & O_READ))
    *type &= ~SELECT_READ;
  if (!(cred->open->flags & O_WRITE))
    *type &= ~SELECT_WRITE;
  pthread_mutex_lock (&node->lock);
  if (node->fifo)
    err = fs_fifo_select (node, type, abstime);
  else if (node->ops->select)
    err = node->ops->select (node, type, abstime);
  else
    *type &= SELECT_READ | SELECT_WRITE;
  pthread_mutex_unlock (&node->lock);
  if (err == ETIMEDOUT)
    {
      *type = 0;
      err = 0;
    }
  fs_end (cred, node);
  return err;
}

kern_return_t
S_io_select (io_t io_object, int *type)
{
  return do_select (io_object, NULL, type);
}

/* TIMEOUT is when to give up, on the clock of the day.  */
kern_return_t
S_io_select_timeout (io_t io_object, timespec_t timeout, int *type)
{
  if (timeout.tv_nsec < 0 || timeout.tv_nsec >= 1000000000L)
    return EINVAL;
  return do_select (io_object, &timeout, type);
}
