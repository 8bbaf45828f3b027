/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sockets of the ground: what they are, and how they come back.  */

#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/io.h>
#include <hurd/socket.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "socket.h"

#define MAX_OPTIONS 64		/* Noted of a socket.  */

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct rp_socket *list;	/* Guarded by LIST_LOCK, as is NEXT_NUMBER.  */
static uint32_t next_number;

static struct rp_socket *
socket_of (struct fs_node *node)
{
  return (struct rp_socket *) rp_data (node);
}

error_t
rp_socket_error (error_t err)
{
  return (err == MIG_BAD_ID ? EOPNOTSUPP
	  : err == MACH_SEND_INVALID_DEST || err == MIG_SERVER_DIED
	  ? ECONNRESET : err);
}

error_t
rp_socket_server (const char *path, const struct fs_ids *ids,
		  mach_port_t *server)
{
  mach_port_t port = file_name_lookup_under (rp.ground, path + 1, 0, 0);

  if (port == MACH_PORT_NULL)
    return errno;
  error_t err = io_restrict_auth (port, server, ids->uids, ids->nuids,
				  ids->gids, ids->ngids);
  mach_port_deallocate (mach_task_self (), port);
  return rp_socket_error (err);
}

error_t
rp_address_there (mach_port_t port, const struct rp_address *a,
		  mach_port_t *object)
{
  return rp_socket_error (socket_create_address (port, a->family, a->data,
						 a->len, object));
}

error_t
rp_address_here (mach_port_t object, struct rp_address *a)
{
  char room[sizeof (struct sockaddr_storage)], *data = room;
  mach_msg_type_number_t len = sizeof room;
  int family;

  if (!MACH_PORT_VALID (object))
    return EADDRNOTAVAIL;
  error_t err = socket_whatis_address (object, &family, &data, &len);
  mach_port_deallocate (mach_task_self (), object);
  if (err)
    return rp_socket_error (err);
  *a = (struct rp_address) { family, len, malloc (len ?: 1) };
  if (a->data)
    memcpy (a->data, data, len);
  if (data != room)
    vm_deallocate (mach_task_self (), (vm_address_t) data, len);
  return a->data ? 0 : ENOMEM;
}

error_t
rp_address_copy (struct rp_address *to, const struct rp_address *from)
{
  char *data = from->data ? malloc (from->len ?: 1) : NULL;

  if (from->data && data == NULL)
    return ENOMEM;
  if (data)
    memcpy (data, from->data, from->len);
  free (to->data);
  *to = (struct rp_address) { from->family, from->len, data };
  return 0;
}

error_t
rp_socket_note (struct rp_socket *s, int level, int option, const void *data,
		size_t len)
{
  char *copy = malloc (len ?: 1);
  size_t i = 0;

  if (copy == NULL)
    return ENOMEM;
  memcpy (copy, data, len);
  while (i < s->noptions && (s->options[i].level != level
			     || s->options[i].option != option))
    i++;
  if (i == s->noptions)
    {
      struct rp_option *o = i < MAX_OPTIONS
	? realloc (s->options, (i + 1) * sizeof *o) : NULL;
      if (o == NULL)
	{
	  free (copy);
	  return i < MAX_OPTIONS ? ENOMEM : ENOBUFS;
	}
      s->options = o;
      o[s->noptions++].data = NULL;
    }
  free (s->options[i].data);
  s->options[i] = (struct rp_option) { level, option, len, copy };
  return 0;
}

/* Do CALL of socket PORT with A.  */
static error_t
with_address (mach_port_t port, const struct rp_address *a,
	      error_t (*call) (mach_port_t, mach_port_t))
{
  mach_port_t object;
  error_t err = rp_address_there (port, a, &object);

  if (!err)
    {
      err = call (port, object);
      mach_port_deallocate (mach_task_self (), object);
    }
  return rp_socket_error (err);
}

