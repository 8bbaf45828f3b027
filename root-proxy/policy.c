/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies by pattern.  */

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "policy.h"

const char *const policy_names[POLICIES] =
{
  [POLICY_COMMIT] = "commit", [POLICY_REPLAY] = "replay",
  [POLICY_RESET] = "reset", [POLICY_THROUGH] = "through",
  [POLICY_INSIDE] = "inside",
};

/* The kinds that a rule can name, and what they have without one.  */
static const struct
{
  const char *name;
  mode_t type;
  enum policy usual;
} kinds[] =
{
  { "file", S_IFREG, POLICY_COMMIT },
  { "directory", S_IFDIR, POLICY_COMMIT },
  { "stream", S_IFCHR, POLICY_REPLAY },
};
#define KINDS (sizeof kinds / sizeof *kinds)

/* Streams that are the same at any time, or random: to replay them is a waste.  */
static const char *const plain[] =
{
  "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
};

/* What each environment has for itself: the server of its pipes and sockets, what
   becomes of programs that crash, its processes, its terminals, its /tmp if that
   is a file system in memory.  */
static const char *const own[] =
{
  "/servers/socket/1", "/servers/crash*", "/proc", "/dev/pty[p-w]?",
  "/dev/tty[p-w]?", "/dev/ptmx", "/dev/pts", "/tmp", "/dev/shm", "/run", "/run/shm",
};

/* Can objects of the kind TYPE have POLICY?  Directories are always held: a name
   is made and found by what is held.  */
static bool
fits (mode_t type, enum policy policy)
{
  if (policy == POLICY_INSIDE)
    return false;
  return (S_ISCHR (type) ? policy != POLICY_COMMIT
	  : S_ISDIR (type) ? policy == POLICY_COMMIT
	  : S_ISREG (type) || policy == POLICY_COMMIT);
}

/* The type of the kind whose name are the LEN bytes at PATTERN, or 0.  */
static mode_t
kind_of (const char *pattern, size_t len)
{
  for (size_t i = 0; i < KINDS; i++)
    if (strlen (kinds[i].name) == len
	&& memcmp (kinds[i].name, pattern, len) == 0)
      return kinds[i].type;
  return 0;
}

error_t
policy_add (struct policy_rules *rules, const char *text)
{
  const char *colon = strrchr (text, ':');
  size_t len = colon ? colon - text : 0, i;
  unsigned int policy = 0;

  if (len == 0)
    return EINVAL;
  while (policy < POLICIES && strcmp (policy_names[policy], colon + 1))
    policy++;
  mode_t type = kind_of (text, len);
  if (policy == POLICIES || (*text != '/' && type == 0)
      || (type && !fits (type, policy))
      /* Programs could not be mapped any more.  */
      || (S_ISREG (type) && policy != POLICY_COMMIT))
    return EINVAL;
  char *pattern = strndup (text, len);
  struct policy_rule *r = realloc (rules->rules,
				   (rules->n + 1) * sizeof *rules->rules);
  if (r)
    rules->rules = r;
  if (r == NULL || pattern == NULL)
    {
      free (pattern);
      return ENOMEM;
    }
  for (i = 0; i < rules->n && strcmp (r[i].pattern, pattern); i++)
    continue;
  if (i < rules->n)
    {
      free (r[i].pattern);
      memmove (r + i, r + i + 1, (--rules->n - i) * sizeof *r);
    }
  r[rules->n++] = (struct policy_rule) { pattern, policy };
  return 0;
}

enum policy
policy_of (const struct policy_rules *rules, const char *path, mode_t type)
{
  type &= S_IFMT;
  for (size_t i = rules->n; i-- > 0;)
    {
      const struct policy_rule *r = &rules->rules[i];
      bool matches = (*r->pattern == '/'
		      ? path && fnmatch (r->pattern, path, FNM_PATHNAME) == 0
		      : kind_of (r->pattern, strlen (r->pattern)) == type);
      if (matches && fits (type, r->policy))
	return r->policy;
    }
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    if (S_ISCHR (type) && path && strcmp (plain[i], path) == 0)
      return POLICY_THROUGH;
  for (size_t i = 0; i < KINDS; i++)
    if (kinds[i].type == type)
      return kinds[i].usual;
  return POLICY_COMMIT;
}

bool
policy_inside (const struct policy_rules *rules, const char *path)
{
  for (size_t i = path ? rules->n : 0; i-- > 0;)
    if (rules->rules[i].policy == POLICY_INSIDE
	&& fnmatch (rules->rules[i].pattern, path, FNM_PATHNAME) == 0)
      return true;
  for (size_t i = 0; path && i < sizeof own / sizeof *own; i++)
    if (fnmatch (own[i], path, FNM_PATHNAME) == 0)
      return true;
  return false;
}
