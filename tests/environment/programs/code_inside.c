/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thread that waits in a call of the kernel whose code is memory of a program inside,
   shared with it: after a restore it cannot get there before that program runs.  */
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "../mach.h"

/* mach_msg_trap: the number of the trap, the trap, return.  */
static const uint8_t code[] =
{
  0xb8, 0xe7, 0xff, 0xff, 0xff, 0x9a, 0, 0, 0, 0, 7, 0, 0xc3
};

static mach_port_t port;
static struct env_message message;

static void *
receive (void *trap)
{
  mach_msg_return_t (*call) (mach_msg_header_t *, mach_msg_option_t,
			     mach_msg_size_t, mach_msg_size_t, mach_port_t,
			     mach_msg_timeout_t, mach_port_t) = trap;
  return (void *) call (&message.head, MACH_RCV_MSG, 0, sizeof message, port,
			0, MACH_PORT_NULL);
}

PROGRAM (code_inside)
{
  char *command, *name;
  const char *dir = env_file ("mem");
  pthread_t thread;
  void *result;

  SYS (mkdir (dir, 0777));
  SYS (asprintf (&command, "settrans -a %s /hurd/tmpfs 1M", dir));
  CHECK (system (command) == 0, "%s", command);
  SYS (asprintf (&name, "%s/code", dir));
  int fd = SYS (open (name, O_RDWR | O_CREAT, 0777));
  SYS (write (fd, code, sizeof code));
  void *trap = SYS (mmap (NULL, sizeof code, PROT_READ | PROT_EXEC, MAP_SHARED,
			  fd, 0));
  port = env_port ();
  CHECK (pthread_create (&thread, NULL, receive, trap) == 0, "no thread");
  usleep (100000);
  env_wait ();
  MUST (env_send (&(struct env_send) { .to = port, .id = 7, .number = 1 }));
  pthread_join (thread, &result);
  CHECK (result == NULL, "%#x", (unsigned int) result);
  CHECK (message.number == 1, "%d", message.number);
}
