/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the boot modules that test the kernel's behaviour have in common.

   Such a program is the first one of the machine, without any server; its
   arguments are the names of the host's and the devices' ports.  It says PASS or
   FAIL of each thing on the console, and leaves the machine by `module_leave'.  */

#ifndef GUEST_MODULE_H
#define GUEST_MODULE_H

#include <device/device.h>
#include <hurd.h>
#include <mach.h>
#include <mach/thread_switch.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

/* In libc; without it a thread's end is the task's.  */
extern void _hurdsig_init (const int *, size_t);

static mach_port_t module_host, module_device, module_console;
static unsigned int module_failed;

/* Print on the console.  */
static void __attribute__ ((format (printf, 1, 2)))
module_say (const char *format, ...)
{
  char line[512];
  va_list ap;
  int done, n;

  va_start (ap, format);
  n = vsnprintf (line, sizeof line, format, ap);
  va_end (ap);
  if (n > (int) sizeof line - 1)
    n = sizeof line - 1;
  for (int at = 0; at < n; at += 100)
    device_write_inband (module_console, 0, 0, line + at,
			 n - at < 100 ? n - at : 100, &done);
}

/* WHAT is expected to be so.  */
static void
module_check (bool good, const char *what)
{
  module_say ("%s %s\n", good ? "PASS" : "FAIL", what);
  if (!good)
    module_failed++;
}

/* Say how it went, with the frame that a runner waits for, and leave.  */
static void __attribute__ ((noreturn))
module_leave (void)
{
  module_say ("%s\n@@PD exit %d\n", module_failed ? "FAILED" : "PASSED",
	      module_failed != 0);
  host_reboot (module_host, RB_AUTOBOOT);
  for (;;)
    pause ();
}

/* Nothing can be tested further if ERR, which is that of WHAT, is not 0.  */
static void
module_must (error_t err, const char *what)
{
  if (err == 0)
    return;
  module_say ("FAIL %s: %s\n", what, strerror (err));
  module_failed++;
  module_leave ();
}

/* Take the arguments into account.  To be called first.  */
static void
module_begin (int argc, char **argv)
{
  if (argc < 3)
    exit (1);
  module_host = _hurd_host_priv = atoi (argv[1]);
  module_device = _hurd_device_master = atoi (argv[2]);
  device_open (module_device, D_READ | D_WRITE, "console", &module_console);
  module_say ("\n@@PD start\n");
}

/* Milliseconds since some time.  */
static inline double
module_ms (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

#endif /* GUEST_MODULE_H */
