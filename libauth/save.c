/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handles in an image: their ids as ports, and the ids that they stand for.  */

#include "libauth/internal.h"

struct saving
{
  struct ckpt_blob *state;
  uint32_t count;
};

static error_t
count_one (void *object, void *arg)
{
  struct saving *s = arg;

  s->count++;
  return 0;
}

static error_t
save_one (void *object, void *arg)
{
  struct auth_handle *h = object;
  struct saving *s = arg;
  unsigned int i;
  int list;

  ckpt_put_u64 (s->state, h->port.id);
  for (list = 0; list < AUTH_LISTS; list++)
    {
      ckpt_put_u32 (s->state, h->ids[list].n);
      for (i = 0; i < h->ids[list].n; i++)
	ckpt_put_u32 (s->state, h->ids[list].ids[i]);
    }
  return 0;
}

error_t
auth_save (void *bucket, struct ckpt_image *image, struct ckpt_blob *state)
{
  struct saving s = { .state = state };

  sv_for_each (bucket, &auth_handle_class, count_one, &s);
  ckpt_put_u32 (state, s.count);
  sv_for_each (bucket, &auth_handle_class, save_one, &s);
  return state->error;
}

/* Read one handle; its lists are in IDS, which has room for them.  */
static error_t
read_one (struct ckpt_reader *r, uint64_t *id,
	  struct auth_idlist lists[AUTH_LISTS],
	  uid_t ids[AUTH_LISTS][AUTH_MAX_IDS])
{
  unsigned int i;
  int list;

  *id = ckpt_get_u64 (r);
  for (list = 0; list < AUTH_LISTS; list++)
    {
      lists[list].ids = ids[list];
      lists[list].n = ckpt_get_u32 (r);
      if (lists[list].n > AUTH_MAX_IDS)
	return EBADMSG;
      for (i = 0; i < lists[list].n; i++)
	ids[list][i] = ckpt_get_u32 (r);
    }
  return r->error;
}

error_t
auth_restore_objects (void *bucket, struct ckpt_image *image,
		      struct ckpt_reader *state)
{
  uint32_t n = ckpt_get_u32 (state);
  error_t err = state->error;

  for (; n && !err; n--)
    {
      struct auth_idlist lists[AUTH_LISTS];
      uid_t ids[AUTH_LISTS][AUTH_MAX_IDS];
      struct auth_handle *h;
      uint64_t id;

      err = read_one (state, &id, lists, ids);
      /* The reference stands for the tasks' rights until they exist.  */
      if (!err)
	err = auth_handle_create (bucket, lists, id, &h);
    }
  return err;
}

error_t
auth_restore_rights (void *bucket, struct ckpt_image *image,
		     struct ckpt_reader *state)
{
  uint32_t n = ckpt_get_u32 (state);
  error_t err = state->error;

  for (; n && !err; n--)
    {
      struct auth_idlist lists[AUTH_LISTS];
      uid_t ids[AUTH_LISTS][AUTH_MAX_IDS];
      struct auth_handle *h;
      uint64_t id;

      err = read_one (state, &id, lists, ids);
      h = err ? NULL : sv_lookup_id (id, &auth_handle_class);
      if (h)
	{
	  sv_unref (h);
	  sv_unref (h);
	}
    }
  return err;
}
