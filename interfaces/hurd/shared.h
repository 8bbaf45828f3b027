/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page that io_map_cntl shares between a user and a server.  */

#ifndef _HURD_SHARED_H
#define _HURD_SHARED_H

#define SHARED_PAGE_MAGIC	0xaabbccdd

enum
{
  USER_HAS_CONCH = 0,
  USER_COULD_HAVE_CONCH = 1,
  USER_RELEASE_CONCH = 2,
  USER_HAS_NOT_CONCH = 3,
  RBR_NO_DATA = 0,
  RBR_BUFFER_FULL = 1,
};

#endif /* _HURD_SHARED_H */
