/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting a translator.  */

#ifndef PERDURE_UTILS_START_H
#define PERDURE_UTILS_START_H

#include <errno.h>
#include <stddef.h>
#include <mach.h>
#include <hurd/hurd_types.h>

/* Start the program and arguments ARGZ as a translator to sit on NODE (a port
   to it without its translator), and wait until it tells its control port,
   which is stored in *CONTROL; at most TIMEOUT seconds (0: for ever).  */
error_t start_translator (file_t node, const char *argz, size_t len,
			  int timeout, fsys_t *control);

#endif /* PERDURE_UTILS_START_H */
