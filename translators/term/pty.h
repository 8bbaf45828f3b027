/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pty's master: a node whose reader gets what is written to the terminal and
   whose writer types.  All guarded by the terminal's lock.  */

#ifndef PERDURE_PTY_H
#define PERDURE_PTY_H

#include "term.h"

struct master
{
  struct triv triv;
  pthread_cond_t changed;	/* Anything here or in the terminal.  */
  bool open;
  bool had_slave;		/* Somebody has opened the terminal since.  */
  bool packet;			/* TIOCPKT: readers get a byte of status.  */
  int events;			/* TIOCPKT_* not yet told.  */
};

extern struct master master;
extern const struct fs_ops master_ops;
extern const struct term_bottom pty_bottom;

#endif /* PERDURE_PTY_H */
