/* SPDX-License-Identifier: GPL-3.0-or-later */
/* showtrans: print the passive translator of nodes.  */

#include <argp.h>
#include <argz.h>
#include <error.h>
#include <fcntl.h>
#include <hurd.h>
#include <hurd/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

const char *argp_program_version = "showtrans (Perdure) 0.1";

static bool prefix, no_prefix, silent, only_translated;
static int status;

static const struct argp_option options[] =
{
  { "prefix", 'p', NULL, 0, "Print each FILE's name, too", 0 },
  { "no-prefix", 'P', NULL, 0, "Do not, even of several", 0 },
  { "silent", 's', NULL, 0, "Print nothing; the status tells", 0 },
  { "translated", 't', NULL, 0, "Only print FILEs with a translator", 0 },
  { 0 }
};

static void
show (const char *name)
{
  char buffer[1024], *argz = buffer;
  mach_msg_type_number_t len = sizeof buffer;
  file_t node = file_name_lookup (name, O_NOTRANS, 0);
  error_t err;

  if (node == MACH_PORT_NULL)
    {
      error (0, errno, "%s", name);
      status = 2;
      return;
    }
  err = file_get_translator (node, &argz, &len);
  mach_port_deallocate (mach_task_self (), node);
  if (err == EINVAL || (err == 0 && len == 0))
    {
      if (status == 0)
	status = 1;
      if (!silent && prefix && !only_translated)
	puts (name);
      return;
    }
  if (err != 0)
    {
      error (0, err, "%s", name);
      status = 2;
      return;
    }
  if (!silent)
    {
      char *copy = malloc (len);

      if (copy == NULL)
	error (2, ENOMEM, "%s", name);
      for (size_t i = 0; i < len; i++)
	copy[i] = argz[i];
      copy[len - 1] = '\0';
      argz_stringify (copy, len, ' ');
      if (prefix)
	printf ("%s: ", name);
      puts (copy);
      free (copy);
    }
  if (argz != buffer)
    vm_deallocate (mach_task_self (), (vm_address_t) argz, len);
}

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 'p': prefix = true; break;
    case 'P': no_prefix = true; break;
    case 's': silent = true; break;
    case 't': only_translated = true; break;
    case ARGP_KEY_ARGS:
      if (state->argc - state->next > 1)
	prefix = true;
      if (no_prefix)
	prefix = false;
      while (state->next < state->argc)
	show (state->argv[state->next++]);
      break;
    case ARGP_KEY_NO_ARGS:
      argp_error (state, "no file is given");
      break;
    default:
      return ARGP_ERR_UNKNOWN;
    }
  return 0;
}

static const struct argp argp =
{
  .options = options, .parser = parse, .args_doc = "FILE...",
  .doc = "Show the passive translator of each FILE.\v"
    "The status is 0 if all have one, 1 if some have none, 2 after an error."
};

int
main (int argc, char **argv)
{
  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  return status;
}
