/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What else can be asked of an open file.  */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "node-internal.h"
#include "io_S.h"

kern_return_t
S_io_stat (io_t stat_object, io_statbuf_t *st)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (stat_object, &node);
  if (cred == NULL)
    return EOPNOTSUPP;
  memset (st, 0, sizeof *st);
  pthread_mutex_lock (&node->lock);
  error_t err = fs_stat (node, st);
  pthread_mutex_unlock (&node->lock);
  fs_end (cred, node);
  return err;
}

kern_return_t
S_io_server_version (io_t object, string_t name, int *major, int *minor,
		     int *edit)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (object, &node);
  if (cred == NULL)
    return EOPNOTSUPP;
  strncpy (name, node->fs->name ? node->fs->name : "", sizeof (string_t) - 1);
  name[sizeof (string_t) - 1] = '\0';
  *major = 0;
  *minor = 9;
  *edit = 0;
  fs_end (cred, node);
  return 0;
}

kern_return_t
S_io_map (io_t io_object, mach_port_t *rd, mach_msg_type_name_t *rdpoly,
	  mach_port_t *wt, mach_msg_type_name_t *wtpoly)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  mach_port_t object = MACH_PORT_NULL;
  if (cred == NULL)
    return EOPNOTSUPP;
  int flags = cred->open->flags;
  int prot = ((flags & O_READ ? VM_PROT_READ | VM_PROT_EXECUTE : 0)
	      | (flags & O_WRITE ? VM_PROT_WRITE : 0));
  error_t err = 0;
  if (!(prot & (VM_PROT_READ | VM_PROT_WRITE)))
    err = EBADF;
  else if (node->ops->map == NULL)
    err = EOPNOTSUPP;
  else
    err = node->ops->map (node, prot, &object);
  if (!err)
    {
      *rd = prot & VM_PROT_READ ? object : MACH_PORT_NULL;
      *wt = prot & VM_PROT_WRITE ? object : MACH_PORT_NULL;
      *rdpoly = *wtpoly = MACH_MSG_TYPE_MOVE_SEND;
      if (*rd && *wt)
	err = sv_right_ref (object);
    }
  fs_end (cred, node);
  return err;
}

kern_return_t
S_io_pathconf (io_t io_object, int name, int *value)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  error_t err = 0;
  if (cred == NULL)
    return EOPNOTSUPP;
  switch (name)
    {
    case _PC_LINK_MAX:
      *value = 32000;
      break;
    case _PC_NAME_MAX:
      *value = NAME_MAX;
      break;
    case _PC_PATH_MAX:
      *value = 1024;		/* A string_t.  */
      break;
    case _PC_PIPE_BUF:
      *value = 4096;
      break;
    case _PC_NO_TRUNC:
    case _PC_CHOWN_RESTRICTED:
    case _PC_SYNC_IO:
      *value = 1;
      break;
    case _PC_MAX_CANON:
    case _PC_MAX_INPUT:
      *value = 255;
      break;
    case _PC_VDISABLE:
    case _PC_SOCK_MAXBUF:
      *value = 0;
      break;
    case _PC_FILESIZEBITS:
      *value = 64;
      break;
    case _PC_2_SYMLINKS:
      *value = node->ops->create != NULL;
      break;
    case _PC_SYMLINK_MAX:
      *value = 1023;
      break;
    case _PC_ASYNC_IO:
    case _PC_PRIO_IO:
    case _PC_REC_INCR_XFER_SIZE:
    case _PC_REC_MAX_XFER_SIZE:
    case _PC_REC_MIN_XFER_SIZE:
    case _PC_REC_XFER_ALIGN:
    case _PC_ALLOC_SIZE_MIN:
      *value = -1;
      break;
    default:
      err = EINVAL;
    }
  fs_end (cred, node);
  return err;
}

/* End CRED, if it is one of the node of the one who asks, and not his own.  */
static error_t
revoke_one (void *object, void *arg)
{
  struct fs_cred *cred = object, *asking = arg;
  if (cred != asking && cred->open->node == asking->open->node)
    sv_port_destroy (cred);
  return 0;
}

kern_return_t
S_io_revoke (io_t io_object)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  io_statbuf_t st;
  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&node->lock);
  error_t err = fs_stat (node, &st);
  pthread_mutex_unlock (&node->lock);
  if (!err)
    err = fs_isowner (&st, cred->ids);
  /* Every program has rights to directories, its root and where it is: without those
     of / nothing could be looked up by anybody any more.  */
  if (!err && S_ISDIR (st.st_mode))
    err = EISDIR;
  if (!err)
    {
      /* Before the answer: what is opened after it stays.  The port that the
	 answer is given for goes last.  */
      sv_for_each (node->fs->bucket, &fs_cred_class, revoke_one, cred);
      sv_reply_early (0);
      sv_port_destroy (cred);
      err = MIG_NO_REPLY;
    }
  fs_end (cred, node);
  return err;
}
