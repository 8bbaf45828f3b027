/* What the unwinder calls of the threads library, for static programs
   without threads.
   SPDX-License-Identifier: GPL-3.0-or-later

   A compiler for a C library that has the threads in itself calls them
   unconditionally (GCC does from 13 on when it was built with glibc 2.34 or
   later).  The Hurd's C library 2.41 has them in libpthread, and a static
   program that does not ask for that must not get parts of it.  So build.sh
   makes the calls in libgcc_eh.a go to the functions below, which hand them on
   where the program has the library and otherwise are alone.  No header is
   used: it is compiled before there are any.  */

#define WEAK __attribute__ ((weak))

extern int pthread_mutex_lock (void *) WEAK;
extern int pthread_mutex_unlock (void *) WEAK;
extern int pthread_cond_wait (void *, void *) WEAK;
extern int pthread_cond_broadcast (void *) WEAK;
extern int pthread_once (int *, void (*) (void)) WEAK;

int
_gthread_mutex_lock (void *mutex)
{
  return pthread_mutex_lock ? pthread_mutex_lock (mutex) : 0;
}

int
_gthread_mutex_unlock (void *mutex)
{
  return pthread_mutex_unlock ? pthread_mutex_unlock (mutex) : 0;
}

/* Only somebody else could be waited for.  */
int
_gthread_cond_wait (void *cond, void *mutex)
{
  return pthread_cond_wait ? pthread_cond_wait (cond, mutex) : 0;
}

int
_gthread_cond_broadcast (void *cond)
{
  return pthread_cond_broadcast ? pthread_cond_broadcast (cond) : 0;
}

/* Not zero without the library: the unwinder then does by itself what it
   wanted to have done once.  */
int
_gthread_once (int *once, void (*init) (void))
{
  return pthread_once ? pthread_once (once, init) : -1;
}
