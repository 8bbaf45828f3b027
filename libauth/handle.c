/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handles: sets of ids.  */

#include <stdlib.h>
#include <string.h>
#include "libauth/internal.h"

static void
clean (void *object)
{
  struct auth_handle *h = object;
  int i;

  for (i = 0; i < AUTH_LISTS; i++)
    free (h->ids[i].ids);
}

const struct sv_class auth_handle_class = { .name = "auth", .clean = clean };

struct sv_bucket *auth_bucket;

error_t
auth_handle_create (struct sv_bucket *bucket,
		    const struct auth_idlist ids[AUTH_LISTS], uint64_t id,
		    struct auth_handle **handle)
{
  struct auth_handle *h;
  error_t err;
  int i;

  for (i = 0; i < AUTH_LISTS; i++)
    if (ids[i].n > AUTH_MAX_IDS)
      return EINVAL;
  err = sv_port_create (bucket, &auth_handle_class, sizeof *h, id, &h);
  if (err)
    return err;
  for (i = 0; i < AUTH_LISTS; i++)
    if (ids[i].n)
      {
	h->ids[i].ids = malloc (ids[i].n * sizeof (uid_t));
	if (h->ids[i].ids == NULL)
	  {
	    sv_unref (h);
	    return ENOMEM;
	  }
	h->ids[i].n = ids[i].n;
	memcpy (h->ids[i].ids, ids[i].ids, ids[i].n * sizeof (uid_t));
      }
  pthread_mutex_lock (&auth_lock);
  if (auth_bucket == NULL)
    auth_bucket = bucket;
  pthread_mutex_unlock (&auth_lock);
  *handle = h;
  return 0;
}

error_t
auth_handle_simple (struct sv_bucket *bucket, uid_t uid, gid_t gid,
		    mach_port_t *right)
{
  uid_t uids[2] = { uid, uid };
  gid_t gids[2] = { gid, gid };
  struct auth_idlist lists[AUTH_LISTS] =
    {
      [AUTH_EUIDS] = { 1, uids }, [AUTH_AUIDS] = { 2, uids },
      [AUTH_EGIDS] = { 1, gids }, [AUTH_AGIDS] = { 2, gids }
    };
  struct auth_handle *h;
  error_t err = auth_handle_create (bucket, lists, 0, &h);

  if (err)
    return err;
  *right = sv_port_get_right (h);
  sv_unref (h);
  return 0;
}

error_t
auth_handle_for (mach_port_t user, uid_t *const ids[AUTH_LISTS],
		 const unsigned int n[AUTH_LISTS], mach_port_t *right)
{
  struct auth_handle *theirs = sv_lookup (user, &auth_handle_class), *h;
  struct auth_idlist lists[AUTH_LISTS];
  error_t err;
  int i;

  if (theirs == NULL)
    return EINVAL;
  for (i = 0; i < AUTH_LISTS; i++)
    lists[i] = (struct auth_idlist) { n[i], ids[i] };
  err = auth_handle_create (theirs->port.bucket, lists, 0, &h);
  sv_unref (theirs);
  if (err)
    return err;
  *right = sv_port_get_right (h);
  sv_unref (h);
  return *right ? 0 : ENOMEM;
}
