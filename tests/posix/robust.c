/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Send servers malformed, truncated and out-of-order requests, while other
   programs use the same servers and must not notice.

   usage: robust SEED COUNT

   Each request of the tables in tests/protocol is sent to ports of each server,
   COUNT in all: as its type says with arbitrary values, cut short, with spoiled
   descriptors, with a body of arbitrary bytes, with and without a right to
   answer.  Run by an ordinary user, so that nothing is asked that is allowed and
   would end the machine.  */

#include "test.h"
#include <hurd.h>
#include <hurd/fd.h>
#include <hurd/process.h>
#include <mach.h>
#include <mach/mig_errors.h>
#include <pty.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

struct request
{
  int id;
  const char *name, *code;
};

static const struct request requests[] =
{
#include "robust-table.h"
};
enum { REQUESTS = sizeof requests / sizeof *requests, BODY = 16384 };

struct target
{
  const char *name;
  mach_port_t port;
};
static struct target targets[40];
static int ntargets;

static uint64_t state;

static unsigned int
dice (unsigned int n)
{
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return n ? (state >> 33) % n : 0;
}

/* A value that somebody may have forgotten to think of.  */
static unsigned int
value (void)
{
  static const unsigned int odd[] =
    { 0, 1, 2, -1, 0x7fffffff, 0x80000000, 4096, 4095, 64, 0xffff, 1000000 };

  return dice (3) ? odd[dice (sizeof odd / sizeof *odd)] : dice (0x7fffffff);
}

struct message
{
  mach_msg_header_t head;
  char body[BODY];
};
static struct message m;
static size_t used;
static void *ool;		/* To be sent out of line; 64 KiB.  */

static void
add (const void *data, size_t len)
{
  size_t room = (len + 3) & ~3u;

  if (used + room > BODY)
    return;
  memcpy (m.body + used, data, len);
  used += room;
}

static void
add_short (int type, int size, int number)
{
  mach_msg_type_t t = { .msgt_name = type, .msgt_size = size, .msgt_number = number, .msgt_inline = TRUE };
  add (&t, sizeof t);
}

/* An array of NUMBER units of SIZE bits, in the message or not.  */
static void
add_array (int type, int size, unsigned int number)
{
  bool in = number * size / 8 < 2000 && dice (4);
  mach_msg_type_long_t t =
    {
      .msgtl_header = { .msgt_inline = in, .msgt_longform = TRUE },
      .msgtl_name = type, .msgtl_size = size, .msgtl_number = number
    };
  static char bytes[4096];

  for (size_t i = 0; i < number * size / 8 && i < sizeof bytes; i++)
    bytes[i] = dice (4) ? dice (256) : 0;
  if (type == MACH_MSG_TYPE_COPY_SEND)
    for (unsigned int i = 0; i < number && i < 1000; i++)
      {
	mach_port_t p = dice (3) ? targets[dice (ntargets)].port : MACH_PORT_NULL;
	memcpy ((in ? bytes : (char *) ool) + 4 * i, &p, 4);
      }
  add (&t, sizeof t);
  if (in)
    add (bytes, number * size / 8);
  else
    add (&ool, sizeof ool);
}

static void
add_string (void)
{
  static const char *const names[] =
    { "", ".", "..", "/", "file", "a/b/c", "../..", "/etc/passwd", "file/", "%s%n", "new" };
  char s[1024];

  memset (s, dice (2) ? 'x' : 0, sizeof s);
  if (dice (4))
    strcpy (s, names[dice (sizeof names / sizeof *names)]);
  else
    for (int i = dice (1024); i >= 0; i--)
      s[i] = dice (256);
  add_short (MACH_MSG_TYPE_STRING_C, 8, sizeof s);
  add (s, sizeof s);
}

static void
add_argument (const char **code)
{
  unsigned int v[32];
  int n;

  for (n = 0; n < 32; n++)
    v[n] = value ();
  switch (*(*code)++)
    {
    case 'i': add_short (MACH_MSG_TYPE_INTEGER_32, 32, 1); add (v, 4); break;
    case 'l': add_short (MACH_MSG_TYPE_INTEGER_64, 64, 1); add (v, 8); break;
    case 's': add_string (); break;
    case 'p':
      v[0] = dice (4) ? targets[dice (ntargets)].port : dice (2) ? mach_task_self () : MACH_PORT_NULL;
      add_short (MACH_MSG_TYPE_COPY_SEND, 32, 1);
      add (v, 4);
      break;
    case 'd': add_array (MACH_MSG_TYPE_CHAR, 8, dice (3) ? dice (300) : dice (65536)); break;
    case 'n': add_array (MACH_MSG_TYPE_INTEGER_32, 32, dice (3) ? dice (20) : dice (16000)); break;
    case 'o': add_array (MACH_MSG_TYPE_COPY_SEND, 32, dice (3) ? dice (8) : dice (900)); break;
    case 'N': add_array (MACH_MSG_TYPE_PORT_NAME, 32, dice (20)); break;
    case 'f':
      n = strtol (*code, (char **) code, 10);
      (*code)++;
      add_short (MACH_MSG_TYPE_INTEGER_32, 32, n);
      add (v, n > 32 ? 128 : 4 * n);
      break;
    }
}

