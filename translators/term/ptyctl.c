/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ioctls that only a master understands.  */

#include <hurd.h>
#include <signal.h>
#include "pty.h"
#include "tioctl_S.h"

/* An open of the master, with the terminal locked, or NULL.  */
static struct fs_cred *
enter (mach_port_t port)
{
  struct fs_cred *cred = fs_cred_lookup (port);

  if (cred != NULL && (master.triv.fs.root == NULL
		       || cred->open->node != master.triv.fs.root))
    {
      sv_unref (cred);
      cred = NULL;
    }
  if (cred != NULL)
    pthread_mutex_lock (term_lock ());
  return cred;
}

static error_t
leave (struct fs_cred *cred, error_t err)
{
  pthread_mutex_unlock (term_lock ());
  sv_unref (cred);
  return err;
}

kern_return_t
S_tioctl_tiocpkt (io_t port, int on)
{
  struct fs_cred *cred = enter (port);

  if (cred == NULL)
    return EOPNOTSUPP;
  master.packet = on;
  master.events = 0;
  return leave (cred, 0);
}

kern_return_t
S_tioctl_tiocremote (io_t port, int on)
{
  struct fs_cred *cred = enter (port);

  if (cred == NULL)
    return EOPNOTSUPP;
  term.l.pty_remote = on;
  ldisc_flush_input (&term.l);
  return leave (cred, 0);
}

kern_return_t
S_tioctl_tiocucntl (io_t port, int on)
{
  struct fs_cred *cred = enter (port);

  if (cred == NULL)
    return EOPNOTSUPP;
  return leave (cred, on ? EOPNOTSUPP : 0);
}

kern_return_t
S_tioctl_tiocext (io_t port, int on)
{
  struct fs_cred *cred = enter (port);

  if (cred == NULL)
    return EOPNOTSUPP;
  return leave (cred, on ? EOPNOTSUPP : 0);
}

kern_return_t
S_tioctl_tiocsig (io_t port, int signal)
{
  struct fs_cred *cred = enter (port);

  if (cred == NULL)
    return EOPNOTSUPP;
  if (signal <= 0 || signal >= NSIG)
    return leave (cred, EINVAL);
  term_signal (signal);
  return leave (cred, 0);
}
