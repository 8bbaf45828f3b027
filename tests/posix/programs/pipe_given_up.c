/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a write whose answer nobody waits for any more is not done, a wait for input keeps no end of a pipe open.  */

#include "../test.h"
#include <hurd.h>
#include <mach.h>
#include <poll.h>

#define IO_WRITE	21000
#define IO_SELECT	21012

static const mach_msg_type_t word_type =
{
  .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32, .msgt_number = 1,
  .msgt_inline = TRUE,
};

static const mach_msg_type_t long_type =
{
  .msgt_name = MACH_MSG_TYPE_INTEGER_64, .msgt_size = 64, .msgt_number = 1,
  .msgt_inline = TRUE,
};

/* A reply port that has been given up.  */
static mach_port_t
dead_port (void)
{
  mach_port_t port = mach_reply_port ();

  NEED (mach_port_insert_right (mach_task_self (), port, port, MACH_MSG_TYPE_MAKE_SEND) == 0);
  NEED (mach_port_mod_refs (mach_task_self (), port, MACH_PORT_RIGHT_RECEIVE, -1) == 0);
  return port;
}

static error_t
request (int fd, mach_msg_header_t *h, size_t size, int id)
{
  file_t file = getdport (fd);
  mach_port_t reply = dead_port ();

  h->msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_COPY_SEND);
  h->msgh_size = size;
  h->msgh_remote_port = file;
  h->msgh_local_port = reply;
  h->msgh_id = id;
  error_t err = mach_msg (h, MACH_SEND_MSG, size, 0, MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
  mach_port_deallocate (mach_task_self (), file);
  mach_port_deallocate (mach_task_self (), reply);
  return err;
}

/* Write the four bytes TEXT.  */
static error_t
send_write (int fd, const char *text)
{
  struct
  {
    mach_msg_header_t head;
    mach_msg_type_long_t data_type;
    char data[4];
    mach_msg_type_t offset_type;
    int64_t offset __attribute__ ((packed));
  } m =
    {
      .data_type = { .msgtl_header = { .msgt_inline = TRUE, .msgt_longform = TRUE },
		     .msgtl_name = MACH_MSG_TYPE_CHAR, .msgtl_size = 8, .msgtl_number = 4 },
      .offset_type = long_type, .offset = -1,
    };

  memcpy (m.data, text, 4);
  return request (fd, &m.head, sizeof m, IO_WRITE);
}

static error_t
send_select (int fd)
{
  struct
  {
    mach_msg_header_t head;
    mach_msg_type_t kind_type;
    int kind;
  } m = { .kind_type = word_type, .kind = SELECT_READ };

  return request (fd, &m.head, sizeof m, IO_SELECT);
}

int
main (void)
{
  int fd[2];
  char buf[16] = "";

  NEED (pipe (fd) == 0);
  CHECK (write (fd[1], "one ", 4) == 4);
  CHECK (send_write (fd[1], "two ") == 0);
  CHECK (write (fd[1], "three", 5) == 5);
  CHECK (read (fd[0], buf, sizeof buf) == 9);
  CHECK (strcmp (buf, "one three") == 0);
  CHECK (send_select (fd[0]) == 0);
  struct pollfd p = { .fd = fd[0], .events = POLLIN };
  CHECK (poll (&p, 1, 100) == 0);
  signal (SIGPIPE, SIG_IGN);
  close (fd[0]);
  /* That it is closed is told to the server, not asked.  */
  for (int i = 0; i < 50 && write (fd[1], "x", 1) == 1; i++)
    nap (100);
  CHECK_ERROR (write (fd[1], "x", 1), EPIPE);
  return verdict ();
}
