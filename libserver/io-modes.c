/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Open modes and the owner of asynchronous input.  */

#include "node-internal.h"
#include "io_S.h"

static error_t
set_modes (mach_port_t port, int keep, int set)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (port, &node);
  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&node->lock);
  cred->open->flags = ((cred->open->flags & (keep | ~FS_OPEN_MODES))
		       | (set & FS_OPEN_MODES));
  fs_async_count (cred->open);
  pthread_mutex_unlock (&node->lock);
  fs_end (cred, node);
  return 0;
}

kern_return_t
S_io_set_all_openmodes (io_t io_object, int bits)
{
  return set_modes (io_object, 0, bits);
}

kern_return_t
S_io_set_some_openmodes (io_t io_object, int bits)
{
  return set_modes (io_object, ~0, bits);
}

kern_return_t
S_io_clear_some_openmodes (io_t io_object, int bits)
{
  return set_modes (io_object, ~bits, 0);
}

kern_return_t
S_io_get_openmodes (io_t io_object, int *bits)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  if (cred == NULL)
    return EOPNOTSUPP;
  *bits = cred->open->flags;
  fs_end (cred, node);
  return 0;
}

kern_return_t
S_io_mod_owner (io_t io_object, pid_t owner)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  if (cred == NULL)
    return EOPNOTSUPP;
  cred->open->owner = owner;
  fs_end (cred, node);
  return 0;
}

kern_return_t
S_io_get_owner (io_t io_object, pid_t *owner)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  if (cred == NULL)
    return EOPNOTSUPP;
  *owner = cred->open->owner;
  fs_end (cred, node);
  return 0;
}
