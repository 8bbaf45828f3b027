/* SPDX-License-Identifier: GPL-3.0-or-later */
/* children that fault, abort, are killed in the midst of requests, and exec in vain.  */

#include "../test.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>

static volatile int sink;

static int __attribute__ ((noinline))
deep (int n)
{
  if (n < 0)
    return 0;
  volatile char b[4096];
  b[0] = n;
  sink = b[0];
  return deep (n + 1) + b[0];
}

static void handler (int signo) { }

static void *
reader (void *arg)
{
  int fd[2];
  return pipe (fd) || read (fd[0], fd, 1) ? NULL : arg;
}

static void *
opener (void *arg)
{
  for (;;)
    close (open ("/etc/passwd", O_RDONLY));
  return arg;
}

static void
fault (void)
{
  *(volatile int *) 4 = 1;
}

static void
beyond (void)
{
  int fd = open ("mapped", O_RDWR | O_CREAT | O_TRUNC, 0666);
  sink = write (fd, "x", 1);
  char *m = mmap (NULL, 16384, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  m[8192] = 1;
}

static void
with_thread (void *(*function) (void *))
{
  pthread_t t;
  pthread_create (&t, NULL, function, NULL);
  nap (5);
  fault ();
}

static void
loop (int kind)
{
  char *argv[] = { "true", NULL };
  for (;;)
    switch (kind)
      {
      case 0: if (fork () == 0) _exit (0); wait (NULL); break;
      case 1: if (fork () == 0) { execv ("/bin/true", argv); _exit (1); } wait (NULL); break;
      case 2: put ("file", "text"); unlink ("file"); break;
      default: nap (1000);
      }
}

static void __attribute__ ((noreturn))
victim (int kind)
{
  char *argv[] = { "x", NULL };
  switch (kind)
    {
    case 0: fault (); break;
    case 1: deep (0); break;
    case 2: signal (SIGSEGV, handler); deep (0); break;
    case 3: abort ();
    case 4: raise (SIGKILL); break;
    case 5: with_thread (reader); break;
    case 6: with_thread (opener); break;
    case 7: beyond (); break;
    case 8: execv ("/none", argv); raise (SIGKILL); break;
    case 9: __asm__ volatile ("ud2"); break;
    case 10: if (vfork () == 0) fault (); raise (SIGKILL); break;
    case 11: ((void (*) (void)) 0x10) (); break;
    default: loop (kind - 12);
    }
  _exit (0);
}

int
main (void)
{
  int wrong = 0, total = 0;
  for (int i = 0; i < 12; i++)
    for (int kind = 0; kind < 16; kind++)
      {
	int status = 0;
	pid_t pid = fork ();
	if (pid == 0)
	  victim (kind);
	if (kind >= 12)
	  {
	    nap (5 + 7 * (i % 4));
	    kill (pid, i & 1 ? SIGKILL : SIGSEGV);
	  }
	total++;
	if (pid < 0 || waitpid (pid, &status, 0) != pid || !WIFSIGNALED (status))
	  {
	    printf ("kind %d: status %x\n", kind, status);
	    wrong++;
	  }
      }
  printf ("%d of %d\n", total - wrong, total);
  CHECK (wrong == 0);
  return verdict ();
}
