/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stable-store: show the checkpoints on a device as a directory.  */

#include "translator.h"
#include <argp.h>
#include <argz.h>
#include <error.h>
#include <hurd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

const char *argp_program_version = "stable-store (Perdure) 0.1";

struct fs_fs server;

static char *wanted;		/* Options for options_set, an argz.  */
static size_t wanted_len;

enum { OPT_KEEP = 256, OPT_COMPRESS, OPT_NO_COMPRESS, OPT_GROW };

static const struct argp_option options[] =
{
  { "readonly", 'r', NULL, 0, "Refuse changes", 0 },
  { "writable", 'w', NULL, 0, "Allow changes when nobody else has the store open"
    " (the default)", 0 },
  { "keep", OPT_KEEP, "N", 0, "Keep the last N checkpoints and any labelled ones;"
    " 0: all", 0 },
  { "compress", OPT_COMPRESS, NULL, 0, "Compress pages from now on", 0 },
  { "no-compress", OPT_NO_COMPRESS, NULL, 0, "Do not", 0 },
  { "grow", OPT_GROW, NULL, 0, "Use all of a device that has grown", 0 },
  { NULL, 0, NULL, 0, NULL, 0 }
};

static error_t
want (const char *option, const char *value)
{
  char text[64];
  if (strlen (option) + (value ? strlen (value) : 0) >= sizeof text)
    return EINVAL;
  strcpy (text, option);
  if (value)
    strcat (text, value);
  return argz_add (&wanted, &wanted_len, text);
}

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 'r':
      return want ("--readonly", NULL);
    case 'w':
      return want ("--writable", NULL);
    case OPT_KEEP:
      return want ("--keep=", arg);
    case OPT_COMPRESS:
      return want ("--compress", NULL);
    case OPT_NO_COMPRESS:
      return want ("--no-compress", NULL);
    case OPT_GROW:
      return want ("--grow", NULL);
    case ARGP_KEY_ARG:
      if (view.device)
	argp_error (state, "only one device can be shown");
      view.device = arg;
      return 0;
    case ARGP_KEY_NO_ARGS:
      argp_error (state, "no device is given");
      return EINVAL;
    default:
      return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp =
{
  options, parse, "DEVICE",
  "Show the stable store on DEVICE (for example /dev/hd1) as a directory: for each"
  " checkpoint N a directory N with the files status and label, and a directory"
  " objects of what was saved.\vWriting to N/label labels checkpoint N, rmdir N"
  " drops it, and fsysopts sets the options; while an environment has the store"
  " open they are refused (EBUSY).", NULL, NULL, NULL
};

static error_t
statfs_op (struct fs_fs *fs, fsys_statfsbuf_t *st)
{
  struct store_stats s;
  memset (st, 0, sizeof *st);
  pthread_mutex_lock (&view.lock);
  error_t err = view_refresh (NULL);
  if (!err)
    store_get_stats (view.store, &s);
  pthread_mutex_unlock (&view.lock);
  if (err)
    return err == EILSEQ ? EIO : err;
  st->f_type = fs->fstype;
  st->f_bsize = st->f_frsize = STORE_PAGE;
  st->f_blocks = s.blocks;
  st->f_bfree = s.free_blocks + s.limbo_blocks;
  st->f_bavail = st->f_bfree > s.reserve_blocks
		 ? st->f_bfree - s.reserve_blocks : 0;
  st->f_files = s.checkpoints;
  st->f_namelen = 20;
  st->f_flag = view.readonly ? ST_RDONLY : 0;
  return 0;
}

/* Nothing is held back: a change is durable when it is answered.  */
static error_t
syncfs_op (struct fs_fs *fs, bool wait)
{
  return 0;
}

static error_t
goaway_op (struct fs_fs *fs, int flags)
{
  return !(flags & FSYS_GOAWAY_FORCE) && nodes_mapped () ? EBUSY : 0;
}

int
main (int argc, char **argv)
{
  mach_port_t bootstrap = MACH_PORT_NULL;
  char *why = NULL;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  if (!MACH_PORT_VALID (bootstrap))
    error (1, 0, "must be started as a translator");
  server.name = "stable-store";
  server.fstype = FSTYPE_MISC;
  server.statfs = statfs_op;
  server.syncfs = syncfs_op;
  server.set_options = options_set_op;
  server.get_options = options_get_op;
  server.goaway = goaway_op;
  server.source = view.device;

  pthread_mutex_lock (&view.lock);
  error_t err = view_refresh (&why);
  if (!err)
    err = item_get_node (ROOT, 0, 0, &server.root);
  pthread_mutex_unlock (&view.lock);
  if (!err && wanted)
    err = options_set (wanted, wanted_len, &why);
  if (err)
    error (1, why ? 0 : err, "%s%s%s", view.device, why ? ": " : "",
	   why ? why : "");
  err = sv_bucket_create (&server.bucket);
  if (!err)
    err = fs_serve (&server, 2);
  if (!err)
    err = fs_startup (&server, bootstrap, 0);
  if (err)
    error (1, err, "cannot serve the node");
  mach_port_deallocate (mach_task_self (), bootstrap);
  for (;;)
    pause ();
}
