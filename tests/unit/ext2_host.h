/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef UNIT_EXT2_HOST_H
#define UNIT_EXT2_HOST_H

#include "minihurd/ext2fs/ext2fs.h"
#include <device/device.h>

struct fs_dirent_sink
{
  int slots, names;
};

/* The process ends, its last write torn, when this many writes were made.  */
extern int writes_left;

/* Serve the image NAME, writable, with so much CACHE; or abort.  */
void mount_image (const char *name, size_t cache);

#endif /* UNIT_EXT2_HOST_H */
