/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settrans: set or remove the translator of a node.  */

#include <argp.h>
#include <argz.h>
#include <error.h>
#include <fcntl.h>
#include <hurd.h>
#include <hurd/fs.h>
#include <stdbool.h>
#include <stdlib.h>
#include "start.h"

const char *argp_program_version = "settrans (Perdure) 0.1";

static bool active, passive, create, dereference, exclusive, keep, goaway,
  orphan;
static int goaway_flags, timeout = 60;
static char *node_name, *argz;
static size_t argz_len;

static const struct argp_option options[] =
{
  { "active", 'a', NULL, 0, "Start TRANSLATOR and let it serve NODE now", 1 },
  { "passive", 'p', NULL, 0,
    "Record TRANSLATOR in NODE, to be started when needed (the default)", 1 },
  { "create", 'c', NULL, 0, "Create NODE if there is none", 1 },
  { "dereference", 'L', NULL, 0,
    "Put TRANSLATOR on top of one that NODE has already", 1 },
  { "exclusive", 'x', NULL, 0, "Fail if NODE has a translator already", 1 },
  { "timeout", 't', "SECONDS", 0,
    "How long an active translator may take to start; 0: for ever", 1 },
  { NULL, 0, NULL, 0, "What becomes of an active translator:", 2 },
  { "goaway", 'g', NULL, 0, "Ask it to go away", 2 },
  { "keep-active", 'k', NULL, 0, "Let it run when only -p is given", 2 },
  { "orphan", 'o', NULL, 0, "Detach it from NODE, but let it run", 2 },
  { "force", 'f', NULL, 0, "It must go even if it is in use", 2 },
  { "recursive", 'R', NULL, 0, "Ask its children to go, too", 2 },
  { "nosync", 'S', NULL, 0, "It need not write out what it holds", 2 },
  { "unlink", 'u', NULL, 0, "It goes when it is not used any more", 2 },
  { "nowait", 'w', NULL, 0, "Do not wait for it to write out", 2 },
  { 0 }
};

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  char *end;

  switch (key)
    {
    case 'a': active = true; break;
    case 'p': passive = true; break;
    case 'c': create = true; break;
    case 'L': dereference = true; break;
    case 'x': exclusive = true; break;
    case 'g': goaway = true; break;
    case 'k': keep = true; break;
    case 'o': orphan = true; break;
    case 'f': goaway_flags |= FSYS_GOAWAY_FORCE; goaway = true; break;
    case 'R': goaway_flags |= FSYS_GOAWAY_RECURSE; break;
    case 'S': goaway_flags |= FSYS_GOAWAY_NOSYNC; break;
    case 'u': goaway_flags |= FSYS_GOAWAY_UNLINK; break;
    case 'w': goaway_flags |= FSYS_GOAWAY_NOWAIT; break;
    case 't':
      timeout = strtol (arg, &end, 10);
      if (*arg == '\0' || *end != '\0' || timeout < 0 || timeout > 2000000)
	argp_error (state, "%s: no number of seconds", arg);
      break;
    case ARGP_KEY_ARG:
      node_name = arg;
      /* All that follows is the translator's, options too.  */
      if (argz_create (state->argv + state->next, &argz, &argz_len) != 0)
	argp_failure (state, 1, ENOMEM, "%s", arg);
      state->next = state->argc;
      break;
    case ARGP_KEY_NO_ARGS:
      argp_error (state, "no node is given");
      break;
    default:
      return ARGP_ERR_UNKNOWN;
    }
  return 0;
}

static const struct argp argp =
{
  .options = options, .parser = parse,
  .args_doc = "NODE [TRANSLATOR ARGUMENT...]",
  .doc = "Set the passive or active translator of NODE.\v"
    "Without TRANSLATOR, the one that NODE has is removed."
};

int
main (int argc, char **argv)
{
  int passive_flags = 0, active_flags = 0;
  fsys_t control = MACH_PORT_NULL;
  file_t node;
  error_t err;

  argp_parse (&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);
  if (!active && !passive)
    passive = true;
  if (passive)
    passive_flags = FS_TRANS_SET | (exclusive ? FS_TRANS_EXCL : 0);
  if (active)
    active_flags = FS_TRANS_SET | (exclusive ? FS_TRANS_EXCL : 0);
  else if (goaway)
    active_flags = FS_TRANS_SET;
  else if (!keep)
    /* A record that differs from what runs would surprise; refuse it.  */
    active_flags = FS_TRANS_SET | FS_TRANS_EXCL;
  if (orphan)
    active_flags |= FS_TRANS_SET | FS_TRANS_ORPHAN;

  node = file_name_lookup (node_name, (dereference ? 0 : O_NOTRANS)
			   | (create ? O_CREAT : 0), 0666);
  if (node == MACH_PORT_NULL)
    error (1, errno, "%s", node_name);
  if (active && argz_len > 0)
    {
      err = start_translator (node, argz, argz_len, timeout, &control);
      if (err != 0)
	error (1, err, "cannot start %s", argz);
    }
  err = file_set_translator (node, passive_flags, active_flags, goaway_flags,
			     argz, argz_len, control,
			     MACH_MSG_TYPE_COPY_SEND);
  if (err != 0)
    error (1, err, "%s", node_name);
  return 0;
}
