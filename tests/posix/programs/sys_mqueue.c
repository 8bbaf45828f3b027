/* SPDX-License-Identifier: GPL-3.0-or-later */
/* message queues.  */

#include "../test.h"
#include <mqueue.h>

int
main (void)
{
  mqd_t q = mq_open ("/q", O_CREAT | O_RDWR, 0600, NULL);
  if (q == (mqd_t) -1 && (errno == ENOSYS || errno == EOPNOTSUPP))
    unsupported ("libc's mq_open is a stub");
  CHECK (q != (mqd_t) -1);
  return verdict ();
}
