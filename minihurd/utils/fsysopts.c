/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsysopts: show or change the options of a running translator.  */

#include <argp.h>
#include <argz.h>
#include <error.h>
#include <fcntl.h>
#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/fsys.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *argp_program_version = "fsysopts (Perdure) 0.1";

static bool dereference, recursive;
static char *node_name, *argz;
static size_t argz_len;

static const struct argp_option options[] =
{
  { "dereference", 'L', NULL, 0, "Follow a symbolic link", 0 },
  { "recursive", 'R', NULL, 0, "Pass the options to its children, too", 0 },
  { 0 }
};

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 'L': dereference = true; break;
    case 'R': recursive = true; break;
    case ARGP_KEY_ARG:
      node_name = arg;
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
  .options = options, .parser = parse, .args_doc = "NODE [OPTION...]",
  .doc = "Set OPTIONs of the translator that serves NODE, or, without any, \
show which are set."
};

static error_t
show (file_t node)
{
  char buffer[1024], *data = buffer, *copy;
  mach_msg_type_number_t len = sizeof buffer;
  error_t err = file_get_fs_options (node, &data, &len);

  if (err != 0)
    return err;
  copy = calloc (1, len + 1);
  if (copy == NULL)
    return ENOMEM;
  memcpy (copy, data, len);
  if (len > 0)
    argz_stringify (copy, len, ' ');
  puts (copy);
  return 0;
}

int
main (int argc, char **argv)
{
  file_t node;
  fsys_t control;
  error_t err;

  argp_parse (&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);
  node = file_name_lookup (node_name, dereference ? 0 : O_NOLINK, 0);
  if (node == MACH_PORT_NULL)
    error (1, errno, "%s", node_name);
  if (argz_len == 0)
    err = show (node);
  else
    {
      err = file_getcontrol (node, &control);
      if (err == 0)
	err = fsys_set_options (control, argz, argz_len, recursive);
    }
  if (err != 0)
    error (1, err, "%s", node_name);
  return 0;
}
