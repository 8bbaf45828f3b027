/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telling those who asked that a directory or a file has changed: the messages
   of fs_notify.defs, which nobody waits for.  */

#include <stdlib.h>
#include <string.h>
#include "node-internal.h"
#include "fs_S.h"

#define FILE_CHANGED_ID	20500
#define DIR_CHANGED_ID	20501

struct fs_notify
{
  struct fs_notify *next;
  mach_port_t port;
  bool dir;
  unsigned int ticks;
};

static const mach_msg_type_t int_type =
{
  .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32, .msgt_number = 1,
  .msgt_inline = TRUE,
};

static const mach_msg_type_t offset_type =
{
  .msgt_name = MACH_MSG_TYPE_INTEGER_64, .msgt_size = 64, .msgt_number = 1,
  .msgt_inline = TRUE,
};

static void
send (struct fs_notify *n, mach_msg_header_t *msg, mach_msg_id_t id,
      size_t size)
{
  msg->msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, 0);
  msg->msgh_size = size;
  msg->msgh_remote_port = n->port;
  msg->msgh_local_port = MACH_PORT_NULL;
  msg->msgh_id = id;
  /* Who does not read its queue loses something, and sees it from the
     ticks.  */
  mach_msg (msg, MACH_SEND_MSG | MACH_SEND_TIMEOUT, size, 0, MACH_PORT_NULL,
	    0, MACH_PORT_NULL);
}

void
fs_notify_dir (struct fs_node *node, int change, const char *name)
{
  struct
  {
    mach_msg_header_t head;
    mach_msg_type_t tick_type;
    natural_t tick;
    mach_msg_type_t change_type;
    int change;
    mach_msg_type_t name_type;
    char name[1024];
  } msg;

  for (struct fs_notify *n = node->notify; n; n = n->next)
    if (n->dir)
      {
	memset (&msg, 0, sizeof msg);
	msg.tick_type = msg.change_type = int_type;
	msg.tick = n->ticks++;
	msg.change = change;
	msg.name_type.msgt_name = MACH_MSG_TYPE_STRING_C;
	msg.name_type.msgt_size = 8;
	msg.name_type.msgt_number = sizeof msg.name;
	msg.name_type.msgt_inline = TRUE;
	strncpy (msg.name, name, sizeof msg.name - 1);
	send (n, &msg.head, DIR_CHANGED_ID, sizeof msg);
      }
}

void
fs_notify_file (struct fs_node *node, int change, loff_t start, loff_t end)
{
  struct
  {
    mach_msg_header_t head;
    mach_msg_type_t tick_type;
    natural_t tick;
    mach_msg_type_t change_type;
    int change;
    mach_msg_type_t start_type;
    loff_t start;
    mach_msg_type_t end_type;
    loff_t end;
  } __attribute__ ((packed, aligned (4))) msg;

  for (struct fs_notify *n = node->notify; n; n = n->next)
    if (!n->dir)
      {
	msg.tick_type = msg.change_type = int_type;
	msg.start_type = msg.end_type = offset_type;
	msg.tick = n->ticks++;
	msg.change = change;
	msg.start = start;
	msg.end = end;
	send (n, &msg.head, FILE_CHANGED_ID, sizeof msg);
      }
}

void
fs_notify_free (struct fs_node *node)
{
  while (node->notify)
    {
      struct fs_notify *n = node->notify;
      node->notify = n->next;
      fs_drop_right (n->port);
      free (n);
    }
}

static error_t
add (mach_port_t file, mach_port_t port, bool dir)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  io_statbuf_t st;
  if (cred == NULL)
    return EOPNOTSUPP;
  struct fs_notify *n = calloc (1, sizeof *n);
  pthread_mutex_lock (&node->lock);
  error_t err = n ? fs_stat (node, &st) : ENOMEM;
  if (!err && (S_ISDIR (st.st_mode) ? 1 : 0) != dir)
    err = dir ? ENOTDIR : EISDIR;
  if (!err && !(cred->open->flags & O_READ))
    err = EBADF;
  if (!err && !MACH_PORT_VALID (port))
    err = EINVAL;
  if (!err)
    {
      n->port = port;
      n->dir = dir;
      n->next = node->notify;
      node->notify = n;
      /* The first one tells that all is as it was.  */
      if (dir)
	fs_notify_dir (node, DIR_CHANGED_NULL, "");
      else
	fs_notify_file (node, FILE_CHANGED_NULL, 0, 0);
      n = NULL;
    }
  pthread_mutex_unlock (&node->lock);
  free (n);
  fs_end (cred, node);
  return err;
}

kern_return_t
S_dir_notice_changes (file_t directory, mach_port_t port)
{
  return add (directory, port, true);
}

kern_return_t
S_file_notice_changes (file_t file, mach_port_t port)
{
  return add (file, port, false);
}
