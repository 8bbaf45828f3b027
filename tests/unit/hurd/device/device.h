/* SPDX-License-Identifier: GPL-3.0-or-later */
/* There are no kernel devices here.  */
#ifndef UNIT_DEVICE_H
#define UNIT_DEVICE_H

#include <mach.h>

enum { D_READ = 1, D_WRITE = 2, D_NO_SUCH_DEVICE = 2502 };
enum { DEV_GET_SIZE, DEV_GET_RECORDS };
enum { DEV_GET_SIZE_DEVICE_SIZE, DEV_GET_SIZE_RECORD_SIZE, DEV_GET_SIZE_COUNT };
enum { DEV_GET_RECORDS_DEVICE_RECORDS, DEV_GET_RECORDS_RECORD_SIZE,
       DEV_GET_RECORDS_COUNT };

typedef char *io_buf_ptr_t;
typedef int *dev_status_t;

kern_return_t device_open (mach_port_t master, int mode, const char *name,
			   mach_port_t *device);
kern_return_t device_get_status (mach_port_t device, int flavor,
				 dev_status_t status, unsigned int *count);
kern_return_t device_read (mach_port_t device, int mode, unsigned int record,
			   int bytes, io_buf_ptr_t *data, unsigned int *count);
kern_return_t device_write (mach_port_t device, int mode, unsigned int record,
			    io_buf_ptr_t data, unsigned int count,
			    int *written);
kern_return_t mach_port_deallocate (int task, mach_port_t name);
kern_return_t vm_deallocate (int task, vm_address_t address, size_t size);

#endif /* UNIT_DEVICE_H */
