/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Startups: what a new program is told when it asks its bootstrap port.  */

#include <stdlib.h>
#include <string.h>
#include <mach/task_special_ports.h>
#include "libexec/internal.h"
#include "exec_startup_S.h"

extern boolean_t S_exec_startup_server (mach_msg_header_t *,
					mach_msg_header_t *);

static pthread_mutex_t startup_lock = PTHREAD_MUTEX_INITIALIZER;
static struct sv_bucket *startup_bucket;
static unsigned int pending;

static void
free_rights (mach_port_t *rights, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    if (MACH_PORT_VALID (rights[i]))
      mach_port_deallocate (mach_task_self (), rights[i]);
  free (rights);
}

void
exec_startup_ready (struct exec_startup *s)
{
  pthread_mutex_lock (&startup_lock);
  s->ready = true;
  pending--;
  pthread_mutex_unlock (&startup_lock);
}

struct sv_bucket *
exec_startup_bucket (void)
{
  return startup_bucket;
}

static void
clean (void *object)
{
  struct exec_startup *s = object;

  free (s->argv);
  free (s->envp);
  free (s->ints);
  free_rights (s->fds, s->nfds);
  free_rights (s->ports, s->nports);
  if (MACH_PORT_VALID (s->task))
    mach_port_deallocate (mach_task_self (), s->task);
  if (!s->ready)
    exec_startup_ready (s);
}

const struct sv_class exec_startup_class =
{
  .name = "startup", .clean = clean
};

error_t
exec_init (struct sv_bucket *bucket)
{
  error_t err = 0;

  pthread_mutex_lock (&startup_lock);
  if (startup_bucket)
    err = EBUSY;
  else
    startup_bucket = bucket;
  pthread_mutex_unlock (&startup_lock);
  return err;
}

unsigned int
exec_pending (void)
{
  unsigned int n;

  pthread_mutex_lock (&startup_lock);
  n = pending;
  pthread_mutex_unlock (&startup_lock);
  return n;
}

/* The bucket for startups, made at its first use.  */
static error_t
get_bucket (struct sv_bucket **bucket)
{
  static const sv_demuxer demuxers[] = { exec_demuxer, NULL };
  error_t err = 0;

  pthread_mutex_lock (&startup_lock);
  if (startup_bucket == NULL)
    {
      err = sv_bucket_create (&startup_bucket);
      if (!err)
	err = sv_serve (startup_bucket, 1, demuxers);
    }
  *bucket = startup_bucket;
  if (!err)
    pending++;
  pthread_mutex_unlock (&startup_lock);
  return err;
}

/* A copy of LEN bytes; NULL for none.  */
static void *
copy (const void *data, size_t len, error_t *err)
{
  void *p = NULL;

  if (len)
    {
      p = malloc (len);
      if (p)
	memcpy (p, data, len);
      else
	*err = ENOMEM;
    }
  return p;
}

error_t
exec_startup_create (const struct fs_exec_args *args,
		     struct exec_startup **startup)
{
  struct sv_bucket *bucket;
  struct exec_startup *s;
  size_t nports = args->nports < INIT_PORT_MAX ? INIT_PORT_MAX : args->nports;
  size_t nints = args->nints < INIT_INT_MAX ? INIT_INT_MAX : args->nints;
  error_t err;

  err = get_bucket (&bucket);
  if (err)
    return err;
  err = sv_port_create (bucket, &exec_startup_class, sizeof *s, 0, &s);
  if (err)
    {
      pthread_mutex_lock (&startup_lock);
      pending--;
      pthread_mutex_unlock (&startup_lock);
      return err;
    }
  s->flags = args->flags & ~(EXEC_NEWTASK | EXEC_DEFAULTS | EXEC_STACK_ARGS);
  s->argv = copy (args->argv, s->argvlen = args->argvlen, &err);
  s->envp = copy (args->envp, s->envplen = args->envplen, &err);
  /* libc reads all the slots that have a name.  */
  s->ints = calloc (nints, sizeof *s->ints);
  s->ports = calloc (nports, sizeof *s->ports);
  s->fds = calloc (args->nfds ?: 1, sizeof *s->fds);
  if (s->ints == NULL || s->ports == NULL || s->fds == NULL)
    err = ENOMEM;
  if (err)
    {
      sv_unref (s);
      return err;
    }
  s->nints = nints;
  if (args->nints)
    memcpy (s->ints, args->ints, args->nints * sizeof *s->ints);
  else
    s->ints[INIT_UMASK] = 022;
  *startup = s;
  return 0;
}

