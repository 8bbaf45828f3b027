/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file system lies on: a kernel device, or a file.

   Offsets and sizes are in bytes and may be anything; the device itself is
   only asked for whole records.  Every function may block in the kernel.  */

#ifndef EXT2FS_DISK_H
#define EXT2FS_DISK_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <mach.h>

struct disk
{
  char *name;
  mach_port_t device;		/* A kernel device, or null.  */
  int fd;			/* Else a file.  */
  uint64_t size;
  unsigned int record;		/* Size of a record.  */
  bool writable;
};

/* Open what is called NAME: an absolute file name, or a kernel device (whose
   name may be preceded by `device:'), which is asked of MASTER.  */
error_t disk_open (const char *name, mach_port_t master, struct disk *disk);

/* Read LEN bytes at OFFSET.  What lies behind the end is EIO.  */
error_t disk_read (struct disk *disk, uint64_t offset, size_t len, void *data);

/* Write LEN bytes at OFFSET; on return they are in the device.  OFFSET and LEN
   must be multiples of the record size.  */
error_t disk_write (struct disk *disk, uint64_t offset, size_t len,
		    const void *data);

#endif /* EXT2FS_DISK_H */
