/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages for the programs that speak Mach.  */

#ifndef ENV_MACH_H
#define ENV_MACH_H

#include <mach.h>
#include <mach/notify.h>
#include "env.h"

/* A message with a number, and perhaps a right or an array of them, and perhaps
   memory.  */
struct env_message
{
  mach_msg_header_t head;
  mach_msg_type_t number_type;
  int number;
  mach_msg_type_t rights_type;
  mach_port_t rights[4];
  mach_msg_type_t memory_type;
  void *memory;
  char trailer[64];
};

/* What to send.  */
struct env_send
{
  mach_port_t to;
  unsigned int how;		/* MACH_MSG_TYPE_*; 0: COPY_SEND.  */
  int id, number;
  mach_port_t reply;
  unsigned int reply_type;
  unsigned int rights_type;	/* 0: none.  */
  mach_port_t rights[4];
  bool out_of_line;		/* The array of rights is.  */
  void *memory;			/* 0: none.  */
  size_t size;
  mach_msg_option_t option;
  mach_msg_timeout_t timeout;
};

mach_port_t env_port (void);	/* A new receive right with a send right.  */
error_t env_send (const struct env_send *s);
/* Receive into *M, within TIMEOUT ms (0: wait).  */
error_t env_receive (mach_port_t from, struct env_message *m,
		     mach_msg_timeout_t timeout);
/* The same, and it must have come and be NUMBER.  */
void env_expect (mach_port_t from, struct env_message *m, int number);
/* The rights in M.  */
mach_port_t *env_rights (struct env_message *m);
/* Must be the only name of a right to the port of OTHER that we hold.  */
mach_port_urefs_t env_refs (mach_port_t name, mach_port_right_t right);
mach_port_type_t env_type (mach_port_t name);

#endif /* ENV_MACH_H */
