/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that need not be saved, because its task has said so.  */

#include <stdlib.h>
#include "internal.h"

/* Forget the ranges of tasks that have ended.  */
static void
forget_dead (struct ckpt_env *env)
{
  uint32_t n = 0;
  for (uint32_t i = 0; i < env->ntransients; i++)
    {
      mach_port_type_t type;
      if (mach_port_type (mach_task_self (), env->transients[i].task, &type)
	  || type & MACH_PORT_TYPE_DEAD_NAME)
	mach_port_deallocate (mach_task_self (), env->transients[i].task);
      else
	env->transients[n++] = env->transients[i];
    }
  env->ntransients = n;
}

error_t
ckpt_env_transient (struct ckpt_env *env, task_t task, vm_address_t start,
		    vm_address_t end, bool on)
{
  forget_dead (env);
  for (uint32_t i = 0; i < env->ntransients; i++)
    {
      const struct transient *t = &env->transients[i];
      if (t->task != task || t->start != start || t->end != end)
	continue;
      if (!on)
	{
	  mach_port_deallocate (mach_task_self (), task);
	  env->transients[i] = env->transients[--env->ntransients];
	}
      return 0;
    }
  if (!on)
    return ENOENT;
  if (env->ntransients == CKPT_TRANSIENTS)
    return ENOSPC;
  struct transient *t = ci_append (&env->transients, &env->ntransients,
				   sizeof *t);
  if (t == NULL)
    return ENOMEM;
  error_t err = mach_port_mod_refs (mach_task_self (), task,
				    MACH_PORT_RIGHT_SEND, 1);
  if (err)
    {
      env->ntransients--;
      return err;
    }
  *t = (struct transient) { task, start, end };
  return 0;
}

bool
cap_is_transient (const struct ckpt_env *env, task_t task,
		  const vm_region_info_t *info)
{
  vm_address_t done = info->vri_start, before;

  if (info->vri_sharing)
    return false;
  /* The kernel makes one region of neighbours.  */
  do
    {
      before = done;
      for (uint32_t i = 0; i < env->ntransients; i++)
	{
	  const struct transient *t = &env->transients[i];
	  if (t->task == task && t->start <= done && done < t->end)
	    done = t->end;
	}
    }
  while (done != before && done < info->vri_end);
  return done >= info->vri_end;
}
