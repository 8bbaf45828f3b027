/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz SEED N UID: a hostile program.  As UID, N messages, made of SEED, go to the
   servers that this task knows: to files, directories, the root, proc, auth, and what is
   behind rights that come in answers.  Their numbers are those of the protocols, and
   others; what is in them is cut, repeated, forged; rights of all kinds are passed, and
   answers asked for on ports that are dead or full.  Thousands of files are open
   meanwhile, and a program of another uid is handed rights.

   At the end the servers must still do what is asked of them, properly; and unless UID
   is 0, nothing of /home/secret may have come in any answer, or be read through a right
   that came in one.  */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <hurd.h>
#include <hurd/fd.h>
#include <mach.h>
#include <mach/message.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE 512
#define PORTS 16
#define GIVEN 6			/* Of them, the last ones that came in answers.  */
#define FILES 3000		/* A tenth for a few messages.  */

static const char secret[] = "nobody else's business";

static uint32_t state;

static uint32_t
draw (uint32_t below)
{
  state = state * 1664525 + 1013904223;
  return (uint32_t) (((uint64_t) (state >> 4) * below) >> 28);
}

static mach_port_t targets[PORTS], dead, full, own;
static unsigned int ntargets;
static unsigned int given;	/* Ports that came in answers.  */

/* First numbers of the subsystems, and how many are tried.  */
static const struct { int first, count; } ranges[] =
{
  { 20000, 50 },		/* fs */
  { 21000, 40 },		/* io */
  { 22000, 30 },		/* fsys */
  { 24000, 70 },		/* process */
  { 25000, 10 },		/* auth */
  { 26000, 30 },		/* socket */
  { 28000, 20 },		/* term */
  { 29000, 10 },		/* startup */
  { 30000, 10 },		/* exec */
  { 33000, 10 },		/* interrupt */
  { 50000, 20 },		/* ckpt */
  { 50100, 10 },		/* client */
  { 2200, 20 },			/* memory objects */
  { 64, 16 },			/* notifications */
  { 100000, 200 },		/* ioctls */
};

/* Not these: they would end or stop this program itself, as is their right.  */
static int
is_fatal (int id)
{
  return (id == 33000			/* interrupt_operation of our own.  */
	  || (id >= 24000 && id < 24070 && draw (4)) /* Mostly spared: our own
							process is changed.  */
	  || id == 22000 + 3 || id == 50005 || id == 50006);
}

static mach_port_t
some_port (void)
{
  switch (draw (6))
    {
    case 0:
      return MACH_PORT_NULL;
    case 1:
      return dead;
    case 2:
      return own;
    case 3:
      return mach_task_self ();
    default:
      return targets[draw (ntargets + (given < GIVEN ? given : GIVEN))];
    }
}

/* Append one item to the body at P, of at most ROOM bytes; returns its length.  */
static size_t
item (char *p, size_t room, int *complex)
{
  static const struct { int name, bits; } kinds[] = {
    { MACH_MSG_TYPE_INTEGER_32, 32 }, { MACH_MSG_TYPE_CHAR, 8 },
    { MACH_MSG_TYPE_INTEGER_64, 64 }, { MACH_MSG_TYPE_STRING_C, 8 },
    { MACH_MSG_TYPE_BIT, 1 }, { MACH_MSG_TYPE_COPY_SEND, 32 },
    { MACH_MSG_TYPE_MAKE_SEND, 32 }, { MACH_MSG_TYPE_MAKE_SEND_ONCE, 32 },
  };
  int k = draw (8), count = draw (4) ? 1 : (int) draw (40);
  mach_msg_type_t type = { .msgt_name = kinds[k].name,
			   .msgt_size = kinds[k].bits, .msgt_number = count,
			   .msgt_inline = TRUE };
  size_t len = ((size_t) count * kinds[k].bits + 31) / 32 * 4;

  if (sizeof type + len > room)
    return 0;
  memcpy (p, &type, sizeof type);
  p += sizeof type;
  for (size_t i = 0; i < len; i += 4)
    {
      uint32_t v = draw (3) ? draw (64) : draw (2) ? draw (1u << 28) << 4
	: (uint32_t) -1 - draw (3);
      if (k >= 5)
	{
	  /* A receive right is made from; others are copied.  */
	  v = k == 5 ? some_port () : own;
	  *complex = 1;
	}
      else if (k == 1 || k == 3)
	v = 0x2e2e2f00 | ('a' + draw (26));
      memcpy (p + i, &v, 4);
    }
  return sizeof type + len;
}