void
exec_startup_rights (struct exec_startup *s, const struct fs_exec_args *args)
{
  s->nfds = args->nfds;
  if (args->nfds)
    memcpy (s->fds, args->fds, args->nfds * sizeof *s->fds);
  s->nports = args->nports < INIT_PORT_MAX ? INIT_PORT_MAX : args->nports;
  if (args->nports)
    memcpy (s->ports, args->ports, args->nports * sizeof *s->ports);
}

/* Make the N units of SIZE bytes at DATA the reply's *OUT, which has room for
   *COUNT of them.  */
static error_t
reply_array (const void *data, size_t n, size_t size, void *out,
	     mach_msg_type_number_t *count)
{
  void **p = out;

  if (n > *count)
    {
      vm_address_t addr;
      error_t err = vm_allocate (mach_task_self (), &addr, n * size, TRUE);
      if (err)
	return err;
      *p = (void *) addr;
    }
  if (n)
    memcpy (*p, data, n * size);
  *count = n;
  return 0;
}

kern_return_t
S_exec_startup_get_info (exec_startup_t bootstrap, vm_address_t *user_entry,
			 vm_address_t *phdr_data, vm_size_t *phdr_size,
			 vm_address_t *stack_base, vm_size_t *stack_size,
			 int *flags, data_t *argv,
			 mach_msg_type_number_t *argvCnt, data_t *envp,
			 mach_msg_type_number_t *envpCnt, portarray_t *dtable,
			 mach_msg_type_name_t *dtablePoly,
			 mach_msg_type_number_t *dtableCnt,
			 portarray_t *portarray,
			 mach_msg_type_name_t *portarrayPoly,
			 mach_msg_type_number_t *portarrayCnt,
			 intarray_t *intarray,
			 mach_msg_type_number_t *intarrayCnt)
{
  struct exec_startup *s = sv_lookup (bootstrap, &exec_startup_class);
  task_t task;
  error_t err;

  if (s == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&startup_lock);
  task = s->task;
  s->task = MACH_PORT_NULL;
  pthread_mutex_unlock (&startup_lock);
  if (task == MACH_PORT_NULL)
    {
      sv_unref (s);
      return ESRCH;
    }

  *user_entry = s->user_entry;
  *phdr_data = s->phdr;
  *phdr_size = s->phdr_size;
  *stack_base = s->stack_base;
  *stack_size = s->stack_size;
  *flags = s->flags;
  *dtablePoly = *portarrayPoly = MACH_MSG_TYPE_MOVE_SEND;
  err = reply_array (s->argv, s->argvlen, 1, argv, argvCnt);
  if (!err)
    err = reply_array (s->envp, s->envplen, 1, envp, envpCnt);
  if (!err)
    err = reply_array (s->fds, s->nfds, sizeof *s->fds, dtable, dtableCnt);
  if (!err)
    err = reply_array (s->ports, s->nports, sizeof *s->ports, portarray,
		       portarrayCnt);
  if (!err)
    err = reply_array (s->ints, s->nints, sizeof *s->ints, intarray,
		       intarrayCnt);
  if (!err)
    {
      /* The rights go with the reply.  The program's bootstrap port is now the
	 one its caller meant it to have.  */
      if (s->nports > INIT_PORT_BOOTSTRAP)
	task_set_special_port (task, TASK_BOOTSTRAP_PORT,
			       s->ports[INIT_PORT_BOOTSTRAP]);
      s->nfds = s->nports = 0;
    }
  mach_port_deallocate (mach_task_self (), task);
  sv_unref (s);
  return err;
}

boolean_t
exec_demuxer (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  return S_exec_startup_server (inp, outp);
}
