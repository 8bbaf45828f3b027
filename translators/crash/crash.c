/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crash: what becomes of programs that have failed.  */

#include <argp.h>
#include <error.h>
#include <translators/trivial/trivial.h>
#include "crash.h"
#include "crash_S.h"

TRIV_VERSION ("crash");

extern boolean_t S_crash_server (mach_msg_header_t *, mach_msg_header_t *);

static enum { KILL, SUSPEND, DUMP } mode = SUSPEND;
static struct triv triv;

kern_return_t
S_crash_dump_task (mach_port_t server, mach_port_t reply,
		   mach_msg_type_name_t reply_poly, mach_port_t task,
		   mach_port_t file, int signo, integer_t sigcode,
		   int sigerror, natural_t exc, natural_t code,
		   long_natural_t subcode, mach_port_t cttyid)
{
  struct crash_cause cause = { signo, sigcode, sigerror };
  struct fs_cred *cred = fs_cred_lookup (server);
  error_t err;

  if (cred == NULL)
    return EOPNOTSUPP;
  sv_unref (cred);
  if (!MACH_PORT_VALID (task))
    return EINVAL;
  switch (mode)
    {
    case SUSPEND:
      err = crash_suspend (triv.fs.bucket, task, &cause);
      break;
    case DUMP:
      if (!MACH_PORT_VALID (file))
	return EBADF;
      err = task_suspend (task);
      if (!err)
	{
	  sv_park ();
	  err = crash_core (task, file, &cause);
	  sv_unpark ();
	  task_resume (task);
	}
      break;
    default:
      /* Without a core it ends by itself.  */
      err = EOPNOTSUPP;
    }
  if (err)
    return err;
  mach_port_deallocate (mach_task_self (), task);
  if (MACH_PORT_VALID (file))
    mach_port_deallocate (mach_task_self (), file);
  if (MACH_PORT_VALID (cttyid))
    mach_port_deallocate (mach_task_self (), cttyid);
  return 0;
}

static error_t
no_options (struct fs_fs *fs, char **argz, size_t *len)
{
  static const char *const names[] =
    { "--kill", "--suspend", "--dump-core" };
  const char *name = names[mode];

  *len = __builtin_strlen (name) + 1;
  *argz = __builtin_strdup (name);
  return *argz ? 0 : ENOMEM;
}

static const struct fs_ops ops = { TRIV_OPS };

static const struct argp_option options[] =
{
  { "kill", 'k', NULL, 0, "Let the program end", 0 },
  { "suspend", 's', NULL, 0, "Stop it, for a debugger (the default)", 0 },
  { "dump-core", 'c', NULL, 0, "Write an ELF core, then let it end", 0 },
  { 0 }
};

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 'k':
      mode = KILL;
      return 0;
    case 's':
      mode = SUSPEND;
      return 0;
    case 'c':
      mode = DUMP;
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp =
{
  .options = options, .parser = parse,
  .doc = "Decide what becomes of programs that end by a fault.",
};

int
main (int argc, char **argv)
{
  static const sv_demuxer demuxers[] =
    { S_crash_server, crash_signal_demuxer, NULL };
  struct sv_bucket *bucket;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  err = sv_bucket_create (&bucket);
  if (err == 0)
    err = triv_init (&triv, bucket, "crash", S_IFREG, &ops);
  if (err != 0)
    error (1, err, "starting");
  triv.fs.demuxers = demuxers;
  triv.fs.get_options = no_options;
  triv_start (&triv, 2, 0);
  triv_wait ();
}