/* A request as it should be, for something that gives a right, or looks up what there
   is: where hostile programs begin.  */
static void
send_proper (void)
{
  static const int plain[] = { 20011, 21016, 21029, 24038 }; /* file_getcontrol,
				io_duplicate, io_identity, proc_getexecdata  */
  static const char *const names[] =
    { "/home/secret", "secret", "../secret", "..", "../..", "/", "file", "",
      "../../../home/secret", "/etc/perdure", "/home/after/0", "/dev/hd1" };
  struct
  {
    mach_msg_header_t head;
    mach_msg_type_t name_type;
    char name[1024];
    mach_msg_type_t flags_type;
    int flags;
    mach_msg_type_t mode_type;
    int mode;
  } m;

  memset (&m, 0, sizeof m);
  m.head.msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND,
				     MACH_MSG_TYPE_MAKE_SEND_ONCE);
  m.head.msgh_size = sizeof m.head;
  m.head.msgh_remote_port = targets[draw (ntargets + (given < GIVEN ? given : GIVEN))];
  m.head.msgh_local_port = own;
  if (draw (2))
    m.head.msgh_id = plain[draw (sizeof plain / sizeof *plain)];
  else
    {
      m.head.msgh_id = 20018;	/* dir_lookup */
      m.head.msgh_size = sizeof m;
      m.name_type = (mach_msg_type_t) { .msgt_name = MACH_MSG_TYPE_STRING_C,
					.msgt_size = 8, .msgt_inline = TRUE,
					.msgt_number = sizeof m.name };
      strcpy (m.name, names[draw (sizeof names / sizeof *names)]);
      m.flags_type = m.mode_type
	= (mach_msg_type_t) { .msgt_name = MACH_MSG_TYPE_INTEGER_32,
			      .msgt_size = 32, .msgt_inline = TRUE,
			      .msgt_number = 1 };
      m.flags = draw (3) ? O_READ : O_READ | O_WRITE;
    }
  mach_msg (&m.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, m.head.msgh_size, 0,
	    MACH_PORT_NULL, 200, MACH_PORT_NULL);
}

static void
send_one (void)
{
  if (draw (8) == 0)
    {
      send_proper ();
      return;
    }

  union { mach_msg_header_t head; char bytes[SIZE]; } m;
  int range = draw (sizeof ranges / sizeof *ranges), complex = 0;
  int id = ranges[range].first + draw (ranges[range].count);
  size_t len = sizeof m.head;

  if (draw (50) == 0)
    id = draw (1u << 28) << 2;
  memset (&m, 0, sizeof m);
  for (int n = draw (8), i = 0; i < n; i++)
    len += item (m.bytes + len, SIZE - len, &complex);
  /* Truncated in the middle of an item, if it has no rights.  */
  if (!complex && draw (6) == 0 && len > sizeof m.head + 4)
    len -= 4;
  int reply = draw (5);
  m.head.msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, reply == 0 ? 0
				     : reply == 1 ? MACH_MSG_TYPE_MAKE_SEND_ONCE
				     : reply == 2 ? MACH_MSG_TYPE_MAKE_SEND
				     : reply == 3 ? MACH_MSG_TYPE_COPY_SEND
				     : MACH_MSG_TYPE_MAKE_SEND_ONCE)
    | (complex ? MACH_MSGH_BITS_COMPLEX : 0);
  m.head.msgh_size = len;
  m.head.msgh_remote_port = targets[draw (ntargets + (given < GIVEN ? given : GIVEN))];
  m.head.msgh_local_port = reply == 0 ? MACH_PORT_NULL
    : reply == 3 ? dead : draw (4) ? own : full;
  m.head.msgh_id = id;
  if (is_fatal (id))
    return;
  for (int again = draw (10) == 0; again >= 0; again--)
    mach_msg (&m.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, len, 0,
	      MACH_PORT_NULL, 200, MACH_PORT_NULL);
}

