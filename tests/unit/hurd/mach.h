/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef UNIT_MACH_H
#define UNIT_MACH_H

#include <errno.h>
#include <stdint.h>

typedef unsigned int mach_port_t, mach_msg_type_number_t;
typedef uintptr_t vm_address_t;
typedef error_t kern_return_t;

#define MACH_PORT_NULL 0
#define mach_task_self() 1

#endif /* UNIT_MACH_H */
