/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Half of two rendezvous: servers have been asked to find out anew who we are, and wait for
   us to tell the auth server.  */

#include <fcntl.h>
#include <hurd.h>
#include <hurd/auth.h>
#include <hurd/fd.h>
#include <hurd/io.h>
#include <hurd/process.h>
#include <sys/stat.h>
#include "../env.h"

/* Make the other half at REF: what the server gives.  */
static mach_port_t
complete (mach_port_t ref)
{
  mach_port_t new, auth = getauth ();

  MUST (auth_user_authenticate (auth, ref, MACH_MSG_TYPE_MAKE_SEND, &new));
  mach_port_deallocate (mach_task_self (), auth);
  mach_port_mod_refs (mach_task_self (), ref, MACH_PORT_RIGHT_RECEIVE, -1);
  return new;
}

/* Begin both, and some time later, in which there may be a kill, complete them.  (After a
   while the servers would give up.)  */
static void
once (int fd)
{
  mach_port_t file = getdport (fd), proc = getproc (), new;
  mach_port_t file_ref = mach_reply_port (), proc_ref = mach_reply_port ();
  io_statbuf_t st;
  struct stat is;
  pid_t pid, parent;
  int leader;

  MUST (io_reauthenticate (file, file_ref, MACH_MSG_TYPE_MAKE_SEND));
  MUST (proc_reauthenticate (proc, proc_ref, MACH_MSG_TYPE_MAKE_SEND));
  for (int i = 0; i < 20 && !env_ended (); i++)
    usleep (200000);
  new = complete (file_ref);
  MUST (io_stat (new, &st));
  SYS (fstat (fd, &is));
  CHECK (st.st_ino == is.st_ino && (st.st_mode & 07777) == 0640, "inode %llu is %llu",
	 (unsigned long long) st.st_ino, (unsigned long long) is.st_ino);
  mach_port_deallocate (mach_task_self (), new);
  new = complete (proc_ref);
  MUST (proc_getpids (new, &pid, &parent, &leader));
  CHECK (pid == getpid (), "%d is %d", pid, getpid ());
  mach_port_deallocate (mach_task_self (), new);
  mach_port_deallocate (mach_task_self (), file);
  mach_port_deallocate (mach_task_self (), proc);
}

PROGRAM (reauthenticating)
{
  int fd = SYS (open (env_file ("f"), O_RDWR | O_CREAT | O_TRUNC, 0640));
  mach_port_t file = getdport (fd), lost;

  /* One at a port of the server that nobody else has: that will never be.  */
  MUST (io_duplicate (file, &lost));
  MUST (io_reauthenticate (file, lost, MACH_MSG_TYPE_MOVE_SEND));
  mach_port_deallocate (mach_task_self (), file);
  once (fd);
  env_ready ();
  while (!env_ended ())
    once (fd);
}
