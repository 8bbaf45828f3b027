/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What belongs to the world as a whole: privileged ports and its name.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <mach.h>
#include <mach/mach_host.h>
#include "libproc/internal.h"

kern_return_t
S_proc_getprivports (process_t process, mach_port_t *host_priv,
		     mach_port_t *device_master)
{
  struct proc_handle *h = proc_enter (process);
  struct proc_table *t;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  t = h->proc->table;
  err = (t->hooks.privports && proc_has_uid (h->proc, 0)) ? 0 : EPERM;
  proc_leave (h, 0);
  if (err)
    return err;
  return t->hooks.privports (t->hooks.context, host_priv, device_master);
}

/* The release that programs know this system as.  */
#define RELEASE "0.9"

/* GNU, on the kernel that says who it is; in one word, as a GNU/Hurd does.  */
static void
default_uname (struct utsname *name)
{
  kernel_version_t version = "";
  char *p;

  host_get_kernel_version (mach_host_self (), version);
  p = strchr (version, ':');
  if (p)
    *p = 0;
  while ((p = strchr (version, ' ')))
    *p = '-';
  strcpy (name->sysname, "GNU");
  strcpy (name->release, RELEASE);
  snprintf (name->version, sizeof name->version, "%.100s/Hurd-" RELEASE,
	    version);
  strcpy (name->machine, "i686-AT386");
}

kern_return_t
S_proc_uname (process_t process, utsname_t *uname)
{
  struct utsname *name = (struct utsname *) uname;
  struct proc_handle *h = proc_enter (process);
  struct proc_table *t;
  size_t used;

  if (h == NULL)
    return EOPNOTSUPP;
  t = h->proc->table;
  memset (name, 0, sizeof *name);
  if (t->hooks.uname)
    t->hooks.uname (t->hooks.context, name);
  else
    default_uname (name);
  used = strlen (name->version);
  if (t->versions)
    snprintf (name->version + used, sizeof name->version - used, "%s",
	      t->versions);
  return proc_leave (h, 0);
}

kern_return_t
S_proc_register_version (process_t process, mach_port_t credential,
			 const_string_t name, const_string_t release,
			 const_string_t version)
{
  struct proc_handle *h = proc_enter (process);
  mach_port_t host_priv, device_master;
  struct proc_table *t;
  char *all;
  error_t err = EPERM;

  if (h == NULL)
    return EOPNOTSUPP;
  t = h->proc->table;
  if (t->hooks.privports)
    err = t->hooks.privports (t->hooks.context, &host_priv, &device_master);
  if (!err && host_priv != credential)
    err = EPERM;
  if (!err && asprintf (&all, "%s/%s-%s", t->versions ? t->versions : "",
			name, version) < 0)
    err = ENOMEM;
  if (!err)
    {
      free (t->versions);
      t->versions = all;
      mach_port_deallocate (mach_task_self (), credential);
    }
  return proc_leave (h, err);
}
