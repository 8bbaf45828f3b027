/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of save.c, back.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libserver/node-internal.h>
#include "state.h"
#include "travel.h"

#define MAX_IDS 4096

/* What was read before any object is made.  */
struct state
{
  const void *ov, *streams;
  size_t ov_len, streams_len;
  uint64_t offsets[3];
};

/* Rules that were given while the environment ran are behind those of the start.  */
static void
read_rule (struct ckpt_reader *r)
{
  size_t len;
  const char *pattern = ckpt_get_bytes (r, &len);
  uint8_t policy = ckpt_get_u8 (r);
  char *text = NULL;

  if (!r->error && policy >= POLICIES)
    r->error = EBADMSG;
  if (!r->error && asprintf (&text, "%.*s:%s", (int) len, pattern,
			     policy_names[policy]) < 0)
    r->error = ENOMEM;
  if (!r->error)
    r->error = policy_add (&rp.policies, text) ? EBADMSG : 0;
  free (text);
}

static error_t
read_head (struct ckpt_reader *r, struct state *s)
{
  uint32_t version = ckpt_get_u32 (r);

  if (!r->error && version != RP_STATE_VERSION)
    return ENOTSUP;
  s->ov = ckpt_get_bytes (r, &s->ov_len);
  s->streams = ckpt_get_bytes (r, &s->streams_len);
  uint32_t n = ckpt_get_u32 (r);
  while (!r->error && n-- > 0)
    read_rule (r);
  n = ckpt_get_u32 (r);
  while (!r->error && n-- > 0)
    {
      const char *pattern = ckpt_get_string (r);
      if (!r->error)
	r->error = rp_sync_output (pattern);
    }
  s->offsets[1] = ckpt_get_u64 (r);
  s->offsets[2] = ckpt_get_u64 (r);
  return r->error ?: rp_sockets_load (r);
}

/* The node INO, referenced.  */
static error_t
find_node (uint64_t ino, struct fs_node **node)
{
  struct ov_node *ov;
  error_t err;

  if (ino == RP_FRAMES_INO + 1 || ino == RP_FRAMES_INO + 2)
    {
      if (rp.frames[ino - RP_FRAMES_INO] == NULL)
	return EBADMSG;
      *node = fs_node_ref (rp.frames[ino - RP_FRAMES_INO]);
      return 0;
    }
  if (ino >= RP_SESSION_INO && ino < RP_SESSION_INO + RP_SESSIONS)
    return rp_session_node (ino - RP_SESSION_INO, node);
  if (ino >= RP_GIVEN_INO && ino - RP_GIVEN_INO < UINT32_MAX)
    return rp_given_again (ino - RP_GIVEN_INO, node);
  if (ino >= RP_SOCKET_INO && ino - RP_SOCKET_INO < UINT32_MAX)
    return rp_socket_again (ino - RP_SOCKET_INO, node);
  pthread_mutex_lock (&rp.lock);
  ov = ov_find (&rp.ov, ino);
  err = ov ? rp_node_get (ov, node) : EBADMSG;
  pthread_mutex_unlock (&rp.lock);
  return err;
}

/* Objects that live by a reference of ours until the tasks have their rights.  */
static void **kept;
static size_t nkept;

static error_t
keep (void *object)
{
  void **list = realloc (kept, (nkept + 1) * sizeof *kept);

  if (list == NULL)
    return ENOMEM;
  kept = list;
  kept[nkept++] = object;
  return 0;
}

struct opens
{
  uint32_t n;
  struct fs_open **list;
};

static mode_t
type_of (struct fs_node *node)
{
  return rp_data (node)->ov ? rp_data (node)->ov->type : 0;
}

static error_t
restore_fifos (struct ckpt_reader *r)
{
  uint32_t n = ckpt_get_u32 (r);
  error_t err = r->error;

  while (!err && n-- > 0)
    {
      uint64_t ino = ckpt_get_u64 (r);
      size_t len;
      const char *data = ckpt_get_bytes (r, &len);
      struct fs_node *node;

      err = r->error ?: find_node (ino, &node);
      if (err)
	break;
      err = fs_fifo_fill (node, data, len) ? EBADMSG : 0;
      fs_node_unref (node);
    }
  return err;
}

static error_t
restore_locks (struct ckpt_reader *r, struct fs_open *open)
{
  uint32_t n = ckpt_get_u32 (r);
  error_t err = r->error;

  while (!err && n-- > 0)
    {
      uint8_t kind = ckpt_get_u8 (r);
      int64_t start = ckpt_get_u64 (r), end = ckpt_get_u64 (r);
      err = r->error ?: fs_lock_again (open, kind & 1, kind & 2, start, end);
    }
  return err;
}

