/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which port of the image a name in our own space stands for.  A send right to a
   port has the same name however often we get it, so the name is the
   identity.  */

#include <stdlib.h>
#include "internal.h"

static uint32_t
slot (const struct cap_port *map, uint32_t room, mach_port_t name)
{
  uint32_t i = name * 2654435761U & (room - 1);
  while (map[i].name && map[i].name != name)
    i = (i + 1) & (room - 1);
  return i;
}

error_t
cap_map_put (struct ckpt_image *image, mach_port_t name, uint32_t port)
{
  if (image->nmap * 2 >= image->map_room)
    {
      uint32_t room = image->map_room ? 2 * image->map_room : 256;
      struct cap_port *map = calloc (room, sizeof *map);
      if (map == NULL)
	return ENOMEM;
      for (uint32_t i = 0; i < image->map_room; i++)
	if (image->map[i].name)
	  map[slot (map, room, image->map[i].name)] = image->map[i];
      free (image->map);
      image->map = map;
      image->map_room = room;
    }
  uint32_t i = slot (image->map, image->map_room, name);
  if (image->map[i].name == 0)
    image->nmap++;
  image->map[i] = (struct cap_port) { name, port };
  return 0;
}

uint32_t
cap_map_get (const struct ckpt_image *image, mach_port_t name)
{
  if (image->map_room == 0)
    return 0;
  return image->map[slot (image->map, image->map_room, name)].port;
}
