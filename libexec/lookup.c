/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a file by name with somebody else's rights.  */

#include <string.h>
#include <hurd/auth.h>
#include <hurd/fs.h>
#include <hurd/io.h>
#include "libexec/internal.h"

void
exec_drop_rendezvous (mach_port_t rendezvous)
{
  mach_port_mod_refs (mach_task_self (), rendezvous, MACH_PORT_RIGHT_RECEIVE,
		      -1);
}

/* Replace *PORT by what AUTH makes of it.  */
static error_t
reauthenticate (mach_port_t auth, mach_port_t *port)
{
  mach_port_t rendezvous = mach_reply_port (), new = MACH_PORT_NULL;
  error_t err;

  if (auth == MACH_PORT_NULL)
    err = EACCES;
  else
    err = io_reauthenticate (*port, rendezvous, MACH_MSG_TYPE_MAKE_SEND);
  if (!err)
    err = auth_user_authenticate (auth, rendezvous, MACH_MSG_TYPE_MAKE_SEND,
				  &new);
  exec_drop_rendezvous (rendezvous);
  mach_port_deallocate (mach_task_self (), *port);
  *port = new;
  return err;
}

error_t
exec_lookup (const char *name, int flags, mach_port_t crdir,
	     mach_port_t cwdir, mach_port_t auth, mach_port_t *file)
{
  string_t retry_name;
  mach_port_t dir = name[0] == '/' ? crdir : cwdir, own = MACH_PORT_NULL;
  int hops;

  if (strlen (name) >= sizeof retry_name)
    return ENAMETOOLONG;
  strcpy (retry_name, name);
  for (hops = 0; hops < 32; hops++)
    {
      retry_type retry;
      mach_port_t next = MACH_PORT_NULL;
      const char *rest = retry_name;
      string_t asked;
      error_t err;

      while (*rest == '/')
	rest++;
      strcpy (asked, rest);
      err = dir_lookup (dir, asked, flags, 0, &retry, retry_name, &next);
      if (own != MACH_PORT_NULL)
	mach_port_deallocate (mach_task_self (), own);
      if (err)
	return err;
      own = next;
      retry_name[sizeof retry_name - 1] = 0;
      if (retry == FS_RETRY_REAUTH)
	err = reauthenticate (auth, &own);
      else if (retry == FS_RETRY_MAGICAL)
	{
	  /* Only the root is of use here: /dev/fd and tty are the caller's.  */
	  if (own != MACH_PORT_NULL)
	    mach_port_deallocate (mach_task_self (), own);
	  own = MACH_PORT_NULL;
	  if (retry_name[0] != '/')
	    return ENOENT;
	}
      if (err)
	return err;
      dir = retry == FS_RETRY_MAGICAL ? crdir : own;
      /* After a reauthentication the server is asked once more, so that it
	 can make an open of its own for us.  */
      if (retry == FS_RETRY_NORMAL && retry_name[0] == 0)
	{
	  *file = own;
	  return *file == MACH_PORT_NULL ? ENOENT : 0;
	}
    }
  if (own != MACH_PORT_NULL)
    mach_port_deallocate (mach_task_self (), own);
  return ELOOP;
}
