/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ckpt: speak to the conductor of an environment.  */

#include <argp.h>
#include <argz.h>
#include <error.h>
#include <fcntl.h>
#include <hurd.h>
#include <hurd/fd.h>
#include <mach/mig_errors.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "checkpointd/checkpointd.h"
#include "checkpointd/command.h"
#include "ckpt_U.h"

const char *argp_program_version = "ckpt (Perdure) 0.1";

enum { OPT_FRAMES = 256, OPT_DETACH, OPT_ONCE, OPT_LABEL, OPT_JSON, OPT_ROOT,
       OPT_FILES };

static const struct argp_option options[] =
{
  { "root", OPT_ROOT, "DIR", 0, "The environment (default $PERDURE_ROOT, or"
    " /persist)", 0 },
  { "frames", OPT_FRAMES, NULL, 0, "run: the output goes to the console in"
    " numbered frames", 0 },
  { "detach", OPT_DETACH, NULL, 0, "run: do not wait; `ckpt wait' can, later",
    0 },
  { "once", OPT_ONCE, NULL, 0, "run: do nothing if the environment has a job,"
    " as it has after a restore; attach: begin no second session", 0 },
  { "label", OPT_LABEL, "TEXT", 0, "save: a label; what has one is never dropped"
    " by itself", 0 },
  { "files", OPT_FILES, "back|keep", 0, "restore: put the ground's files that were"
    " changed from inside back, too (default), or leave them", 0 },
  { "json", OPT_JSON, NULL, 0, "list, show, diff, status, stats, border: for"
    " programs", 0 },
  { NULL, 0, NULL, 0, NULL, 0 }
};

static const char doc[] =
  "Run programs in a persistent environment and look after its checkpoints."
  "\vrun COMMAND…     start COMMAND inside\n"
  "attach [COMMAND…] be the terminal of a session inside (Ctrl-] leaves it), or\n"
  "                 begin one with COMMAND\n"
  "wait [PID]       wait until the job (or PID) has ended; exit as it did\n"
  "save             take a checkpoint now\n"
  "list             list the checkpoints\n"
  "show [NUMBER]    say what is in one (default: the last)\n"
  "diff A B         say which tasks and pages differ between two\n"
  "status           how the environment is\n"
  "stats            what checkpoints cost\n"
  "border           the ground's objects that are in use, and their policies\n"
  "interval SECONDS take one so often; 0: only on demand\n"
  "view [COMMAND…]  run COMMAND in the last committed state of the ground's files\n"
  "                 (its number is in $CKPT_VIEW); or print the number\n"
  "trace            what crosses the border, as it happens, until interrupted\n"
  "restore NUMBER   replace the environment by that checkpoint, and put the files\n"
  "                 that it has changed since back (but see --files)\n"
  "drop NUMBER      forget that checkpoint\n"
  "label NUMBER [TEXT] label it, or take its label away";

const char *root_name;
static const char *label = "", *verb;
static bool frames, detach, once, json, keep_files;
static char **arguments;
static int narguments;

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case OPT_ROOT:
      root_name = arg;
      break;
    case OPT_FRAMES:
      frames = true;
      break;
    case OPT_DETACH:
      detach = true;
      break;
    case OPT_ONCE:
      once = true;
      break;
    case OPT_LABEL:
      label = arg;
      break;
    case OPT_JSON:
      json = true;
      break;
    case OPT_FILES:
      keep_files = strcmp (arg, "keep") == 0;
      if (!keep_files && strcmp (arg, "back"))
	argp_error (state, "--files: `%s' is neither `back' nor `keep'", arg);
      break;
    case ARGP_KEY_ARG:
      if (verb == NULL)
	verb = arg;
      else
	{
	  if (strcmp (verb, "restore") == 0)
	    {
	      /* Options may follow.  */
	      if (arguments)
		argp_error (state, "too many arguments");
	      arguments = state->argv + state->next - 1;
	      narguments = 1;
	      break;
	    }
	  /* What follows the command of `run' is its own.  */
	  arguments = state->argv + state->next - 1;
	  narguments = state->argc - state->next + 1;
	  if (strcmp (verb, "run") == 0 || strcmp (verb, "attach") == 0
	      || strcmp (verb, "view") == 0
	      || strcmp (verb, "label") == 0 || strcmp (verb, "diff") == 0)
	    state->next = state->argc;
	  else if (narguments > 1 && strcmp (verb, "label"))
	    argp_error (state, "too many arguments");
	}
      break;
    case ARGP_KEY_NO_ARGS:
      argp_usage (state);
      break;
    default:
      return ARGP_ERR_UNKNOWN;
    }
  return 0;
}

