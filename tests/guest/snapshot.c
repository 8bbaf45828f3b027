/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A snapshot is what vm_read of another task's memory gives: what that task
   writes afterwards is not in it, what it wrote before is, and no page is copied
   for the asking.  */

#include "module.h"

#define PAGES	256

static uint32_t
word (uint32_t page, uint32_t round)
{
  return page * 2654435761u + round;
}

/* How many pages of SNAPSHOT are not of ROUND.  */
static unsigned int
wrong (const uint32_t *snapshot, uint32_t round)
{
  unsigned int n = 0;

  for (uint32_t i = 0; i < PAGES; i++)
    n += snapshot[i * vm_page_size / 4] != word (i, round);
  return n;
}

static void
fill (uint32_t *memory, uint32_t round)
{
  for (uint32_t i = 0; i < PAGES; i++)
    memory[i * vm_page_size / 4] = word (i, round);
}

int
main (int argc, char **argv)
{
  vm_size_t size = PAGES * vm_page_size;
  vm_address_t memory = 0, there, first, second;
  vm_statistics_data_t before, after;
  mach_msg_type_number_t n;
  task_t other;

  module_begin (argc, argv);
  module_must (vm_allocate (mach_task_self (), &memory, size, TRUE), "memory");
  fill ((void *) memory, 1);
  module_must (task_create (mach_task_self (), FALSE, &other), "task");
  there = 0x10000000;
  module_must (vm_allocate (other, &there, size, FALSE), "its memory");
  module_must (vm_write (other, there, memory, size), "vm_write");

  vm_statistics (mach_task_self (), &before);
  module_must (vm_read (other, there, size, &first, &n), "vm_read");
  vm_statistics (mach_task_self (), &after);
  module_check (n == size, "all of it is read");
  module_check (before.free_count < after.free_count + PAGES / 2,
		"no page is copied");
  fill ((void *) memory, 2);
  module_check (wrong ((void *) first, 1) == 0,
		"what the writer does to its own copy is not seen");
  module_must (vm_write (other, there, memory, size), "vm_write");
  module_check (wrong ((void *) first, 1) == 0,
		"what the other task has now is not in the snapshot");
  module_must (vm_read (other, there, size, &second, &n), "vm_read");
  module_check (wrong ((void *) second, 2) == 0, "it is in the next");
  module_must (task_terminate (other), "end");
  module_check (wrong ((void *) first, 1) + wrong ((void *) second, 2) == 0,
		"snapshots outlive the task");
  module_leave ();
}
