/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Twenty processes in a ring and a tree.  From each to its neighbours lead links of
   all kinds, one way each, with numbered messages: the receiver knows the number
   and the contents of the next one.  All that they share is in the ledger, which
   is shared memory.  */

#ifndef TORTURE_H
#define TORTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESSES	20
#define LINKS		(PROCESSES + PROCESSES - 1)
#define SLOTS		4	/* Of a link in shared memory.  */
#define PAYLOAD_MAX	3000

enum kind { K_MACH, K_PIPE, K_SOCKET, K_PTY, K_MEMORY, K_SIGNAL, KINDS };

struct link
{
  uint8_t kind;
  uint8_t from, to;		/* Processes.  */
  int role;			/* At the receiver: 0 ring, 1 and 2 tree.  */
  int in[2], out[2];		/* Descriptors: to receive from, to send to.  */
  uint32_t sent, received;	/* As their owners know; numbers begin with 1.  */
  bool ended;			/* The receiver has got the last one.  */
  /* K_MEMORY: */
  uint32_t lock, head, tail, slot[SLOTS][16];
  /* K_SIGNAL: */
  uint32_t signals, answers;	/* Seen by the handlers.  */
  bool last;
};

struct ledger
{
  uint32_t ready, wired, stop;	/* Processes that are, the others' turn.  */
  uint32_t failed;
  char text[400];		/* Of the first failure.  */
  pid_t pid[PROCESSES];
  struct link link[LINKS];
  /* Both counters are always equal for who has the lock.  */
  uint32_t lock, one, two;
};

extern struct ledger *ledger;

/* Note that something is wrong with L, for ever.  */
void torture_fail (const struct link *l, const char *format, ...)
     __attribute__ ((format (printf, 2, 3)));
/* Something is wrong, or all is over.  */
bool torture_failed (void);
/* May the sender of L go on?  False: the next message is the last one.  Waits for a
   random time, takes and checks what all share.  */
bool torture_next (struct link *l);
/* The receiver of L is busy with other things for a random time; messages queue up.  */
void torture_busy (const struct link *l);
/* Number SEQ of L is here, complete.  */
void torture_got (struct link *l, uint32_t seq);
/* Wait a little; false when all has failed.  */
bool torture_pause (unsigned int ms);

void torture_lock (uint32_t *lock);
void torture_unlock (uint32_t *lock);

/* The bytes of message SEQ of L, and how many.  */
size_t torture_payload (const struct link *l, uint32_t seq, void *data,
			size_t max);

/* Are these the bytes of message SEQ of L?  If not, tell which are not.  */
bool torture_same (const struct link *l, uint32_t seq, const void *data,
		   size_t max);

/* Both ends of a link; run by a thread each until the last message.  */
void mach_send (struct link *l);
void mach_receive (struct link *l);
void fd_send (struct link *l);
void fd_receive (struct link *l);
void memory_send (struct link *l);
void memory_receive (struct link *l);
void signal_send (struct link *l);
void signal_receive (struct link *l);

/* Before anything is sent: what process ME needs for L.  */
void mach_prepare (struct link *l);
void signal_prepare (struct link *l, int me);
/* By the parent: give the sender its right.  */
void mach_wire (struct link *l);

#endif /* TORTURE_H */
