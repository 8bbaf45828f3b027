/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of what is kept for a name: a translator, and a socket's address.  */

#include <hurd/fsys.h>
#include "node-internal.h"

void
fs_forget (struct fs_node *node, struct fs_rest *rest)
{
  io_statbuf_t st;
  if (fs_stat (node, &st) || st.st_nlink)
    return;
  if (MACH_PORT_VALID (node->active))
    {
      rest->control = node->active;
      sv_right_ref (rest->control);
      fs_active_set (node, MACH_PORT_NULL);
    }
  rest->address = node->address;
  node->address = MACH_PORT_NULL;
}

void
fs_let_go (struct fs_node *node, struct fs_rest *rest)
{
  if (MACH_PORT_VALID (rest->control))
    {
      sv_park ();
      fsys_goaway (rest->control, FSYS_GOAWAY_UNLINK);
      sv_unpark ();
      fs_drop_right (rest->control);
    }
  if (MACH_PORT_VALID (rest->address))
    {
      fs_drop_right (rest->address);
      fs_node_unref (node);
    }
}
