/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A task of a checkpoint as a core file for debuggers.  */

#ifndef PERDURE_CORE_H
#define PERDURE_CORE_H

#include <stdio.h>
#include "store.h"
#include "libckpt-hurd/image.h"

/* Write task number TASK of IMAGE, which is that of CKPT, to OUT as an ELF core file
   of i386: a note with the registers for each thread (called by its number in the
   image plus 1), a segment for each region.  What a region shows of a file is not
   in the checkpoint; its segment has no contents.  OUT must be seekable; untouched
   pages are holes in it.  Errors: those of the store, EIO when OUT cannot be
   written to.  */
error_t core_write (FILE *out, struct store_ckpt *ckpt,
		    const struct ci_image *image, uint32_t task);

#endif /* PERDURE_CORE_H */
