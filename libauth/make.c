/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking for ids, and making handles from handles.  */

#include <string.h>
#include "libauth/internal.h"

/* The request's number.  */
enum { AUTH_MAKEAUTH = 25001 };

extern boolean_t S_auth_server (mach_msg_header_t *, mach_msg_header_t *);

/* The interface has the reply to auth_makeauth make its own send right, which
   the library of ports would not know of: it sends the one made here.  */
boolean_t
auth_demuxer (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  struct
  {
    mig_reply_header_t head;
    mach_msg_type_t type;
    mach_port_t handle;
  } *reply = (void *) outp;

  if (!S_auth_server (inp, outp))
    return FALSE;
  if (inp->msgh_id == AUTH_MAKEAUTH && reply->head.RetCode == 0)
    reply->type.msgt_name = MACH_MSG_TYPE_MOVE_SEND;
  return TRUE;
}

/* Put LIST into a reply that has room for AUTH_MAX_IDS at least.  */
static void
reply_ids (const struct auth_idlist *list, idarray_t *ids,
	   mach_msg_type_number_t *n)
{
  if (list->n)
    memcpy (*ids, list->ids, list->n * sizeof (uid_t));
  *n = list->n;
}

kern_return_t
S_auth_getids (auth_t handle, idarray_t *euids,
	       mach_msg_type_number_t *euidsCnt, idarray_t *auids,
	       mach_msg_type_number_t *auidsCnt, idarray_t *egids,
	       mach_msg_type_number_t *egidsCnt, idarray_t *agids,
	       mach_msg_type_number_t *agidsCnt)
{
  struct auth_handle *h = sv_lookup (handle, &auth_handle_class);

  if (h == NULL)
    return EOPNOTSUPP;
  reply_ids (&h->ids[AUTH_EUIDS], euids, euidsCnt);
  reply_ids (&h->ids[AUTH_AUIDS], auids, auidsCnt);
  reply_ids (&h->ids[AUTH_EGIDS], egids, egidsCnt);
  reply_ids (&h->ids[AUTH_AGIDS], agids, agidsCnt);
  sv_unref (h);
  return 0;
}

static bool
contains (const struct auth_idlist *list, uid_t id)
{
  unsigned int i;

  for (i = 0; i < list->n; i++)
    if (list->ids[i] == id)
      return true;
  return false;
}

/* Whether one of the N handles has ID in the two lists from FIRST on.  */
static bool
any_has (struct auth_handle *const *handles, unsigned int n, int first,
	 uid_t id)
{
  unsigned int i;

  for (i = 0; i < n; i++)
    if (contains (&handles[i]->ids[first], id)
	|| contains (&handles[i]->ids[first + 1], id))
      return true;
  return false;
}

/* Whether those who hold the N handles may have all that is in IDS: the
   superuser may, others what they have already.  */
static bool
allowed (struct auth_handle *const *handles, unsigned int n,
	 const struct auth_idlist ids[AUTH_LISTS])
{
  unsigned int i;
  int list;

  if (any_has (handles, n, AUTH_EUIDS, 0))
    return true;
  for (list = 0; list < AUTH_LISTS; list++)
    for (i = 0; i < ids[list].n; i++)
      if (!any_has (handles, n, list < AUTH_EGIDS ? AUTH_EUIDS : AUTH_EGIDS,
		    ids[list].ids[i]))
	return false;
  return true;
}

kern_return_t
S_auth_makeauth (auth_t handle, const_portarray_t other,
		 mach_msg_type_number_t nother, const_idarray_t euids,
		 mach_msg_type_number_t neuids, const_idarray_t auids,
		 mach_msg_type_number_t nauids, const_idarray_t egids,
		 mach_msg_type_number_t negids, const_idarray_t agids,
		 mach_msg_type_number_t nagids, mach_port_t *newhandle)
{
  struct auth_idlist ids[AUTH_LISTS] =
    {
      { neuids, (uid_t *) euids }, { nauids, (uid_t *) auids },
      { negids, (uid_t *) egids }, { nagids, (uid_t *) agids }
    };
  struct auth_handle *handles[1 + 64], *new;
  unsigned int n = 0, i;
  error_t err = 0;

  if (nother > 64)
    return EINVAL;
  handles[n] = sv_lookup (handle, &auth_handle_class);
  if (handles[n] == NULL)
    return EOPNOTSUPP;
  n++;
  for (i = 0; i < nother; i++)
    {
      handles[n] = sv_lookup (other[i], &auth_handle_class);
      if (handles[n])
	n++;
      else
	err = EINVAL;
    }
  if (!err && !allowed (handles, n, ids))
    err = EPERM;
  if (!err)
    err = auth_handle_create (handles[0]->port.bucket, ids, 0, &new);
  if (!err)
    {
      *newhandle = sv_port_get_right (new);
      sv_unref (new);
      for (i = 0; i < nother; i++)
	if (MACH_PORT_VALID (other[i]))
	  mach_port_deallocate (mach_task_self (), other[i]);
    }
  for (i = 0; i < n; i++)
    sv_unref (handles[i]);
  return err;
}
