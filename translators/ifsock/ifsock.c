/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ifsock: the node of a local socket.  It holds the socket's address, which
   the server of local sockets makes, and gives it to who asks.  */

#include <argp.h>
#include <error.h>
#include <fcntl.h>
#include <hurd.h>
#include <hurd/paths.h>
#include <hurd/socket.h>
#include <sys/socket.h>
#include <translators/trivial/trivial.h>
#include "ifsock_S.h"

TRIV_VERSION ("ifsock");

/* Made by MIG.  */
extern boolean_t S_ifsock_server (mach_msg_header_t *, mach_msg_header_t *);

static const sv_demuxer demuxers[] = { S_ifsock_server, NULL };

static struct triv triv;
static mach_port_t address;

kern_return_t
S_ifsock_getsockaddr (file_t port, mach_port_t *addr)
{
  struct fs_cred *cred = sv_lookup (port, &fs_cred_class);
  error_t err;

  if (cred == NULL)
    return EOPNOTSUPP;
  /* To connect to a socket one must be able to write to it.  */
  pthread_mutex_lock (&triv.fs.root->lock);
  err = fs_access (&triv.st, S_IWRITE, cred->ids);
  pthread_mutex_unlock (&triv.fs.root->lock);
  sv_unref (cred);
  if (err == 0)
    *addr = address;
  return err;
}

/* A socket's node cannot be opened as a file.  */
static error_t
refuse (struct fs_node *node, struct fs_cred *cred, int flags)
{
  return flags & (O_READ | O_WRITE) ? EOPNOTSUPP : 0;
}

static const struct fs_ops ops = { TRIV_OPS, .open = refuse };

static const struct argp argp = { .doc = "The node of a local socket." };

int
main (int argc, char **argv)
{
  struct sv_bucket *bucket;
  mach_port_t server;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  server = file_name_lookup (_SERVERS_SOCKET "/1", 0, 0);
  if (server == MACH_PORT_NULL)
    error (1, errno, "%s", _SERVERS_SOCKET "/1");
  err = socket_fabricate_address (server, AF_LOCAL, &address);
  if (err != 0)
    error (1, err, "cannot make an address");
  mach_port_deallocate (mach_task_self (), server);
  err = sv_bucket_create (&bucket);
  if (err == 0)
    err = triv_init (&triv, bucket, "ifsock", S_IFSOCK, &ops);
  if (err != 0)
    error (1, err, "starting");
  triv.fs.fstype = FSTYPE_IFSOCK;
  triv.fs.demuxers = demuxers;
  triv_start (&triv, 2, 0);
  triv_wait ();
}
