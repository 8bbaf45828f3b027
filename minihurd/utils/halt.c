/* SPDX-License-Identifier: GPL-3.0-or-later */
/* halt and reboot: stop the system; the name tells which.  */

#include <argp.h>
#include <error.h>
#include <stdbool.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

const char *argp_program_version = "halt (Perdure) 0.1";

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  /* -f is taken for the sake of scripts that give it.  */
  return key == 'f' ? 0 : ARGP_ERR_UNKNOWN;
}

static const struct argp_option options[] =
{
  { "force", 'f', NULL, OPTION_HIDDEN, NULL, 0 },
  { 0 }
};

static const struct argp argp =
{
  .options = options, .parser = parse,
  .doc = "Stop the system in an orderly way.",
};

int
main (int argc, char **argv)
{
  const char *name = strrchr (argv[0], '/');

  name = name == NULL ? argv[0] : name + 1;
  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  if (reboot (strcmp (name, "reboot") == 0 ? RB_AUTOBOOT : RB_HALT) != 0)
    error (1, errno, "cannot stop the system");
  /* The end comes while we wait for it.  */
  for (;;)
    pause ();
}
