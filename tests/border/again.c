/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program has open, and who it is, before and after a restore.

     again files     numbers and identities, locks, positions, ids, across the kill that
		     follows the line `mark'
     again fsync     fsync is answered, when there is a file `armed'
     again who       (used by `files', as a setuid program) tells its ids

   Works in the current directory, below which others write, too.  Prints what is wrong,
   and `bad N'.  */

#define _GNU_SOURCE 1
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <hurd.h>
#include <hurd/fd.h>
#include <hurd/io.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEW 4000		/* Files that are made.  */
#define ENTRIES 80

static int bad;

#define CHECK(c)							\
  do									\
    if (!(c))								\
      {									\
	printf ("line %d: %s (%s)\n", __LINE__, #c, strerror (errno));	\
	bad++;								\
      }									\
  while (0)

static bool
booted_again (void)
{
  static char first[64];
  char now[64] = "";
  int fd = open ("/etc/perdure/booted", O_RDONLY);

  if (fd >= 0)
    {
      ssize_t n = read (fd, now, sizeof now - 1);
      now[n > 0 ? n : 0] = 0;
      close (fd);
    }
  if (*first == 0)
    strcpy (first, now);
  return *now && strcmp (first, now) != 0;
}

/* The port that stands for the identity of the file at FD.  */
static mach_port_t
identity (int fd)
{
  mach_port_t id = MACH_PORT_NULL, fsid;
  ino64_t ino;
  file_t port = getdport (fd);

  if (port == MACH_PORT_NULL || io_identity (port, &id, &fsid, &ino))
    err (1, "io_identity");
  mach_port_deallocate (mach_task_self (), fsid);
  mach_port_deallocate (mach_task_self (), port);
  return id;
}

static struct { ino_t ino; mach_port_t id; int fd; } made[NEW];

/* Make files, some of which stay open, until the machine has been killed.  The last
   ones were not applied to the ground when the checkpoint was taken.  */
static int
make_files (void)
{
  char name[32];
  struct stat st;
  int n;

  for (n = 0; n < NEW && !booted_again (); n++)
    {
      sprintf (name, "new/%d", n);
      int fd = open (name, O_RDWR | O_CREAT | O_EXCL, 0600);
      if (fd < 0 || write (fd, name, strlen (name)) < 0 || fstat (fd, &st) < 0)
	err (1, "%s", name);
      made[n].ino = st.st_ino;
      made[n].fd = -1;
      if (n % 3 == 0 && n < 150)
	{
	  made[n].fd = fd;
	  made[n].id = identity (fd);
	}
      else
	close (fd);
      if (n == 20)
	puts ("mark 1");
      usleep (30000);
    }
  return n;
}

static void
check_files (int n)
{
  char name[32];
  struct stat st, by_name;

  for (int i = 0; i < n; i++)
    {
      sprintf (name, "new/%d", i);
      int fd = open (name, O_RDONLY);
      CHECK (fd >= 0 && fstat (fd, &by_name) == 0 && by_name.st_ino == made[i].ino);
      if (made[i].fd >= 0)
	{
	  CHECK (fstat (made[i].fd, &st) == 0 && st.st_ino == made[i].ino
		 && st.st_dev == by_name.st_dev);
	  CHECK (identity (fd) == made[i].id && identity (made[i].fd) == made[i].id);
	  close (made[i].fd);
	}
      close (fd);
    }
}

/* Does another process get the lock?  */
static bool
others_lock (const char *name, bool whole, off_t start, off_t len)
{
  int status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      int fd = open (name, O_RDWR);
      struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start,
			 .l_len = len };
      _exit (fd >= 0 && (whole ? flock (fd, LOCK_EX | LOCK_NB)
			 : fcntl (fd, F_SETLK, &l)) == 0 ? 0 : 1);
    }
  return pid > 0 && waitpid (pid, &status, 0) == pid && status == 0;
}

/* What a child with the ids 1001 may do.  */
static void
check_rights (void)
{
  char text[64] = "";
  int fd = open ("secret", O_RDONLY);
  CHECK (fd < 0 && errno == EACCES);
  fd = open ("mine", O_RDWR);
  CHECK (fd >= 0);
  close (fd);
  CHECK (unlink ("secret") < 0 && errno == EACCES);
  CHECK (chmod ("secret", 0777) < 0 && errno == EPERM);
  FILE *f = popen ("./setuid who", "r");
  CHECK (f && fgets (text, sizeof text, f) && strcmp (text, "uid 1001 euid 1002\n") == 0);
  CHECK (f && pclose (f) == 0);
  CHECK (seteuid (0) < 0 && errno == EPERM);
}

