/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The date of the interfaces' last incompatible change; the C library asks for
   at least 20020609.  */

#ifndef _HURD_VERSION_H
#define _HURD_VERSION_H

#define HURD_INTERFACE_VERSION 20250702

#endif /* _HURD_VERSION_H */