/* Exit as a process with the status STATUS did.  */
static void __attribute__ ((noreturn))
exit_as (int status)
{
  exit (WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status));
}

error_t
start_inside (mach_port_t root, char **words, int n, int flags, pid_t *pid)
{
  char *argv = NULL, *envp = NULL, *cwd = getcwd (NULL, 0);
  size_t argvlen, envplen;
  mach_port_t fds[3];
  size_t nfds = 0;
  error_t err = argz_create (words, &argv, &argvlen);

  if (err == 0)
    err = argz_create (environ, &envp, &envplen);
  if (err)
    return err;
  for (; !(flags & (CKPT_RUN_FRAMES | CKPT_RUN_SESSION)) && nfds < 3; nfds++)
    {
      fds[nfds] = getdport (nfds);
      if (!MACH_PORT_VALID (fds[nfds]))
	break;
    }
  err = ckpt_run (root, argv, argvlen, envp, envplen, cwd ? cwd : "/", flags,
		  fds, MACH_MSG_TYPE_COPY_SEND, nfds, pid);
  free (argv);
  free (envp);
  free (cwd);
  return err;
}

static int
run (mach_port_t root)
{
  pid_t pid;
  int status;

  if (narguments == 0)
    error (2, 0, "run: no command is given");
  error_t err = start_inside (root, arguments, narguments,
			      (frames ? CKPT_RUN_FRAMES | CKPT_RUN_JOB : 0)
			      | (once ? CKPT_RUN_ONCE : 0), &pid);
  if (err)
    error (1, err, "%s", arguments[0]);
  if (detach)
    {
      if (!frames)
	printf ("%d\n", pid);
      return 0;
    }
  err = ckpt_wait (root, pid, &status);
  if (err)
    error (1, err, "%s", arguments[0]);
  exit_as (status);
}

static unsigned int
number (const char *text)
{
  char *end;
  unsigned long n = strtoul (text, &end, 10);
  if (end == text || *end)
    error (2, 0, "%s is not a number", text);
  return n;
}

static int
query (mach_port_t root, int what)
{
  char *text = NULL;
  mach_msg_type_number_t len = 0;
  error_t err = ckpt_query (root, what,
			    narguments ? number (arguments[0]) : 0,
			    narguments > 1 ? number (arguments[1]) : 0, json,
			    &text, &len);
  if (err)
    error (1, err, "%s", root_name);
  fwrite (text, 1, len, stdout);
  return fflush (stdout) ? 1 : 0;
}

/* Show what crosses the border until the environment or we end.  */
static int
trace (mach_port_t root)
{
  unsigned int after = 0;
  error_t err;

  for (;;)
    {
      char *text = NULL, *line, *end;
      mach_msg_type_number_t len = 0;
      err = ckpt_query (root, CKPT_QUERY_TRACE, after, 0, 0, &text, &len);
      if (err)
	error (1, err, "%s", root_name);
      for (line = text; line < text + len; line = end + 1)
	{
	  end = memchr (line, '\n', text + len - line);
	  if (end == NULL)
	    break;
	  after = strtoul (line, &line, 10);
	  if (*line == ' ')
	    fwrite (line + 1, 1, end - line, stdout);
	}
      munmap (text, len);
      if (fflush (stdout))
	return 1;
      usleep (200000);
    }
}

bool
has_ended (error_t err)
{
  return err == MIG_SERVER_DIED || err == MACH_SEND_INVALID_DEST;
}

mach_port_t
open_again (void)
{
  mach_port_t root = MACH_PORT_NULL;
  for (int i = 0; i < 100 && root == MACH_PORT_NULL; i++)
    {
      if (i)
	usleep (200000);
      root = file_name_lookup (root_name, 0, 0);
    }
  if (root == MACH_PORT_NULL)
    error (1, errno, "%s", root_name);
  return root;
}

static int
wait_for (mach_port_t root)
{
  pid_t pid = narguments ? number (arguments[0]) : 0;
  int status;
  error_t err = ckpt_wait (root, pid, &status);
  while (has_ended (err))
    {
      mach_port_deallocate (mach_task_self (), root);
      root = open_again ();
      err = ckpt_wait (root, pid, &status);
    }
  if (err)
    error (1, err, "%s", root_name);
  exit_as (status);
}

