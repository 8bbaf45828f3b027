/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How an explicitly persistent server takes part in a checkpoint.

   root-proxy, proc-proxy and the environment's auth hold state that belongs to
   the environment but live outside it.  Each registers as a participant: it
   writes its state into a blob inside the stop, and reads it again at a
   restore, in two steps, because its ports must exist before the tasks are
   made, and the tasks before it can have rights to them.

   Everything a task of the environment can hold a right to and that is not in
   the environment is a struct sv_port of this process; its id names it in an
   image.  */

#ifndef PERDURE_PARTICIPANT_H
#define PERDURE_PARTICIPANT_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <mach.h>
#include "blob.h"		/* ckpt_put_*, ckpt_get_*.  */

/* A port of the environment, or a task or thread of it, as it is called in an
   image.  0 is no port, CKPT_PORT_DEAD a dead name.  */
typedef uint32_t ckpt_port_t;
#define CKPT_PORT_NULL ((ckpt_port_t) 0)
#define CKPT_PORT_DEAD ((ckpt_port_t) -1)

struct store_txn;
struct ckpt_image;		/* One being taken or restored.  */

/* During save: how the port on which we hold the send right NAME is called in
   IMAGE.  ESRCH if it belongs neither to the environment nor to us.  */
error_t ckpt_port_save (struct ckpt_image *image, mach_port_t name,
			ckpt_port_t *port);

/* During the second step of a restore: a send right for PORT; the caller owns
   one reference of it.  */
error_t ckpt_port_restore (struct ckpt_image *image, ckpt_port_t port,
			   mach_port_t *name);

/* The same for the send-once right NAME with which a request is to be answered:
   ESRCH if it does not lead into the environment.  */
error_t ckpt_once_save (struct ckpt_image *image, mach_port_t name,
			ckpt_port_t *port);
/* Does a thread wait for the answer on PORT that will send its request again after
   a restore?  */
bool ckpt_is_awaited (const struct ckpt_image *image, ckpt_port_t port);
/* During the second step of a restore: a send-once right for PORT.  */
error_t ckpt_once_restore (struct ckpt_image *image, ckpt_port_t port,
			   mach_port_t *name);

struct ckpt_participant
{
  const char *name;		/* Names its blob in the store.  */
  void *context;
  /* Before a stop, while everything runs: an error keeps the checkpoint from being
     taken, and *WHY (malloced, or NULL) tells people the reason.  May be NULL.  */
  error_t (*prepare) (void *context, char **why);
  /* In the stop, with the gates of all buckets closed: write the state.  Must
     not block nor allocate ports.  */
  error_t (*save) (void *context, struct ckpt_image *image,
		   struct ckpt_blob *state);
  /* Outside the stop, while the checkpoint is written: put objects of one's own into
     TXN, with ids from CI_OBJECT_OTHERS on.  May be NULL.  */
  error_t (*write) (void *context, struct store_txn *txn);
  /* Before anything of a checkpoint is applied: read what `write' has put into it and a
     restore needs, and STATE as far as it can be judged alone.  An error keeps this
     checkpoint from being restored, and an older one is tried.  May be NULL.  */
  error_t (*check) (void *context, struct ckpt_reader *state);
  /* First step: check all of STATE, then make the objects that tasks hold
     rights to, under their old ids (sv_port_create).  */
  error_t (*restore_objects) (void *context, struct ckpt_image *image,
			      struct ckpt_reader *state);
  /* Second step, on the same state from its start: get the rights to tasks and
     ports of the environment.  Nothing runs yet.  */
  error_t (*restore_rights) (void *context, struct ckpt_image *image,
			     struct ckpt_reader *state);
  /* Called outside the stop: the checkpoint that the last save belongs to is
     durable (apply what was held), or has failed; WRITTEN: `write' was called for it.
     May be NULL.

     While the pages of one checkpoint are being written, after all calls of `write' for
     it, the next one's `save' may be called, and fail; then `committed' or `aborted' of
     the first comes before `write' of the second.  */
  error_t (*committed) (void *context, uint64_t number);
  void (*aborted) (void *context, bool written);
  /* For people: call TELL with ARG for each port of ours that STATE, which may be that of
     any checkpoint, stands for and that has something open: its id, and what it is.  May
     be NULL.  */
  error_t (*describe) (void *context, struct ckpt_reader *state,
		       void (*tell) (void *arg, uint64_t id, const char *text),
		       void *arg);
};

#endif /* PERDURE_PARTICIPANT_H */
