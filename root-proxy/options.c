/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options: at the start and, where that makes sense, by fsysopts.  */

#include <argz.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "options.h"

struct rp_options rp_options = {
  .config = { .interval = 10, .keep = 8, .format = false }
};

static const struct argp_option options[] = {
  { "store", 's', "FILE", 0, "Where checkpoints are kept: a device or file", 0 },
  { "format", 'f', NULL, 0, "Make a store of FILE if it is blank", 0 },
  { "interval", 'i', "SECONDS", 0,
    "Time between checkpoints (fractions are allowed; 0: only on demand)", 0 },
  { "keep", 'k', "N", 0, "How many checkpoints to keep (0: all)", 0 },
  { "fsync", 'y', "HOW", 0,
    "`checkpoint' (fsync waits for one) or `relaxed' (it does not)", 0 },
  { "policy", 'p', "PATTERN:POLICY", 0,
    "What crosses the border how: PATTERN is a path, in which * and ? are allowed,"
    " or `stream'; POLICY is commit, replay, reset or through, or inside (translators"
    " of the ground's nodes that match run inside)", 0 },
  { "sync-output", 'o', "PATTERN", OPTION_ARG_OPTIONAL,
    "Let output to PATTERN (a path, `stream' or `frames'; both kinds if none is"
    " given) leave only when a checkpoint has it", 0 },
  { "on-conflict", 'x', "HOW", 0,
    "A file that is open inside was replaced or removed by others while the machine"
    " was off: `fail' (ESTALE), `theirs' (take the new one) or `ours' (put it back)",
    0 },
  { "max-held", 'm', "MIB", 0,
    "How much changed data may be held in memory (64)", 0 },
  { "check-pages", 'C', NULL, 0,
    "Compare each page that is taken for unchanged with the checkpoint before (slow)",
    0 },
  { "no-check-pages", 'N', NULL, 0, "Believe the kernel's lists (default)", 0 },
  { "verify", 'v', "HOW", 0,
    "At a restore, `lazy' (default): memory is read and verified when it is touched, and"
    " the rest of it meanwhile; `full': all of it before anything runs", 0 },
  { "overlap", 'l', "HOW", 0,
    "`on': a checkpoint may begin at its time though the last one is still being written;"
    " `off' (default): it waits", 0 },
  { "max-undo", 'u', "MIB", 0,
    "How much of what files were before may be kept with a checkpoint (64; 0:"
    " nothing), for `ckpt restore'", 0 },
  { "fault", 'F', "POINT:KIND[:TIMES[:SKIP]]", 0,
    "For experiments: let checkpoints fail at freeze, captured, write, device,"
    " commit, apply, redo, request, restores at restore, rebuild, begin, or at any, by"
    " full, io, timeout, busy or die", 0 },
  { "control", 'c', "WHAT", 0,
    "For experiments: write-through, abort-threads, no-fpu, no-queues, no-restore,"
    " no-order, top-object, whole-lock", 0 },
  { 0 }
};

#define MIB (1 << 20)

static error_t
take_max_held (const char *text)
{
  char *end;
  unsigned long n = strtoul (text, &end, 10);

  if (end == text || *end || n == 0 || n > 1024)
    return EINVAL;
  rp.max_held = n * (MIB / OV_PAGE);
  return 0;
}

static error_t
take_max_undo (const char *text)
{
  char *end;
  unsigned long n = strtoul (text, &end, 10);

  if (end == text || *end || n > 1024)
    return EINVAL;
  rp.max_undo = n * MIB;
  return 0;
}

static bool
is_sync_pattern (const char *text)
{
  return (*text == '/' || strcmp (text, "stream") == 0
	  || strcmp (text, "frames") == 0);
}

/* Take one option without its dashes.  */
static error_t
take (const char *text)
{
  error_t err = 0;

  if (checkpointd_option (&rp_options.config, text, &err))
    return err;
  if (strcmp (text, "control=write-through") == 0)
    rp.write_through = true;
  else if (strcmp (text, "fsync=checkpoint") == 0)
    rp.fsync_waits = true;
  else if (strcmp (text, "fsync=relaxed") == 0)
    rp.fsync_waits = false;
  else if (strncmp (text, "policy=", 7) == 0)
    {
      pthread_mutex_lock (&rp.lock);
      err = policy_add (&rp.policies, text + 7);
      pthread_mutex_unlock (&rp.lock);
      return err;
    }
  else if (strcmp (text, "on-conflict=fail") == 0)
    rp.on_conflict = RP_FAIL;
  else if (strcmp (text, "on-conflict=theirs") == 0)
    rp.on_conflict = RP_THEIRS;
  else if (strcmp (text, "on-conflict=ours") == 0)
    rp.on_conflict = RP_OURS;
  else if (strcmp (text, "sync-output") == 0)
    return rp_sync_output ("stream") ?: rp_sync_output ("frames");
  else if (strncmp (text, "sync-output=", 12) == 0)
    return is_sync_pattern (text + 12) ? rp_sync_output (text + 12) : EINVAL;
  else if (strncmp (text, "max-held=", 9) == 0)
    return take_max_held (text + 9);
  else if (strncmp (text, "max-undo=", 9) == 0)
    return take_max_undo (text + 9);
  else
    return EINVAL;
  return 0;
}

