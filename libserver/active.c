/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The active translators on our nodes.  */

#include <stdlib.h>
#include <hurd/fsys.h>
#include "node-internal.h"

/* A node with an active translator, which keeps the node in memory.  */
struct active
{
  struct active *next;
  struct fs_node *node;
  mach_port_t control;
};

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct active *list;

static struct fs_node *
take (struct fs_node *node, mach_port_t control)
{
  struct fs_node *found = NULL;
  pthread_mutex_lock (&list_lock);
  for (struct active **ap = &list; *ap; ap = &(*ap)->next)
    if ((*ap)->control == control && (node == NULL || (*ap)->node == node))
      {
	struct active *a = *ap;
	found = a->node;
	*ap = a->next;
	free (a);
	break;
      }
  pthread_mutex_unlock (&list_lock);
  return found;
}

/* The translator behind CONTROL has died.  */
static void
died (void *arg, mach_port_t control)
{
  struct fs_node *node;
  while ((node = take (NULL, control)))
    {
      pthread_mutex_lock (&node->lock);
      if (node->active == control)
	node->active = MACH_PORT_NULL;
      pthread_mutex_unlock (&node->lock);
      fs_drop_right (control);
      fs_node_unref (node);
    }
}

error_t
fs_active_set (struct fs_node *node, mach_port_t control)
{
  mach_port_t old = node->active;
  struct active *a = NULL;
  error_t err = 0;

  if (MACH_PORT_VALID (control))
    {
      a = malloc (sizeof *a);
      if (a == NULL)
	return ENOMEM;
      a->node = fs_node_ref (node);
      a->control = control;
      pthread_mutex_lock (&list_lock);
      a->next = list;
      list = a;
      pthread_mutex_unlock (&list_lock);
    }
  node->active = control;
  if (MACH_PORT_VALID (control))
    {
      err = sv_notify_dead (node->fs->bucket, control, died, NULL);
      if (err)
	{
	  node->active = old;
	  take (node, control);
	  __atomic_sub_fetch (&node->refs, 1, __ATOMIC_RELAXED);
	  return err;
	}
    }
  if (MACH_PORT_VALID (old) && take (node, old))
    {
      fs_drop_right (old);
      /* The caller has a reference of its own.  */
      __atomic_sub_fetch (&node->refs, 1, __ATOMIC_RELAXED);
    }
  return 0;
}

size_t
fs_active_list (struct fs_fs *fs, struct fs_node ***nodes,
		mach_port_t **controls)
{
  size_t n = 0;
  struct active *a;

  pthread_mutex_lock (&list_lock);
  for (a = list; a; a = a->next)
    n++;
  *nodes = malloc ((n + 1) * sizeof **nodes);
  *controls = malloc ((n + 1) * sizeof **controls);
  n = 0;
  if (*nodes && *controls)
    for (a = list; a; a = a->next)
      if (a->node->fs == fs
	  && sv_right_ref (a->control) == KERN_SUCCESS)
	{
	  (*nodes)[n] = fs_node_ref (a->node);
	  (*controls)[n++] = a->control;
	}
  pthread_mutex_unlock (&list_lock);
  return n;
}

error_t
fs_sync_children (struct fs_fs *fs, bool wait)
{
  struct fs_node **nodes;
  mach_port_t *controls;
  size_t n = fs_active_list (fs, &nodes, &controls);
  error_t err = 0;

  for (size_t i = 0; i < n; i++)
    {
      sv_park ();
      error_t e = fsys_syncfs (controls[i], wait, TRUE);
      sv_unpark ();
      if (!err && e != EOPNOTSUPP && e != MIG_BAD_ID
	  && e != MACH_SEND_INVALID_DEST)
	err = e;
      fs_drop_right (controls[i]);
      fs_node_unref (nodes[i]);
    }
  free (nodes);
  free (controls);
  return err;
}
