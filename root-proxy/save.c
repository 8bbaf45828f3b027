/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the proxy of the tree hands over at a checkpoint.

   u32 RP_STATE_VERSION; the overlay and the streams of replay.h as bytes;
   u32 number of rules, each of them as a string and u8 policy;
   u32 number of patterns of --sync-output, each as a string;
   u64 offsets of the two framed streams, or RP_NO_FRAMES; sockets of the ground and
   addresses (socket.c); active translators,
   addresses of sockets, opens, fifos, credentials, output that waits, identities, each
   with its number in front.  The redo is beside
   it, see travel.h.  What is changed here is changed in restore.c and opens.c, too.  */

#include <stdlib.h>
#include <string.h>
#include "proxy.h"
#include "state.h"

struct list
{
  struct ckpt_blob *blob;
  struct ckpt_image *image;
  struct fs_open **opens;
  size_t nopens, room;
  uint32_t count;
  error_t error;
};

/* Remember OPEN, once.  */
static error_t
note_open (struct list *l, struct fs_open *open)
{
  for (size_t i = l->nopens; i-- > 0;)
    if (l->opens[i] == open)
      return 0;
  if (l->nopens == l->room)
    {
      size_t room = l->room ? 2 * l->room : 64;
      struct fs_open **opens = realloc (l->opens, room * sizeof *opens);
      if (opens == NULL)
	return ENOMEM;
      l->opens = opens;
      l->room = room;
    }
  l->opens[l->nopens++] = open;
  return 0;
}

/* Not: clients wait for it to be opened, or it is of a view, which are the ground's.  What
   had no name and has become a file of another type is not open any more, but had.  */
static bool
is_saved (const struct fs_open *open)
{
  return (open->opened || open->before) && open->node->fs == &rp.fs;
}

static error_t
count_cred (void *object, void *arg)
{
  struct fs_cred *cred = object;
  struct list *l = arg;

  /* Of a view: authenticated by the ground, and nothing of ours.  */
  if (cred->open && cred->open->node->fs != &rp.fs)
    return 0;
  /* One that is being authenticated: nobody has it yet, and it is asked for again.  */
  if (cred->ids == NULL || !is_saved (cred->open))
    return 0;
  l->count++;
  return note_open (l, cred->open);
}

void
rp_ids_save (struct ckpt_blob *b, const struct fs_ids *ids)
{
  ckpt_put_u32 (b, ids->nuids);
  for (unsigned int i = 0; i < ids->nuids; i++)
    ckpt_put_u32 (b, ids->uids[i]);
  ckpt_put_u32 (b, ids->ngids);
  for (unsigned int i = 0; i < ids->ngids; i++)
    ckpt_put_u32 (b, ids->gids[i]);
}

static error_t
save_cred (void *object, void *arg)
{
  struct fs_cred *cred = object;
  struct ckpt_blob *b = ((struct list *) arg)->blob;

  if (cred->ids == NULL || !is_saved (cred->open))
    return 0;
  ckpt_put_u64 (b, cred->port.id);
  ckpt_put_u64 (b, cred->open->id);
  rp_ids_save (b, cred->ids);
  return 0;
}

static bool
is_views (const struct fs_identity *identity)
{
  return identity->node && identity->node->fs != &rp.fs;
}

static error_t
count_identity (void *object, void *arg)
{
  struct fs_identity *identity = object;

  ((struct list *) arg)->count += !is_views (identity);
  return 0;
}

static error_t
save_identity (void *object, void *arg)
{
  struct fs_identity *identity = object;
  struct ckpt_blob *b = ((struct list *) arg)->blob;

  if (is_views (identity))
    return 0;
  ckpt_put_u64 (b, identity->port.id);
  ckpt_put_u64 (b, identity->node ? identity->node->ino : 0);
  return 0;
}

static void
put_node (struct ckpt_blob *b, const struct fs_node *node)
{
  ckpt_put_u64 (b, node ? node->ino : 0);
}

static error_t
count_lock (void *arg, bool whole, bool exclusive, int64_t start, int64_t end)
{
  ++*(uint32_t *) arg;
  return 0;
}

static error_t
save_lock (void *arg, bool whole, bool exclusive, int64_t start, int64_t end)
{
  ckpt_put_u8 (arg, whole | exclusive << 1);
  ckpt_put_u64 (arg, start);
  ckpt_put_u64 (arg, end);
  return 0;
}

static void
save_opens (struct list *l)
{
  struct ckpt_blob *b = l->blob;

  ckpt_put_u32 (b, l->nopens);
  for (size_t i = 0; i < l->nopens; i++)
    {
      ckpt_put_u64 (b, l->opens[i]->id);
      ckpt_put_u64 (b, l->opens[i]->node->ino);
      ckpt_put_u32 (b, l->opens[i]->flags);
      ckpt_put_u64 (b, l->opens[i]->offset);
      ckpt_put_u32 (b, l->opens[i]->owner);
      put_node (b, l->opens[i]->shadow_root);
      put_node (b, l->opens[i]->made_in);
      put_node (b, l->opens[i]->before);
      uint32_t locks = 0;
      fs_locks_each (l->opens[i], count_lock, &locks);
      ckpt_put_u32 (b, locks);
      fs_locks_each (l->opens[i], save_lock, b);
    }
}

