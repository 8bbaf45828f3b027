/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of the term protocol that would change what lies under a terminal
   that runs: that is fixed when it is started.  */

#include "term.h"
#include "term_S.h"

kern_return_t
S_term_set_filenode (io_t port, file_t node)
{
  return EOPNOTSUPP;
}

kern_return_t
S_term_on_machdev (io_t port, mach_port_t device)
{
  return EOPNOTSUPP;
}

kern_return_t
S_term_on_hurddev (io_t port, io_t device)
{
  return EOPNOTSUPP;
}

kern_return_t
S_term_on_pty (io_t port, io_t *master)
{
  return EOPNOTSUPP;
}