/* Change some bits of the body, the sizes of out-of-line data excepted.  */
static void
spoil (void)
{
  for (int i = dice (4); i >= 0 && used; i--)
    m.body[dice (used)] ^= 1 << dice (8);
}

/* Would the kernel read rights from its first page?  It panics when it reads
   there for a program, before it looks whether that was to be expected (GNU Mach's
   kernel_trap); it does so for arrays of rights alone.  */
static bool
ends_the_machine (void)
{
  uint64_t at = 0;

  while (at + sizeof (mach_msg_type_t) <= used)
    {
      mach_msg_type_long_t t = { 0 };
      memcpy (&t, m.body + at, used - at < sizeof t ? used - at : sizeof t);
      bool in = t.msgtl_header.msgt_inline;
      int name = t.msgtl_header.msgt_name;
      uint64_t bits = (uint64_t) t.msgtl_header.msgt_size * t.msgtl_header.msgt_number;
      at += sizeof t.msgtl_header;
      if (t.msgtl_header.msgt_longform)
	{
	  name = t.msgtl_name;
	  bits = (uint64_t) t.msgtl_size * t.msgtl_number;
	  at += sizeof t - sizeof t.msgtl_header;
	}
      uint32_t address = 4096;
      if (!in && at + 4 <= used)
	memcpy (&address, m.body + at, 4);
      if (address < 4096 && MACH_MSG_TYPE_PORT_ANY (name))
	return true;
      at += in ? ((bits + 7) / 8 + 3) & ~3ull : 4;
    }
  return false;
}

static long sent, refused, answered, accepted;

/* Send request R to TARGET in some way; TRUE if it was sent.  */
static void
send_one (const struct request *r, const struct target *target)
{
  const char *code = r->code;
  int kind = dice (6), reply_kind = dice (3);
  mach_port_t reply = mach_reply_port ();
  static struct { mig_reply_header_t head; char rest[65536]; } answer;

  used = 0;
  if (kind == 5)
    for (int i = dice (200); i > 0; i--)
      {
	unsigned int v = dice (0x7fffffff);
	add (&v, 4);
      }
  else
    while (*code)
      add_argument (&code);
  if (kind == 3 && used)
    used = dice (used) & ~3u;
  if (kind == 4)
    spoil ();
  if (kind == 2 && dice (2))
    add_string ();
  if (ends_the_machine ())
    used = 0;
  if (getenv ("VERBOSE"))
    printf ("%s to %s (%d)\n", r->name, target->name, kind);
  m.head.msgh_bits = (MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, reply_kind ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0)
		      | (dice (20) ? MACH_MSGH_BITS_COMPLEX : 0));
  m.head.msgh_size = sizeof m.head + used;
  m.head.msgh_remote_port = target->port;
  m.head.msgh_local_port = reply_kind ? reply : MACH_PORT_NULL;
  m.head.msgh_id = r->id;
  if (mach_msg (&m.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, m.head.msgh_size, 0, MACH_PORT_NULL, 200, MACH_PORT_NULL))
    refused++;
  else
    {
      sent++;
      if (reply_kind == 2
	  && mach_msg (&answer.head.Head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof answer, reply, 10, MACH_PORT_NULL) == 0)
	{
	  answered++;
	  if (answer.head.Head.msgh_size >= sizeof answer.head)
	    accepted += answer.head.RetCode == 0;
	  mach_msg_destroy (&answer.head.Head);
	}
    }
  mach_port_mod_refs (mach_task_self (), reply, MACH_PORT_RIGHT_RECEIVE, -1);
}

static void
add_target (const char *name, mach_port_t port)
{
  if (MACH_PORT_VALID (port))
    targets[ntargets++] = (struct target) { name, port };
  else
    printf ("no target %s: %s\n", name, strerror (errno));
}

static mach_port_t
port_of (int fd)
{
  return fd < 0 ? MACH_PORT_NULL : getdport (fd);
}

