/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disk of the kernel, addressed by byte.  Not locked: the caller does.  */

#ifndef PERDURE_DISK_H
#define PERDURE_DISK_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <mach.h>

struct disk
{
  char *name;
  bool readonly;
  mach_port_t device;		/* Null until it is needed.  */
  size_t record;		/* Bytes in one.  */
  loff_t size;			/* In bytes.  */
};

/* Open it, if that has not been done.  */
error_t disk_open (struct disk *disk);

/* Read or write *LEN bytes at OFFSET, less at the end; *LEN is what was done.
   What disk_write returned for is on the disk.  */
error_t disk_read (struct disk *disk, loff_t offset, size_t *len, void *data);
error_t disk_write (struct disk *disk, loff_t offset, size_t *len,
		    const void *data);

#endif /* PERDURE_DISK_H */
