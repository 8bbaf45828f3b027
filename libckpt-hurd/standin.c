/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exceptions that were raised but are not answered yet.

   Whoever is to handle an exception holds a send-once right to a port of the
   kernel, on which the thread waits.  Such a port cannot be made anew, and no call
   tells to which thread it belongs.  So the first checkpoint that finds such a
   right ends that wait: the thread is suspended and aborted, which makes the right
   die (and tells whose it was), and a port of ours stands in for the kernel's from
   then on.  The answer that comes there lets the thread go on.

   The kernel does this with an answer: success lets the thread go on as it is now;
   anything else, or none at all, gives the exception to the task's port if it has
   been at the thread's own, and otherwise is the end of the task.  */

#include <pthread.h>
#include <stdlib.h>
#include <mach/mig_errors.h>
#include <mach/notify.h>
#include "internal.h"

#define ANSWER_ID	2500	/* Of exception_raise.  */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct standin *list;
static mach_port_t set;		/* Of all of them; null before the first.  */

/* A message to one of them; nothing else that can be sent is longer and of
   interest.  */
struct answer
{
  mig_reply_header_t reply;
  char more[256];
};

/* The one in the place of *PP is not needed any more.  */
static void
drop (struct standin **pp)
{
  struct standin *s = *pp;

  *pp = s->next;
  mach_port_mod_refs (mach_task_self (), s->port, MACH_PORT_RIGHT_RECEIVE, -1);
  mach_port_deallocate (mach_task_self (), s->thread);
  mach_port_deallocate (mach_task_self (), s->task);
  free (s);
}

/* Nobody has taken responsibility for the exception of S.  */
static void
refuse (const struct standin *s)
{
  mach_port_t own = MACH_PORT_NULL;

  thread_get_special_port (s->thread, THREAD_EXCEPTION_PORT, &own);
  if (!MACH_PORT_VALID (own))
    {
      task_terminate (s->task);
      return;
    }
  mach_port_deallocate (mach_task_self (), own);
  thread_set_special_port (s->thread, THREAD_EXCEPTION_PORT, MACH_PORT_NULL);
  thread_resume (s->thread);
}

static void
take (const struct answer *a)
{
  const mach_msg_header_t *h = &a->reply.Head;

  pthread_mutex_lock (&lock);
  for (struct standin **pp = &list; *pp; pp = &(*pp)->next)
    if ((*pp)->port == h->msgh_local_port)
      {
	if (h->msgh_id == ANSWER_ID && h->msgh_size == sizeof a->reply
	    && a->reply.RetCode == KERN_SUCCESS)
	  thread_resume ((*pp)->thread);
	else
	  refuse (*pp);
	drop (pp);
	break;
      }
  pthread_mutex_unlock (&lock);
}

static void *
serve (void *arg)
{
  struct answer a;

  for (;;)
    if (mach_msg (&a.reply.Head, MACH_RCV_MSG, 0, sizeof a, set, 0,
		  MACH_PORT_NULL) == 0)
      {
	take (&a);
	mach_msg_destroy (&a.reply.Head);
      }
  return NULL;
}

/* The thread that takes the answers.  */
static error_t
start (void)
{
  pthread_t thread;
  error_t err;

  if (set != MACH_PORT_NULL)
    return 0;
  err = mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_PORT_SET, &set);
  if (err == 0)
    err = pthread_create (&thread, NULL, serve, NULL);
  if (err == 0)
    pthread_detach (thread);
  else if (set != MACH_PORT_NULL)
    {
      mach_port_mod_refs (mach_task_self (), set, MACH_PORT_RIGHT_PORT_SET, -1);
      set = MACH_PORT_NULL;
    }
  return err;
}

struct standin *
standin_lock (void)
{
  pthread_mutex_lock (&lock);
  return list;
}

void
standin_unlock (void)
{
  pthread_mutex_unlock (&lock);
}

error_t
standin_make (task_t task, thread_t thread, struct standin **result)
{
  struct standin *s;
  error_t err = start ();

  if (err)
    return err;
  s = calloc (1, sizeof *s);
  if (s == NULL)
    return ENOMEM;
  err = mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE,
			    &s->port);
  if (err)
    goto free;
  err = mach_port_move_member (mach_task_self (), s->port, set);
  if (err == 0)
    err = thread_suspend (thread);
  if (err)
    goto port;
  mach_port_mod_refs (mach_task_self (), thread, MACH_PORT_RIGHT_SEND, 1);
  mach_port_mod_refs (mach_task_self (), task, MACH_PORT_RIGHT_SEND, 1);
  s->thread = thread;
  s->task = task;
  s->next = list;
  list = s;
  *result = s;
  return 0;

 port:
  mach_port_mod_refs (mach_task_self (), s->port, MACH_PORT_RIGHT_RECEIVE, -1);
 free:
  free (s);
  return err;
}

error_t
standin_right (const struct standin *s, mach_port_t *right)
{
  mach_msg_type_name_t type;
  return mach_port_extract_right (mach_task_self (), s->port,
				  MACH_MSG_TYPE_MAKE_SEND_ONCE, right, &type);
}

void
standin_forget (void)
{
  pthread_mutex_lock (&lock);
  while (list)
    drop (&list);
  pthread_mutex_unlock (&lock);
}
