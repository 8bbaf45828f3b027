/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Window size and modem lines; both ends of a pty may ask for the former.  */

#include <hurd.h>
#include <signal.h>
#include <string.h>
#include "term.h"
#include "tioctl_S.h"

/* PORT is an open of this process' terminal or of its master.  */
static struct fs_cred *
enter (mach_port_t port)
{
  struct fs_cred *cred = fs_cred_lookup (port);

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
S_tioctl_tiocgwinsz (io_t port, winsize_t *size)
{
  struct fs_cred *cred = enter (port);

  if (cred == NULL)
    return EOPNOTSUPP;
  *size = term.size;
  return leave (cred, 0);
}

kern_return_t
S_tioctl_tiocswinsz (io_t port, winsize_t size)
{
  struct fs_cred *cred = enter (port);

  if (cred == NULL)
    return EOPNOTSUPP;
  if (memcmp (&term.size, &size, sizeof size) != 0)
    {
      term.size = size;
      term_signal (SIGWINCH);
    }
  return leave (cred, 0);
}

static error_t
modem (io_t port, int clear, int set)
{
  struct fs_cred *cred = enter (port);

  if (cred == NULL)
    return EOPNOTSUPP;
  term.modem = (term.modem & ~clear) | set;
  return leave (cred, 0);
}

kern_return_t
S_tioctl_tiocmget (io_t port, int *bits)
{
  struct fs_cred *cred = enter (port);

  if (cred == NULL)
    return EOPNOTSUPP;
  *bits = term.modem | (term.hung_up ? 0 : TIOCM_CAR);
  return leave (cred, 0);
}

kern_return_t
S_tioctl_tiocmset (io_t port, int bits)
{
  return modem (port, ~0, bits);
}

kern_return_t
S_tioctl_tiocmbis (io_t port, int bits)
{
  return modem (port, 0, bits);
}

kern_return_t
S_tioctl_tiocmbic (io_t port, int bits)
{
  return modem (port, bits, 0);
}

kern_return_t
S_tioctl_tiocmodg (io_t port, int *bits)
{
  return S_tioctl_tiocmget (port, bits);
}

kern_return_t
S_tioctl_tiocmods (io_t port, int bits)
{
  return S_tioctl_tiocmset (port, bits);
}

kern_return_t
S_tioctl_tiocsdtr (io_t port)
{
  return modem (port, 0, TIOCM_DTR);
}

kern_return_t
S_tioctl_tioccdtr (io_t port)
{
  return modem (port, TIOCM_DTR, 0);
}

/* There is no line on which to send a break.  */
kern_return_t
S_tioctl_tiocsbrk (io_t port)
{
  return modem (port, 0, 0);
}

kern_return_t
S_tioctl_tioccbrk (io_t port)
{
  return modem (port, 0, 0);
}
