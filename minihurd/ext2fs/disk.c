/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See disk.h.  */

#include "disk.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <device/device.h>

/* No request to a device is larger.  */
#define LARGEST (256 * 1024)

static error_t
open_device (const char *name, mach_port_t master, struct disk *disk)
{
  int sizes[DEV_GET_SIZE_COUNT];
  mach_msg_type_number_t count = DEV_GET_SIZE_COUNT;
  error_t err;

  disk->writable = true;
  err = device_open (master, D_READ | D_WRITE, name, &disk->device);
  if (err)
    {
      disk->writable = false;
      err = device_open (master, D_READ, name, &disk->device);
    }
  if (err)
    return err == D_NO_SUCH_DEVICE ? ENXIO : err;
  int records[DEV_GET_RECORDS_COUNT];
  mach_msg_type_number_t rcount = DEV_GET_RECORDS_COUNT;
  if (device_get_status (disk->device, DEV_GET_RECORDS, records, &rcount) == 0
      && rcount == DEV_GET_RECORDS_COUNT)
    {
      disk->record = records[DEV_GET_RECORDS_RECORD_SIZE];
      disk->size = ((uint64_t) (unsigned int) records[DEV_GET_RECORDS_DEVICE_RECORDS]
		    * disk->record);
      return 0;
    }
  err = device_get_status (disk->device, DEV_GET_SIZE, sizes, &count);
  if (err)
    {
      mach_port_deallocate (mach_task_self (), disk->device);
      return EIO;
    }
  disk->record = sizes[DEV_GET_SIZE_RECORD_SIZE];
  disk->size = (unsigned int) sizes[DEV_GET_SIZE_DEVICE_SIZE];
  return 0;
}

static error_t
open_file (const char *name, struct disk *disk)
{
  struct stat64 st;

  disk->writable = true;
  disk->fd = open64 (name, O_RDWR);
  if (disk->fd < 0)
    {
      disk->writable = false;
      disk->fd = open64 (name, O_RDONLY);
    }
  if (disk->fd < 0)
    return errno;
  if (fstat64 (disk->fd, &st) < 0)
    {
      error_t err = errno;
      close (disk->fd);
      return err;
    }
  disk->size = st.st_size;
  disk->record = 512;
  return 0;
}

error_t
disk_open (const char *name, mach_port_t master, struct disk *disk)
{
  error_t err;

  memset (disk, 0, sizeof *disk);
  disk->fd = -1;
  disk->name = strdup (name);
  if (disk->name == NULL)
    return ENOMEM;
  if (name[0] == '/')
    err = open_file (name, disk);
  else
    {
      if (strncmp (name, "device:", 7) == 0)
	name += 7;
      err = open_device (name, master, disk);
    }
  if (err == 0 && (disk->record == 0 || disk->record > 4096))
    err = EINVAL;
  if (err)
    free (disk->name);
  return err;
}

/* Read whole records.  */
static error_t
read_records (struct disk *disk, uint64_t offset, size_t len, char *data)
{
  while (len > 0)
    {
      size_t part = len < LARGEST ? len : LARGEST, got;

      if (disk->device != MACH_PORT_NULL)
	{
	  io_buf_ptr_t buf;
	  mach_msg_type_number_t count;
	  error_t err = device_read (disk->device, 0, offset / disk->record,
				     part, &buf, &count);
	  if (err)
	    return EIO;
	  got = count < part ? count : part;
	  memcpy (data, buf, got);
	  vm_deallocate (mach_task_self (), (vm_address_t) buf, count);
	}
      else
	{
	  ssize_t n = pread64 (disk->fd, data, part, offset);
	  if (n < 0)
	    return errno;
	  got = n;
	}
      if (got == 0)
	return EIO;
      data += got;
      offset += got;
      len -= got;
    }
  return 0;
}

error_t
disk_read (struct disk *disk, uint64_t offset, size_t len, void *data)
{
  unsigned int before = offset % disk->record;
  size_t whole = (before + len + disk->record - 1) / disk->record * disk->record;
  char *bounce;
  error_t err;

  if (offset > disk->size || len > disk->size - offset)
    return EIO;
  if (before == 0 && whole == len)
    return read_records (disk, offset, len, data);
  bounce = malloc (whole);
  if (bounce == NULL)
    return ENOMEM;
  err = read_records (disk, offset - before, whole, bounce);
  if (err == 0)
    memcpy (data, bounce + before, len);
  free (bounce);
  return err;
}

error_t
disk_write (struct disk *disk, uint64_t offset, size_t len, const void *data)
{
  const char *p = data;

  if (!disk->writable)
    return EROFS;
  if (offset > disk->size || len > disk->size - offset)
    return EIO;
  while (len > 0)
    {
      size_t part = len < LARGEST ? len : LARGEST;
      ssize_t put;

      if (disk->device != MACH_PORT_NULL)
	{
	  int count = 0;
	  error_t err = device_write (disk->device, 0, offset / disk->record,
				      (io_buf_ptr_t) p, part, &count);
	  if (err)
	    return EIO;
	  put = count;
	}
      else
	{
	  put = pwrite64 (disk->fd, p, part, offset);
	  if (put < 0)
	    return errno;
	}
      /* A write over the end is cut short without an error.  */
      if (put <= 0)
	return EIO;
      p += put;
      offset += put;
      len -= put;
    }
  return 0;
}
