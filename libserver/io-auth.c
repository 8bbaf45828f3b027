/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other ports for the same open: for other ids, or the same.  */

#include <stdlib.h>
#include <hurd/auth.h>
#include "node-internal.h"
#include "io_S.h"

mach_port_t fs_auth;
bool (*fs_foreign) (const struct fs_open *open);
error_t (*fs_authenticate) (mach_port_t rendezvous, mach_port_t newport,
			    struct fs_ids **ids);

static void
free_array (uid_t *array, mach_msg_type_number_t n)
{
  if (n)
    vm_deallocate (mach_task_self (), (vm_address_t) array,
		   n * sizeof *array);
}

/* Ask the auth server.  NEWPORT is consumed on success.  What auth refuses it
   releases, and who loses the receive right meanwhile (io_revoke) would lose the name
   with it: auth gets a right of its own.  */
static error_t
ask_auth (mach_port_t auth, mach_port_t rendezvous, mach_port_t newport,
	  struct fs_ids **ids)
{
  /* Arrays that fit are returned in place.  */
  uid_t room[4][32];
  uid_t *euids = room[0], *auids = room[1], *egids = room[2],
    *agids = room[3];
  mach_msg_type_number_t n[4] = { 32, 32, 32, 32 };
  error_t err;

  sv_park ();
  err = auth_server_authenticate (auth, rendezvous, MACH_MSG_TYPE_COPY_SEND,
				  newport, MACH_MSG_TYPE_COPY_SEND,
				  &euids, &n[0], &auids, &n[1],
				  &egids, &n[2], &agids, &n[3]);
  sv_unpark ();
  if (err)
    return err;
  *ids = fs_ids_make (euids, n[0], egids, n[2]);
  err = *ids ? 0 : ENOMEM;
  if (euids != room[0])
    free_array (euids, n[0]);
  if (auids != room[1])
    free_array (auids, n[1]);
  if (egids != room[2])
    free_array (egids, n[2]);
  if (agids != room[3])
    free_array (agids, n[3]);
  if (!err)
    fs_drop_right (newport);
  return err;
}

/* Whose ids are to be told, and by whom, is OPEN's client's.  */
static error_t
authenticate (const struct fs_open *open, mach_port_t rendezvous,
	      mach_port_t newport, struct fs_ids **ids)
{
  bool foreign = fs_foreign && fs_foreign (open);

  if (fs_authenticate && !foreign)
    return fs_authenticate (rendezvous, newport, ids);
  bool given = MACH_PORT_VALID (fs_auth) && !foreign;
  mach_port_t auth = given ? fs_auth : getauth ();
  if (!MACH_PORT_VALID (auth))
    return EOPNOTSUPP;
  error_t err = ask_auth (auth, rendezvous, newport, ids);
  if (!given)
    fs_drop_right (auth);
  return err;
}

kern_return_t
S_io_reauthenticate (io_t auth_object, mach_port_t rendezvous)
{
  struct fs_node *node;
  struct fs_cred *new, *cred = fs_begin (auth_object, &node);
  struct fs_ids *ids = NULL;
  if (cred == NULL)
    return EOPNOTSUPP;
  error_t err = fs_cred_create (cred->open, NULL, 0, &new);
  if (!err)
    {
      mach_port_t right = sv_port_get_right (new);
      err = authenticate (cred->open, rendezvous, right, &ids);
      if (err)
	fs_drop_right (right);
      else
	fs_cred_set_ids (new, ids);
      if (err)
	{
	  sv_port_destroy (new);
	  fs_cred_set_ids (new, NULL);
	}
      sv_unref (new);
    }
  if (!err)
    fs_drop_right (rendezvous);
  fs_end (cred, node);
  return err;
}

/* A new port for CRED's open with IDS.  */
static error_t
new_cred (struct fs_cred *cred, const struct fs_ids *ids, mach_port_t *port,
	  mach_msg_type_name_t *poly)
{
  struct fs_cred *new;
  error_t err = fs_cred_create (cred->open, ids, 0, &new);
  if (err)
    return err;
  *port = sv_port_get_right (new);
  *poly = MACH_MSG_TYPE_MOVE_SEND;
  sv_unref (new);
  return *port ? 0 : ENOMEM;
}

kern_return_t
S_io_duplicate (io_t io_object, mach_port_t *newport,
		mach_msg_type_name_t *poly)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  if (cred == NULL)
    return EOPNOTSUPP;
  error_t err = new_cred (cred, cred->ids, newport, poly);
  fs_end (cred, node);
  return err;
}

/* Remove from the N ids in LIST what is not among the M in HAVE.  */
static unsigned int
intersect (uid_t *list, unsigned int n, const uid_t *have, unsigned int m)
{
  unsigned int kept = 0;
  for (unsigned int i = 0; i < n; i++)
    for (unsigned int j = 0; j < m; j++)
      if (list[i] == have[j])
	{
	  list[kept++] = list[i];
	  break;
	}
  return kept;
}

kern_return_t
S_io_restrict_auth (io_t io_object, mach_port_t *newport,
		    mach_msg_type_name_t *poly, const_idarray_t uids,
		    mach_msg_type_number_t nuids, const_idarray_t gids,
		    mach_msg_type_number_t ngids)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  const uid_t root = 0;
  error_t err = ENOMEM;
  if (cred == NULL)
    return EOPNOTSUPP;
  struct fs_ids *ids = fs_ids_make (uids, nuids, gids, ngids);
  if (ids)
    {
      uid_t zero = root;
      if (!intersect (&zero, 1, cred->ids->uids, cred->ids->nuids))
	{
	  ids->nuids = intersect (ids->uids, ids->nuids, cred->ids->uids,
				  cred->ids->nuids);
	  ids->ngids = intersect (ids->gids, ids->ngids, cred->ids->gids,
				  cred->ids->ngids);
	}
      err = new_cred (cred, ids, newport, poly);
      fs_ids_free (ids);
    }
  fs_end (cred, node);
  return err;
}
