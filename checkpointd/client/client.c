/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client library, see ckpt.h.  */

#include <errno.h>
#include <hurd.h>
#include <mach/mig_errors.h>
#include <pthread.h>
#include <stdlib.h>
#include "ckpt.h"
#include "client_U.h"

enum { RESTORE, PREPARE };

struct callback
{
  struct callback *next;
  void (*function) (void *arg);
  void *arg;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct callback *callbacks[2];

/* Is ERR the answer of a server that does not know us?  */
static int
is_outside (error_t err)
{
  return err == MIG_BAD_ID || err == EOPNOTSUPP || err == EMIG_BAD_ID;
}

static error_t
state (unsigned int *restored)
{
  mach_port_t root = getcrdir ();
  error_t err = client_state (root, restored);
  mach_port_deallocate (mach_task_self (), root);
  return err;
}

int
ckpt_inside (void)
{
  unsigned int restored;
  return state (&restored) == 0;
}

unsigned int
ckpt_restored_count (void)
{
  unsigned int restored;
  return state (&restored) ? 0 : restored;
}

int
ckpt_barrier (void)
{
  mach_port_t root = getcrdir ();
  error_t err = client_barrier (root);
  mach_port_deallocate (mach_task_self (), root);
  return is_outside (err) ? 0 : err;
}

int
ckpt_save (const char *label, unsigned int *number)
{
  mach_port_t root = getcrdir ();
  unsigned int n = 0;
  error_t err = client_save (root, label ? label : "", &n);
  mach_port_deallocate (mach_task_self (), root);
  if (number)
    *number = err ? 0 : n;
  return is_outside (err) ? 0 : err;
}

/* ON: the LEN bytes at ADDRESS need not be saved; else they are to be.  */
static int
transient (void *address, size_t len, int on)
{
  mach_port_t root = getcrdir ();
  error_t err = client_transient (root, mach_task_self (),
				  MACH_MSG_TYPE_COPY_SEND,
				  (vm_address_t) address, len, on);
  mach_port_deallocate (mach_task_self (), root);
  return is_outside (err) ? 0 : err;
}

int
ckpt_transient (void *address, size_t len)
{
  if ((vm_address_t) address % vm_page_size || len % vm_page_size || len == 0)
    return EINVAL;
  /* A region of its own: it must not become one with its neighbours.  */
  error_t err = vm_inherit (mach_task_self (), (vm_address_t) address, len,
			    VM_INHERIT_NONE);
  return err ? EINVAL : transient (address, len, 1);
}

int
ckpt_saved (void *address, size_t len)
{
  return transient (address, len, 0);
}

/* Wait for what the callbacks of one kind are for, and call them.  */
static void *
serve (void *arg)
{
  int what = *(int *) arg;
  mach_port_t root = getcrdir ();
  unsigned int known = -1;

  /* The first answer comes at once.  */
  if (client_await (root, what, known, &known))
    return NULL;
  while (client_await (root, what, known, &known) == 0)
    {
      pthread_mutex_lock (&lock);
      for (struct callback *c = callbacks[what]; c; c = c->next)
	c->function (c->arg);
      pthread_mutex_unlock (&lock);
    }
  return NULL;
}

static int
add (int what, void (*function) (void *arg), void *arg)
{
  static const int kinds[] = { RESTORE, PREPARE };
  struct callback *c, **end;
  pthread_t thread;
  error_t err = 0;

  if (!ckpt_inside ())
    return 0;
  c = malloc (sizeof *c);
  if (c == NULL)
    return ENOMEM;
  *c = (struct callback) { NULL, function, arg };
  pthread_mutex_lock (&lock);
  if (callbacks[what] == NULL)
    err = pthread_create (&thread, NULL, serve, (void *) &kinds[what]);
  if (err == 0)
    {
      for (end = &callbacks[what]; *end; end = &(*end)->next)
	;
      *end = c;
    }
  pthread_mutex_unlock (&lock);
  if (err)
    free (c);
  return err;
}

int
ckpt_after_restore (void (*function) (void *arg), void *arg)
{
  return add (RESTORE, function, arg);
}

int
ckpt_before_checkpoint (void (*function) (void *arg), void *arg)
{
  return add (PREPARE, function, arg);
}
