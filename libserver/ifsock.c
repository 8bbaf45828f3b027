/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes of local sockets: ifsock_getsockaddr.  */

#include <sys/socket.h>
#include <hurd/paths.h>
#include <hurd/socket.h>
#include "node-internal.h"
#include "ifsock_S.h"

/* A new address of FS' server of sockets.  */
static error_t
make_address (struct fs_fs *fs, mach_port_t *address)
{
  char name[sizeof _SERVERS_SOCKET + 4] = _SERVERS_SOCKET "/1";
  mach_port_t server;
  error_t err = 0;

  if (fs->socket_server)
    err = fs->socket_server (fs, &server);
  else
    {
      server = file_name_lookup (name, 0, 0);
      err = MACH_PORT_VALID (server) ? 0 : errno;
    }
  if (err)
    return err;
  sv_park ();
  err = socket_fabricate_address (server, AF_LOCAL, address);
  sv_unpark ();
  fs_drop_right (server);
  return err;
}

kern_return_t
S_ifsock_getsockaddr (file_t file, mach_port_t *address)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  io_statbuf_t st;
  error_t err = 0;
  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&node->lock);
  err = fs_stat (node, &st);
  mach_port_t known = node->address;
  pthread_mutex_unlock (&node->lock);
  if (!err && (!S_ISSOCK (st.st_mode) || !node->fs->special_files))
    err = EOPNOTSUPP;
  /* Whoever knows the address can connect.  */
  if (!err)
    err = fs_access (&st, S_IWRITE, cred->ids);
  if (!err && !MACH_PORT_VALID (known))
    {
      err = make_address (node->fs, &known);
      pthread_mutex_lock (&node->lock);
      if (!err && !MACH_PORT_VALID (node->address))
	{
	  /* Others shall find the same one: the node stays while it has a
	     name.  */
	  node->address = known;
	  fs_node_ref (node);
	}
      else if (!err)
	{
	  fs_drop_right (known);
	  known = node->address;
	}
      pthread_mutex_unlock (&node->lock);
    }
  *address = known;
  fs_end (cred, node);
  return err;
}