static uid_t uid;
static bool lent;		/* We have rights that somebody may have who may more.  */

static void
judge (const void *data, size_t len)
{
  if (uid && !lent && memmem (data, len, secret, sizeof secret - 1) != NULL)
    errx (1, "what is secret came in an answer");
}

/* PORT has come: it is a target from now on, for a while, and asked for its contents;
   the answer comes to OWN.  */
static void
receive (mach_port_t port)
{
  struct
  {
    mach_msg_header_t head;
    mach_msg_type_t offset_type;
    int offset[2];
    mach_msg_type_t amount_type;
    int amount;
  } m = {
    .head = { .msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND,
					   MACH_MSG_TYPE_MAKE_SEND_ONCE),
	      .msgh_size = sizeof m, .msgh_remote_port = port,
	      .msgh_local_port = own, .msgh_id = 21001 },	/* io_read */
    .offset_type = { .msgt_name = MACH_MSG_TYPE_INTEGER_64, .msgt_size = 64,
		     .msgt_number = 1, .msgt_inline = TRUE },
    .amount_type = { .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32,
		     .msgt_number = 1, .msgt_inline = TRUE },
    .amount = 4096 };

  if (!MACH_PORT_VALID (port) || port == own || port == full
      || mach_port_mod_refs (mach_task_self (), port, MACH_PORT_RIGHT_SEND, 1))
    return;
  mach_msg (&m.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof m, 0,
	    MACH_PORT_NULL, 200, MACH_PORT_NULL);
  unsigned int place = ntargets + given++ % GIVEN;
  if (MACH_PORT_VALID (targets[place]))
    mach_port_deallocate (mach_task_self (), targets[place]);
  targets[place] = port;
}

/* What is in the answer M.  */
static void
look (const mach_msg_header_t *m)
{
  const char *p = (const char *) (m + 1), *end = (const char *) m + m->msgh_size;

  while (p + sizeof (mach_msg_type_t) <= end)
    {
      mach_msg_type_t type;
      memcpy (&type, p, sizeof type);
      size_t bits = type.msgt_size, number = type.msgt_number, skip = sizeof type;
      unsigned int name = type.msgt_name;
      if (type.msgt_longform)
	{
	  const mach_msg_type_long_t *l = (const void *) p;
	  name = l->msgtl_name;
	  bits = l->msgtl_size;
	  number = l->msgtl_number;
	  skip = sizeof *l;
	}
      size_t len = (bits * number + 31) / 32 * 4;
      const char *data = p + skip;
      p = data + (type.msgt_inline ? len : sizeof data);
      if (p > end)
	break;
      if (!type.msgt_inline)
	memcpy (&data, data, sizeof data);
      if (name == MACH_MSG_TYPE_PORT_SEND)
	for (size_t i = 0; i < number; i++)
	  receive (((const mach_port_t *) data)[i]);
      else if (!MACH_MSG_TYPE_PORT_ANY (name))
	judge (data, len);
    }
}

/* What was answered is looked at and thrown away, with the rights in it.  */
static void
drain (void)
{
  union { mach_msg_header_t head; char bytes[16384]; } m;

  while (mach_msg (&m.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof m, own,
		   0, MACH_PORT_NULL) == 0)
    {
      look (&m.head);
      mach_msg_destroy (&m.head);
    }
}

static void
add (mach_port_t port)
{
  if (MACH_PORT_VALID (port) && ntargets < PORTS - GIVEN)
    targets[ntargets++] = port;
}

/* Ports of this program's own; a new program has none.  */
static void
allocate (void)
{
  mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_DEAD_NAME, &dead);
  mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE, &own);
  mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE, &full);
  mach_port_insert_right (mach_task_self (), own, own,
			  MACH_MSG_TYPE_MAKE_SEND);
}