/* Make what S is on the ground once more.  */
static error_t
make_again (struct rp_socket *s)
{
  mach_port_t server, port;
  error_t err = rp_socket_server (s->server, s->ids, &server);

  if (err)
    return err;
  err = socket_create (server, s->type, s->protocol, &port);
  mach_port_deallocate (mach_task_self (), server);
  if (err)
    return rp_socket_error (err);
  /* An option that is for a connection, or not for a second time, is none to fail for.  */
  for (size_t i = 0; i < s->noptions; i++)
    socket_setopt (port, s->options[i].level, s->options[i].option,
		   s->options[i].data, s->options[i].len);
  if (s->local.data)
    err = with_address (port, &s->local, socket_bind);
  if (!err && s->state == RP_SOCKET_LISTENS)
    err = rp_socket_error (socket_listen (port, s->backlog));
  if (!err && s->state == RP_SOCKET_CONNECTED)
    err = with_address (port, &s->peer, socket_connect);
  if (err)
    {
      mach_port_deallocate (mach_task_self (), port);
      return err;
    }
  s->rp.port = port;
  s->nonblocking = false;
  return 0;
}

/* Whether S has an other end that knows how far it was.  */
static bool
is_connection (const struct rp_socket *s)
{
  return (s->state == RP_SOCKET_CONNECTED
	  && (s->type == SOCK_STREAM || s->type == SOCK_SEQPACKET
	      || s->peer.data == NULL));
}

error_t
rp_socket_live (struct rp_socket *s, int flags, mach_port_t *port)
{
  bool nonblocking = flags & O_NONBLOCK, reset = s->rp.reset;
  error_t err = 0;

  s->rp.reset = false;
  if (reset)
    return ECONNRESET;
  if (s->rp.port == MACH_PORT_NULL)
    err = is_connection (s) ? ENOTCONN : make_again (s);
  if (err)
    return err;
  if (nonblocking != s->nonblocking)
    err = (nonblocking ? io_set_some_openmodes (s->rp.port, O_NONBLOCK)
	   : io_clear_some_openmodes (s->rp.port, O_NONBLOCK));
  if (!err)
    s->nonblocking = nonblocking;
  s->rp.requests++;
  *port = s->rp.port;
  return rp_socket_error (err);
}

static error_t
socket_stat (struct fs_node *node, io_statbuf_t *st)
{
  struct rp_socket *s = socket_of (node);

  rp_own_stat (node, 0777, 4096, FSTYPE_SOCKET, st);
  st->st_mode = S_IFSOCK | 0777;
  if (s->ids && s->ids->nuids)
    st->st_uid = s->ids->uids[0];
  if (s->ids && s->ids->ngids)
    st->st_gid = s->ids->gids[0];
  return 0;
}

static error_t
socket_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	     size_t *len, void *data, int flags)
{
  struct rp_socket *s = socket_of (node);
  mach_port_t port;
  error_t err = rp_socket_live (s, flags, &port);

  if (err == ENOTCONN)
    {
      *len = 0;
      return 0;
    }
  if (!err)
    err = rp_socket_error (rp_live_read (node, port, -1, len, data));
  if (!err)
    s->rp.bytes += *len;
  return err;
}

static error_t
socket_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	      size_t *len, const void *data, int flags)
{
  struct rp_socket *s = socket_of (node);
  mach_port_t port;
  error_t err = rp_socket_live (s, flags, &port);

  if (err == ENOTCONN)
    return EPIPE;
  if (!err)
    err = rp_socket_error (rp_live_write (node, port, -1, len, data));
  if (!err)
    s->rp.bytes += *len;
  return err;
}

static error_t
socket_readable (struct fs_node *node, loff_t offset, size_t *amount)
{
  vm_size_t n = 0;
  mach_port_t port;
  error_t err = rp_socket_live (socket_of (node), 0, &port);

  if (!err)
    err = rp_socket_error (io_readable (port, &n));
  *amount = n;
  return err;
}

static error_t
socket_select (struct fs_node *node, int *type, const struct timespec *abstime)
{
  struct rp_socket *s = socket_of (node);
  mach_port_t port;

  /* What ends at once does not wait.  */
  if (s->rp.reset || (s->rp.port == MACH_PORT_NULL && is_connection (s)))
    {
      *type &= SELECT_READ | SELECT_WRITE;
      return 0;
    }
  error_t err = rp_socket_live (s, s->nonblocking ? O_NONBLOCK : 0, &port);
  return err ?: rp_port_select (node, port, type, abstime);
}

static error_t
socket_open (struct fs_node *node, struct fs_cred *cred, int flags)
{
  struct rp_socket *s = socket_of (node);

  s->rp.opens++;
  if (cred == NULL && s->rp.port == MACH_PORT_NULL)
    s->rp.reset = is_connection (s);
  return 0;
}

