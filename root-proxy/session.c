/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions: where a terminal of the ground meets a pty of the environment.

   Inside, `ckpt-session' holds the pty's master and an open of one of these nodes.
   Here a client of the ground, `ckpt attach', comes and goes.  What the client
   types and how large its terminal is goes in as records, one per read: a letter
   (d: bytes typed; a: attached, w: new size; both followed by rows and columns, two
   bytes each, the more significant first) and what belongs to it.  What is written
   goes to the client, if there is one; a slow one makes the writer wait.  None of
   it is part of a checkpoint: the terminal inside is.  */

#include <stdlib.h>
#include <string.h>
#include <hurd.h>
#include <checkpointd/checkpointd.h>
#include "proxy.h"
#include "ckpt_S.h"

#define RECORDS_MAX	256	/* Waiting to be read inside.  */
#define OUTPUT_MAX	65536	/* Waiting to be taken by the client.  */

struct record
{
  struct record *next;
  size_t len;
  char data[];
};

/* Guarded by the node's lock.  */
struct session
{
  struct rp_node rp;
  struct fs_node *node;
  unsigned int number, opens;
  bool ended;
  struct attachment *client;	/* NULL: nobody.  */
  struct record *first, **last;
  unsigned int nrecords;
  char *output;
  size_t used;
  pthread_cond_t changed;
};

/* What a client holds.  */
struct attachment
{
  struct sv_port port;
  struct fs_node *node;		/* Referenced.  */
};

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct session *list[RP_SESSIONS]; /* Live ones.  */

static struct session *
session_of (struct fs_node *node)
{
  return (struct session *) rp_data (node);
}

/* Append a record of KIND; call with the lock held.  */
static error_t
add_record (struct session *s, char kind, const void *data, size_t len)
{
  struct record *r;

  if (s->ended)
    return EIO;
  r = malloc (sizeof *r + 1 + len);
  if (r == NULL)
    return ENOMEM;
  r->next = NULL;
  r->len = 1 + len;
  r->data[0] = kind;
  memcpy (r->data + 1, data, len);
  *s->last = r;
  s->last = &r->next;
  s->nrecords++;
  pthread_cond_broadcast (&s->changed);
  return 0;
}

static error_t
add_size (struct session *s, char kind, unsigned int rows,
	  unsigned int columns)
{
  const char bytes[] = { rows >> 8, rows, columns >> 8, columns };

  return add_record (s, kind, bytes, sizeof bytes);
}

/* The node's operations.  */

static error_t
session_stat (struct fs_node *node, io_statbuf_t *st)
{
  return rp_own_stat (node, 0600, 4096, FSTYPE_TERM, st);
}

static error_t
session_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	      size_t *len, void *data, int flags)
{
  struct session *s = session_of (node);
  error_t err = 0;

  while (s->first == NULL && !err)
    err = flags & O_NONBLOCK ? EWOULDBLOCK
      : sv_wait (&s->changed, &node->lock, NULL);
  if (err)
    return err;
  struct record *r = s->first;
  if (r->len > *len)
    return EMSGSIZE;
  memcpy (data, r->data, r->len);
  *len = r->len;
  s->first = r->next;
  if (s->first == NULL)
    s->last = &s->first;
  s->nrecords--;
  free (r);
  pthread_cond_broadcast (&s->changed);
  return 0;
}

static error_t
session_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	       size_t *len, const void *data, int flags)
{
  struct session *s = session_of (node);
  error_t err = 0;

  while (s->client && s->used == OUTPUT_MAX && !err)
    err = flags & O_NONBLOCK ? EWOULDBLOCK
      : sv_wait (&s->changed, &node->lock, NULL);
  if (err || s->client == NULL)
    return err;
  if (s->output == NULL)
    s->output = malloc (OUTPUT_MAX);
  if (s->output == NULL)
    return ENOMEM;
  if (*len > OUTPUT_MAX - s->used)
    *len = OUTPUT_MAX - s->used;
  memcpy (s->output + s->used, data, *len);
  s->used += *len;
  pthread_cond_broadcast (&s->changed);
  return 0;
}

static error_t
session_select (struct fs_node *node, int *type,
		const struct timespec *abstime)
{
  struct session *s = session_of (node);
  error_t err = 0;

  for (;;)
    {
      int ready = 0;
      if (s->first)
	ready |= SELECT_READ;
      if (s->client == NULL || s->used < OUTPUT_MAX)
	ready |= SELECT_WRITE;
      ready &= *type;
      if (ready || err == ETIMEDOUT)
	{
	  *type = ready;
	  return 0;
	}
      if (err)
	return err;
      err = sv_wait (&s->changed, &node->lock, abstime);
    }
}

static error_t
session_open (struct fs_node *node, struct fs_cred *cred, int flags)
{
  session_of (node)->opens++;
  return 0;
}

static void
session_close (struct fs_node *node, int flags)
{
  struct session *s = session_of (node);

  if (--s->opens > 0)
    return;
  s->ended = true;
  pthread_mutex_lock (&list_lock);
  if (list[s->number] == s)
    list[s->number] = NULL;
  pthread_mutex_unlock (&list_lock);
  pthread_cond_broadcast (&s->changed);
}

static void
session_free (struct fs_node *node)
{
  struct session *s = session_of (node);

  pthread_mutex_lock (&list_lock);
  if (list[s->number] == s)
    list[s->number] = NULL;
  pthread_mutex_unlock (&list_lock);
  while (s->first)
    {
      struct record *r = s->first;
      s->first = r->next;
      free (r);
    }
  pthread_cond_destroy (&s->changed);
  free (s->output);
  free (s);
}

static const struct fs_ops session_ops = {
  .stat = session_stat, .read = session_read, .write = session_write,
  .select = session_select, .open = session_open, .close = session_close,
  .truncate = rp_own_truncate, .free = session_free
};

