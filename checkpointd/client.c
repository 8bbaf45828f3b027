/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The requests of client.defs: programs that know that they are persistent.  */

#include <node.h>
#include <libproc/libproc.h>
#include "internal.h"
#include "client_S.h"
#include "ckpt_S.h"

#define PREPARE_MS	500	/* So long programs may prepare themselves.  */

static error_t
check (mach_port_t root)
{
  struct fs_cred *cred = sv_lookup (root, &fs_cred_class);
  sv_unref (cred);
  return cred ? 0 : EOPNOTSUPP;
}

kern_return_t
S_client_state (mach_port_t root, unsigned int *restored)
{
  *restored = conductor.restores;
  return check (root);
}

kern_return_t
S_client_barrier (mach_port_t root)
{
  error_t err = check (root);
  return err ? err : checkpointd_save (NULL, NULL);
}

kern_return_t
S_client_save (mach_port_t root, const_string_t label, unsigned int *number)
{
  return S_ckpt_save (root, label, number);
}

kern_return_t
S_client_await (mach_port_t root, int what, unsigned int known,
		unsigned int *now)
{
  struct conductor *c = &conductor;
  const unsigned int *count = what ? &c->preparations : &c->restores;
  error_t err = check (root);
  if (err)
    return err;
  pthread_mutex_lock (&c->lock);
  if (what && known == c->preparations)
    {
      c->prepared++;
      c->awaiting++;
      pthread_cond_broadcast (&c->changed);
    }
  else
    what = 0;
  while (err == 0 && known == *count)
    err = sv_wait (&c->changed, &c->lock, NULL);
  if (what)
    c->awaiting--;
  *now = *count;
  pthread_mutex_unlock (&c->lock);
  return err;
}

kern_return_t
S_client_transient (mach_port_t root, mach_port_t task, vm_address_t address,
		    vm_size_t len, int on)
{
  struct conductor *c = &conductor;
  error_t err = check (root);
  struct proc *proc = err ? NULL : proc_find_task (c->config.procs, task);

  if (err == 0
      && (proc == NULL || len == 0 || address % vm_page_size
	  || len % vm_page_size || address + len < address))
    err = EINVAL;
  pthread_mutex_lock (&c->lock);
  if (err == 0)
    err = ckpt_env_transient (c->env, task, address, address + len, on);
  pthread_mutex_unlock (&c->lock);
  proc_unref (proc);
  if (err == 0)
    mach_port_deallocate (mach_task_self (), task);
  return err;
}

void
conductor_prepare (void)
{
  struct conductor *c = &conductor;
  struct timespec until;

  pthread_mutex_lock (&c->lock);
  unsigned int n = c->awaiting;
  if (n)
    {
      clock_gettime (CLOCK_REALTIME, &until);
      until.tv_nsec += PREPARE_MS * 1000000L;
      until.tv_sec += until.tv_nsec / 1000000000;
      until.tv_nsec %= 1000000000;
      c->preparations++;
      c->prepared = 0;
      pthread_cond_broadcast (&c->changed);
      error_t err = 0;
      while (err == 0 && c->prepared < n)
	err = pthread_cond_timedwait (&c->changed, &c->lock, &until);
    }
  pthread_mutex_unlock (&c->lock);
}
