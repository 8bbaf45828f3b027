/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory object of a node.  */

#include "node.h"
#include "pager.h"

void
fs_pager_keep_node (void *user, bool used)
{
  if (used)
    fs_node_ref (user);
  else
    fs_node_unref (user);
}

error_t
fs_pager_map_node (struct fs_node *node, const struct fs_pager_ops *ops,
		   struct fs_pager **pager, int prot, mach_port_t *object)
{
  error_t err = 0;

  pthread_mutex_lock (&node->lock);
  if (*pager == NULL)
    err = fs_pager_create (ops, node, pager);
  if (!err)
    err = fs_pager_get_right (*pager, prot, object);
  pthread_mutex_unlock (&node->lock);
  return err;
}
