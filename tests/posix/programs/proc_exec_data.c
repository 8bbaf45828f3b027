/* SPDX-License-Identifier: GPL-3.0-or-later */
/* who asks to is told of the data for those who start programs.  */

#include "../test.h"
#include <hurd.h>
#include <hurd/process.h>
#include <mach.h>

enum { EXEC_SETEXECDATA = 30003 };

static struct
{
  mach_msg_header_t head;
  char body[1000];
} m;

/* Is PORT told, and of two words, the first of which is WORD?  */
static bool
told (mach_port_t port, int word)
{
  mach_msg_type_long_t type;
  const char *p = m.body;
  int *words;

  if (mach_msg (&m.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof m, port, 5000, MACH_PORT_NULL)
      || m.head.msgh_id != EXEC_SETEXECDATA)
    return false;
  p += sizeof type + sizeof (mach_port_t *);
  memcpy (&type, p, sizeof type);
  memcpy (&words, p + sizeof type, sizeof words);
  return type.msgtl_number == 2 && words[0] == word;
}

int
main (void)
{
  mach_port_t port = mach_reply_port (), ports[1] = { getproc () };
  process_t proc = getproc ();
  int words[2] = { 11, 22 };

  CHECK ((errno = proc_setexecdata (proc, ports, MACH_MSG_TYPE_COPY_SEND, 1, words, 2)) == 0);
  CHECK ((errno = proc_execdata_notify (proc, port, MACH_MSG_TYPE_MAKE_SEND)) == 0);
  CHECK (told (port, 11));
  words[0] = 33;
  CHECK ((errno = proc_setexecdata (proc, ports, MACH_MSG_TYPE_COPY_SEND, 1, words, 2)) == 0);
  CHECK (told (port, 33));
  /* Nobody minds one who is gone, or who does not listen.  */
  CHECK (mach_port_mod_refs (mach_task_self (), port, MACH_PORT_RIGHT_RECEIVE, -1) == 0);
  port = mach_reply_port ();
  CHECK ((errno = proc_execdata_notify (proc, port, MACH_MSG_TYPE_MAKE_SEND)) == 0);
  for (int i = 0; i < 40; i++)
    if ((errno = proc_setexecdata (proc, ports, MACH_MSG_TYPE_COPY_SEND, 1, words, 2)))
      CHECK (i < 0);
  CHECK (told (port, 33));
  become (1000);
  CHECK (proc_setexecdata (getproc (), ports, MACH_MSG_TYPE_COPY_SEND, 1, words, 2) == EPERM);
  return verdict ();
}
