/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The descriptors in a message.  */

#include <string.h>
#include "internal.h"

error_t
msg_next (struct msg_walk *w)
{
  mach_msg_type_long_t type;

  if (w->pos >= w->len || w->len - w->pos < sizeof (mach_msg_type_t))
    return ENOENT;
  memcpy (&type, w->body + w->pos, sizeof (mach_msg_type_t));
  w->in_line = type.msgtl_header.msgt_inline;
  w->deallocate = type.msgtl_header.msgt_deallocate;
  if (type.msgtl_header.msgt_longform)
    {
      if (w->len - w->pos < sizeof type)
	return EBADMSG;
      memcpy (&type, w->body + w->pos, sizeof type);
      w->name = type.msgtl_name;
      w->size = type.msgtl_size;
      w->number = type.msgtl_number;
      w->pos += sizeof type;
    }
  else
    {
      w->name = type.msgtl_header.msgt_name;
      w->size = type.msgtl_header.msgt_size;
      w->number = type.msgtl_header.msgt_number;
      w->pos += sizeof (mach_msg_type_t);
    }
  uint64_t bytes = ((uint64_t) w->number * w->size + 7) / 8;
  if (bytes > CI_ADDRESS_MAX)
    return EBADMSG;
  w->bytes = bytes;
  w->data = w->pos;
  size_t room = w->in_line ? (w->bytes + 3) & ~(size_t) 3 : sizeof (void *);
  if (room > w->len - w->pos)
    return EBADMSG;
  w->pos += room;
  return 0;
}