/* The other end is to see that there is nobody any more.  */
static void
socket_close (struct fs_node *node, int flags)
{
  struct rp_socket *s = socket_of (node);

  if (--s->rp.opens > 0 || s->rp.port == MACH_PORT_NULL)
    return;
  mach_port_deallocate (mach_task_self (), s->rp.port);
  s->rp.port = MACH_PORT_NULL;
}

static error_t
socket_truncate (struct fs_node *node, loff_t size)
{
  return EINVAL;
}

static void
release (struct rp_socket *s)
{
  if (s->rp.port != MACH_PORT_NULL)
    mach_port_deallocate (mach_task_self (), s->rp.port);
  for (size_t i = 0; i < s->noptions; i++)
    free (s->options[i].data);
  free (s->options);
  free (s->local.data);
  free (s->peer.data);
  free (s->server);
  fs_ids_free (s->ids);
  free (s);
}

static void
socket_free (struct fs_node *node)
{
  struct rp_socket *s = socket_of (node), **sp;

  pthread_mutex_lock (&list_lock);
  for (sp = &list; *sp != s; sp = &(*sp)->next)
    continue;
  *sp = s->next;
  pthread_mutex_unlock (&list_lock);
  release (s);
}

static const struct fs_ops socket_ops = {
  .stat = socket_stat, .read = socket_read, .write = socket_write,
  .readable = socket_readable, .select = socket_select,
  .truncate = socket_truncate,
  .open = socket_open, .close = socket_close, .free = socket_free
};

/* An address has no contents.  */
static const struct fs_ops address_ops = {
  .stat = socket_stat, .open = socket_open, .close = socket_close,
  .free = socket_free
};

struct rp_socket *
rp_socket_of (struct fs_node *node, enum rp_kind kind)
{
  if (node->ops != (kind == RP_SOCKET ? &socket_ops : &address_ops))
    return NULL;
  return socket_of (node);
}

/* Make S' node; call with the list's lock held.  */
static error_t
make_node (struct rp_socket *s)
{
  error_t err = fs_node_create (&rp.fs, s->rp.kind == RP_SOCKET ? &socket_ops
				: &address_ops,
				RP_SOCKET_INO + s->number, &s->node);
  if (!err)
    s->node->data = &s->rp;
  return err;
}

static void
enlist (struct rp_socket *s)
{
  s->next = list;
  list = s;
  if (s->number >= next_number)
    next_number = s->number + 1;
}

error_t
rp_socket_make (enum rp_kind kind, struct rp_socket **socket)
{
  struct rp_socket *s = calloc (1, sizeof *s);

  if (s == NULL)
    return ENOMEM;
  s->rp.kind = kind;
  pthread_mutex_lock (&list_lock);
  s->number = next_number;
  error_t err = next_number == UINT32_MAX ? EAGAIN : make_node (s);
  if (!err)
    enlist (s);
  pthread_mutex_unlock (&list_lock);
  if (err)
    free (s);
  *socket = s;
  return err;
}

error_t
rp_socket_right (struct rp_socket *s, const struct fs_ids *ids,
		 mach_port_t *right)
{
  struct fs_open *open;
  struct fs_cred *cred;
  error_t err = fs_open_create (s->node, O_READ | O_WRITE, 0, &open);

  if (err)
    return err;
  open->opened = true;		/* So that its end is told.  */
  s->rp.opens++;
  err = fs_cred_create (open, ids, 0, &cred);
  fs_open_unref (open);
  if (err)
    return err;
  *right = sv_port_get_right (cred);
  sv_unref (cred);
  return *right == MACH_PORT_NULL ? EIO : 0;
}

error_t
rp_socket_again (uint32_t number, struct fs_node **node)
{
  struct rp_socket *s;
  error_t err = 0;

  pthread_mutex_lock (&list_lock);
  for (s = list; s && s->number != number; s = s->next)
    continue;
  if (s == NULL)
    err = EBADMSG;
  else if (s->node)
    *node = fs_node_ref (s->node);
  else
    {
      err = make_node (s);
      *node = s->node;
    }
  pthread_mutex_unlock (&list_lock);
  return err;
}

