/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From names and ids to objects; references.  */

#include <stdlib.h>
#include "internal.h"

static void *
take (struct sv_port *port, const struct sv_class *class)
{
  if (port == NULL || (class && port->class != class))
    return NULL;
  port->refs++;
  return port;
}

void *
sv_lookup (mach_port_t name, const struct sv_class *class)
{
  pthread_mutex_lock (&sv_lock);
  void *object = take (sv_table_find (name), class);
  pthread_mutex_unlock (&sv_lock);
  return object;
}

void *
sv_lookup_id (uint64_t id, const struct sv_class *class)
{
  pthread_mutex_lock (&sv_lock);
  void *object = take (sv_table_find_id (id), class);
  pthread_mutex_unlock (&sv_lock);
  return object;
}

void *
sv_ref (void *object)
{
  struct sv_port *port = object;
  pthread_mutex_lock (&sv_lock);
  port->refs++;
  pthread_mutex_unlock (&sv_lock);
  return object;
}

void
sv_unref (void *object)
{
  struct sv_port *port = object;
  if (port == NULL)
    return;
  pthread_mutex_lock (&sv_lock);
  bool last = --port->refs == 0;
  if (last)
    sv_table_remove (port);
  if (last && port->right)
    sv_retire (port);
  pthread_mutex_unlock (&sv_lock);
  if (!last)
    return;

  if (port->class->clean)
    port->class->clean (object);
  free (object);
}
