/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding ports by name and by id.  */

#include <stdlib.h>
#include "internal.h"

pthread_mutex_t sv_lock = PTHREAD_MUTEX_INITIALIZER;

/* Two hash tables of SIZE heads (a power of two), by name and by id.  */
static struct sv_port **by_name, **by_id;
static size_t size, used;
static uint64_t next_id = 1;

static size_t
name_slot (mach_port_t name, size_t n)
{
  return (name * 2654435761u >> 7) & (n - 1);
}

static size_t
id_slot (uint64_t id, size_t n)
{
  return (id ^ id >> 32) & (n - 1);
}

static void
link_name (struct sv_port **table, size_t n, struct sv_port *p)
{
  struct sv_port **head = &table[name_slot (p->right, n)];
  p->hash_next = *head;
  *head = p;
}

static void
link_id (struct sv_port **table, size_t n, struct sv_port *p)
{
  struct sv_port **head = &table[id_slot (p->id, n)];
  p->id_next = *head;
  *head = p;
}

static error_t
resize (void)
{
  size_t n = size ? 2 * size : 256;
  struct sv_port **names = calloc (n, sizeof *names);
  struct sv_port **ids = calloc (n, sizeof *ids);
  if (names == NULL || ids == NULL)
    {
      free (names);
      free (ids);
      return size ? 0 : ENOMEM;	/* A crowded table works as well.  */
    }
  for (size_t i = 0; i < size; i++)
    {
      struct sv_port *p, *next;
      for (p = by_name[i]; p; p = next)
	{
	  next = p->hash_next;
	  link_name (names, n, p);
	}
      for (p = by_id[i]; p; p = next)
	{
	  next = p->id_next;
	  link_id (ids, n, p);
	}
    }
  free (by_name);
  free (by_id);
  by_name = names;
  by_id = ids;
  size = n;
  return 0;
}

struct sv_port *
sv_table_find (mach_port_t name)
{
  struct sv_port *p = NULL;
  if (size && MACH_PORT_VALID (name))
    for (p = by_name[name_slot (name, size)]; p && p->right != name;)
      p = p->hash_next;
  return p;
}

struct sv_port *
sv_table_find_id (uint64_t id)
{
  struct sv_port *p = NULL;
  if (size)
    for (p = by_id[id_slot (id, size)]; p && p->id != id;)
      p = p->id_next;
  return p;
}

/* Enter PORT, and give it an id if it has none.  */
error_t
sv_table_add (struct sv_port *port)
{
  if (used >= size)
    {
      error_t err = resize ();
      if (err)
	return err;
    }
  if (port->id == 0)
    port->id = next_id++;
  else if (sv_table_find_id (port->id))
    return EEXIST;
  else if (port->id >= next_id)
    next_id = port->id + 1;
  used++;
  link_name (by_name, size, port);
  link_id (by_id, size, port);
  port->all_prevp = &port->bucket->all;
  port->all_next = port->bucket->all;
  if (port->all_next)
    port->all_next->all_prevp = &port->all_next;
  port->bucket->all = port;
  return 0;
}

void
sv_table_hide (struct sv_port *port)
{
  struct sv_port **pp = &by_name[name_slot (port->right, size)];
  while (*pp != port)
    pp = &(*pp)->hash_next;
  *pp = port->hash_next;
}

void
sv_table_remove (struct sv_port *port)
{
  if (port->right)
    sv_table_hide (port);
  struct sv_port **pp = &by_id[id_slot (port->id, size)];
  while (*pp != port)
    pp = &(*pp)->id_next;
  *pp = port->id_next;
  *port->all_prevp = port->all_next;
  if (port->all_next)
    port->all_next->all_prevp = port->all_prevp;
  used--;
}

uint64_t
sv_next_id (void)
{
  pthread_mutex_lock (&sv_lock);
  uint64_t id = next_id;
  pthread_mutex_unlock (&sv_lock);
  return id;
}

void
sv_reserve_ids (uint64_t next)
{
  pthread_mutex_lock (&sv_lock);
  if (next > next_id)
    next_id = next;
  pthread_mutex_unlock (&sv_lock);
}
