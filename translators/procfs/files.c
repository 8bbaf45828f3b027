/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in the files.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <mach.h>
#include <mach/vm_statistics.h>
#include "procfs.h"

error_t
procfs_info (pid_t pid, struct procinfo **info)
{
  mach_port_t proc = getproc ();
  int flags = PI_FETCH_TASKINFO | PI_FETCH_THREADS | PI_FETCH_THREAD_BASIC
	      | PI_FETCH_THREAD_SCHED;
  mach_msg_type_number_t n = 0, nwaits = 0;
  int *data = NULL;
  char *waits = NULL;
  error_t err = proc_getprocinfo (proc, pid, &flags, &data, &n, &waits,
				  &nwaits);

  mach_port_deallocate (mach_task_self (), proc);
  if (err)
    return err;
  *info = calloc (1, sizeof **info + n * sizeof *data);
  if (*info)
    memcpy (*info, data, n * sizeof *data);
  if (data && n)
    vm_deallocate (mach_task_self (), (vm_address_t) data, n * sizeof *data);
  if (waits && nwaits)
    vm_deallocate (mach_task_self (), (vm_address_t) waits, nwaits);
  return *info ? 0 : ENOMEM;
}

/* As ps has it.  */
static char
state (const struct procinfo *pi)
{
  unsigned int i;

  if (pi->state & PI_ZOMBIE)
    return 'Z';
  if (pi->state & PI_STOPPED)
    return 'T';
  for (i = 0; i < (unsigned int) pi->nthreads; i++)
    if (!pi->threadinfos[i].died
	&& pi->threadinfos[i].pis_bi.run_state == TH_STATE_RUNNING)
      return 'R';
  return 'S';
}

/* Hundredths of a second that PI has used, in *USER and *SYSTEM.  */
static void
times (const struct procinfo *pi, unsigned long *user, unsigned long *system)
{
  unsigned int i;

  *user = pi->taskinfo.user_time.seconds * 100
	  + pi->taskinfo.user_time.microseconds / 10000;
  *system = pi->taskinfo.system_time.seconds * 100
	    + pi->taskinfo.system_time.microseconds / 10000;
  for (i = 0; i < (unsigned int) pi->nthreads; i++)
    {
      const struct thread_basic_info *b = &pi->threadinfos[i].pis_bi;
      *user += b->user_time.seconds * 100 + b->user_time.microseconds / 10000;
      *system += b->system_time.seconds * 100
		 + b->system_time.microseconds / 10000;
    }
}

/* Arguments, or the ENVIRONMENT, with a zero behind each.  */
static error_t
strings (pid_t pid, bool environment, char **text, size_t *len)
{
  mach_port_t proc = getproc ();
  mach_msg_type_number_t n = 0;
  char *data = NULL;
  error_t err = environment ? proc_getprocenv (proc, pid, &data, &n)
		: proc_getprocargs (proc, pid, &data, &n);

  mach_port_deallocate (mach_task_self (), proc);
  if (err)
    return err;
  *text = malloc (n + 1);
  if (*text)
    memcpy (*text, data, n);
  *len = n;
  if (data && n)
    vm_deallocate (mach_task_self (), (vm_address_t) data, n);
  return *text ? 0 : ENOMEM;
}

static error_t
make_cmdline (pid_t pid, char **text, size_t *len)
{
  return strings (pid, false, text, len);
}

static error_t
make_environ (pid_t pid, char **text, size_t *len)
{
  return strings (pid, true, text, len);
}

/* The last part of a program's name, without blanks.  */
static void
command (pid_t pid, char name[16])
{
  char *text = NULL, *base;
  size_t len;

  strcpy (name, "?");
  if (strings (pid, false, &text, &len) == 0 && len > 0)
    {
      text[len] = 0;
      base = strrchr (text, '/');
      snprintf (name, 16, "%s", base ? base + 1 : text);
      for (base = name; *base; base++)
	if (*base == ' ' || *base == '(' || *base == ')')
	  *base = '_';
    }
  free (text);
}

static error_t
finish (int n, size_t *len)
{
  *len = n < 0 ? 0 : n;
  return n < 0 ? ENOMEM : 0;
}

static error_t
make_stat (pid_t pid, char **text, size_t *len)
{
  unsigned long user, system;
  struct procinfo *pi;
  char name[16];
  error_t err = procfs_info (pid, &pi);

  if (err)
    return err;
  command (pid, name);
  times (pi, &user, &system);
  err = finish (asprintf (text, "%d (%s) %c %d %d %d 0 -1 0 0 0 0 0 %lu %lu 0 0"
			  " 20 %d %d 0 %ld %lu %lu\n",
			  (int) pid, name, state (pi), (int) pi->ppid,
			  (int) pi->pgrp, (int) pi->session, user, system,
			  pi->taskinfo.base_priority - 25, (int) pi->nthreads,
			  (long) pi->taskinfo.creation_time.seconds * 100,
			  (unsigned long) pi->taskinfo.virtual_size,
			  (unsigned long) pi->taskinfo.resident_size / 4096),
		len);
  free (pi);
  return err;
}

