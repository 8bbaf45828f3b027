/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random SEED: do to memory, for ever and at random, what programs do and what puts
   objects in front of one another in the kernel: write to it, fork, send it in a
   message, copy it, read it as another task would, protect, cut and map it anew.  In
   the checking mode each checkpoint of this compares what it takes for unchanged.  */

#include <error.h>
#include <errno.h>
#include <fcntl.h>
#include <mach.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096
#define AREAS	4
#define PAGES	48		/* In each.  */
#define CHILDREN 3
#define COPIES	6

static unsigned long long seed;

static unsigned int
below (unsigned int n)
{
  seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (seed >> 33) % n;
}

static char *area[AREAS];
static pid_t child[CHILDREN];
static struct { vm_address_t at; vm_size_t size; } copy[COPIES];
static mach_port_t port;
static const char *file;

/* Write to N pages of area A.  */
static void
write_pages (unsigned int a, unsigned int n)
{
  while (n-- > 0)
    {
      unsigned long *p = (unsigned long *) (area[a] + below (PAGES) * PAGE);
      p[below (PAGE / sizeof *p)] = seed >> 16;
    }
}

/* A part of area A.  */
static vm_address_t
part (unsigned int a, vm_size_t *size)
{
  unsigned int first = below (PAGES), n = 1 + below (PAGES - first);
  *size = n * PAGE;
  return (vm_address_t) area[a] + first * PAGE;
}

static void
forget (unsigned int i)
{
  if (copy[i].size)
    vm_deallocate (mach_task_self (), copy[i].at, copy[i].size);
  copy[i].size = 0;
}

/* Have somebody else share the pages: read them, as a debugger does, and keep that.  */
static void
take_copy (unsigned int a)
{
  unsigned int i = below (COPIES);
  mach_msg_type_number_t n;
  vm_size_t size;
  vm_address_t from = part (a, &size);
  forget (i);
  if (vm_read (mach_task_self (), from, size, &copy[i].at, &n) == 0)
    {
      copy[i].size = size;
      if (below (2))
	*(unsigned long *) copy[i].at = seed;
    }
}

/* Put a copy of pages of another area into area A: its entries show other objects
   then.  */
static void
put_copy (unsigned int a)
{
  unsigned int n = 1 + below (PAGES / 2);
  unsigned int from = below (PAGES - n), to = below (PAGES - n);
  unsigned int other = (a + 1 + below (AREAS - 1)) % AREAS;
  if (vm_copy (mach_task_self (), (vm_address_t) area[other] + from * PAGE, n * PAGE,
	       (vm_address_t) area[a] + to * PAGE))
    error (1, 0, "vm_copy");
}

struct message
{
  mach_msg_header_t head;
  mach_msg_type_long_t type;
  vm_address_t data;
  char room[64];
};

/* Send pages to ourselves; what arrives is copied in place of others.  */
static void
send_pages (unsigned int a)
{
  vm_size_t size;
  struct message m = { .data = part (a, &size) };
  m.head.msgh_bits = (MACH_MSGH_BITS (MACH_MSG_TYPE_MAKE_SEND, 0)
		      | MACH_MSGH_BITS_COMPLEX);
  m.head.msgh_remote_port = port;
  m.head.msgh_size = offsetof (struct message, room);
  m.type.msgtl_header.msgt_longform = 1;
  m.type.msgtl_name = MACH_MSG_TYPE_CHAR;
  m.type.msgtl_size = 8;
  m.type.msgtl_number = size;
  kern_return_t err = mach_msg (&m.head, MACH_SEND_MSG, m.head.msgh_size, 0,
				MACH_PORT_NULL, 0, MACH_PORT_NULL);
  if (err)
    error (1, err, "send");
  write_pages (a, below (4));
  err = mach_msg (&m.head, MACH_RCV_MSG, 0, sizeof m, port, 0, MACH_PORT_NULL);
  if (err)
    error (1, err, "receive");
  unsigned int i = below (COPIES);
  forget (i);
  copy[i].at = m.data;
  copy[i].size = m.type.msgtl_number;
}

/* What was mapped of area A, anew: empty, a file's, or as it was.  */
static void
map_anew (unsigned int a)
{
  vm_size_t size;
  char *at = (char *) part (a, &size);
  int fd = below (2) ? open (file, O_RDONLY) : -1;
  if (mmap (at, size, PROT_READ | PROT_WRITE,
	    MAP_FIXED | MAP_PRIVATE | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0)
      == MAP_FAILED)
    error (1, errno, "mmap");
  if (fd >= 0)
    close (fd);
}

static void
protect (unsigned int a)
{
  vm_size_t size;
  char *at = (char *) part (a, &size);
  if (mprotect (at, size, PROT_READ) || mprotect (at, size, PROT_READ | PROT_WRITE))
    error (1, errno, "mprotect");
}

/* Read from a file into an area.  */
static void
read_in (unsigned int a)
{
  int fd = open (file, O_RDONLY);
  vm_size_t size;
  char *at = (char *) part (a, &size);
  if (fd < 0 || pread (fd, at, size, below (PAGE)) < 0)
    error (1, errno, "%s", file);
  close (fd);
}

static void step (void);

/* One child more or less: it does the same for a while.  */
static void
breed (void)
{
  unsigned int i = below (CHILDREN);
  if (child[i])
    {
      kill (child[i], SIGKILL);
      waitpid (child[i], NULL, 0);
      child[i] = 0;
      return;
    }
  pid_t pid = fork ();
  if (pid < 0)
    error (1, errno, "fork");
  if (pid == 0)
    {
      memset (child, 0, sizeof child);
      port = mach_reply_port ();
      seed ^= getpid () * 0x9e3779b97f4a7c15ULL;
      for (int n = 300; n; n--)
	step ();
      _exit (0);
    }
  child[i] = pid;
}

static void
step (void)
{
  unsigned int a = below (AREAS);
  switch (below (12))
    {
    case 0: take_copy (a); break;
    case 1: forget (below (COPIES)); break;
    case 2: put_copy (a); break;
    case 3: send_pages (a); break;
    case 4: if (below (4) == 0) map_anew (a); break;
    case 5: protect (a); break;
    case 6: read_in (a); break;
    case 7:
      /* Children have none.  */
      if (file && below (3) == 0 && getpid () == getpgrp ())
	breed ();
      break;
    default: write_pages (a, 1 + below (12));
    }
  if (below (3) == 0)
    usleep (1000 * below (30));
}

int
main (int argc, char **argv)
{
  if (argc != 3)
    error (2, 0, "usage: random SEED FILE");
  seed = strtoull (argv[1], NULL, 10);
  file = argv[2];
  setpgid (0, 0);
  port = mach_reply_port ();
  for (int i = 0; i < AREAS; i++)
    {
      area[i] = mmap (NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (area[i] == MAP_FAILED)
	error (1, errno, "mmap");
      for (int j = 0; j < PAGES; j++)
	memset (area[i] + j * PAGE, below (256), PAGE);
    }
  puts ("ready");
  fflush (stdout);
  for (;;)
    step ();
}
