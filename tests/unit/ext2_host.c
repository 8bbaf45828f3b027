/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The surroundings of the ext2 server on the host: nodes that are just counted
   and a disk on which the power may fail.  */

#include "ext2_host.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct fs_ops ext2_ops;
int writes_left = -1;

kern_return_t
device_open (mach_port_t master, int mode, const char *name,
	     mach_port_t *device)
{
  return D_NO_SUCH_DEVICE;
}

kern_return_t
device_get_status (mach_port_t device, int flavor, dev_status_t status,
		   unsigned int *count)
{
  return EINVAL;
}

kern_return_t
device_read (mach_port_t device, int mode, unsigned int record, int bytes,
	     io_buf_ptr_t *data, unsigned int *count)
{
  return EINVAL;
}

kern_return_t
device_write (mach_port_t device, int mode, unsigned int record,
	      io_buf_ptr_t data, unsigned int count, int *written)
{
  return EINVAL;
}

kern_return_t
mach_port_deallocate (int task, mach_port_t name)
{
  return 0;
}

kern_return_t
vm_deallocate (int task, vm_address_t address, size_t size)
{
  return 0;
}

error_t
fs_node_create (struct fs_fs *fs, const struct fs_ops *ops, uint64_t ino,
		struct fs_node **node)
{
  *node = calloc (1, sizeof **node);
  (*node)->refs = 1;
  (*node)->ino = ino;
  return 0;
}

struct fs_node *
fs_node_ref (struct fs_node *node)
{
  node->refs++;
  return node;
}

void
fs_node_unref (struct fs_node *node)
{
  if (node == NULL || --node->refs > 0)
    return;
  ext2_free (node);
  free (node);
}

bool
fs_dirent_add (struct fs_dirent_sink *sink, uint64_t ino, const char *name,
	       int type)
{
  sink->slots++;
  sink->names += ino != 0;
  return true;
}

error_t
sv_thread (void (*function) (void *arg), void *arg)
{
  return 0;
}

void
fs_pager_free (struct fs_pager *pager)
{
}

void
ext2_before_access (struct fs_node *node, uint64_t offset, uint64_t len)
{
}

void
ext2_after_change (struct fs_node *node, uint64_t offset, uint64_t len)
{
}

void
ext2_nameless (struct fs_node *node)
{
}

extern ssize_t __real_pwrite64 (int fd, const void *data, size_t len,
				off64_t offset);

/* The linker lets the server's writes come here.  The last one is torn.  */
ssize_t
__wrap_pwrite64 (int fd, const void *data, size_t len, off64_t offset)
{
  if (writes_left > 0 && --writes_left == 0)
    {
      len = len / 512 * (rand () % 8) / 8 * 512;
      if (len > 0)
	__real_pwrite64 (fd, data, len, offset);
      _exit (0);
    }
  return __real_pwrite64 (fd, data, len, offset);
}

void
mount_image (const char *name, size_t cache)
{
  error_t err = disk_open (name, MACH_PORT_NULL, &ext2.disk);

  err = err ?: cache_init (&ext2.cache, &ext2.disk, 1024, cache);
  err = err ?: ext2_mount ();
  err = err ?: ext2_set_writable (true);
  if (err)
    abort ();
}
