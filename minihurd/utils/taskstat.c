/* SPDX-License-Identifier: GPL-3.0-or-later */
/* taskstat: what each task holds of the kernel: names of ports by kind, threads,
   regions and pages of memory.  Two listings tell what was leaked between.  */

#include <argp.h>
#include <errno.h>
#include <error.h>
#include <hurd.h>
#include <hurd/process.h>
#include <mach/vm_statistics.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *argp_program_version = "taskstat (Perdure) 0.1";

static bool servers_only, no_header;
static process_t proc;

static const struct argp_option options[] =
{
  { "servers", 's', NULL, 0, "Only programs of /hurd and the kernel's first",
    0 },
  { "no-header", 'H', NULL, 0, "No line with the columns' names", 0 },
  { 0 }
};

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 's':
      servers_only = true;
      return 0;
    case 'H':
      no_header = true;
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp =
{
  .options = options, .parser = parse,
  .doc = "Print what each task holds: receive, send, send-once and dead rights, "
	 "port sets, threads, regions and resident pages of memory.",
};

/* What a name space holds.  */
struct rights
{
  unsigned int receive, send, once, dead, sets;
};

static error_t
count_rights (task_t task, struct rights *r)
{
  mach_port_t *names = NULL;
  mach_port_type_t *types = NULL;
  mach_msg_type_number_t n = 0, ntypes = 0;
  error_t err = mach_port_names (task, &names, &n, &types, &ntypes);

  memset (r, 0, sizeof *r);
  if (err != 0)
    return err;
  for (mach_msg_type_number_t i = 0; i < n; i++)
    {
      r->receive += (types[i] & MACH_PORT_TYPE_RECEIVE) != 0;
      r->send += (types[i] & MACH_PORT_TYPE_SEND) != 0;
      r->once += (types[i] & MACH_PORT_TYPE_SEND_ONCE) != 0;
      r->dead += (types[i] & MACH_PORT_TYPE_DEAD_NAME) != 0;
      r->sets += (types[i] & MACH_PORT_TYPE_PORT_SET) != 0;
    }
  vm_deallocate (mach_task_self (), (vm_address_t) names, n * sizeof *names);
  vm_deallocate (mach_task_self (), (vm_address_t) types,
		 ntypes * sizeof *types);
  return 0;
}

static unsigned int
count_threads (task_t task)
{
  thread_array_t threads = NULL;
  mach_msg_type_number_t n = 0;

  if (task_threads (task, &threads, &n) != 0)
    return 0;
  for (mach_msg_type_number_t i = 0; i < n; i++)
    mach_port_deallocate (mach_task_self (), threads[i]);
  vm_deallocate (mach_task_self (), (vm_address_t) threads,
		 n * sizeof *threads);
  return n;
}

static unsigned int
count_regions (task_t task)
{
  vm_address_t address = 0;
  vm_size_t size;
  vm_prot_t prot, max;
  vm_inherit_t inherit;
  boolean_t shared;
  mach_port_t object;
  vm_offset_t offset;
  unsigned int n = 0;

  while (vm_region (task, &address, &size, &prot, &max, &inherit, &shared,
		    &object, &offset) == 0)
    {
      if (object != MACH_PORT_NULL)
	mach_port_deallocate (mach_task_self (), object);
      address += size;
      n++;
      if (address == 0)
	break;
    }
  return n;
}

/* NAME gets the first of PID's arguments.  */
static void
first_argument (pid_t pid, char *name, size_t size)
{
  char buffer[512], *args = buffer;
  mach_msg_type_number_t len = sizeof buffer;

  strcpy (name, "-");
  if (proc_getprocargs (proc, pid, &args, &len) != 0)
    return;
  if (len > 0)
    snprintf (name, size, "%.*s", (int) len, args);
  if (args != buffer && len > 0)
    vm_deallocate (mach_task_self (), (vm_address_t) args, len);
}

static void
print (pid_t pid)
{
  struct task_basic_info info;
  mach_msg_type_number_t n = TASK_BASIC_INFO_COUNT;
  struct rights r;
  char name[128];
  task_t task;

  first_argument (pid, name, sizeof name);
  if (servers_only && pid > 4 && strncmp (name, "/hurd/", 6) != 0)
    return;
  if (proc_pid2task (proc, pid, &task) != 0)
    return;			/* It is gone, or not ours.  */
  if (task_info (task, TASK_BASIC_INFO, (task_info_t) &info, &n) == 0
      && count_rights (task, &r) == 0)
    printf ("%5d %5u %5u %5u %5u %5u %5u %6u %7lu %s\n", (int) pid, r.receive,
	    r.send, r.once, r.dead, r.sets, count_threads (task),
	    count_regions (task),
	    (unsigned long) (info.resident_size / vm_page_size), name);
  mach_port_deallocate (mach_task_self (), task);
}

static int
by_number (const void *a, const void *b)
{
  return *(const pid_t *) a - *(const pid_t *) b;
}

int
main (int argc, char **argv)
{
  pid_t buffer[1024], *pids = buffer;
  mach_msg_type_number_t n = sizeof buffer / sizeof *buffer;
  struct vm_statistics vm;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  proc = getproc ();
  err = proc_getallpids (proc, &pids, &n);
  if (err != 0)
    error (1, err, "cannot list the processes");
  qsort (pids, n, sizeof *pids, by_number);
  if (!no_header)
    puts ("  PID  RECV  SEND  ONCE  DEAD  SETS    TH REGION   PAGES NAME");
  for (mach_msg_type_number_t i = 0; i < n; i++)
    print (pids[i]);
  if (vm_statistics (mach_task_self (), &vm) == 0)
    printf ("memory: %lu free %lu active %lu inactive %lu wired pages\n",
	    (unsigned long) vm.free_count, (unsigned long) vm.active_count,
	    (unsigned long) vm.inactive_count, (unsigned long) vm.wire_count);
  return 0;
}
