/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include "libserver/server.h"
#include "queue.h"

void (*packet_unref_from) (void *from);
void *(*packet_ref_from) (void *from);

#define CHUNK	((size_t) 4096)	/* The least room of a stream's packet.  */

bool
queue_has_room (const struct queue *q, size_t len)
{
  return (q->packets < QUEUE_RECORDS
	  && (q->bytes + len <= QUEUE_SIZE || q->packets == 0));
}

static struct packet *
allocate (size_t room)
{
  struct packet *p = malloc (sizeof *p + room);

  if (p != NULL)
    {
      memset (p, 0, sizeof *p);
      p->room = room;
    }
  return p;
}

struct packet *
packet_create (const void *data, size_t len)
{
  struct packet *p = allocate (len);

  if (p != NULL)
    {
      memcpy (p->data, data, len);
      p->end = len;
    }
  return p;
}

void
queue_put (struct queue *q, struct packet *p)
{
  if (q->last != NULL)
    q->last->next = p;
  else
    q->first = p;
  q->last = p;
  q->bytes += p->end - p->start;
  q->packets++;
}

error_t
queue_write (struct queue *q, const void *data, size_t len)
{
  struct packet *p = q->last;
  size_t n = 0;

  if (p != NULL && !p->record && p->nports == 0 && p->control_len == 0)
    {
      n = p->room - p->end;
      if (n > len)
	n = len;
    }
  if (n < len)
    {
      struct packet *new = allocate (len - n < CHUNK ? CHUNK : len - n);

      if (new == NULL)
	return ENOMEM;
      memcpy (new->data, (const char *) data + n, len - n);
      new->end = len - n;
      queue_put (q, new);
    }
  if (n > 0)
    {
      memcpy (p->data + p->end, data, n);
      p->end += n;
      q->bytes += n;
    }
  return 0;
}

void
packet_release (struct packet *p)
{
  for (size_t i = 0; i < p->nports; i++)
    if (MACH_PORT_VALID (p->ports[i]))
      mach_port_deallocate (mach_task_self (), p->ports[i]);
  free (p->ports);
  free (p->control);
  if (p->from != NULL)
    packet_unref_from (p->from);
  p->ports = NULL;
  p->control = NULL;
  p->from = NULL;
  p->nports = p->control_len = 0;
}

void
packet_destroy (struct packet *p)
{
  packet_release (p);
  free (p);
}

static void
drop_first (struct queue *q)
{
  struct packet *p = q->first;

  q->first = p->next;
  if (q->first == NULL)
    q->last = NULL;
  q->bytes -= p->end - p->start;
  q->packets--;
  packet_destroy (p);
}

void
queue_clear (struct queue *q)
{
  while (q->first != NULL)
    drop_first (q);
}

/* Move FROM's attachments to TO, or copy them.  */
static void
attachments (struct packet *to, struct packet *from, bool copy)
{
  memset (to, 0, sizeof *to);
  to->record = from->record;
  if (!copy)
    {
      to->from = from->from;
      to->ports = from->ports;
      to->nports = from->nports;
      to->control = from->control;
      to->control_len = from->control_len;
      from->ports = NULL;
      from->control = NULL;
      from->from = NULL;
      from->nports = from->control_len = 0;
      return;
    }
  if (from->from != NULL)
    to->from = packet_ref_from (from->from);
  to->ports = malloc (from->nports * sizeof *to->ports + 1);
  to->control = malloc (from->control_len + 1);
  if (to->ports == NULL || to->control == NULL)
    return;
  for (size_t i = 0; i < from->nports; i++)
    {
      to->ports[i] = from->ports[i];
      if (MACH_PORT_VALID (to->ports[i])
	  && sv_right_ref (to->ports[i]) != 0)
	to->ports[i] = MACH_PORT_NULL;
    }
  to->nports = from->nports;
  memcpy (to->control, from->control, from->control_len);
  to->control_len = from->control_len;
}

static bool
has_attachments (const struct packet *p)
{
  return p->nports > 0 || p->control_len > 0;
}

size_t
queue_read (struct queue *q, void *data, size_t len, bool peek,
	    struct packet *attached)
{
  struct packet *p = q->first;
  bool one = p == NULL || p->record || has_attachments (p);
  size_t done = 0;

  if (p == NULL)
    return 0;
  if (attached != NULL)
    attachments (attached, p, peek);
  do
    {
      struct packet *next = p->next;
      size_t n = p->end - p->start;

      if (n > len - done)
	n = len - done;
      memcpy ((char *) data + done, p->data + p->start, n);
      done += n;
      if (!peek)
	{
	  if (p->record || n == p->end - p->start)
	    drop_first (q);
	  else
	    {
	      p->start += n;
	      q->bytes -= n;
	      /* Its rights went with its first byte.  */
	      packet_release (p);
	    }
	}
      p = next;
    }
  while (!one && p != NULL && done < len && !has_attachments (p)
	 && !p->record);
  return done;
}

size_t
queue_readable (const struct queue *q)
{
  return (q->first != NULL && q->first->record
	  ? q->first->end - q->first->start : q->bytes);
}
