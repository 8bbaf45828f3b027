/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <device/device.h>
#include <hurd.h>
#include <stdlib.h>
#include <string.h>
#include "disk.h"

/* The driver takes this much in one request.  */
#define MOST	((size_t) 16 << 20)

static error_t
get_size (struct disk *disk)
{
  natural_t status[DEV_STATUS_MAX];
  mach_msg_type_number_t n = DEV_STATUS_MAX;
  error_t err;

  err = device_get_status (disk->device, DEV_GET_RECORDS, (int *) status, &n);
  if (err == 0 && n == DEV_GET_RECORDS_COUNT)
    {
      disk->record = status[DEV_GET_RECORDS_RECORD_SIZE];
      disk->size = ((loff_t) status[DEV_GET_RECORDS_DEVICE_RECORDS]
		    * disk->record);
    }
  else
    {
      n = DEV_STATUS_MAX;
      err = device_get_status (disk->device, DEV_GET_SIZE, (int *) status, &n);
      if (err != 0)
	return err;
      if (n != DEV_GET_SIZE_COUNT)
	return EIO;
      disk->record = status[DEV_GET_SIZE_RECORD_SIZE];
      disk->size = status[DEV_GET_SIZE_DEVICE_SIZE];
    }
  return disk->record == 0 || disk->record > MOST ? EIO : 0;
}

error_t
disk_open (struct disk *disk)
{
  mach_port_t master;
  error_t err;

  if (disk->device != MACH_PORT_NULL)
    return 0;
  err = get_privileged_ports (NULL, &master);
  if (err != 0)
    return err;
  err = D_READ_ONLY;
  if (!disk->readonly)
    err = device_open (master, D_READ | D_WRITE, disk->name, &disk->device);
  if (err == D_READ_ONLY)
    {
      disk->readonly = true;
      err = device_open (master, D_READ, disk->name, &disk->device);
    }
  mach_port_deallocate (mach_task_self (), master);
  if (err != 0)
    {
      disk->device = MACH_PORT_NULL;
      return err == D_NO_SUCH_DEVICE ? ENXIO : err;
    }
  err = get_size (disk);
  if (err != 0)
    {
      device_close (disk->device);
      mach_port_deallocate (mach_task_self (), disk->device);
      disk->device = MACH_PORT_NULL;
    }
  return err;
}

/* Read LEN bytes of whole records at OFFSET.  */
static error_t
read_records (struct disk *disk, loff_t offset, size_t len, char **data,
	      mach_msg_type_number_t *got)
{
  error_t err = device_read (disk->device, 0, offset / disk->record, len, data,
			     got);

  if (err == 0 && *got == 0)
    return EIO;
  return err;
}

error_t
disk_read (struct disk *disk, loff_t offset, size_t *len, void *data)
{
  size_t done = 0, want = *len;
  error_t err = disk_open (disk);

  *len = 0;
  if (err != 0)
    return err;
  if (offset < 0)
    return EINVAL;
  if (offset >= disk->size)
    return 0;
  if ((loff_t) want > disk->size - offset)
    want = disk->size - offset;
  while (done < want)
    {
      size_t skip = (offset + done) % disk->record;
      size_t n = skip + want - done;
      mach_msg_type_number_t got;
      char *records;

      n = (n + disk->record - 1) / disk->record * disk->record;
      if (n > MOST)
	n = MOST;
      err = read_records (disk, offset + done - skip, n, &records, &got);
      if (err != 0)
	break;
      n = got <= skip ? 0 : got - skip;
      if (n > want - done)
	n = want - done;
      memcpy ((char *) data + done, records + skip, n);
      vm_deallocate (mach_task_self (), (vm_address_t) records, got);
      if (n == 0)
	break;
      done += n;
    }
  *len = done;
  return done > 0 ? 0 : err;
}

/* Write the N bytes of DATA that lie within one record, SKIP bytes after its
   beginning at OFFSET.  */
static error_t
write_part (struct disk *disk, loff_t offset, size_t skip, size_t n,
	    const void *data)
{
  mach_msg_type_number_t got;
  int written = 0;
  char *record;
  error_t err = read_records (disk, offset, disk->record, &record, &got);

  if (err != 0)
    return err;
  if (got < disk->record)
    err = EIO;
  else
    {
      memcpy (record + skip, data, n);
      err = device_write (disk->device, 0, offset / disk->record, record,
			  disk->record, &written);
      if (err == 0 && (size_t) written < disk->record)
	err = EIO;
    }
  vm_deallocate (mach_task_self (), (vm_address_t) record, got);
  return err;
}

error_t
disk_write (struct disk *disk, loff_t offset, size_t *len, const void *data)
{
  size_t done = 0, want = *len;
  error_t err = disk_open (disk);

  *len = 0;
  if (err != 0)
    return err;
  if (disk->readonly)
    return EROFS;
  if (offset < 0)
    return EINVAL;
  if (want == 0)
    return 0;
  if (offset >= disk->size)
    return ENOSPC;
  if ((loff_t) want > disk->size - offset)
    want = disk->size - offset;
  while (done < want)
    {
      const char *from = (const char *) data + done;
      loff_t at = offset + done;
      size_t skip = at % disk->record, n = want - done;

      if (skip != 0 || n < disk->record)
	{
	  if (n > disk->record - skip)
	    n = disk->record - skip;
	  err = write_part (disk, at - skip, skip, n, from);
	}
      else
	{
	  int written = 0;

	  n -= n % disk->record;
	  if (n > MOST)
	    n = MOST;
	  err = device_write (disk->device, 0, at / disk->record,
			      (char *) from, n, &written);
	  /* The driver's way to say that something went wrong.  */
	  if (err == 0 && written <= 0)
	    err = EIO;
	  n = written;
	}
      if (err != 0)
	break;
      done += n;
    }
  *len = done;
  return done > 0 ? 0 : err;
}