/* Go back to a checkpoint, and wait until it runs.  */
static int
restore (mach_port_t root)
{
  unsigned int n = number (arguments[0]);
  char text[256], *answer = text;
  mach_msg_type_number_t len;
  error_t err = ckpt_return_to (root, n,
				keep_files ? CKPT_RETURN_KEEP_FILES : 0);
  if (err == EOPNOTSUPP)
    error (1, 0, "%s: its translator is not a passive one: nobody would start"
	   " it again", root_name);
  if (err == ENODATA)
    error (1, 0, "%s: checkpoint %u: what files were then is not known (see `ckpt"
	   " status'); --files=keep leaves them as they are", root_name, n);
  if (err && !has_ended (err))
    error (1, err, "%s: checkpoint %u", root_name, n);
  do
    {
      mach_port_deallocate (mach_task_self (), root);
      root = open_again ();
      len = sizeof text;
      err = ckpt_query (root, CKPT_QUERY_STATUS, 0, 0, 0, &answer, &len);
    }
  while (has_ended (err));
  if (err)
    error (1, err, "%s", root_name);
  return 0;
}

static int
done (error_t err)
{
  if (err)
    error (1, err, "%s: checkpoint %s", root_name, arguments[0]);
  return 0;
}

static int
perform (mach_port_t root)
{
  error_t err;
  unsigned int n;

  if (strcmp (verb, "run") == 0)
    return run (root);
  if (strcmp (verb, "attach") == 0)
    return attach (root, arguments, narguments, once);
  if (strcmp (verb, "view") == 0)
    return view (root, arguments, narguments);
  if (strcmp (verb, "list") == 0)
    return query (root, CKPT_QUERY_LIST);
  if (strcmp (verb, "show") == 0)
    return query (root, CKPT_QUERY_SHOW);
  if (strcmp (verb, "diff") == 0 && narguments == 2)
    return query (root, CKPT_QUERY_DIFF);
  if (strcmp (verb, "status") == 0)
    return query (root, CKPT_QUERY_STATUS);
  if (strcmp (verb, "stats") == 0)
    return query (root, CKPT_QUERY_STATS);
  if (strcmp (verb, "trace") == 0)
    return trace (root);
  if (strcmp (verb, "border") == 0)
    return query (root, CKPT_QUERY_BORDER);
  if (strcmp (verb, "save") == 0)
    {
      err = ckpt_save (root, label, &n);
      if (err)
	error (1, err, "%s: no checkpoint was made (see `ckpt status')",
	       root_name);
      printf ("%u\n", n);
      return 0;
    }
  if (strcmp (verb, "wait") == 0)
    return wait_for (root);
  if (strcmp (verb, "restore") == 0 && narguments == 1)
    return restore (root);
  if (strcmp (verb, "drop") == 0 && narguments == 1)
    return done (ckpt_drop (root, number (arguments[0])));
  if (strcmp (verb, "label") == 0
      && (narguments == 1 || narguments == 2))
    return done (ckpt_label (root, number (arguments[0]),
			     narguments == 2 ? arguments[1] : ""));
  if (strcmp (verb, "interval") == 0 && narguments == 1)
    {
      char *end;
      double seconds = strtod (arguments[0], &end);
      if (end == arguments[0] || *end || !(seconds >= 0 && seconds < 1e6))
	error (2, 0, "%s is not a number of seconds", arguments[0]);
      err = ckpt_set_interval (root, seconds * 1000);
      if (err)
	error (1, err, "%s", root_name);
      return 0;
    }
  error (2, 0, "%s: no such verb; try `ckpt --help'", verb);
  return 2;
}

int
main (int argc, char **argv)
{
  static const struct argp argp = { options, parse, "VERB [ARGUMENT…]", doc,
				    NULL, NULL, NULL };
  error_t err = argp_parse (&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);
  if (err)
    error (2, err, "options");
  if (root_name == NULL)
    root_name = getenv ("PERDURE_ROOT");
  if (root_name == NULL)
    root_name = "/persist";
  mach_port_t root = file_name_lookup (root_name, 0, 0);
  if (root == MACH_PORT_NULL)
    error (1, errno, "%s", root_name);
  return perform (root);
}
