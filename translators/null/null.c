/* SPDX-License-Identifier: GPL-3.0-or-later */
/* null: what is written is forgotten; reading finds the end, or zeros.  */

#include <argp.h>
#include <error.h>
#include <string.h>
#include <hurd.h>
#include <translators/trivial/trivial.h>

TRIV_VERSION ("null");

static bool zero, full;

static error_t
null_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	   size_t *len, void *data, int flags)
{
  if (zero || full)
    memset (data, 0, *len);
  else
    *len = 0;
  triv_touch (node, true);
  return 0;
}

static error_t
null_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	    size_t *len, const void *data, int flags)
{
  if (full && *len > 0)
    return ENOSPC;
  triv_touch (node, false);
  return 0;
}

static error_t
null_readable (struct fs_node *node, loff_t offset, size_t *amount)
{
  *amount = zero || full ? 4096 : 0;
  return 0;
}

static error_t
null_truncate (struct fs_node *node, loff_t size)
{
  return 0;
}

static error_t
null_sync (struct fs_node *node, bool wait)
{
  return EINVAL;
}

/* No object at all: memory that is mapped of that holds zeros.  */
static error_t
null_map (struct fs_node *node, int prot, mach_port_t *object)
{
  *object = MACH_PORT_NULL;
  return zero ? 0 : EOPNOTSUPP;
}

static const struct fs_ops null_ops =
{
  TRIV_OPS, .read = null_read, .write = null_write,
  .readable = null_readable, .truncate = null_truncate, .sync = null_sync,
  .map = null_map,
};

static const struct argp_option options[] =
{
  { "zero", 'z', NULL, 0, "Reading finds zeros without end", 0 },
  { "full", 'f', NULL, 0, "Likewise; and there is no room for writing", 0 },
  { 0 }
};

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 'z':
      zero = true;
      return 0;
    case 'f':
      full = true;
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp =
{
  .options = options, .parser = parse,
  .doc = "A bottomless sink, and a source of nothing or of zeros.",
};

int
main (int argc, char **argv)
{
  static struct triv triv;
  struct sv_bucket *bucket;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  err = sv_bucket_create (&bucket);
  if (err == 0)
    err = triv_init (&triv, bucket, "null", S_IFCHR, &null_ops);
  if (err != 0)
    error (1, err, "starting");
  triv_start (&triv, 2, 0);
  triv_wait ();
}