static void
save_address (struct ckpt_blob *b, const struct rp_address *a)
{
  ckpt_put_u8 (b, a->data != NULL);
  ckpt_put_u32 (b, a->family);
  ckpt_put_bytes (b, a->data, a->data ? a->len : 0);
}

void
rp_sockets_save (struct ckpt_blob *b)
{
  static const struct fs_ids nobody;	/* Who makes it has not said yet.  */
  uint32_t n = 0;

  pthread_mutex_lock (&list_lock);
  for (struct rp_socket *s = list; s; s = s->next)
    n += s->node != NULL;
  ckpt_put_u32 (b, n);
  for (struct rp_socket *s = list; s; s = s->next)
    if (s->node)
      {
	ckpt_put_u32 (b, s->number);
	ckpt_put_u8 (b, s->rp.kind == RP_ADDRESS);
	ckpt_put_string (b, s->server ?: "");
	rp_ids_save (b, s->ids ?: &nobody);
	ckpt_put_u32 (b, s->type);
	ckpt_put_u32 (b, s->protocol);
	ckpt_put_u8 (b, s->state);
	ckpt_put_u32 (b, s->backlog);
	save_address (b, &s->local);
	save_address (b, &s->peer);
	ckpt_put_u32 (b, s->noptions);
	for (size_t i = 0; i < s->noptions; i++)
	  {
	    ckpt_put_u32 (b, s->options[i].level);
	    ckpt_put_u32 (b, s->options[i].option);
	    ckpt_put_bytes (b, s->options[i].data, s->options[i].len);
	  }
      }
  pthread_mutex_unlock (&list_lock);
}

static error_t
read_address (struct ckpt_reader *r, struct rp_address *a)
{
  bool there = ckpt_get_u8 (r);
  struct rp_address read = { .family = ckpt_get_u32 (r) };
  size_t len;

  read.data = (char *) ckpt_get_bytes (r, &len);
  read.len = len;
  return r->error ?: there ? rp_address_copy (a, &read) : 0;
}

static error_t
read_socket (struct ckpt_reader *r, struct rp_socket *s)
{
  s->number = ckpt_get_u32 (r);
  s->rp.kind = ckpt_get_u8 (r) ? RP_ADDRESS : RP_SOCKET;
  const char *server = ckpt_get_string (r);
  error_t err = r->error ?: rp_ids_load (r, &s->ids);
  if (err || s->number == UINT32_MAX)
    return err ?: EBADMSG;
  s->server = strdup (server);
  s->type = ckpt_get_u32 (r);
  s->protocol = ckpt_get_u32 (r);
  s->state = ckpt_get_u8 (r);
  s->backlog = ckpt_get_u32 (r);
  err = s->server ? 0 : ENOMEM;
  if (!err && s->state > RP_SOCKET_CONNECTED)
    err = EBADMSG;
  err = err ?: read_address (r, &s->local) ?: read_address (r, &s->peer);
  uint32_t n = err ? 0 : ckpt_get_u32 (r);
  for (; !err && n-- > 0; err = err ?: r->error)
    {
      int level = ckpt_get_u32 (r), option = ckpt_get_u32 (r);
      size_t len;
      const void *data = ckpt_get_bytes (r, &len);
      err = r->error ?: rp_socket_note (s, level, option, data, len);
    }
  return err;
}

/* S is of a checkpoint; it is read twice, see restore.c.  */
static void
enlist_once (struct rp_socket *s)
{
  struct rp_socket *old;

  pthread_mutex_lock (&list_lock);
  for (old = list; old && old->number != s->number; old = old->next)
    continue;
  if (old)
    release (s);
  else
    enlist (s);
  pthread_mutex_unlock (&list_lock);
}

/* Read all of them, and call TAKE with each.  */
static error_t
read_sockets (struct ckpt_reader *r, void (*take) (struct rp_socket *))
{
  uint32_t n = ckpt_get_u32 (r);
  error_t err = r->error;

  while (!err && n-- > 0)
    {
      struct rp_socket *s = calloc (1, sizeof *s);
      err = s ? read_socket (r, s) : ENOMEM;
      if (s)
	(err ? release : take) (s);
    }
  return err;
}

error_t
rp_sockets_skip (struct ckpt_reader *r)
{
  return read_sockets (r, release);
}

error_t
rp_sockets_load (struct ckpt_reader *r)
{
  return read_sockets (r, enlist_once);
}
