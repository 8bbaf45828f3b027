/* SPDX-License-Identifier: GPL-3.0-or-later */
/* term NAME device DEVICE | term NAME pty-master SLAVE
   | term NAME pty-slave MASTER  */

#include <argp.h>
#include <error.h>
#include <hurd.h>
#include <stdlib.h>
#include <string.h>
#include "term.h"

struct term term;

/* Made by MIG.  */
extern boolean_t S_term_server (mach_msg_header_t *, mach_msg_header_t *);
extern boolean_t S_tioctl_server (mach_msg_header_t *, mach_msg_header_t *);

const sv_demuxer term_demuxers[] = { S_term_server, S_tioctl_server, NULL };

TRIV_VERSION ("term");

static const char doc[] = "A terminal with a line discipline.\v"
"TYPE is `device' (ARG is a device of the kernel, for example `console'), \
`pty-master' (ARG is the node of the slave) or `pty-slave' (ARG is the node \
of the master).";

static const struct argp_option options[] =
{
  { "rdev", 'n', "NUMBER", 0, "The device number that stat shows", 0 },
  { "name", 'N', "NAME", 0, "Another name than the node's", 0 },
  { 0 }
};

static const char *args[3];

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  char *end;

  switch (key)
    {
    case 'n':
      term.triv.rdev = strtoul (arg, &end, 0);
      if (*arg == '\0' || *end != '\0')
	argp_error (state, "%s: not a number", arg);
      break;
    case 'N':
      if (strlen (arg) >= sizeof term.name)
	argp_error (state, "the name is too long");
      strcpy (term.name, arg);
      break;
    case ARGP_KEY_ARG:
      if (state->arg_num >= 3)
	argp_error (state, "too many arguments");
      args[state->arg_num] = arg;
      break;
    case ARGP_KEY_END:
      if (state->arg_num < 3)
	argp_error (state, "too few arguments");
      break;
    default:
      return ARGP_ERR_UNKNOWN;
    }
  return 0;
}

static const struct argp argp =
{
  .options = options, .parser = parse, .args_doc = "NAME TYPE ARG", .doc = doc
};

int
main (int argc, char **argv)
{
  struct sv_bucket *bucket;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  if (term.name[0] == '\0' && strlen (args[0]) < sizeof term.name)
    strcpy (term.name, args[0]);
  pthread_cond_init (&term.input, NULL);
  pthread_cond_init (&term.output, NULL);
  pthread_cond_init (&term.readiness, NULL);
  if (!ldisc_init (&term.l))
    error (1, ENOMEM, "starting");
  err = sv_bucket_create (&bucket);
  if (err == 0)
    err = triv_init (&term.triv, bucket, "term", S_IFCHR, &term_ops);
  if (err == 0)
    err = ctty_init ();
  if (err != 0)
    error (1, err, "starting");
  term.triv.fs.fstype = FSTYPE_TERM;
  term.triv.fs.demuxers = term_demuxers;

  if (strcmp (args[1], "device") == 0)
    {
      err = machdev_open (args[2]);
      if (err != 0)
	error (1, err, "%s: cannot open the device", args[2]);
      triv_start (&term.triv, 3, 0);
    }
  else if (strcmp (args[1], "pty-master") == 0
	   || strcmp (args[1], "pty-slave") == 0)
    {
      err = pty_start (strcmp (args[1], "pty-master") == 0, args[2]);
      if (err != 0)
	error (1, err, "%s", args[2]);
    }
  else
    error (1, 0, "%s: no such type of terminal", args[1]);
  triv_wait ();
}
