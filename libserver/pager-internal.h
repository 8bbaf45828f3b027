/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the pager share.  */

#ifndef PERDURE_PAGER_INTERNAL_H
#define PERDURE_PAGER_INTERNAL_H

#include "pager.h"

struct fs_pager
{
  struct sv_port port;
  const struct fs_pager_ops *ops;
  void *user;
  struct fs_pager *next, **prevp; /* Of all pagers.  */

  pthread_mutex_t lock;		/* A leaf, but for sv_lock.  */
  pthread_cond_t changed;
  mach_port_t control;		/* The kernel's, while it has the object.  */
  mach_port_t name;		/* How the kernel calls it, likewise.  */
  bool used;			/* IN_USE has been told so.  */
  bool writable;		/* A right for writing has been made.  */
  bool nocache;
  uint64_t extent;		/* The kernel may have pages below it.  */
  bool locking;			/* A lock request is under way, */
  bool locked;			/* and done.  */
  unsigned int reads;		/* Pages are on their way to the kernel, */
  unsigned int writes;		/* or to the file.  */
  mach_port_seqno_t turn;	/* Next message to be begun with.  */
};

extern const struct sv_class fs_pager_class;

#endif /* PERDURE_PAGER_INTERNAL_H */
