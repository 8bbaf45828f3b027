/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is only noted, for others to ask: the program, its code, logins.  */

#include <stdlib.h>
#include <string.h>
#include "libproc/internal.h"

kern_return_t
S_proc_set_exe (process_t process, const_string_t path)
{
  struct proc_handle *h = proc_enter (process);
  char *exe;

  if (h == NULL)
    return EOPNOTSUPP;
  exe = strndup (path, sizeof (string_t) - 1);
  if (exe == NULL)
    return proc_leave (h, ENOMEM);
  free (h->proc->exe);
  h->proc->exe = exe;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_get_exe (process_t process, pid_t which, string_t path)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;

  if (h == NULL)
    return EOPNOTSUPP;
  p = proc_by_pid (h->proc->table, which);
  if (p == NULL)
    return proc_leave (h, ESRCH);
  strcpy (path, p->exe ? p->exe : "");
  return proc_leave (h, 0);
}

kern_return_t
S_proc_set_entry (process_t process, vm_address_t entry)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  h->proc->entry = entry;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_get_entry (process_t process, vm_address_t *entry)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  *entry = h->proc->entry;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_set_code (process_t process, vm_address_t start_code,
		 vm_address_t end_code)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  h->proc->start_code = start_code;
  h->proc->end_code = end_code;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_get_code (process_t process, vm_address_t *start_code,
		 vm_address_t *end_code)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  *start_code = h->proc->start_code;
  *end_code = h->proc->end_code;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_make_login_coll (process_t process)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  h->proc->loginleader = true;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_setlogin (process_t process, const_string_t logname)
{
  struct proc_handle *h = proc_enter (process);
  size_t len = strnlen (logname, sizeof (string_t) - 1);
  struct login *login;

  if (h == NULL)
    return EOPNOTSUPP;
  if (!proc_has_uid (h->proc, 0))
    return proc_leave (h, EPERM);
  login = malloc (sizeof *login + len + 1);
  if (login == NULL)
    return proc_leave (h, ENOMEM);
  login->refs = 1;
  memcpy (login->name, logname, len);
  login->name[len] = 0;
  if (h->proc->login && --h->proc->login->refs == 0)
    free (h->proc->login);
  h->proc->login = login;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_getlogin (process_t process, string_t logname)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  strcpy (logname, h->proc->login ? h->proc->login->name : "");
  return proc_leave (h, 0);
}

/* Terminals know which sessions they control, not the other way round.  */
kern_return_t
S_proc_get_tty (process_t process, pid_t target, mach_port_t *tty,
		mach_msg_type_name_t *ttyPoly)
{
  return EOPNOTSUPP;
}
