/* SPDX-License-Identifier: GPL-3.0-or-later */
/* External synchrony: what is written to a stream waits here until a checkpoint that
   has it is durable, so that nobody outside sees what a crash takes back.

   What waits is part of each checkpoint.  It leaves when that has committed, or when
   it is restored: by the way that a write of the program would have gone, so that
   what left before the crash is known by the journal or by the frames' offsets.  */

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "proxy.h"

#define MANY ((size_t) 1 << 20)	/* A checkpoint is forced.  */

/* With rp.lock.  */
struct rp_output
{
  struct rp_output *next;
  struct fs_node *node;		/* Referenced.  */
  uint8_t *data;
  size_t len;
  size_t captured;		/* So much is in the last checkpoint.  */
};

static struct rp_output *outputs;
static char **patterns;		/* Of --sync-output, with rp.lock.  */
static size_t npatterns;
static size_t waiting;		/* Bytes, of all.  */

error_t
rp_sync_output (const char *pattern)
{
  char *copy = strdup (pattern), **grown;

  pthread_mutex_lock (&rp.lock);
  for (size_t i = 0; i < npatterns; i++)
    if (strcmp (patterns[i], pattern) == 0)
      {
	pthread_mutex_unlock (&rp.lock);
	free (copy);
	return 0;
      }
  grown = realloc (patterns, (npatterns + 1) * sizeof *patterns);
  if (grown)
    patterns = grown;
  if (grown && copy)
    patterns[npatterns++] = copy;
  pthread_mutex_unlock (&rp.lock);
  if (grown && copy)
    return 0;
  free (copy);
  return ENOMEM;
}

const char *
rp_sync_pattern (size_t i)
{
  return i < npatterns ? patterns[i] : NULL;
}

bool
rp_is_sync (const char *path)
{
  for (size_t i = 0; i < npatterns; i++)
    if (strcmp (patterns[i], path ? "stream" : "frames") == 0
	|| (path && fnmatch (patterns[i], path, FNM_PATHNAME) == 0))
      return true;
  return false;
}

/* Call with rp.lock held.  */
static struct rp_output *
find (struct fs_node *node)
{
  struct rp_output *o = outputs;

  while (o && o->node != node)
    o = o->next;
  if (o)
    return o;
  o = calloc (1, sizeof *o);
  if (o)
    {
      o->node = fs_node_ref (node);
      o->next = outputs;
      outputs = o;
    }
  return o;
}

error_t
rp_output_hold (struct fs_node *node, const void *data, size_t len)
{
  uint8_t *copy = malloc (len + 1), *grown = NULL;
  error_t err = ENOMEM;

  /* DATA may be memory of a client that we are the pager of: no lock.  */
  if (copy)
    memcpy (copy, data, len);
  pthread_mutex_lock (&rp.lock);
  struct rp_output *o = copy ? find (node) : NULL;
  if (o)
    grown = realloc (o->data, o->len + len + 1);
  if (grown)
    {
      o->data = grown;
      memcpy (grown + o->len, copy, len);
      o->len += len;
      waiting += len;
      err = 0;
    }
  bool many = waiting > MANY;
  pthread_mutex_unlock (&rp.lock);
  free (copy);
  if (many && rp.checkpoint)
    rp.checkpoint (false);
  return err;
}

error_t
rp_output_admit (struct fs_node *node, size_t len)
{
  pthread_mutex_lock (&rp.lock);
  bool full = waiting > 4 * MANY;
  pthread_mutex_unlock (&rp.lock);
  return full && rp.checkpoint ? rp.checkpoint (true) : 0;
}

void
rp_output_save (struct ckpt_blob *b)
{
  uint32_t n = 0;

  for (struct rp_output *o = outputs; o; o = o->next)
    n += o->len > 0;
  ckpt_put_u32 (b, n);
  for (struct rp_output *o = outputs; o; o = o->next)
    {
      o->captured = o->len;
      if (o->len == 0)
	continue;
      ckpt_put_u64 (b, o->node->ino);
      ckpt_put_bytes (b, o->data, o->len);
    }
}

/* Let the first LEN bytes of what waits for O leave.  */
static void
release (struct rp_output *o, size_t len)
{
  uint8_t *data = malloc (len);

  if (data == NULL)
    return;			/* With the next checkpoint.  */
  pthread_mutex_lock (&rp.lock);
  memcpy (data, o->data, len);
  pthread_mutex_unlock (&rp.lock);
  pthread_mutex_lock (&o->node->lock);
  error_t err = (rp_data (o->node)->kind == RP_FRAMES
		 ? rp_frames_put (o->node, data, len)
		 : rp_stream_put (o->node, data, len));
  pthread_mutex_unlock (&o->node->lock);
  if (err)
    rp_message ("%zu bytes of output were lost: %s", len, strerror (err));
  free (data);
  pthread_mutex_lock (&rp.lock);
  memmove (o->data, o->data + len, o->len - len);
  o->len -= len;
  o->captured -= len;
  waiting -= len;
  pthread_mutex_unlock (&rp.lock);
}

void
rp_output_failed (void)
{
  pthread_mutex_lock (&rp.lock);
  for (struct rp_output *o = outputs; o; o = o->next)
    o->captured = 0;
  pthread_mutex_unlock (&rp.lock);
}

void
rp_output_release (void)
{
  /* Only here outputs are removed, and nobody else calls this meanwhile.  */
  pthread_mutex_lock (&rp.lock);
  struct rp_output *o = outputs, *next;
  pthread_mutex_unlock (&rp.lock);
  for (; o; o = next)
    {
      if (o->captured)
	release (o, o->captured);
      pthread_mutex_lock (&rp.lock);
      next = o->next;
      struct rp_output **p = &outputs;
      while (*p != o)
	p = &(*p)->next;
      if (o->len == 0)
	*p = next;
      bool gone = o->len == 0;
      pthread_mutex_unlock (&rp.lock);
      if (gone)
	{
	  fs_node_unref (o->node);
	  free (o->data);
	  free (o);
	}
    }
}

error_t
rp_output_restore (struct ckpt_reader *r,
		   error_t (*find_node) (uint64_t ino, struct fs_node **node))
{
  uint32_t n = ckpt_get_u32 (r);
  error_t err = r->error;

  while (!err && n-- > 0)
    {
      uint64_t ino = ckpt_get_u64 (r);
      size_t len;
      const void *data = ckpt_get_bytes (r, &len);
      struct fs_node *node;

      err = r->error ?: find_node (ino, &node);
      if (err)
	break;
      err = rp_output_hold (node, data, len);
      fs_node_unref (node);
    }
  for (struct rp_output *o = outputs; o; o = o->next)
    o->captured = o->len;
  return err;
}
