/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writer and the reader of a table agree on.  */

#ifndef PERDURE_PROC_IMAGE_H
#define PERDURE_PROC_IMAGE_H

#define PROC_IMAGE_VERSION 1

/* Members of struct proc that are written as one bit.  */
#define PROC_IMAGE_FLAGS \
  FLAG (parentset, 0x1) \
  FLAG (owned, 0x2) \
  FLAG (deadmsg, 0x4) \
  FLAG (exiting, 0x8) \
  FLAG (dead, 0x10) \
  FLAG (stopped, 0x20) \
  FLAG (continued, 0x40) \
  FLAG (reported, 0x80) \
  FLAG (execed, 0x100) \
  FLAG (traced, 0x200) \
  FLAG (nostopchild, 0x400) \
  FLAG (loginleader, 0x800) \
  FLAG (important, 0x1000)

#endif /* PERDURE_PROC_IMAGE_H */
