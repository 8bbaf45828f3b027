/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which policy an object of the ground has.

   Rules are asked from the last to the first; one that was given later overrides
   those before.  A rule's pattern is a path on the ground (as of fnmatch: `*' and
   `?' do not match a slash) or the name of a kind of object.  */

#ifndef PERDURE_POLICY_H
#define PERDURE_POLICY_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum policy
{
  POLICY_COMMIT,		/* Changes are held until a checkpoint has them.  */
  POLICY_REPLAY,		/* Requests and replies are journaled.  */
  POLICY_RESET,			/* Passed through; an error after a restore.  */
  POLICY_THROUGH,		/* Passed through, and again after a restore.  */
  POLICY_INSIDE,		/* Not crossed: the ground's translator of a node
				   runs inside (policy_inside).  */
  POLICIES
};
extern const char *const policy_names[POLICIES];

struct policy_rule
{
  char *pattern;
  enum policy policy;
};

struct policy_rules
{
  struct policy_rule *rules;
  size_t n;
};

/* Add the rule TEXT, "PATTERN:POLICY", behind all others; one with the same pattern
   is replaced.  EINVAL: there is no such policy, or kind, or the policy is not one
   for the kind.  */
error_t policy_add (struct policy_rules *rules, const char *text);

/* The policy for the object at PATH (which begins with a slash; NULL: unknown) whose
   mode has the type TYPE (S_IFMT).  */
enum policy policy_of (const struct policy_rules *rules, const char *path,
		       mode_t type);

/* Whether a translator that the ground has set on the node at PATH (NULL: unknown) is
   to run inside: a rule says `inside', or it is one of the nodes that each environment
   has for itself.  */
bool policy_inside (const struct policy_rules *rules, const char *path);

#endif /* PERDURE_POLICY_H */
