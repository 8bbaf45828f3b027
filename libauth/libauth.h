/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The auth protocol: what an auth server does, as a library.

   A *handle* is a port that stands for four lists of ids: effective and
   available user ids, effective and available group ids.  A user shows a
   server who he is by a rendezvous: he sends a port of his to the server, and
   both name it to the auth server, the user with his handle; the server gets
   the effective and available ids, the user the port that the server passes.

   Handles are struct sv_ports; the requests on them are known to
   auth_demuxer.  */

#ifndef PERDURE_LIBAUTH_H
#define PERDURE_LIBAUTH_H

#include <node.h>
#include <participant.h>

struct auth_idlist
{
  unsigned int n;
  uid_t *ids;
};

enum { AUTH_EUIDS, AUTH_AUIDS, AUTH_EGIDS, AUTH_AGIDS, AUTH_LISTS };

struct auth_handle
{
  struct sv_port port;
  struct auth_idlist ids[AUTH_LISTS];
};

extern const struct sv_class auth_handle_class;

/* Make a handle in BUCKET with the given ids (copied), with one reference for
   the caller; give it away with sv_port_get_right.  ID is its id, or 0.  */
error_t auth_handle_create (struct sv_bucket *bucket,
			    const struct auth_idlist ids[AUTH_LISTS],
			    uint64_t id, struct auth_handle **handle);

/* A send right for a handle with just this user and group id.  */
error_t auth_handle_simple (struct sv_bucket *bucket, uid_t uid, gid_t gid,
			    mach_port_t *right);

/* A send right for a handle with the N ids in each of the IDS, if USER is a
   handle of this process; else EINVAL.  */
error_t auth_handle_for (mach_port_t user, uid_t *const ids[AUTH_LISTS],
			 const unsigned int n[AUTH_LISTS],
			 mach_port_t *right);

/* Knows the auth protocol.  */
extern boolean_t auth_demuxer (mach_msg_header_t *inp,
			       mach_msg_header_t *outp);

/* The server's side of a rendezvous, for a server in this process: wait for
   the user, hand him NEWPORT (a send right, moved on success; may be null),
   and return his effective ids in *IDS, one malloced block.  RENDEZVOUS is
   lent.  The user must come within a minute (ETIMEDOUT).  The wait is parked: nobody
   has NEWPORT yet, and the request that leads here, which has no reply, is sent again
   after a restore by who saved it (checkpointd/pending.c).  */
error_t auth_authenticate (mach_port_t rendezvous, mach_port_t newport,
			   struct fs_ids **ids);

/* A participant's steps (see participant.h).  CONTEXT is the struct sv_bucket
   that the handles live in.  */
error_t auth_save (void *bucket, struct ckpt_image *image,
		   struct ckpt_blob *state);
error_t auth_restore_objects (void *bucket, struct ckpt_image *image,
			      struct ckpt_reader *state);
error_t auth_restore_rights (void *bucket, struct ckpt_image *image,
			     struct ckpt_reader *state);

#endif /* PERDURE_LIBAUTH_H */