static error_t
open_again (struct fs_open *open)
{
  struct fs_node *node = open->node;
  error_t err = (node->ops->open
		 ? node->ops->open (node, NULL, open->flags) : 0);

  open->opened = !err;
  if (!err && S_ISFIFO (type_of (node)) && (open->flags & (O_READ | O_WRITE)))
    err = fs_fifo_again (node, open->flags);
  return err;
}

/* OPEN, and what it was before it became a file of another type, in which case nobody has
   opened what it is now.  */
static error_t
restore_open (struct ckpt_reader *r, struct fs_open **open)
{
  uint64_t id = ckpt_get_u64 (r), ino = ckpt_get_u64 (r);
  int flags = ckpt_get_u32 (r);
  int64_t offset = ckpt_get_u64 (r);
  pid_t owner = ckpt_get_u32 (r);
  uint64_t shadow = ckpt_get_u64 (r), made_in = ckpt_get_u64 (r);
  uint64_t before = ckpt_get_u64 (r);
  struct fs_node *node;
  error_t err = r->error;

  if (!err)
    err = find_node (ino, &node);
  if (err)
    return err;
  err = fs_open_create (node, flags, id, open);
  if (!err)
    {
      (*open)->offset = offset;
      (*open)->owner = owner;
      if (before)
	(*open)->opened = false;
      else
	err = open_again (*open);
      if (!err && shadow)
	err = find_node (shadow, &(*open)->shadow_root);
      if (!err && made_in)
	err = find_node (made_in, &(*open)->made_in);
      if (!err && before)
	err = find_node (before, &(*open)->before);
      if (!err)
	err = restore_locks (r, *open);
    }
  fs_node_unref (node);
  return err;
}

static error_t
restore_opens (struct ckpt_reader *r, struct opens *o)
{
  uint32_t n = ckpt_get_u32 (r);
  error_t err = 0;

  if (r->error || n > r->len / 32)
    return EBADMSG;
  o->list = calloc (n + 1, sizeof *o->list);
  if (o->list == NULL)
    return ENOMEM;
  for (o->n = 0; o->n < n && !err; o->n++)
    err = restore_open (r, &o->list[o->n]);
  return err;
}

/* A list of ids; NULL: there is an error.  */
static uint32_t *
get_ids (struct ckpt_reader *r, uint32_t *n)
{
  *n = ckpt_get_u32 (r);
  if (!r->error && *n > MAX_IDS)
    r->error = EBADMSG;
  uint32_t *ids = r->error ? NULL : calloc (*n + 1, sizeof *ids);
  if (!r->error && ids == NULL)
    r->error = ENOMEM;
  for (uint32_t i = 0; ids && i < *n; i++)
    ids[i] = ckpt_get_u32 (r);
  return ids;
}

error_t
rp_ids_load (struct ckpt_reader *r, struct fs_ids **ids)
{
  uint32_t nuids, ngids;
  uint32_t *uids = get_ids (r, &nuids), *gids = get_ids (r, &ngids);

  *ids = r->error ? NULL : fs_ids_make (uids, nuids, gids, ngids);
  free (uids);
  free (gids);
  return r->error ?: *ids ? 0 : ENOMEM;
}

static error_t
restore_cred (struct ckpt_reader *r, const struct opens *o)
{
  uint64_t id = ckpt_get_u64 (r), open = ckpt_get_u64 (r);
  uint32_t i;
  struct fs_cred *cred;
  struct fs_ids *ids;
  error_t err = rp_ids_load (r, &ids);

  if (err)
    return err;
  for (i = 0; i < o->n && o->list[i]->id != open; i++)
    continue;
  err = i < o->n ? fs_cred_create (o->list[i], ids, id, &cred) : EBADMSG;
  fs_ids_free (ids);
  if (!err)
    err = keep (cred);
  return err;
}

static error_t
restore_identity (struct ckpt_reader *r)
{
  uint64_t id = ckpt_get_u64 (r), ino = ckpt_get_u64 (r);
  struct fs_identity *identity;
  struct fs_node *node;
  error_t err = r->error;

  if (err || ino == 0)
    return err;
  err = find_node (ino, &node);
  if (!err)
    {
      err = fs_identity_get (node, id, &identity);
      fs_node_unref (node);
      if (!err)
	err = keep (identity);
    }
  return err;
}

/* Everything up to the credentials' ports, which stay referenced by us until
   the tasks have their rights.  */
