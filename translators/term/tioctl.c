/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ioctls of a terminal.  */

#include <hurd.h>
#include <hurd/process.h>
#include <signal.h>
#include <string.h>
#include "term.h"
#include "tioctl_S.h"

/* Find and lock the terminal for a request on PORT, which may be a master's
   too.  One that CHANGES it is refused to the background.  The caller unrefs the cred and unlocks.  */
static error_t
enter (mach_port_t port, bool changes, struct fs_cred **cred)
{
  *cred = fs_cred_lookup (port);
  if (*cred == NULL)
    return EOPNOTSUPP;
  if (!((*cred)->open->flags & (O_READ | O_WRITE)))
    {
      sv_unref (*cred);
      return EBADF;
    }
  pthread_mutex_lock (term_lock ());
  if (changes && ctty_background (*cred))
    {
      pthread_mutex_unlock (term_lock ());
      sv_unref (*cred);
      return EBACKGROUND;
    }
  return 0;
}

static error_t
leave (struct fs_cred *cred, error_t err)
{
  pthread_mutex_unlock (term_lock ());
  sv_unref (cred);
  return err;
}

kern_return_t
S_tioctl_tiocgeta (io_t port, modes_t modes, ccs_t ccs, speeds_t speeds)
{
  struct fs_cred *cred;
  error_t err = enter (port, false, &cred);

  if (err != 0)
    return err;
  ldisc_get (&term.l, modes, ccs, speeds);
  return leave (cred, 0);
}

static error_t
set_modes (io_t port, const tcflag_t *modes, const cc_t *ccs,
	   const speed_t *speeds, bool drain, bool flush)
{
  struct fs_cred *cred;
  error_t err = enter (port, true, &cred);

  if (err != 0)
    return err;
  if (drain)
    err = term_drain ();
  if (err == 0)
    {
      if (flush)
	term_flush (TERM_IN);
      ldisc_set (&term.l, modes, ccs, speeds);
      /* Readers may wait by other rules now.  */
      pthread_cond_broadcast (&term.input);
      term.bottom->start ();
      term_wake ();
    }
  return leave (cred, err);
}

kern_return_t
S_tioctl_tiocseta (io_t port, const modes_t modes, const ccs_t ccs,
		   const speeds_t speeds)
{
  return set_modes (port, modes, ccs, speeds, false, false);
}

kern_return_t
S_tioctl_tiocsetaw (io_t port, const modes_t modes, const ccs_t ccs,
		    const speeds_t speeds)
{
  return set_modes (port, modes, ccs, speeds, true, false);
}

kern_return_t
S_tioctl_tiocsetaf (io_t port, const modes_t modes, const ccs_t ccs,
		    const speeds_t speeds)
{
  return set_modes (port, modes, ccs, speeds, true, true);
}

kern_return_t
S_tioctl_tiocdrain (io_t port)
{
  struct fs_cred *cred;
  error_t err = enter (port, true, &cred);

  return err != 0 ? err : leave (cred, term_drain ());
}

kern_return_t
S_tioctl_tiocflush (io_t port, int which)
{
  struct fs_cred *cred;
  error_t err = enter (port, true, &cred);

  if (err != 0)
    return err;
  which &= O_READ | O_WRITE;
  if (which == 0)
    which = O_READ | O_WRITE;
  term_flush ((which & O_READ ? TERM_IN : 0)
	      | (which & O_WRITE ? TERM_OUT : 0));
  return leave (cred, 0);
}

static error_t
set_stopped (io_t port, bool stopped)
{
  struct fs_cred *cred;
  error_t err = enter (port, true, &cred);

  if (err != 0)
    return err;
  if (term.bottom->event != NULL && stopped != term.l.stopped)
    term.bottom->event (stopped ? TIOCPKT_STOP : TIOCPKT_START);
  term.l.stopped = stopped;
  term.bottom->start ();
  return leave (cred, 0);
}

kern_return_t
S_tioctl_tiocstop (io_t port)
{
  return set_stopped (port, true);
}

kern_return_t
S_tioctl_tiocstart (io_t port)
{
  return set_stopped (port, false);
}

static error_t
set_exclusive (io_t port, bool exclusive)
{
  struct fs_cred *cred;
  error_t err = enter (port, true, &cred);

  if (err != 0)
    return err;
  term.exclusive = exclusive;
  return leave (cred, 0);
}

kern_return_t
S_tioctl_tiocexcl (io_t port)
{
  return set_exclusive (port, true);
}

kern_return_t
S_tioctl_tiocnxcl (io_t port)
{
  return set_exclusive (port, false);
}

kern_return_t
S_tioctl_tiocgetd (io_t port, int *discipline)
{
  struct fs_cred *cred;
  error_t err = enter (port, false, &cred);

  if (err != 0)
    return err;
  *discipline = TTYDISC;
  return leave (cred, 0);
}

kern_return_t
S_tioctl_tiocsetd (io_t port, int discipline)
{
  struct fs_cred *cred;
  error_t err = enter (port, true, &cred);

  return err != 0 ? err : leave (cred, discipline == TTYDISC ? 0 : ENXIO);
}

/* Is there a process group PGRP?  */
static bool
group_exists (pid_t pgrp)
{
  pid_t room[64], *pids = room;
  mach_msg_type_number_t n = sizeof room / sizeof *room;
  process_t proc = getproc ();
  error_t err = proc_getpgrppids (proc, pgrp, &pids, &n);

  mach_port_deallocate (mach_task_self (), proc);
  if (err == 0 && pids != room)
    vm_deallocate (mach_task_self (), (vm_address_t) pids, n * sizeof *pids);
  return err != ESRCH;
}

kern_return_t
S_tioctl_tiocspgrp (io_t port, int pgrp)
{
  struct fs_cred *cred;
  bool exists = pgrp > 0 && group_exists (pgrp);
  error_t err = enter (port, true, &cred);

  if (err != 0)
    return err;
  if (!exists)
    return leave (cred, pgrp > 0 ? EPERM : EINVAL);
  term.foreground = pgrp;
  /* A reader in the background may be in the foreground now.  */
  pthread_cond_broadcast (&term.input);
  return leave (cred, 0);
}

kern_return_t
S_tioctl_tiocgpgrp (io_t port, int *pgrp)
{
  struct fs_cred *cred;
  error_t err = enter (port, false, &cred);

  if (err != 0)
    return err;
  *pgrp = term.foreground;
  return leave (cred, term.foreground == 0 ? ENOTTY : 0);
}

kern_return_t
S_tioctl_tiocoutq (io_t port, int *size)
{
  struct fs_cred *cred;
  error_t err = enter (port, false, &cred);

  if (err != 0)
    return err;
  *size = term.l.out.count + term.bottom->pending ();
  return leave (cred, 0);
}

kern_return_t
S_tioctl_tiocsti (io_t port, char datum)
{
  struct fs_cred *cred;
  error_t err = enter (port, true, &cred);

  if (err != 0)
    return err;
  if (!(cred->open->flags & O_READ))
    return leave (cred, EPERM);
  term_input ((unsigned char *) &datum, 1);
  return leave (cred, 0);
}