/* Is FIFO's node the one of open number I, and of none before?  */
static bool
is_fifo (struct list *l, size_t i)
{
  if (l->opens[i]->node->fifo == NULL)
    return false;
  for (size_t k = 0; k < i; k++)
    if (l->opens[k]->node == l->opens[i]->node)
      return false;
  return true;
}

/* What is in the fifos that are open.  */
static error_t
save_fifos (struct list *l)
{
  struct ckpt_blob *b = l->blob;
  uint32_t n = 0;
  error_t err = 0;

  for (size_t i = 0; i < l->nopens; i++)
    n += is_fifo (l, i);
  ckpt_put_u32 (b, n);
  for (size_t i = 0; i < l->nopens && !err; i++)
    if (is_fifo (l, i))
      {
	char *data;
	size_t len;
	err = fs_fifo_save (l->opens[i]->node, &data, &len);
	if (err)
	  break;
	put_node (b, l->opens[i]->node);
	ckpt_put_bytes (b, data, len);
	free (data);
      }
  return err;
}

static mach_port_t
active_of (const struct fs_node *node)
{
  return node->active;
}

static mach_port_t
address_of (const struct fs_node *node)
{
  return node->address;
}

/* The rights on servers inside that nodes have, where RIGHT tells them.  */
static error_t
save_node_rights (struct list *l, mach_port_t (*right) (const struct fs_node *))
{
  struct ckpt_blob *b = l->blob;
  struct fs_node *node;
  ckpt_port_t port;
  error_t err = 0;
  uint32_t n = 0;

  for (int pass = 0; pass < 2 && !err; pass++)
    {
      if (pass == 1)
	ckpt_put_u32 (b, n);
      for (size_t i = 0; i < rp.ov.room_nodes && !err; i++)
	for (struct ov_node *ov = rp.ov.nodes[i]; ov && !err;
	     ov = ov->hash_next)
	  {
	    if ((node = ov->user) == NULL || !MACH_PORT_VALID (right (node)))
	      continue;
	    if (pass == 0)
	      n++;
	    else if ((err = ckpt_port_save (l->image, right (node), &port))
		     == 0)
	      {
		ckpt_put_u64 (b, ov->ino);
		ckpt_put_u32 (b, port);
	      }
	  }
    }
  return err;
}

static error_t
save_tree (struct ckpt_blob *b)
{
  struct ov_bytes bytes = { 0 };
  uint8_t *streams = NULL;
  size_t len = 0;
  error_t err;

  rp_begin_next ();
  err = rp_copies_note () ?: ov_build (&rp.ov, &rp.redo, &rp.plan);
  if (!err)
    {
      ov_save (&rp.ov, &bytes);
      err = bytes.error;
    }
  if (!err)
    err = replay_save (&rp.replay, &streams, &len);
  if (!err)
    {
      rp.journal_cut = rp_journal_cuttable ();
      rp.ov.epoch++;
      ckpt_put_bytes (b, bytes.data, bytes.len);
      ckpt_put_bytes (b, streams, len);
      ckpt_put_u32 (b, rp.policies.n);
      for (size_t i = 0; i < rp.policies.n; i++)
	{
	  ckpt_put_bytes (b, rp.policies.rules[i].pattern,
			  strlen (rp.policies.rules[i].pattern));
	  ckpt_put_u8 (b, rp.policies.rules[i].policy);
	}
      uint32_t n = 0;
      while (rp_sync_pattern (n))
	n++;
      ckpt_put_u32 (b, n);
      for (uint32_t i = 0; i < n; i++)
	ckpt_put_string (b, rp_sync_pattern (i));
      for (int i = 1; i <= 2; i++)
	ckpt_put_u64 (b, rp.frames[i] ? rp_data (rp.frames[i])->offset
		      : RP_NO_FRAMES);
      rp_sockets_save (b);
    }
  free (bytes.data);
  free (streams);
  return err;
}

error_t
rp_save (void *context, struct ckpt_image *image, struct ckpt_blob *b)
{
  struct list l = { .blob = b, .image = image };
  struct sv_bucket *bucket = rp.fs.bucket;
  error_t err;

  /* That could come about only while we were on our way here.  */
  if (rp.unapplied || rp.before.number)
    return EAGAIN;
  /* What was written through mappings belongs to the files' contents.  Most of it
     has come before the stop (rp_prepare).  */
  err = fs_pager_return_all ();
  if (err)
    return err;
  ckpt_put_u32 (b, RP_STATE_VERSION);
  err = sv_for_each (bucket, &fs_cred_class, count_cred, &l);
  /* The gates are closed, but pagers run.  */
  pthread_mutex_lock (&rp.lock);
  if (!err)
    err = save_tree (b);
  if (!err)
    err = save_node_rights (&l, active_of);
  if (!err)
    err = save_node_rights (&l, address_of);
  pthread_mutex_unlock (&rp.lock);
  if (!err)
    {
      save_opens (&l);
      err = save_fifos (&l);
    }
  if (!err)
    {
      ckpt_put_u32 (b, l.count);
      err = sv_for_each (bucket, &fs_cred_class, save_cred, &l);
    }
  pthread_mutex_lock (&rp.lock);
  if (!err)
    rp_output_save (b);
  pthread_mutex_unlock (&rp.lock);
  if (!err)
    {
      l.count = 0;
      sv_for_each (bucket, &fs_identity_class, count_identity, &l);
      ckpt_put_u32 (b, l.count);
      err = sv_for_each (bucket, &fs_identity_class, save_identity, &l);
    }
  free (l.opens);
  return err ? err : b->error;
}