static error_t
restore_ports (struct ckpt_reader *r)
{
  struct opens o = { 0 };
  uint32_t n;
  error_t err = restore_opens (r, &o);

  if (!err)
    err = restore_fifos (r);
  if (!err)
    {
      n = ckpt_get_u32 (r);
      while (!err && n-- > 0)
	err = r->error ? EBADMSG : restore_cred (r, &o);
    }
  if (!err)
    err = rp_output_restore (r, find_node);
  if (!err)
    {
      n = ckpt_get_u32 (r);
      while (!err && n-- > 0)
	err = r->error ? EBADMSG : restore_identity (r);
    }
  for (uint32_t i = 0; i < o.n; i++)
    if (o.list[i])
      fs_open_unref (o.list[i]);
  free (o.list);
  return err;
}

static void
tell_nobody (void *arg, uint64_t id, const char *text)
{
}

error_t
rp_check_state (void *context, struct ckpt_reader *r)
{
  return rp_tell_opens (context, r, tell_nobody, NULL) ?: rp_files_check ();
}

error_t
rp_restore_objects (void *context, struct ckpt_image *image,
		    struct ckpt_reader *r)
{
  struct state s = { 0 };
  struct ov_node *root;
  struct fs_node *node;
  error_t err = read_head (r, &s);

  if (err)
    return err;
  rp_files_load ();
  err = ov_load (&rp.ov, s.ov, s.ov_len);
  if (!err)
    err = replay_restore (&rp.replay, s.streams, s.streams_len);
  if (err)
    return err;
  pthread_mutex_lock (&rp.lock);
  root = NULL;
  for (size_t i = 0; i < rp.ov.room_nodes && !root; i++)
    for (root = rp.ov.nodes[i]; root; root = root->hash_next)
      if (root->fsroot && root->gparent == 0 && root->gino != 0)
	break;
  err = root ? rp_node_get (root, &rp.fs.root) : EBADMSG;
  pthread_mutex_unlock (&rp.lock);
  for (int i = 1; i <= 2 && !err; i++)
    if (s.offsets[i] != RP_NO_FRAMES)
      {
	err = rp_frames_node (i, s.offsets[i], &node);
	if (!err)
	  fs_node_unref (node);
      }
  /* Active translators, addresses of sockets.  */
  for (int lists = 0; lists < 2; lists++)
    for (uint32_t n = ckpt_get_u32 (r); !err && n-- > 0; err = r->error)
      {
	ckpt_get_u64 (r);
	ckpt_get_u32 (r);
      }
  return err ? err : restore_ports (r);
}

/* The control port of the translator on NODE, which runs inside.  */
static error_t
give_control (struct fs_node *node, mach_port_t control)
{
  return fs_active_set (node, control);
}

/* The address of the socket that NODE names; as long as it has one it stays.  */
static error_t
give_address (struct fs_node *node, mach_port_t address)
{
  node->address = address;
  fs_node_ref (node);
  return 0;
}

/* A list of nodes' rights on servers inside, to be given to them by GIVE, which
   consumes them.  */
static error_t
restore_node_rights (struct ckpt_image *image, struct ckpt_reader *r,
		     error_t (*give) (struct fs_node *, mach_port_t))
{
  uint32_t n = ckpt_get_u32 (r);
  error_t err = r->error;

  while (!err && n-- > 0)
    {
      uint64_t ino = ckpt_get_u64 (r);
      ckpt_port_t port = ckpt_get_u32 (r);
      struct fs_node *node;
      mach_port_t right;

      err = r->error ?: find_node (ino, &node);
      if (err)
	break;
      err = ckpt_port_restore (image, port, &right);
      if (!err && MACH_PORT_VALID (right))
	err = give (node, right);
      fs_node_unref (node);
    }
  return err;
}

error_t
rp_restore_rights (void *context, struct ckpt_image *image,
		   struct ckpt_reader *r)
{
  struct state s = { 0 };
  struct redo again = { 0 };
  struct ov_plan plan;
  error_t err = read_head (r, &s);

  /* What the overlay had to say then, for the places of its nodes; the redo of
     that moment was saved, with the pages.  */
  if (!err)
    err = ov_build (&rp.ov, &again, &plan);
  if (err)
    return err;
  redo_free (&again);
  rp.ov.epoch++;
  err = rp_arrive (&plan);
  ov_plan_free (&plan);
  if (!err)
    err = restore_node_rights (image, r, give_control);
  if (!err)
    err = restore_node_rights (image, r, give_address);
  while (nkept > 0)
    sv_unref (kept[--nkept]);
  free (kept);
  kept = NULL;
  return err;
}
