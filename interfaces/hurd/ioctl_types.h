/* SPDX-License-Identifier: GPL-3.0-or-later */
/* C types of the ioctls that travel as messages.  */

#ifndef _HURD_IOCTL_TYPES_H
#define _HURD_IOCTL_TYPES_H

#include <stdint.h>
#include <termios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

typedef tcflag_t modes_t[4];
typedef const tcflag_t *const_modes_t;
typedef speed_t speeds_t[2];
typedef const speed_t *const_speeds_t;
typedef cc_t ccs_t[NCCS];
typedef const cc_t *const_ccs_t;
typedef struct winsize winsize_t;
typedef struct sockaddr sockaddr_t;
typedef char ifname_t[16];
typedef const char *const_ifname_t;

typedef struct srtentry
{
  uint32_t rt_dest;
  uint32_t rt_mask;
  uint32_t rt_gateway;
  int rt_flags;
  int rt_metric;
  int rt_mtu;
  int rt_window;
  int rt_irtt;
  int rt_tos;
  int rt_class;
} srtentry_t;

#endif /* _HURD_IOCTL_TYPES_H */
