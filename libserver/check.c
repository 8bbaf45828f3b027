/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a request is made of whole items.  */

#include "internal.h"

/* What follows an item's descriptor begins at a multiple of this.  */
enum { UNIT = sizeof (natural_t) };

bool
sv_well_formed (const mach_msg_header_t *msg)
{
  const char *p = (const char *) (msg + 1);
  const char *end = (const char *) msg + msg->msgh_size;
  bool complex = msg->msgh_bits & MACH_MSGH_BITS_COMPLEX;

  while (p < end)
    {
      const mach_msg_type_long_t *item = (const void *) p;
      const mach_msg_type_t *type = &item->msgtl_header;
      size_t left = end - p, head = sizeof *type;
      uint64_t name = type->msgt_name, bits;

      if (left >= head && type->msgt_longform)
	head = sizeof *item;
      if (left < head)
	return false;
      bits = (uint64_t) type->msgt_size * type->msgt_number;
      if (type->msgt_longform)
	{
	  name = item->msgtl_name;
	  bits = (uint64_t) item->msgtl_size * item->msgtl_number;
	}
      /* In a simple message nobody has looked at addresses and names of
	 rights: they would be ours.  */
      if (!complex && (!type->msgt_inline || MACH_MSG_TYPE_PORT_ANY (name)))
	return false;
      p += head;
      left -= head;
      uint64_t len = type->msgt_inline ? (bits + 7) / 8 : UNIT;
      if ((bits + 7) / 8 > UINT32_MAX || len > left)
	return false;
      p += (len + UNIT - 1) / UNIT * UNIT;
    }
  return true;
}
