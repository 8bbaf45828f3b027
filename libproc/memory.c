/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments and environments, read from the memory of the process that has
   them.  Nothing there is to be believed.  */

#include <stdlib.h>
#include <string.h>
#include "libproc/internal.h"

/* As much as this is shown of anybody's arguments.  */
enum { MAX_ARGS = 1024 * 1024 };

struct reader
{
  task_t task;
  vm_address_t page;		/* Which page is in DATA.  */
  char *data;
};

/* A pointer to the byte at ADDR of R's task, and in *LEN how many follow in the
   page; NULL if it cannot be read.  */
static const char *
peek (struct reader *r, vm_address_t addr, size_t *len)
{
  vm_address_t page = addr & -vm_page_size, data;
  mach_msg_type_number_t n;

  if (r->data == NULL || r->page != page)
    {
      if (r->data)
	vm_deallocate (mach_task_self (), (vm_address_t) r->data,
		       vm_page_size);
      r->data = NULL;
      if (vm_read (r->task, page, vm_page_size, &data, &n))
	return NULL;
      r->data = (char *) data;
      r->page = page;
    }
  *len = page + vm_page_size - addr;
  return r->data + (addr - page);
}

/* Read the word at ADDR.  */
static bool
peek_word (struct reader *r, vm_address_t addr, vm_address_t *word)
{
  size_t len;
  const char *p = addr % sizeof *word ? NULL : peek (r, addr, &len);

  if (p)
    memcpy (word, p, sizeof *word);
  return p != NULL;
}

/* Append the string at ADDR to BUF, of which *USED bytes are used.  */
static bool
copy_string (struct reader *r, vm_address_t addr, char **buf, size_t *used)
{
  for (;;)
    {
      size_t len, n;
      const char *p = peek (r, addr, &len);
      char *larger;

      if (p == NULL)
	return false;
      n = strnlen (p, len);
      if (*used + n + 1 > MAX_ARGS)
	return false;
      larger = realloc (*buf, *used + n + 1);
      if (larger == NULL)
	return false;
      *buf = larger;
      memcpy (larger + *used, p, n);
      *used += n;
      addr += n;
      if (n < len)
	{
	  larger[(*used)++] = 0;
	  return true;
	}
    }
}

/* Reply with the strings that the vector at VECTOR points to.  */
static error_t
reply_vector (task_t task, vm_address_t vector, data_t *out,
	      mach_msg_type_number_t *count)
{
  struct reader words = { .task = task }, strings = { .task = task };
  vm_address_t string;
  char *buf = NULL;
  size_t used = 0;
  error_t err;

  while (vector && peek_word (&words, vector, &string) && string
	 && copy_string (&strings, string, &buf, &used))
    vector += sizeof string;
  err = proc_reply (buf, used, 1, out, count);
  free (buf);
  if (words.data)
    vm_deallocate (mach_task_self (), (vm_address_t) words.data, vm_page_size);
  if (strings.data)
    vm_deallocate (mach_task_self (), (vm_address_t) strings.data,
		   vm_page_size);
  return err;
}

/* The same for the process PID; the lock is not held meanwhile, since the
   memory's pager may be slow.  */
static error_t
reply_strings (process_t process, pid_t pid, bool environment, data_t *out,
	       mach_msg_type_number_t *count)
{
  struct proc_handle *h = proc_enter (process);
  vm_address_t vector = 0;
  task_t task = MACH_PORT_NULL;
  struct proc *p;
  error_t err = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  p = proc_by_pid (h->proc->table, pid);
  if (p == NULL)
    err = ESRCH;
  else if (environment && !proc_controls (h->proc, p))
    err = EPERM;
  else if (!p->dead)
    {
      vector = environment ? p->envp : p->argv;
      task = p->task;
      sv_right_ref (task);
    }
  proc_leave (h, 0);
  if (err)
    return err;
  if (task == MACH_PORT_NULL)
    {
      *count = 0;
      return 0;
    }
  err = reply_vector (task, vector, out, count);
  mach_port_deallocate (mach_task_self (), task);
  return err;
}

kern_return_t
S_proc_getprocargs (process_t process, pid_t which, data_t *procargs,
		    mach_msg_type_number_t *procargsCnt)
{
  return reply_strings (process, which, false, procargs, procargsCnt);
}

kern_return_t
S_proc_getprocenv (process_t process, pid_t which, data_t *procenv,
		   mach_msg_type_number_t *procenvCnt)
{
  return reply_strings (process, which, true, procenv, procenvCnt);
}

kern_return_t
S_proc_set_arg_locations (process_t process, vm_address_t argv,
			  vm_address_t envp)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  h->proc->argv = argv;
  h->proc->envp = envp;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_get_arg_locations (process_t process, vm_address_t *argv,
			  vm_address_t *envp)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  *argv = h->proc->argv;
  *envp = h->proc->envp;
  return proc_leave (h, 0);
}
