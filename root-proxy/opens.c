/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the state of a checkpoint (save.c) has open, for `ckpt show'.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libserver/node-internal.h>
#include "state.h"

struct described
{
  uint64_t id;			/* Of the open.  */
  char *text;
};

/* What stands before the opens; only the overlay is of interest.  */
static const void *
read_head (struct ckpt_reader *r, size_t *len)
{
  size_t other;
  uint32_t version = ckpt_get_u32 (r);

  if (!r->error && version != RP_STATE_VERSION)
    r->error = ENOTSUP;
  const void *tree = ckpt_get_bytes (r, len);
  ckpt_get_bytes (r, &other);	/* Streams.  */
  for (uint32_t n = ckpt_get_u32 (r); !r->error && n > 0; n--)
    {
      ckpt_get_bytes (r, &other);
      ckpt_get_u8 (r);
    }
  for (uint32_t n = ckpt_get_u32 (r); !r->error && n > 0; n--)
    ckpt_get_string (r);
  ckpt_get_u64 (r);
  ckpt_get_u64 (r);
  r->error = r->error ?: rp_sockets_skip (r);
  /* Active translators, addresses of sockets.  */
  for (int i = 0; i < 2; i++)
    for (uint32_t n = ckpt_get_u32 (r); !r->error && n > 0; n--)
      {
	ckpt_get_u64 (r);
	ckpt_get_u32 (r);
      }
  return tree;
}

/* What the node INO of TREE is called; malloced.  */
static char *
name_of (struct overlay *tree, uint64_t ino)
{
  char *name = NULL, *path;
  struct ov_node *node = ov_find (tree, ino);
  int n;

  if (ino >= RP_SOCKET_INO)
    n = asprintf (&name, "a socket of the ground");
  else if (ino >= RP_GIVEN_INO)
    n = asprintf (&name, "a descriptor given to ckpt run");
  else if (ino >= RP_SESSION_INO)
    n = asprintf (&name, "a terminal of ckpt attach");
  else if (ino > RP_FRAMES_INO)
    n = asprintf (&name, "the job's %s",
		  ino == RP_FRAMES_INO + 2 ? "errors" : "output");
  else
    {
      path = node ? ov_final_path (tree, node) : NULL;
      n = path ? asprintf (&name, "/%s", path)
	  : asprintf (&name, "a file without a name, number %llu",
		      (unsigned long long) ino);
      free (path);
    }
  return n < 0 ? NULL : name;
}

static error_t
read_open (struct ckpt_reader *r, struct overlay *tree, struct described *d)
{
  uint64_t ino;

  d->id = ckpt_get_u64 (r);
  ino = ckpt_get_u64 (r);
  uint32_t flags = ckpt_get_u32 (r);
  uint64_t offset = ckpt_get_u64 (r);
  ckpt_get_u32 (r);
  for (int i = 0; i < 3; i++)
    ckpt_get_u64 (r);
  uint32_t locks = ckpt_get_u32 (r);
  for (uint32_t n = locks; !r->error && n > 0; n--)
    {
      ckpt_get_u8 (r);
      ckpt_get_u64 (r);
      ckpt_get_u64 (r);
    }
  if (r->error)
    return r->error;
  char *name = name_of (tree, ino);
  int n = name ? asprintf (&d->text, "%s%s%s%s%s, at %llu%s", name,
			   flags & O_READ ? ", read" : "",
			   flags & O_WRITE ? ", write" : "",
			   flags & O_EXEC ? ", execute" : "",
			   flags & O_APPEND ? ", append" : "",
			   (unsigned long long) offset,
			   locks ? ", locked" : "") : -1;
  free (name);
  if (n < 0)
    d->text = NULL;
  return n < 0 ? ENOMEM : 0;
}

/* The ports through which they are used.  */
static error_t
tell_creds (struct ckpt_reader *r, const struct described *opens, uint32_t n,
	    void (*tell) (void *arg, uint64_t id, const char *text), void *arg)
{
  size_t len;

  for (uint32_t fifos = ckpt_get_u32 (r); !r->error && fifos > 0; fifos--)
    {
      ckpt_get_u64 (r);
      ckpt_get_bytes (r, &len);
    }
  for (uint32_t creds = ckpt_get_u32 (r); !r->error && creds > 0; creds--)
    {
      uint64_t id = ckpt_get_u64 (r), open = ckpt_get_u64 (r);
      for (int i = 0; i < 2; i++)
	for (uint32_t ids = ckpt_get_u32 (r); !r->error && ids > 0; ids--)
	  ckpt_get_u32 (r);
      for (uint32_t i = 0; !r->error && i < n; i++)
	if (opens[i].id == open)
	  tell (arg, id, opens[i].text);
    }
  return r->error;
}

error_t
rp_tell_opens (void *context, struct ckpt_reader *r,
	     void (*tell) (void *arg, uint64_t id, const char *text),
	     void *arg)
{
  struct overlay tree;
  size_t len;
  const void *bytes = read_head (r, &len);
  error_t err = r->error ?: ov_init (&tree);

  if (err)
    return err;
  err = ov_load (&tree, bytes, len);
  uint32_t n = ckpt_get_u32 (r), i = 0;
  if (!err && (r->error || n > r->len / 32))
    err = EBADMSG;
  struct described *opens = err ? NULL : calloc (n + 1, sizeof *opens);
  if (!err && opens == NULL)
    err = ENOMEM;
  while (!err && i < n)
    err = read_open (r, &tree, &opens[i++]);
  if (!err)
    err = tell_creds (r, opens, n, tell, arg);
  while (i-- > 0)
    free (opens[i].text);
  free (opens);
  ov_destroy (&tree);
  return err;
}
