/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The term protocol's questions: names, and what lies beneath.  */

#include <hurd.h>
#include <string.h>
#include "term.h"
#include "term_S.h"

kern_return_t
S_term_get_nodename (io_t port, string_t name)
{
  struct fs_cred *cred = term_cred (port);
  error_t err = 0;

  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (term_lock ());
  if (term.name[0] == '\0')
    err = ENOENT;
  else
    strcpy (name, term.name);
  pthread_mutex_unlock (term_lock ());
  sv_unref (cred);
  return err;
}

kern_return_t
S_term_set_nodename (io_t port, const_string_t name)
{
  struct fs_cred *cred = term_cred (port);
  error_t err;

  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (term_lock ());
  err = fs_isowner (&term.triv.st, cred->ids);
  if (err == 0)
    {
      strncpy (term.name, name, sizeof term.name - 1);
      term.name[sizeof term.name - 1] = '\0';
    }
  pthread_mutex_unlock (term_lock ());
  sv_unref (cred);
  return err;
}

kern_return_t
S_term_get_bottom_type (io_t port, int *type)
{
  struct fs_cred *cred = term_cred (port);

  if (cred == NULL)
    return EOPNOTSUPP;
  sv_unref (cred);
  *type = term.bottom->type;
  return 0;
}

/* The name of a pty's other end, of either.  */
kern_return_t
S_term_get_peername (io_t port, string_t name)
{
  struct fs_cred *cred = fs_cred_lookup (port);
  const char *peer;

  if (cred == NULL)
    return EOPNOTSUPP;
  peer = cred->open->node == term.triv.fs.root ? term.peer : term.name;
  sv_unref (cred);
  if (term.bottom->type != TERM_ON_MASTERPTY || peer[0] == '\0')
    return EOPNOTSUPP;
  strcpy (name, peer);
  return 0;
}