/* Messages of another program that has the rights of this one, and another uid; it does
   not wait for the answers to the last ones.  */
static void
pass_around (void)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      if (uid == 0)
	{
	  uid = 1;
	  lent = true;
	}
      if (setuid (uid) < 0)
	_exit (3);
      allocate ();
      for (int i = 0; i < 40; i++)
	{
	  send_one ();
	  if (i < 30)
	    drain ();
	}
      _exit (0);
    }
  if (pid > 0)
    waitpid (pid, NULL, 0);
}

/* The directory WHERE is there, and UID's.  */
static void
make (const char *where)
{
  if (mkdir (where, 0777) < 0 || chown (where, uid, uid) < 0)
    err (1, "%s", where);
}

static void
prepare (void)
{
  int fd;

  make ("/home/fuzz");
  make ("/home/after");
  if (chdir ("/home/fuzz") < 0)
    err (1, "/home/fuzz");
  fd = open ("/home/secret", O_WRONLY | O_CREAT, 0600);
  if (fd < 0 || write (fd, secret, sizeof secret - 1) < 0 || close (fd) < 0)
    err (1, "/home/secret");
  if (setgid (uid) < 0 || setuid (uid) < 0)
    err (1, "uid %d", (int) uid);
  if (uid && (open ("/home/secret", O_RDONLY) >= 0 || errno != EACCES))
    errx (1, "what is secret can be opened");
  fd = open ("file", O_RDWR | O_CREAT, 0666);
  if (fd < 0)
    err (1, "file");
  add (file_name_lookup ("file", O_RDWR, 0));
  add (file_name_lookup (".", O_READ, 0));
  add (file_name_lookup ("/home/secret", 0, 0));
  add (file_name_lookup ("/", O_READ, 0));
  add (file_name_lookup ("/dev/null", O_RDWR, 0));
  add (getproc ());
  add (getauth ());
  add (file_name_lookup ("/servers/exec", 0, 0));
  add (file_name_lookup ("/servers/socket/1", 0, 0));
  allocate ();
}

static int nfiles = FILES;

/* Open or close thousands of files.  */
static void
many (mach_port_t files[FILES], bool opened)
{
  char name[16];

  for (int i = 0; i < nfiles; i++)
    if (opened)
      {
	snprintf (name, sizeof name, "/home/after/%d", i % 100);
	files[i] = file_name_lookup (name, O_RDWR | O_CREAT, 0600);
	if (files[i] == MACH_PORT_NULL)
	  err (1, "%s, the file %d", name, i);
      }
    else
      mach_port_deallocate (mach_task_self (), files[i]);
}

/* Still there, and right?  A new directory, as the old one may be gone.  */
static void
check (void)
{
  struct stat st;
  char text[16];
  int fd = open ("/home/after/x", O_RDWR | O_CREAT, 0600);

  if (fd < 0 || write (fd, "still here", 10) != 10 || fsync (fd) < 0
      || pread (fd, text, sizeof text, 0) != 10 || memcmp (text, "still here", 10)
      || fstat (fd, &st) < 0 || st.st_size != 10)
    err (1, "/home/after/x");
  if (uid && (open ("/home/secret", O_RDONLY) >= 0 || errno != EACCES))
    errx (1, "what is secret can be opened at the end");
}

int
main (int argc, char **argv)
{
  static mach_port_t files[FILES];

  if (argc != 4)
    errx (2, "usage: fuzz SEED N UID");
  state = atoi (argv[1]);
  int n = atoi (argv[2]);
  uid = atoi (argv[3]);
  prepare ();
  if (n < 5000)
    nfiles = FILES / 10;
  many (files, true);
  for (int i = 0; i < n; i++)
    {
      send_one ();
      if (i % 8 == 0)
	drain ();
      if (i == n / 4)
	many (files, false);
      if (i % 500 == 499)
	{
	  pass_around ();
	  printf ("mark %d\n", i + 1);
	  fflush (stdout);
	}
    }
  check ();
  printf ("survived %d messages of seed %s, uid %d; %u rights came\n", n, argv[1], (int) uid, given);
  return 0;
}
