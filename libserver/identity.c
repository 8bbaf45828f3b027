/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Identity ports: two rights to one and the same say "the same node".  */

#include "node-internal.h"
#include "io_S.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* It is kept while somebody holds a right to it; another is made later, for
   there is nobody left who could compare.  */
static void
no_senders (void *object)
{
  struct fs_identity *identity = object;
  pthread_mutex_lock (&lock);
  /* Unless GET has made a right meanwhile.  */
  if (identity->node && identity->node->identity == identity
      && !identity->port.senders)
    identity->node->identity = NULL;
  pthread_mutex_unlock (&lock);
}

static void
clean (void *object)
{
  struct fs_identity *identity = object;
  struct fs_node *node = identity->node;
  if (node == NULL)
    return;
  pthread_mutex_lock (&lock);
  if (node->identity == identity)
    node->identity = NULL;
  pthread_mutex_unlock (&lock);
  fs_node_unref (node);
}

const struct sv_class fs_identity_class
  = { .name = "identity", .no_senders = no_senders, .clean = clean };

/* Get what *SLOT holds, or make it, with a new reference.  */
static error_t
get (struct fs_fs *fs, struct fs_node *node, struct fs_identity **slot,
     uint64_t id, struct fs_identity **identity, mach_port_t *right)
{
  error_t err = 0;
  pthread_mutex_lock (&lock);
  struct fs_identity *i = NULL;
  /* One that is being freed is no longer found.  */
  if (*slot)
    i = sv_lookup_id ((*slot)->port.id, &fs_identity_class);
  if (i == NULL)
    {
      err = sv_port_create (fs->bucket, &fs_identity_class, sizeof *i, id, &i);
      if (!err)
	{
	  i->node = node ? fs_node_ref (node) : NULL;
	  *slot = i;
	  if (node == NULL)
	    sv_ref (i);		/* As long as the file system.  */
	}
    }
  if (!err && right)
    *right = sv_port_get_right (i);
  pthread_mutex_unlock (&lock);
  *identity = i;
  return err;
}

error_t
fs_identity_get (struct fs_node *node, uint64_t id,
		 struct fs_identity **identity)
{
  return get (node->fs, node, &node->identity, id, identity, NULL);
}

error_t
fs_identity_of_fs (struct fs_fs *fs, struct fs_identity **identity)
{
  return get (fs, NULL, &fs->identity, 0, identity, NULL);
}

kern_return_t
S_io_identity (io_t io_object, mach_port_t *idport,
	       mach_msg_type_name_t *idpoly, mach_port_t *fsidport,
	       mach_msg_type_name_t *fspoly, ino64_t *fileno)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  struct fs_identity *identity = NULL;
  if (cred == NULL)
    return EOPNOTSUPP;
  struct fs_fs *fs = node->fs;
  error_t err = get (fs, node, &node->identity, 0, &identity, idport);
  if (!err)
    {
      sv_unref (identity);
      err = get (fs, NULL, &fs->identity, 0, &identity, fsidport);
      if (err)
	fs_drop_right (*idport);
      else
	sv_unref (identity);
    }
  *idpoly = *fspoly = MACH_MSG_TYPE_MOVE_SEND;
  *fileno = node->ino;
  fs_end (cred, node);
  return err;
}