static error_t
make_status (pid_t pid, char **text, size_t *len)
{
  struct procinfo *pi;
  char name[16];
  error_t err = procfs_info (pid, &pi);

  if (err)
    return err;
  command (pid, name);
  err = finish (asprintf (text, "Name:\t%s\nState:\t%c\nTgid:\t%d\nPid:\t%d\n"
			  "PPid:\t%d\nUid:\t%d\t%d\t%d\t%d\nVmSize:\t%8lu kB\n"
			  "VmRSS:\t%8lu kB\nThreads:\t%d\n",
			  name, state (pi), (int) pid, (int) pid,
			  (int) pi->ppid, pi->owner, pi->owner, pi->owner,
			  pi->owner,
			  (unsigned long) pi->taskinfo.virtual_size / 1024,
			  (unsigned long) pi->taskinfo.resident_size / 1024,
			  (int) pi->nthreads), len);
  free (pi);
  return err;
}

static error_t
make_exe (pid_t pid, char **text, size_t *len)
{
  mach_port_t proc = getproc ();
  string_t path = "";
  error_t err = proc_get_exe (proc, pid, path);

  mach_port_deallocate (mach_task_self (), proc);
  if (!err && path[0] == 0)
    err = ENOENT;
  if (err)
    return err;
  *text = strdup (path);
  *len = *text ? strlen (*text) : 0;
  return *text ? 0 : ENOMEM;
}

static error_t
make_uptime (pid_t pid, char **text, size_t *len)
{
  struct timespec ts;

  clock_gettime (CLOCK_MONOTONIC, &ts);
  return finish (asprintf (text, "%ld.%02ld 0.00\n", (long) ts.tv_sec,
			   ts.tv_nsec / 10000000), len);
}

static error_t
make_version (pid_t pid, char **text, size_t *len)
{
  struct utsname u;

  if (uname (&u))
    return errno;
  return finish (asprintf (text, "%s version %s (%s)\n", u.sysname, u.release,
			   u.version), len);
}

static error_t
make_meminfo (pid_t pid, char **text, size_t *len)
{
  struct vm_statistics s;
  error_t err = vm_statistics (mach_task_self (), &s);
  unsigned long k = s.pagesize / 1024;

  if (err)
    return err;
  return finish (asprintf (text, "MemTotal: %10lu kB\nMemFree: %11lu kB\n"
			   "Active: %12lu kB\nInactive: %10lu kB\n"
			   "Mlocked: %11lu kB\n",
			   (unsigned long) (s.free_count + s.active_count
					    + s.inactive_count + s.wire_count)
			   * k, s.free_count * k, s.active_count * k,
			   s.inactive_count * k, s.wire_count * k), len);
}

static error_t
make_loadavg (pid_t pid, char **text, size_t *len)
{
  struct host_load_info load;
  mach_msg_type_number_t n = HOST_LOAD_INFO_COUNT;
  error_t err = host_info (mach_host_self (), HOST_LOAD_INFO,
			   (host_info_t) &load, &n);

  if (err)
    return err;
  return finish (asprintf (text, "%.2f %.2f %.2f\n",
			   load.avenrun[0] / (double) LOAD_SCALE,
			   load.avenrun[1] / (double) LOAD_SCALE,
			   load.avenrun[2] / (double) LOAD_SCALE), len);
}

/* The translator's record that leads whoever looks to his own folder.  */
static error_t
make_self (pid_t pid, char **text, size_t *len)
{
  static const char record[] = "/hurd/magic\0pid";

  *text = malloc (sizeof record);
  if (*text == NULL)
    return ENOMEM;
  memcpy (*text, record, sizeof record);
  *len = sizeof record;
  return 0;
}

const struct kind procfs_top[] =
{
  { "self", S_IFREG | S_IPTRANS | 0444, make_self },
  { "uptime", S_IFREG | 0444, make_uptime },
  { "version", S_IFREG | 0444, make_version },
  { "meminfo", S_IFREG | 0444, make_meminfo },
  { "loadavg", S_IFREG | 0444, make_loadavg },
  { NULL, 0, NULL }
};

const struct kind procfs_process[] =
{
  { "stat", S_IFREG | 0444, make_stat },
  { "status", S_IFREG | 0444, make_status },
  { "cmdline", S_IFREG | 0444, make_cmdline },
  { "environ", S_IFREG | 0400, make_environ },
  { "exe", S_IFLNK | 0777, make_exe },
  { NULL, 0, NULL }
};
