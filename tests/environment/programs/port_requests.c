/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests to be told: of a dead name, of no senders, of a destroyed port; also
   by a send-once right that another task holds.  */

#include "../mach.h"

static mach_port_t
ask (mach_port_t name, int id, mach_port_mscount_t sync, mach_port_t who)
{
  mach_port_t previous;
  MUST (mach_port_request_notification (mach_task_self (), name, id, sync, who,
					MACH_MSG_TYPE_MAKE_SEND_ONCE,
					&previous));
  return previous;
}

static void
expect (mach_port_t port, int id)
{
  union
  {
    mach_msg_header_t head;
    char room[256];
  } m;
  error_t err = mach_msg (&m.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof m,
			  port, 10000, MACH_PORT_NULL);
  CHECK (err == 0, "%d: %s", id, strerror (err));
  CHECK (m.head.msgh_id == id, "%d instead of %d", m.head.msgh_id, id);
}

PROGRAM (port_requests)
{
  task_t self = mach_task_self ();
  mach_port_t notify[3], watched = env_port (), senders = env_port (),
    destroyed = env_port ();
  mach_port_status_t status;
  for (int i = 0; i < 3; i++)
    notify[i] = env_port ();
  ask (watched, MACH_NOTIFY_DEAD_NAME, 0, notify[0]);
  ask (senders, MACH_NOTIFY_NO_SENDERS, 1, notify[1]);
  ask (destroyed, MACH_NOTIFY_PORT_DESTROYED, 0, notify[2]);
  env_wait ();
  for (int i = 0; i < 3; i++)
    {
      MUST (mach_port_get_receive_status (self, notify[i], &status));
      CHECK (status.mps_msgcount == 0, "%d: early", i);
    }
  MUST (mach_port_get_receive_status (self, senders, &status));
  CHECK (status.mps_nsrequest, "no request for no senders");
  MUST (mach_port_get_receive_status (self, destroyed, &status));
  CHECK (status.mps_pdrequest, "no request for a destroyed port");
  MUST (mach_port_mod_refs (self, watched, MACH_PORT_RIGHT_RECEIVE, -1));
  expect (notify[0], MACH_NOTIFY_DEAD_NAME);
  MUST (mach_port_deallocate (self, senders));
  expect (notify[1], MACH_NOTIFY_NO_SENDERS);
  MUST (mach_port_mod_refs (self, destroyed, MACH_PORT_RIGHT_RECEIVE, -1));
  expect (notify[2], MACH_NOTIFY_PORT_DESTROYED);
}
