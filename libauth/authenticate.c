/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two sides of a rendezvous as requests, and the server's as a call.  */

#include <stdlib.h>
#include <string.h>
#include "libauth/internal.h"

kern_return_t
S_auth_user_authenticate (auth_t handle, mach_port_t reply,
			  mach_msg_type_name_t replyPoly,
			  mach_port_t rendezvous, mach_port_t *newport,
			  mach_msg_type_name_t *newportPoly)
{
  struct auth_handle *h = sv_lookup (handle, &auth_handle_class);
  struct auth_party me = { .rendezvous = rendezvous, .handle = h };
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  err = auth_meet (&me, h->port.bucket, false);
  if (err)
    {
      sv_unref (h);
      return err;
    }
  *newport = me.newport;
  *newportPoly = me.newport_type;
  mach_port_deallocate (mach_task_self (), rendezvous);
  return 0;
}

static void
reply_ids (const struct auth_idlist *list, idarray_t *ids,
	   mach_msg_type_number_t *n)
{
  if (list->n)
    memcpy (*ids, list->ids, list->n * sizeof (uid_t));
  *n = list->n;
}

kern_return_t
S_auth_server_authenticate (auth_t handle, mach_port_t reply,
			    mach_msg_type_name_t replyPoly,
			    mach_port_t rendezvous, mach_port_t newport,
			    mach_msg_type_name_t newportPoly, idarray_t *euids,
			    mach_msg_type_number_t *euidsCnt, idarray_t *auids,
			    mach_msg_type_number_t *auidsCnt, idarray_t *egids,
			    mach_msg_type_number_t *egidsCnt, idarray_t *agids,
			    mach_msg_type_number_t *agidsCnt)
{
  struct auth_handle *h = sv_lookup (handle, &auth_handle_class);
  struct auth_party me =
    {
      .rendezvous = rendezvous, .server = true, .newport = newport,
      .newport_type = newportPoly == MACH_MSG_TYPE_PORT_SEND_ONCE
		      ? MACH_MSG_TYPE_MOVE_SEND_ONCE : MACH_MSG_TYPE_MOVE_SEND
    };
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  err = auth_meet (&me, h->port.bucket, false);
  sv_unref (h);
  if (err)
    return err;
  reply_ids (&me.handle->ids[AUTH_EUIDS], euids, euidsCnt);
  reply_ids (&me.handle->ids[AUTH_AUIDS], auids, auidsCnt);
  reply_ids (&me.handle->ids[AUTH_EGIDS], egids, egidsCnt);
  reply_ids (&me.handle->ids[AUTH_AGIDS], agids, agidsCnt);
  sv_unref (me.handle);
  mach_port_deallocate (mach_task_self (), rendezvous);
  return 0;
}

error_t
auth_authenticate (mach_port_t rendezvous, mach_port_t newport,
		   struct fs_ids **ids)
{
  struct auth_party me =
    {
      .rendezvous = rendezvous, .server = true, .newport = newport,
      .newport_type = MACH_MSG_TYPE_MOVE_SEND
    };
  struct auth_idlist *u, *g;
  struct fs_ids *new;
  struct sv_bucket *bucket;
  error_t err;

  new = malloc (sizeof *new + 2 * AUTH_MAX_IDS * sizeof (uid_t));
  if (new == NULL)
    return ENOMEM;
  pthread_mutex_lock (&auth_lock);
  bucket = auth_bucket;
  pthread_mutex_unlock (&auth_lock);
  /* Without a handle there is no user either.  */
  err = bucket ? auth_meet (&me, bucket, true) : EINVAL;
  if (err)
    {
      free (new);
      return err;
    }
  u = &me.handle->ids[AUTH_EUIDS];
  g = &me.handle->ids[AUTH_EGIDS];
  new->uids = (uid_t *) (new + 1);
  new->gids = new->uids + u->n;
  new->nuids = u->n;
  new->ngids = g->n;
  if (u->n)
    memcpy (new->uids, u->ids, u->n * sizeof (uid_t));
  if (g->n)
    memcpy (new->gids, g->ids, g->n * sizeof (gid_t));
  sv_unref (me.handle);
  *ids = new;
  return 0;
}
