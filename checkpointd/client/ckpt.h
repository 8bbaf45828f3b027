/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ckpt.h - for programs that want to know that they are persistent.

   No program needs this.  It is for those that keep facts of the world outside,
   which a restore makes stale, and for those that want to wait until something
   cannot be lost any more.  Link with -lckpt -lpthread.  Outside an environment
   everything succeeds and does nothing.  */

#ifndef CKPT_H
#define CKPT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 1 inside an environment, else 0.  */
int ckpt_inside (void);

/* How often the environment was restored, in all its history; 0 outside.  */
unsigned int ckpt_restored_count (void);

/* Return when all that has happened so far is durable.  0, or an errno value:
   ENODEV if the environment has no store, else why the checkpoint failed.  */
int ckpt_barrier (void);

/* Take a checkpoint, labelled with LABEL unless that is null; its number is stored
   in *NUMBER (which may be null; 0 outside).  Needs the user id 0: EPERM.  */
int ckpt_save (const char *label, unsigned int *number);

/* Call FUNCTION (ARG) after each restore, in a thread of the library; the other
   threads run meanwhile.  0 or an errno value.  */
int ckpt_after_restore (void (*function) (void *arg), void *arg);

/* Call FUNCTION (ARG) before each checkpoint, in a thread of the library.  The
   checkpoint waits for it, but not longer than half a second.  It must not wait
   for a checkpoint itself.  */
int ckpt_before_checkpoint (void (*function) (void *arg), void *arg);

/* The LEN bytes at ADDRESS, whole pages of memory that mmap has given, need not be saved:
   a checkpoint leaves them out, and after a restore they are zero.  Children that are forked
   do not have them.  For caches, and buffers that are empty at a checkpoint.  0, EINVAL if
   they are not whole pages that are there, or ENOSPC: there are too many.  */
int ckpt_transient (void *address, size_t len);

/* What just those arguments were given to ckpt_transient for is saved again.  0, or ENOENT:
   they were not.  */
int ckpt_saved (void *address, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* CKPT_H */