/* Rights to talk to.  */
static void
find_targets (void)
{
  static const char *const names[] =
    { "/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/servers/socket/1", "/servers/startup",
      "/servers/crash-kill", "/servers/crash-suspend", "/servers/exec" };
  struct sockaddr_un a = { .sun_family = AF_LOCAL, .sun_path = "listening" };
  int s[2], master, slave, p[2];

  add_target ("file", port_of (open ("file", O_RDWR | O_CREAT, 0644)));
  add_target ("directory", port_of (open (".", O_RDONLY)));
  NEED (mkfifo ("fifo", 0600) == 0);
  add_target ("fifo", port_of (open ("fifo", O_RDONLY | O_NONBLOCK)));
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    add_target (names[i], file_name_lookup (names[i], 0, 0));
  if (openpty (&master, &slave, NULL, NULL, NULL) == 0)
    {
      add_target ("pty master", port_of (master));
      add_target ("pty slave", port_of (slave));
    }
  NEED (socketpair (AF_LOCAL, SOCK_STREAM, 0, s) == 0);
  add_target ("stream socket", port_of (s[0]));
  NEED (socketpair (AF_LOCAL, SOCK_DGRAM, 0, s) == 0);
  add_target ("datagram socket", port_of (s[0]));
  s[0] = socket (AF_LOCAL, SOCK_STREAM, 0);
  if (bind (s[0], (struct sockaddr *) &a, SUN_LEN (&a)) == 0 && listen (s[0], 3) == 0)
    add_target ("listening socket", port_of (s[0]));
  NEED (pipe (p) == 0);
  add_target ("pipe", port_of (p[0]));
  /* Not our own, which could be stopped so.  */
  mach_port_t process = MACH_PORT_NULL;
  pid_t victim = fork ();
  if (victim == 0)
    for (;;)
      pause ();
  errno = proc_pid2proc (getproc (), victim, &process);
  add_target ("process", process);
  add_target ("auth", getauth ());
}

/* The other client: goes on with its work and counts what goes wrong.  */
static struct { volatile long rounds, wrong; volatile bool stop; char what[200]; } *other;

static int
neighbour (void *arg)
{
  char name[40], buf[10];
  int fd[2];

  snprintf (name, sizeof name, "neighbour.%d", (int) getpid ());
  while (!other->stop)
    {
      bool right = put (name, "text") == 0 && holds (name, "text") && unlink (name) == 0;
      if (!right)
	snprintf (other->what, sizeof other->what, "file: %s", strerror (errno));
      if (right && (pipe (fd) || write (fd[1], "ab", 2) != 2 || read (fd[0], buf, 10) != 2))
	{
	  right = false;
	  snprintf (other->what, sizeof other->what, "pipe: %s", strerror (errno));
	}
      close (fd[0]);
      close (fd[1]);
      if (right && (getppid () <= 0 || getpgid (0) <= 0 || access ("/dev/null", R_OK)))
	{
	  right = false;
	  snprintf (other->what, sizeof other->what, "proc or null: %s", strerror (errno));
	}
      if (!right)
	other->wrong++;
      other->rounds++;
      nap (3);
    }
  return 0;
}

/* Send COUNT requests; the one whose process port may suffer.  */
static int
attacker (void *arg)
{
  long count = *(long *) arg;

  setpgid (0, 0);
  become (1000);
  find_targets ();
  printf ("%d requests, %d targets\n", REQUESTS, ntargets);
  fflush (stdout);
  for (long i = 0; sent < count && i < 3 * count; i++)
    send_one (&requests[i % REQUESTS], &targets[dice (ntargets)]);
  printf ("%ld sent, %ld refused by the kernel, %ld answered, %ld of them with success\n", sent, refused, answered, accepted);
  kill (0, SIGKILL);
  return 0;
}

int
main (int argc, char **argv)
{
  long count = argc > 2 ? atol (argv[2]) : 10000, total = 0;
  int status, rounds = 0;

  setbuf (stdout, NULL);
  state = argc > 1 ? strtoull (argv[1], NULL, 10) : 1;
  other = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ool = mmap (NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  NEED (mkdir ("robust", 0777) == 0 && chmod ("robust", 0777) == 0 && chdir ("robust") == 0);
  pid_t n = child (neighbour, NULL);
  /* In several processes, for one may well hit itself.  */
  while (total < count && rounds < 400)
    {
      char name[20];
      long part = count / 20 + 1;
      dice (2);
      state += rounds++;
      snprintf (name, sizeof name, "%d", rounds);
      NEED (mkdir (name, 0777) == 0 && chmod (name, 0777) == 0 && chdir (name) == 0);
      pid_t pid = child (attacker, &part);
      time_t limit = time (NULL) + 60;
      while (waitpid (pid, &status, WNOHANG) == 0)
	{
	  if (time (NULL) > limit)
	    kill (-pid, SIGKILL);
	  nap (50);
	}
      printf ("round %d: status %x; the other client: %ld rounds, %ld wrong\n", rounds, status, other->rounds, other->wrong);
      total += part;
      NEED (chdir ("..") == 0);
    }
  long before = other->rounds;
  nap (500);
  CHECK (other->rounds > before);
  other->stop = true;
  CHECK (ended (n) == 0);
  printf ("%s\n", other->what);
  CHECK (other->wrong == 0);
  return verdict ();
}
