/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buckets and their threads.  */

#include <stdlib.h>
#include "internal.h"

/* Enough for a handler and the library calls below it; a process may have
   hundreds of threads that wait.  */
#define STACK_SIZE	(256 * 1024)

error_t
sv_bucket_create (struct sv_bucket **bucket)
{
  mach_port_t self = mach_task_self ();
  struct sv_bucket *b = calloc (1, sizeof *b);
  if (b == NULL)
    return ENOMEM;
  pthread_cond_init (&b->changed, NULL);
  pthread_cond_init (&b->resume, NULL);
  pthread_cond_init (&b->called, NULL);
  error_t err = mach_port_allocate (self, MACH_PORT_RIGHT_PORT_SET, &b->set);
  if (err)
    goto free;
  err = mach_port_allocate (self, MACH_PORT_RIGHT_RECEIVE, &b->control);
  if (err)
    goto set;
  err = mach_port_move_member (self, b->control, b->set);
  if (err)
    goto control;
  *bucket = b;
  return 0;

 control:
  mach_port_mod_refs (self, b->control, MACH_PORT_RIGHT_RECEIVE, -1);
 set:
  mach_port_mod_refs (self, b->set, MACH_PORT_RIGHT_PORT_SET, -1);
 free:
  free (b);
  return err;
}

static error_t
start (void *(*function) (void *), void *arg)
{
  pthread_attr_t attr;
  pthread_t thread;
  error_t err = pthread_attr_init (&attr);
  if (err)
    return err;
  pthread_attr_setdetachstate (&attr, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize (&attr, STACK_SIZE);
  err = pthread_create (&thread, &attr, function, arg);
  pthread_attr_destroy (&attr);
  return err;
}

void
sv_bucket_grow (struct sv_bucket *b)
{
  if (b->spare > b->calls)
    {
      b->calls++;
      b->idle++;
      pthread_cond_signal (&b->called);
      return;
    }
  /* Without another thread requests only come later.  */
  b->idle++;
  if (start (sv_worker, b))
    b->idle--;
}

error_t
sv_serve (struct sv_bucket *bucket, int threads, const sv_demuxer *demuxers)
{
  error_t err;
  pthread_mutex_lock (&sv_lock);
  bucket->demuxers = demuxers;
  bucket->keep = threads > 4 ? threads : 4;
  for (int i = 0; i < (threads > 1 ? threads : 1); i++)
    sv_bucket_grow (bucket);
  err = bucket->idle ? 0 : EAGAIN;
  pthread_mutex_unlock (&sv_lock);
  return err;
}

struct run
{
  void (*function) (void *arg);
  void *arg;
};

static void *
run (void *arg)
{
  struct run r = *(struct run *) arg;
  free (arg);
  r.function (r.arg);
  return NULL;
}

error_t
sv_thread (void (*function) (void *arg), void *arg)
{
  struct run *r = malloc (sizeof *r);
  if (r == NULL)
    return ENOMEM;
  r->function = function;
  r->arg = arg;
  error_t err = start (run, r);
  if (err)
    free (r);
  return err;
}
