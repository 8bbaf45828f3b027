/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the interpreter of a script is called with.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hurd/fs.h>
#include "libexec/internal.h"

/* The interpreter gets the script as a further descriptor, and is told the
   name of that: for when there is no name, or none to be trusted.  */
static error_t
pass_descriptor (mach_port_t file, struct exec_script *s, char *name,
		 size_t size)
{
  retry_type retry;
  string_t rest;
  size_t fd;
  error_t err;

  err = dir_lookup (file, "", O_READ, 0, &retry, rest, &s->opened);
  if (err)
    return err;
  for (fd = 3; fd < s->args.nfds && s->args.fds[fd] != MACH_PORT_NULL; fd++)
    ;
  if (fd >= s->args.nfds)
    s->fds = calloc (fd + 1, sizeof *s->fds);
  else
    s->fds = calloc (s->args.nfds, sizeof *s->fds);
  if (s->fds == NULL)
    return ENOMEM;
  if (s->args.nfds)
    memcpy (s->fds, s->args.fds, s->args.nfds * sizeof *s->fds);
  s->fds[fd] = s->opened;
  s->args.fds = s->fds;
  if (s->args.nfds <= fd)
    s->args.nfds = fd + 1;
  snprintf (name, size, "/dev/fd/%zu", fd);
  return 0;
}

/* The new arguments: INTERP, ARG if there is one, NAME, and the old ones but
   for the first.  */
static error_t
build_argv (struct exec_script *s, const char *interp, const char *arg,
	    const char *name)
{
  const char *rest = s->args.argv;
  size_t restlen = s->args.argvlen, skip;
  char *p;

  skip = restlen ? strnlen (rest, restlen) + 1 : 0;
  if (skip > restlen)
    skip = restlen;
  rest += skip;
  restlen -= skip;
  s->args.argvlen = (strlen (interp) + 1 + (arg ? strlen (arg) + 1 : 0)
		     + strlen (name) + 1 + restlen);
  s->argv = p = malloc (s->args.argvlen);
  if (p == NULL)
    return ENOMEM;
  p = stpcpy (p, interp) + 1;
  if (arg)
    p = stpcpy (p, arg) + 1;
  p = stpcpy (p, name) + 1;
  if (restlen)
    memcpy (p, rest, restlen);
  s->args.argv = s->argv;
  return 0;
}

error_t
exec_script (mach_port_t script_file, const char *head, size_t len,
	     const struct fs_exec_args *args, struct exec_script *script,
	     mach_port_t *file)
{
  char line[512 + 2], fdname[32];
  const char *interp, *arg, *name = args->path;
  mach_port_t crdir = MACH_PORT_NULL, cwdir = MACH_PORT_NULL;
  mach_port_t auth = MACH_PORT_NULL;
  error_t err;

  memset (script, 0, sizeof *script);
  script->args = *args;
  err = exec_script_decode (head, len < 512 ? len : 512, line, &interp, &arg);
  if (err)
    return err;
  if (args->nports > INIT_PORT_CRDIR)
    crdir = args->ports[INIT_PORT_CRDIR];
  if (args->nports > INIT_PORT_CWDIR)
    cwdir = args->ports[INIT_PORT_CWDIR];
  if (args->nports > INIT_PORT_AUTH)
    auth = args->ports[INIT_PORT_AUTH];
  err = exec_lookup (interp, O_READ | O_EXEC, crdir, cwdir, auth, file);
  if (err)
    return err;

  if (name == NULL || name[0] == 0 || (args->flags & EXEC_SECURE))
    {
      err = pass_descriptor (script_file, script, fdname, sizeof fdname);
      name = fdname;
    }
  if (!err)
    err = build_argv (script, interp, arg, name);
  if (err)
    {
      mach_port_deallocate (mach_task_self (), *file);
      exec_script_free (script);
      return err;
    }
  /* A script of that name will ask for it.  */
  script->args.path = script->args.abspath = script->argv;
  return 0;
}

void
exec_script_free (struct exec_script *script)
{
  free (script->argv);
  free (script->fds);
  if (MACH_PORT_VALID (script->opened))
    mach_port_deallocate (mach_task_self (), script->opened);
  memset (script, 0, sizeof *script);
}
