/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program with two threads that is captured, killed and restored.  One thread
   computes in the FPU and asks a server after each step; the other passes
   messages through queues of its own.  It ends with a digest.  */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "inboot.h"

#define FAR	(64 * 1024 * 1024)

static mach_port_t server;
static volatile unsigned int failures;
static volatile uint32_t passed;
static __thread uint32_t own = 1;	/* Is the TLS right?  */

static uint32_t
ask (int id, uint32_t number, uint32_t value)
{
  struct { struct inboot_message m; char more[64]; } u;
  struct inboot_message *m = &u.m;
  m->head.msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND,
				      MACH_MSG_TYPE_MAKE_SEND_ONCE);
  m->head.msgh_size = sizeof *m;
  m->head.msgh_remote_port = server;
  m->head.msgh_local_port = mach_reply_port ();
  m->head.msgh_id = id;
  m->type = inboot_type ();
  m->number = number;
  m->value = value;
  mach_port_t reply = m->head.msgh_local_port;
  if (mach_msg (&m->head, MACH_SEND_MSG | MACH_RCV_MSG, sizeof *m, sizeof u,
		reply, 0, MACH_PORT_NULL))
    failures++;
  mach_port_mod_refs (mach_task_self (), reply, MACH_PORT_RIGHT_RECEIVE, -1);
  return m->number;
}

/* Send numbers through a port in a set, three ahead of those received; every
   message carries a right to the port itself and memory out of line.  */
struct parcel
{
  mach_msg_header_t head;
  mach_msg_type_t port_type;
  mach_port_t port;
  mach_msg_type_t data_type;
  uint32_t *data;
};

static void
send_parcel (mach_port_t to, uint32_t number)
{
  uint32_t data[3000];
  for (int i = 0; i < 3000; i++)
    data[i] = number + i;
  struct parcel p =
  {
    .head = { .msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, 0)
			   | MACH_MSGH_BITS_COMPLEX,
	      .msgh_size = sizeof p, .msgh_remote_port = to,
	      .msgh_id = number },
    .port_type = { .msgt_name = MACH_MSG_TYPE_COPY_SEND, .msgt_size = 32,
		   .msgt_number = 1, .msgt_inline = TRUE },
    .port = to,
    .data_type = { .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32,
		   .msgt_number = 3000, .msgt_inline = FALSE },
    .data = data,
  };
  if (mach_msg (&p.head, MACH_SEND_MSG, sizeof p, 0, MACH_PORT_NULL, 0,
		MACH_PORT_NULL))
    failures++;
}

static void
receive_parcel (mach_port_t set, mach_port_t from, uint32_t number)
{
  struct { struct parcel p; char more[64]; } u;
  if (mach_msg (&u.p.head, MACH_RCV_MSG, 0, sizeof u, set, 0, MACH_PORT_NULL)
      || u.p.head.msgh_local_port != from || u.p.port != from
      || (uint32_t) u.p.head.msgh_id != number)
    {
      failures++;
      return;
    }
  for (int i = 0; i < 3000; i++)
    if (u.p.data[i] != number + i)
      failures++;
  vm_deallocate (mach_task_self (), (vm_address_t) u.p.data, 12000);
  mach_port_deallocate (mach_task_self (), u.p.port);
  passed = number;
}

static void *
pass_messages (void *arg)
{
  mach_port_t set, port;
  uint32_t number = 0;
  mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_PORT_SET, &set);
  mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE, &port);
  mach_port_insert_right (mach_task_self (), port, port,
			  MACH_MSG_TYPE_MAKE_SEND);
  mach_port_move_member (mach_task_self (), port, set);
  own = 2;
  while (number < 3)
    send_parcel (port, ++number);
  for (;;)
    {
      receive_parcel (set, port, number - 2);
      send_parcel (port, ++number);
      if (own != 2)
	failures++;
      if (number % 16 == 0)
	ask (INBOOT_SLEEP, number, 0);
    }
  return arg;
}

int
main (void)
{
  struct inboot_state state = { .x = 1, .y = 1 };
  pthread_t thread;
  task_get_bootstrap_port (mach_task_self (), &server);
  uint32_t *far = (uint32_t *) malloc (FAR);
  vm_address_t closed;
  vm_allocate (mach_task_self (), &closed, 4 * vm_page_size, TRUE);
  memset ((void *) closed, 42, 4 * vm_page_size);
  vm_protect (mach_task_self (), closed, 4 * vm_page_size, FALSE,
	      VM_PROT_NONE);
  pthread_create (&thread, NULL, pass_messages, NULL);
  inboot_modes ();
  for (uint32_t i = 1; i <= INBOOT_STEPS; i++)
    {
      inboot_step (&state, 20000);
      if (far[i * 5000])
	failures++;
      far[i * 5000] = i;
      for (uint32_t j = 1; j <= i; j++)
	if (far[j * 5000] != j)
	  failures++;
      if (own != 1)
	failures++;
      if (ask (INBOOT_COUNT, i, state.digest) != i)
	failures++;
    }
  vm_protect (mach_task_self (), closed, 4 * vm_page_size, FALSE,
	      VM_PROT_READ);
  if (((char *) closed)[3 * vm_page_size] != 42 || passed < 10)
    failures++;
  ask (INBOOT_DONE, failures, state.digest);
  for (;;)
    thread_suspend (mach_thread_self ());
}
