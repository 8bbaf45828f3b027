/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For programs that test one behaviour each: they print what they found and
   exit with 0 (as POSIX has it), 1 (not) or 77 (not possible here; the last
   line printed says by whose doing).  */

#ifndef PERDURE_POSIX_TEST_H
#define PERDURE_POSIX_TEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int failures __attribute__ ((unused));

/* Print what was found at LINE; count it as a failure unless OK.  */
static inline void __attribute__ ((format (printf, 3, 4)))
found (bool ok, int line, const char *format, ...)
{
  int saved = errno;
  va_list ap;

  if (!ok)
    {
      failures++;
      printf ("line %d: ", line);
    }
  va_start (ap, format);
  vprintf (format, ap);
  va_end (ap);
  puts (ok ? "" : "  -- WRONG");
  fflush (stdout);
  errno = saved;
}

/* CONDITION must hold.  */
#define CHECK(condition) \
  do \
    { \
      int _e = (errno = 0, 0); \
      bool _ok = (condition); \
      _e = errno; \
      found (_ok, __LINE__, "%s%s%s", #condition, _ok ? "" : ": ", \
	     _ok ? "" : strerror (_e)); \
    } \
  while (0)

/* CALL must fail with ERROR.  */
#define CHECK_ERROR(call, error) \
  do \
    { \
      errno = 0; \
      long _r = (long) (call); \
      int _e = errno; \
      found (_r == -1 && _e == (error), __LINE__, "%s: %ld %s", #call, _r, \
	     _r == -1 ? strerror (_e) : "no error"); \
    } \
  while (0)

/* What has to succeed for the test to make sense.  */
#define NEED(condition) \
  do \
    if (!(condition)) \
      { \
	printf ("line %d: %s: %s  -- WRONG\n", __LINE__, #condition, \
		strerror (errno)); \
	exit (1); \
      } \
  while (0)

/* It cannot be had here, because of REASON.  */
static inline void __attribute__ ((noreturn, unused))
unsupported (const char *reason)
{
  puts (reason);
  exit (77);
}

static inline int __attribute__ ((unused))
verdict (void)
{
  return failures != 0;
}

/* Fork a child that runs FUNCTION (ARG) and exits with what it returns.  */
static inline pid_t __attribute__ ((unused))
child (int (*function) (void *arg), void *arg)
{
  fflush (NULL);
  pid_t pid = fork ();
  NEED (pid >= 0);
  if (pid == 0)
    {
      failures = 0;
      int code = function (arg);
      fflush (NULL);
      _exit (code);
    }
  return pid;
}

/* Wait for PID; its status.  */
static inline int __attribute__ ((unused))
ended (pid_t pid)
{
  int status = -1;
  while (waitpid (pid, &status, 0) != pid)
    if (errno != EINTR)
      return -1;
  return status;
}

static inline void __attribute__ ((unused))
nap (int milliseconds)
{
  struct timespec ts = { milliseconds / 1000, milliseconds % 1000 * 1000000L };
  while (nanosleep (&ts, &ts) && errno == EINTR)
    ;
}

/* Seconds since an arbitrary moment.  */
static inline double __attribute__ ((unused))
now (void)
{
  struct timespec ts;
  clock_gettime (CLOCK_MONOTONIC, &ts);
  return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Make NAME hold TEXT.  */
static inline int __attribute__ ((unused))
put (const char *name, const char *text)
{
  int fd = open (name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (fd < 0)
    return -1;
  size_t len = strlen (text);
  int bad = write (fd, text, len) != (ssize_t) len;
  return close (fd) || bad ? -1 : 0;
}

/* Does NAME hold just TEXT?  */
static inline bool __attribute__ ((unused))
holds (const char *name, const char *text)
{
  char buf[4096];
  int fd = open (name, O_RDONLY);
  if (fd < 0)
    return false;
  ssize_t n = read (fd, buf, sizeof buf - 1);
  close (fd);
  return n == (ssize_t) strlen (text) && memcmp (buf, text, n) == 0;
}

/* Run as USER from now on, who is nobody special.  */
static inline void __attribute__ ((unused))
become (uid_t user)
{
  NEED (setgroups (0, NULL) == 0);
  NEED (setgid (user) == 0);
  NEED (setuid (user) == 0);
}

#endif /* PERDURE_POSIX_TEST_H */