/* Make session NUMBER; call with list_lock held.  */
static error_t
make (unsigned int number, struct fs_node **node)
{
  struct session *s = calloc (1, sizeof *s);
  error_t err;

  if (s == NULL)
    return ENOMEM;
  err = fs_node_create (&rp.fs, &session_ops, RP_SESSION_INO + number, node);
  if (err)
    {
      free (s);
      return err;
    }
  s->rp.kind = RP_SESSION;
  s->node = *node;
  s->number = number;
  s->last = &s->first;
  pthread_cond_init (&s->changed, NULL);
  (*node)->data = &s->rp;
  list[number] = s;
  return 0;
}

error_t
rp_session_node (unsigned int number, struct fs_node **node)
{
  error_t err = 0;

  pthread_mutex_lock (&list_lock);
  if (number == RP_SESSIONS)
    for (number = 0; number < RP_SESSIONS && list[number]; number++)
      continue;
  if (number >= RP_SESSIONS)
    err = EAGAIN;
  else if (list[number] && (*node = fs_node_tryref (list[number]->node)))
    ;
  else
    err = make (number, node);
  pthread_mutex_unlock (&list_lock);
  return err;
}

/* The session NUMBER, or the one begun last if that is negative; referenced.  */
static struct fs_node *
find (int number)
{
  struct fs_node *node = NULL;

  pthread_mutex_lock (&list_lock);
  for (int i = RP_SESSIONS - 1; i >= 0 && node == NULL; i--)
    if (list[i] && (number < 0 || number == i) && list[i]->opens > 0)
      node = fs_node_tryref (list[i]->node);
  pthread_mutex_unlock (&list_lock);
  return node;
}

/* The client's side.  */

static void
detach (struct attachment *a)
{
  struct session *s = session_of (a->node);

  pthread_mutex_lock (&a->node->lock);
  if (s->client == a)
    {
      s->client = NULL;
      s->used = 0;
      pthread_cond_broadcast (&s->changed);
    }
  pthread_mutex_unlock (&a->node->lock);
}

static void
attachment_clean (void *object)
{
  struct attachment *a = object;

  if (a->node)
    fs_node_unref (a->node);
}

static const struct sv_class attachment_class = {
  .name = "attachment", .no_senders = (void (*) (void *)) detach,
  .clean = attachment_clean
};

kern_return_t
S_ckpt_attach (mach_port_t root, int number, unsigned int rows,
	       unsigned int columns, mach_port_t *port,
	       mach_msg_type_name_t *type)
{
  struct attachment *a;
  struct fs_node *node;
  error_t err = checkpointd_check_caller (root);

  if (err)
    return err;
  node = find (number);
  if (node == NULL)
    return ENOENT;
  err = sv_port_create (rp.fs.bucket, &attachment_class, sizeof *a, 0, &a);
  if (err)
    {
      fs_node_unref (node);
      return err;
    }
  a->node = node;
  struct session *s = session_of (node);
  pthread_mutex_lock (&node->lock);
  err = add_size (s, 'a', rows, columns);
  if (!err)
    {
      /* Who was attached is not any more.  */
      s->client = a;
      s->used = 0;
      pthread_cond_broadcast (&s->changed);
    }
  pthread_mutex_unlock (&node->lock);
  if (!err)
    {
      *port = sv_port_get_right (a);
      *type = MACH_MSG_TYPE_MOVE_SEND;
    }
  sv_unref (a);
  return err;
}

/* The attachment PORT, with its node locked; NULL: EOPNOTSUPP.  */
static struct attachment *
enter (mach_port_t port)
{
  struct attachment *a = sv_lookup (port, &attachment_class);

  if (a)
    pthread_mutex_lock (&a->node->lock);
  return a;
}

static error_t
leave (struct attachment *a, error_t err)
{
  pthread_mutex_unlock (&a->node->lock);
  sv_unref (a);
  return err;
}

kern_return_t
S_ckpt_attach_input (mach_port_t port, const char *data,
		     mach_msg_type_number_t len)
{
  struct attachment *a = enter (port);
  error_t err = 0;

  if (a == NULL)
    return EOPNOTSUPP;
  struct session *s = session_of (a->node);
  while (!err && s->client == a && !s->ended && s->nrecords >= RECORDS_MAX)
    err = sv_wait (&s->changed, &a->node->lock, NULL);
  if (!err && s->client != a)
    err = EIO;
  if (!err)
    err = len > 4000 ? EINVAL : add_record (s, 'd', data, len);
  return leave (a, err);
}

kern_return_t
S_ckpt_attach_size (mach_port_t port, unsigned int rows, unsigned int columns)
{
  struct attachment *a = enter (port);

  if (a == NULL)
    return EOPNOTSUPP;
  return leave (a, add_size (session_of (a->node), 'w', rows, columns));
}

kern_return_t
S_ckpt_attach_output (mach_port_t port, char **data,
		      mach_msg_type_number_t *len)
{
  struct attachment *a = enter (port);
  error_t err = 0;

  if (a == NULL)
    return EOPNOTSUPP;
  struct session *s = session_of (a->node);
  while (!err && s->client == a && s->used == 0 && !s->ended)
    err = sv_wait (&s->changed, &a->node->lock, NULL);
  if (!err && s->client != a)
    err = EIO;
  if (!err && s->used > *len)
    err = vm_allocate (mach_task_self (), (vm_address_t *) data, s->used,
		       TRUE);
  if (!err)
    {
      /* Nothing: that was all.  */
      memcpy (*data, s->output, s->used);
      *len = s->used;
      s->used = 0;
      pthread_cond_broadcast (&s->changed);
    }
  return leave (a, err);
}
