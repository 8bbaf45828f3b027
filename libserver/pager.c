/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pagers as objects.  */

#include <stdlib.h>
#include <mach/mach4.h>
#include "mach_debug_U.h"
#include "internal.h"
#include "pager-internal.h"

extern boolean_t S_memory_object_server (mach_msg_header_t *,
					 mach_msg_header_t *);

static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;
static struct fs_pager *all;
static struct sv_bucket *bucket;

#define INIT_ID		2200
#define TERMINATE_ID	2201
#define LAST_ID		2209
#define RETURN_ID	2208

/* Messages are begun with in the order in which they were sent.  The kernel's
   coming and going have their turn until they are finished; what is returned
   is counted before anything sent later is looked at.  */
static void
arrive (void *object, const mach_msg_header_t *msg)
{
  struct fs_pager *p = object;
  pthread_mutex_lock (&p->lock);
  while (p->turn != msg->msgh_seqno)
    pthread_cond_wait (&p->changed, &p->lock);
  if (msg->msgh_id == RETURN_ID)
    p->writes++;
  if (msg->msgh_id != INIT_ID && msg->msgh_id != TERMINATE_ID)
    {
      p->turn++;
      pthread_cond_broadcast (&p->changed);
    }
  pthread_mutex_unlock (&p->lock);
}

static void
depart (void *object, const mach_msg_header_t *msg)
{
  struct fs_pager *p = object;
  pthread_mutex_lock (&p->lock);
  if (msg->msgh_id == RETURN_ID)
    p->writes--;
  if (msg->msgh_id == INIT_ID || msg->msgh_id == TERMINATE_ID)
    p->turn++;
  pthread_cond_broadcast (&p->changed);
  pthread_mutex_unlock (&p->lock);
}

static void
no_senders (void *object)
{
  struct fs_pager *p = object;
  pthread_mutex_lock (&p->lock);
  bool unused = p->used && !p->port.senders;
  if (unused)
    p->used = p->writable = false;
  pthread_mutex_unlock (&p->lock);
  if (unused && p->ops->in_use)
    p->ops->in_use (p->user, false);
}

static void
clean (void *object)
{
  struct fs_pager *p = object;
  if (MACH_PORT_VALID (p->control))
    mach_port_deallocate (mach_task_self (), p->control);
  if (MACH_PORT_VALID (p->name))
    mach_port_deallocate (mach_task_self (), p->name);
  pthread_mutex_destroy (&p->lock);
  pthread_cond_destroy (&p->changed);
}

const struct sv_class fs_pager_class
  = { "pager", no_senders, clean, arrive, depart };

/* Start what serves all pagers; all_lock is held.  */
static error_t
start (void)
{
  static const sv_demuxer demuxers[] = { S_memory_object_server, NULL };
  error_t err = 0;
  if (bucket == NULL)
    {
      err = sv_bucket_create (&bucket);
      if (!err)
	err = sv_serve (bucket, 2, demuxers);
    }
  return err;
}

error_t
fs_pager_create (const struct fs_pager_ops *ops, void *user,
		 struct fs_pager **pager)
{
  struct fs_pager *p;
  mach_port_status_t status;
  mach_port_t receive;
  pthread_mutex_lock (&all_lock);
  error_t err = start ();
  if (!err)
    err = mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE,
			      &receive);
  if (!err)
    {
      err = sv_port_import (bucket, &fs_pager_class, sizeof *p, 0, receive,
			    &p);
      if (err)
	mach_port_mod_refs (mach_task_self (), receive,
			    MACH_PORT_RIGHT_RECEIVE, -1);
    }
  if (!err)
    {
      /* Nobody has a right to it yet, so no message has come.  */
      p->ops = ops;
      p->user = user;
      pthread_mutex_init (&p->lock, NULL);
      pthread_cond_init (&p->changed, NULL);
      if (mach_port_get_receive_status (mach_task_self (), receive, &status)
	  == KERN_SUCCESS)
	p->turn = status.mps_seqno;
      if (!ops->copied)
	{
	  p->next = all;
	  p->prevp = &all;
	  if (all)
	    all->prevp = &p->next;
	  all = p;
	}
      *pager = p;
    }
  pthread_mutex_unlock (&all_lock);
  return err;
}

/* Which object of the kernel stands for the last rights for reading of which
   pager: a right tells nothing else about itself.  */
#define PROXIES 1024
static struct
{
  vm_offset_t address;
  const struct fs_pager *pager;
} proxies[PROXIES];
static unsigned int nproxies;

static void
note_proxy (const struct fs_pager *p, mach_port_t proxy)
{
  unsigned int type;
  vm_offset_t address;
  if (mach_port_kernel_object (mach_task_self (), proxy, &type, &address))
    return;
  pthread_mutex_lock (&all_lock);
  unsigned int i = 0;
  while (i < PROXIES && i < nproxies && proxies[i].address != address)
    i++;
  if (i == nproxies || i == PROXIES)
    i = nproxies++ % PROXIES;
  proxies[i].address = address;
  proxies[i].pager = p;
  pthread_mutex_unlock (&all_lock);
}

