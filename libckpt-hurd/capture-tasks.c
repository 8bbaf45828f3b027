/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding and suspending the tasks of an environment, and their names.

   The process table knows a task from the moment its parent says so; one that
   was made a moment ago is found by the right that its maker holds.  Once all
   known tasks are suspended no new one can come into being, so looking until
   nothing new appears ends.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

/* Remember TASK between checkpoints.  */
static error_t
know_task (struct ckpt_env *env, task_t task, struct known_task **result)
{
  struct known_task *k;

  for (k = env->known; k; k = k->next)
    if (k->task == task)
      {
	k->seen = env->captures;
	*result = k;
	return 0;
      }
  k = calloc (1, sizeof *k);
  if (k == NULL)
    return ENOMEM;
  error_t err = mach_port_mod_refs (mach_task_self (), task,
				    MACH_PORT_RIGHT_SEND, 1);
  if (err)
    {
      free (k);
      return err;
    }
  k->task = task;
  k->id = env->next_task_id++;
  k->seen = env->captures;
  k->next = env->known;
  env->known = k;
  *result = k;
  return 0;
}

/* What a checkpoint must not do, for the control of a test: abort all threads of
   TASK at once, with requests on their way.  */
static void
abort_threads (task_t task)
{
  thread_array_t threads;
  mach_msg_type_number_t n;

  if (task_threads (task, &threads, &n))
    return;
  for (mach_msg_type_number_t i = 0; i < n; i++)
    {
      thread_abort (threads[i]);
      mach_port_deallocate (mach_task_self (), threads[i]);
    }
  vm_deallocate (mach_task_self (), (vm_address_t) threads, n * sizeof *threads);
}

error_t
cap_new_task (struct ckpt_image *image, task_t task, pid_t pid)
{
  unsigned int object;
  vm_offset_t address;

  for (uint32_t i = 0; i < image->ntasks; i++)
    if (image->tasks[i].task == task)
      return 0;
  if (task == mach_task_self ())
    return 0;
  error_t err = mach_port_kernel_object (mach_task_self (), task, &object,
					 &address);
  if (err || object != KO_TASK)
    return 0;			/* It has died.  */
  struct cap_task *t = ci_append (&image->tasks, &image->ntasks, sizeof *t);
  if (t == NULL)
    return ENOMEM;
  t->task = task;
  t->pid = pid;
  t->address = address;
  err = know_task (image->env, task, &t->known);
  if (err)
    {
      image->ntasks--;
      return err;
    }
  err = task_suspend (task);
  if (err)
    {
      image->ntasks--;		/* It has died just now.  */
      return 0;
    }
  t->suspended = true;
  if (image->env->flags & CKPT_ABORT_THREADS)
    abort_threads (task);
  return 0;
}

struct add_arg
{
  struct ckpt_image *image;
  error_t err;
};

static void
add_task (void *p, task_t task, pid_t pid)
{
  struct add_arg *arg = p;
  if (arg->err == 0)
    arg->err = cap_new_task (arg->image, task, pid);
}

error_t
cap_tasks (struct ckpt_image *image)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  struct add_arg arg = { .image = image };
  uint32_t before;

  do
    {
      before = image->ntasks;
      error_t err = hooks->tasks (hooks->context, add_task, &arg);
      if (err || arg.err)
	return err ? err : arg.err;
    }
  while (image->ntasks != before);
  return 0;
}

void
cap_resume_tasks (struct ckpt_image *image)
{
  /* Those that others have made come before their makers, who could see that they
     are suspended.  */
  for (uint32_t i = image->ntasks; i-- > 0;)
    {
      struct cap_task *t = &image->tasks[i];
      if (t->suspended)
	task_resume (t->task);
      t->suspended = false;
    }
}

void
cap_release_tasks (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->ntasks; i++)
    {
      struct cap_task *t = &image->tasks[i];
      for (mach_msg_type_number_t j = 0; j < t->nthreads; j++)
	mach_port_deallocate (mach_task_self (), t->threads[j]);
      if (t->threads)
	vm_deallocate (mach_task_self (), (vm_address_t) t->threads,
		       t->nthreads * sizeof *t->threads);
      t->threads = NULL;
      t->nthreads = 0;
      free (t->names);
      t->names = NULL;
      t->nnames = 0;
    }
}

static int
compare_names (const void *a, const void *b)
{
  const struct cap_name *x = a, *y = b;
  return x->name < y->name ? -1 : x->name > y->name;
}

/* List the names of task number TASK, with what its send rights stand for, and
   take the tasks found among them into the environment.  */
error_t
cap_names (struct ckpt_image *image, uint32_t task)
{
  task_t space = image->tasks[task].task;
  mach_port_array_t names;
  mach_port_type_array_t types;
  mach_msg_type_number_t n, ntypes;
  error_t err = mach_port_names (space, &names, &n, &types, &ntypes);
  if (err)
    return err;
  struct cap_name *list = calloc (n + 1, sizeof *list);
  if (list == NULL)
    err = ENOMEM;
  for (uint32_t i = 0; err == 0 && i < n; i++)
    {
      list[i].name = names[i];
      list[i].type = types[i];
      /* A port that the task itself receives from is none of the kernel.  */
      if (!(types[i] & MACH_PORT_TYPE_SEND)
	  || types[i] & MACH_PORT_TYPE_RECEIVE)
	continue;
      if (mach_port_kernel_object (space, names[i], &list[i].object,
				   &list[i].address))
	{
	  /* It died after the list was made.  */
	  list[i].type = MACH_PORT_TYPE_DEAD_NAME;
	  continue;
	}
      if (list[i].object != KO_TASK)
	continue;
      bool known = false;
      for (uint32_t j = 0; j < image->ntasks; j++)
	known |= image->tasks[j].address == list[i].address;
      if (known)
	continue;
      mach_port_t right;
      mach_msg_type_name_t type;
      if (mach_port_extract_right (space, names[i], MACH_MSG_TYPE_COPY_SEND,
				   &right, &type) == 0)
	{
	  err = cap_new_task (image, right, 0);
	  mach_port_deallocate (mach_task_self (), right);
	}
    }
  vm_deallocate (mach_task_self (), (vm_address_t) names, n * sizeof *names);
  vm_deallocate (mach_task_self (), (vm_address_t) types,
		 ntypes * sizeof *types);
  if (err)
    {
      free (list);
      return err;
    }
  qsort (list, n, sizeof *list, compare_names);
  free (image->tasks[task].names);
  image->tasks[task].names = list;
  image->tasks[task].nnames = n;
  return 0;
}