static error_t
take_value (const char *name, const char *value)
{
  char *text;
  error_t err;

  if (asprintf (&text, "%s=%s", name, value) < 0)
    return ENOMEM;
  err = take (text);
  free (text);
  return err;
}

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  const struct argp_option *o;
  error_t err;

  switch (key)
    {
    case 's':
      rp_options.config.store = arg;
      return 0;
    case 'f':
      rp_options.config.format = true;
      return 0;
    case 'C':
      return take ("check-pages");
    case 'N':
      return take ("no-check-pages");
    case 'o':
      err = arg ? take_value ("sync-output", arg) : take ("sync-output");
      if (err)
	argp_error (state, "--sync-output: invalid pattern `%s'", arg);
      return err;
    case 'i': case 'k': case 'y': case 'c': case 'F': case 'm':
    case 'p': case 'x': case 'u': case 'v': case 'l':
      for (o = options; o->key != key; o++)
	continue;
      err = take_value (o->name, arg);
      if (err)
	argp_error (state, "--%s: invalid value `%s'", o->name, arg);
      return err;
    default:
      return ARGP_ERR_UNKNOWN;
    }
}

const struct argp rp_argp = {
  options, parse, NULL,
  "Make what runs under a node persistent: everything started there outlives "
  "the machine.", NULL, NULL, NULL
};

error_t
rp_set_options (struct fs_fs *fs, const char *argz, size_t len)
{
  double before = rp_options.config.interval;
  error_t err = 0;

  for (const char *o = NULL; !err && (o = argz_next (argz, len, o)) != NULL;)
    {
      while (*o == '-')
	o++;
      /* These can be changed while we run.  */
      if (strncmp (o, "interval=", 9) && strncmp (o, "fsync=", 6)
	  && strncmp (o, "keep=", 5) && strncmp (o, "fault=", 6)
	  && strncmp (o, "max-held=", 9) && strncmp (o, "max-undo=", 9)
	  && strncmp (o, "policy=", 7)
	  && strncmp (o, "sync-output", 11)
	  && strncmp (o, "on-conflict=", 12) && strcmp (o, "check-pages")
	  && strncmp (o, "verify=", 7)
	  && strcmp (o, "no-check-pages"))
	err = EINVAL;
      else
	err = take (o);
    }
  if (!err && rp_options.config.interval != before)
    checkpointd_set_interval (rp_options.config.interval);
  if (!err && rp_options.config.keep != checkpointd_keep ())
    err = checkpointd_set_keep (rp_options.config.keep);
  if (!err)
    checkpointd_set_check_pages (rp_options.config.check_pages);
  return err;
}

static error_t
append (char **argz, size_t *len, const char *format, ...)
{
  char *text = NULL;
  va_list args;
  error_t err = ENOMEM;

  va_start (args, format);
  if (vasprintf (&text, format, args) >= 0)
    err = argz_add (argz, len, text);
  va_end (args);
  free (text);
  return err;
}

error_t
rp_get_options (struct fs_fs *fs, char **argz, size_t *len)
{
  const struct checkpointd_config *c = &rp_options.config;
  error_t err = argz_add (argz, len, program_invocation_name);

  if (!err && c->store)
    err = append (argz, len, "--store=%s", c->store);
  if (!err)
    err = append (argz, len, "--interval=%g", checkpointd_interval ());
  if (!err)
    err = append (argz, len, "--keep=%u", checkpointd_keep ());
  if (!err)
    err = append (argz, len, "--fsync=%s",
		  rp.fsync_waits ? "checkpoint" : "relaxed");
  if (!err && c->verify_full)
    err = argz_add (argz, len, "--verify=full");
  if (!err && c->overlap)
    err = argz_add (argz, len, "--overlap=on");
  if (!err && checkpointd_check_pages ())
    err = argz_add (argz, len, "--check-pages");
  if (!err && rp.max_held != RP_MAX_HELD)
    err = append (argz, len, "--max-held=%zu", rp.max_held / (MIB / OV_PAGE));
  if (!err && rp.max_undo != RP_MAX_UNDO)
    err = append (argz, len, "--max-undo=%zu", rp.max_undo / MIB);
  if (!err && rp.on_conflict != RP_FAIL)
    err = append (argz, len, "--on-conflict=%s",
		  rp.on_conflict == RP_THEIRS ? "theirs" : "ours");
  pthread_mutex_lock (&rp.lock);
  for (size_t i = 0; !err && i < rp.policies.n; i++)
    err = append (argz, len, "--policy=%s:%s", rp.policies.rules[i].pattern,
		  policy_names[rp.policies.rules[i].policy]);
  for (size_t i = 0; !err && rp_sync_pattern (i); i++)
    err = append (argz, len, "--sync-output=%s", rp_sync_pattern (i));
  pthread_mutex_unlock (&rp.lock);
  if (!err && rp.write_through)
    err = append (argz, len, "--control=write-through");
  return err;
}