void
fs_pager_free (struct fs_pager *p)
{
  pthread_mutex_lock (&all_lock);
  if (p->prevp)
    *p->prevp = p->next;
  if (p->next)
    p->next->prevp = p->prevp;
  for (unsigned int i = 0; i < PROXIES; i++)
    if (proxies[i].pager == p)
      proxies[i].address = 0;
  pthread_mutex_unlock (&all_lock);
  sv_port_destroy (p);
  sv_unref (p);
}

/* A right through which the object can only be read.  Consumes RIGHT.  */
static error_t
make_readonly (struct fs_pager *p, mach_port_t right, mach_port_t *proxy)
{
  rpc_vm_offset_t zero = 0;
  rpc_vm_size_t len = -vm_page_size;
  error_t err;
  err = memory_object_create_proxy (mach_task_self (),
				    VM_PROT_READ | VM_PROT_EXECUTE, &right,
				    MACH_MSG_TYPE_COPY_SEND, 1, &zero, 1,
				    &zero, 1, &len, 1, proxy);
  if (!err)
    note_proxy (p, *proxy);
  mach_port_deallocate (mach_task_self (), right);
  return err;
}

error_t
fs_pager_get_right (struct fs_pager *p, int prot, mach_port_t *object)
{
  pthread_mutex_lock (&p->lock);
  bool first = !p->used;
  p->used = true;
  if (prot & VM_PROT_WRITE)
    p->writable = true;
  mach_port_t right = sv_port_get_right (p);
  pthread_mutex_unlock (&p->lock);
  if (right == MACH_PORT_NULL)
    return ENOMEM;
  if (first && p->ops->in_use)
    p->ops->in_use (p->user, true);
  if (!(prot & VM_PROT_WRITE))
    return make_readonly (p, right, object);
  *object = right;
  return 0;
}

bool
fs_pager_find (mach_port_t right, const struct fs_pager_ops **ops,
	       void **user, int *prot)
{
  unsigned int type;
  vm_offset_t address;
  const struct fs_pager *found = sv_lookup (right, &fs_pager_class);

  *prot = VM_PROT_ALL;
  if (found)
    sv_unref ((void *) found);
  else
    {
      /* What we receive from ourselves is nothing of the kernel's.  */
      struct sv_port *other = sv_lookup (right, NULL);
      if (other)
	{
	  sv_unref (other);
	  return false;
	}
    }
  if (!found && mach_port_kernel_object (mach_task_self (), right, &type,
					 &address))
    return false;
  pthread_mutex_lock (&all_lock);
  for (struct fs_pager *p = all; p && !found; p = p->next)
    if (p->name == right)
      found = p;
  for (unsigned int i = 0; i < PROXIES && !found; i++)
    if (proxies[i].address == address && address)
      {
	found = proxies[i].pager;
	*prot = VM_PROT_READ | VM_PROT_EXECUTE;
      }
  if (found)
    {
      *ops = found->ops;
      *user = found->user;
    }
  pthread_mutex_unlock (&all_lock);
  return found != NULL;
}

bool
fs_pager_quiet (int timeout_ms)
{
  pthread_mutex_lock (&all_lock);
  struct sv_bucket *b = bucket;
  pthread_mutex_unlock (&all_lock);
  if (b == NULL)
    return true;
  pthread_mutex_lock (&sv_lock);
  unsigned long activity = b->activity;
  bool quiet = b->running == 0;
  pthread_mutex_unlock (&sv_lock);
  /* When the gate is closed, all that had been sent has been received.  */
  if (sv_freeze (b, timeout_ms))
    return false;
  pthread_mutex_lock (&sv_lock);
  quiet &= b->activity == activity;
  pthread_mutex_unlock (&sv_lock);
  sv_thaw (b);
  return quiet;
}

bool
fs_pager_is_called (struct fs_pager *p, mach_port_t name)
{
  pthread_mutex_lock (&p->lock);
  bool is = MACH_PORT_VALID (name) && p->name == name;
  pthread_mutex_unlock (&p->lock);
  return is;
}

bool
fs_pager_mapped (struct fs_pager *p)
{
  pthread_mutex_lock (&p->lock);
  bool mapped = MACH_PORT_VALID (p->control);
  pthread_mutex_unlock (&p->lock);
  return mapped;
}

error_t
fs_pager_return_all (void)
{
  struct fs_pager **list = NULL, *p;
  size_t n = 0;
  error_t err = 0;

  pthread_mutex_lock (&all_lock);
  for (p = all; p; p = p->next)
    n++;
  list = malloc ((n + 1) * sizeof *list);
  n = 0;
  if (list)
    for (p = all; p; p = p->next)
      list[n++] = sv_ref (p);
  pthread_mutex_unlock (&all_lock);
  if (list == NULL)
    return ENOMEM;
  for (size_t i = 0; i < n; i++)
    {
      err = fs_pager_return (list[i], 0, 0) ?: err;
      sv_unref (list[i]);
    }
  free (list);
  return err;
}