/* Start one that waits until it reads from FD, and then looks what it may do.  */
static pid_t
start_other (int fd)
{
  char c;
  pid_t pid = fork ();

  if (pid != 0)
    return pid;
  if (setgid (1001) < 0 || setuid (1001) < 0)
    err (1, "setuid");
  check_rights ();
  if (read (fd, &c, 1) != 1)
    err (1, "pipe");
  check_rights ();
  fflush (stdout);
  _exit (bad != 0);
}

static void
prepare (void)
{
  char name[64];

  if (mkdir ("new", 0755) < 0 || mkdir ("entries", 0755) < 0)
    err (1, "mkdir");
  for (int i = 0; i < ENTRIES; i++)
    {
      sprintf (name, "entries/%d", i);
      close (open (name, O_CREAT | O_WRONLY, 0600));
    }
  int fd = open ("data", O_RDWR | O_CREAT, 0666);
  for (int i = 0; i < 1000; i++)
    if (dprintf (fd, "%07d\n", i) != 8)
      err (1, "data");
  close (fd);
  close (open ("secret", O_CREAT | O_WRONLY, 0600));
  close (open ("mine", O_CREAT | O_WRONLY, 0600));
  if (chown ("mine", 1001, 1001) < 0 || system ("cp /bin/again setuid") != 0
      || chown ("setuid", 1002, 1002) < 0 || chmod ("setuid", 04755) < 0)
    err (1, "setuid");
}

static void
files (void)
{
  char text[9] = "";
  bool seen[ENTRIES] = { false };
  struct dirent *d;
  struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 100,
		     .l_len = 50 };
  int status, pipes[2], entries = 0;

  prepare ();
  if (pipe (pipes) < 0)
    err (1, "pipe");
  pid_t other = start_other (pipes[0]);
  int fd = open ("data", O_RDWR), copy = dup (fd), own = open ("data", O_RDONLY);
  int whole = open ("mine", O_RDWR);
  CHECK (lseek (copy, 8 * 7, SEEK_SET) == 56 && lseek (own, 8 * 500, SEEK_SET) == 4000);
  CHECK (fcntl (fd, F_SETLK, &l) == 0 && flock (whole, LOCK_EX) == 0);
  DIR *dir = opendir ("entries");
  while (dir && entries < ENTRIES / 2 && (d = readdir (dir)))
    if (d->d_name[0] != '.')
      seen[atoi (d->d_name)] = ++entries;
  int n = make_files ();
  CHECK (booted_again ());
  check_files (n);
  while (dir && (d = readdir (dir)))
    if (d->d_name[0] != '.')
      {
	CHECK (!seen[atoi (d->d_name)]);
	seen[atoi (d->d_name)] = ++entries;
      }
  CHECK (entries == ENTRIES);
  /* The position is one for both, and another one for the third.  */
  CHECK (read (fd, text, 8) == 8 && strcmp (text, "0000007\n") == 0);
  CHECK (read (copy, text, 8) == 8 && strcmp (text, "0000008\n") == 0);
  CHECK (read (own, text, 8) == 8 && strcmp (text, "0000500\n") == 0);
  CHECK (!others_lock ("data", false, 120, 1) && others_lock ("data", false, 150, 10));
  CHECK (others_lock ("data", false, 0, 100));
  CHECK (!others_lock ("mine", true, 0, 0));
  l.l_type = F_UNLCK;
  CHECK (fcntl (fd, F_SETLK, &l) == 0 && others_lock ("data", false, 120, 1));
  CHECK (flock (whole, LOCK_UN) == 0 && others_lock ("mine", true, 0, 0));
  CHECK (write (pipes[1], "x", 1) == 1);
  CHECK (waitpid (other, &status, 0) == other && status == 0);
  printf ("%d files\n", n);
}

/* The ground says when it may begin.  */
static void
durable (void)
{
  int fd = open ("durable", O_RDWR | O_CREAT, 0600);

  CHECK (fd >= 0 && write (fd, "before", 6) == 6);
  while (access ("armed", F_OK) < 0)
    usleep (100000);
  CHECK (fsync (fd) == 0);
  puts ("answered");
}

int
main (int argc, char **argv)
{
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (argc == 2 && strcmp (argv[1], "who") == 0)
    {
      printf ("uid %d euid %d\n", getuid (), geteuid ());
      return 0;
    }
  if (argc == 2 && strcmp (argv[1], "files") == 0)
    files ();
  else if (argc == 2 && strcmp (argv[1], "fsync") == 0)
    durable ();
  else
    errx (2, "usage: again files|fsync|who");
  printf ("bad %d\n", bad);
  return bad != 0;
}
