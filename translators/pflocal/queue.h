/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is on its way through a pipe or to a socket: bytes, or records with
   addresses, rights and control data.  The caller holds a lock; nothing here
   waits.  */

#ifndef PERDURE_QUEUE_H
#define PERDURE_QUEUE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <mach.h>

#define QUEUE_SIZE	((size_t) 65536) /* Writers wait above this …  */
#define QUEUE_RECORDS	512	/* … or this.  */
#define QUEUE_ATOMIC	((size_t) 4096)	/* PIPE_BUF */

struct packet
{
  struct packet *next;
  size_t start, end, room;	/* Of DATA: what is not yet read, its size.  */
  bool record;			/* Not to be joined with others.  */
  void *from;			/* The sender's address, a reference, or 0.  */
  mach_port_t *ports;		/* Send rights in transit; malloced.  */
  size_t nports;
  char *control;		/* Malloced.  */
  size_t control_len;
  char data[];
};

struct queue
{
  struct packet *first, *last;
  size_t bytes, packets;
};

/* Whether LEN bytes that are not to be split may be appended.  */
bool queue_has_room (const struct queue *q, size_t len);

/* Append bytes to a stream.  */
error_t queue_write (struct queue *q, const void *data, size_t len);

/* Make a packet of DATA, unqueued.  */
struct packet *packet_create (const void *data, size_t len);
void queue_put (struct queue *q, struct packet *p);

/* Copy up to LEN bytes out: of one record, or of a stream until something with
   rights comes, which only the first packet may have.  Unless PEEK they are
   consumed, and a record is finished.  If P is not null, the first packet's
   rights and control data move (or are copied) into *P, to be released with
   packet_release; else they are dropped.  */
size_t queue_read (struct queue *q, void *data, size_t len, bool peek,
		   struct packet *p);

/* How much queue_read would find for LEN without end.  */
size_t queue_readable (const struct queue *q);

/* Release what P refers to (not P).  */
void packet_release (struct packet *p);
void packet_destroy (struct packet *p);	/* And free P.  */
void queue_clear (struct queue *q);

/* Drops a packet's FROM; set by who uses it.  */
extern void (*packet_unref_from) (void *from);
extern void *(*packet_ref_from) (void *from);

#endif /* PERDURE_QUEUE_H */
