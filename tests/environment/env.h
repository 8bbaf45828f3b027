/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the programs of the environment suite share.  Each file in programs/ is one
   program: it brings about one kind of state, says that it has, lets
   checkpoints, kills and restores happen, and then looks whether all is as it
   was.  All are linked into one executable; `envtest NAME' runs one of them,
   `envtest --all' all at once.  */

#ifndef ENV_H
#define ENV_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

struct env_program
{
  const char *name;
  void (*run) (void);
  struct env_program *next;
};

void env_register (struct env_program *program);

/* The program NAME; its body follows.  Coming to its end is success.  */
#define PROGRAM(NAME)							      \
  static void _run_ ## NAME (void);					      \
  static struct env_program _program_ ## NAME = { #NAME, _run_ ## NAME, NULL };\
  static void __attribute__ ((constructor))				      \
  _register_ ## NAME (void)						      \
  {									      \
    env_register (&_program_ ## NAME);					      \
  }									      \
  static void								      \
  _run_ ## NAME (void)

/* The state is there; returns when the kills are over.  */
void env_wait (void);
/* The two halves of it, for programs that wait in a way of their own; also for
   their children.  */
void env_ready (void);
void env_await_end (void);
/* Are the kills over?  */
bool env_ended (void);
/* Are they not?  For loops that go round often: only each 16th time the file is looked
   for.  */
bool env_going (void);

/* Fail with a message if CONDITION does not hold.  */
#define CHECK(CONDITION, ...)						      \
  do									      \
    if (!(CONDITION))							      \
      env_fail (__FILE__, __LINE__, #CONDITION, __VA_ARGS__);		      \
  while (0)
void env_fail (const char *file, int line, const char *condition,
	       const char *format, ...)
     __attribute__ ((noreturn, format (printf, 4, 5)));
/* Something that has to succeed, an error_t.  */
#define MUST(CALL)							      \
  do									      \
    {									      \
      error_t _err = (CALL);						      \
      if (_err)								      \
	env_fail (__FILE__, __LINE__, #CALL, "%s", strerror (_err));	      \
    }									      \
  while (0)
/* A POSIX call that must not return -1; its value.  */
#define SYS(CALL)							      \
  ({									      \
    __typeof__ (CALL) _value = (CALL);					      \
    if (_value == (__typeof__ (CALL)) -1)				      \
      env_fail (__FILE__, __LINE__, #CALL, "%s", strerror (errno));	      \
    _value;								      \
  })

/* Fork; the child runs FUNCTION (ARG) and exits with its value.  */
pid_t env_fork (int (*function) (void *arg), void *arg);
/* Wait for PID, which must exit with 0.  */
void env_join (pid_t pid);
/* A name for a file of this program.  */
const char *env_file (const char *suffix);
/* Seconds of the clock CLOCK_MONOTONIC, and of the day.  */
double env_uptime (void);
double env_now (void);

/* Numbers that depend on SEED and the place only.  */
void env_pattern (void *data, size_t len, unsigned int seed);
bool env_is_pattern (const void *data, size_t len, unsigned int seed);

#endif /* ENV_H */
