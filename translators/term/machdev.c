/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A terminal on a character device of the kernel: one thread reads it, one
   writes it.  */

#include <device/device.h>
#include <hurd.h>
#include <unistd.h>
#include "term.h"

static mach_port_t device = MACH_PORT_NULL;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
static pthread_cond_t input_room = PTHREAD_COND_INITIALIZER;
static size_t in_flight;

static void
start (void)
{
  if (term.l.out.count > 0 && !term.l.stopped)
    pthread_cond_signal (&work);
  if (term_input_has_room ())
    pthread_cond_signal (&input_room);
}

static size_t
pending (void)
{
  return in_flight;
}

/* Write all of DATA, unlocked.  Errors lose it: there is nobody to tell.  */
static void
write_device (const char *data, size_t len)
{
  while (len > 0)
    {
      int written = 0;

      if (device_write_inband (device, 0, 0, data, len, &written) != 0
	  || written <= 0)
	return;
      data += written;
      len -= written;
    }
}

static void
writer (void *arg)
{
  char buffer[IO_INBAND_MAX];

  pthread_mutex_lock (term_lock ());
  for (;;)
    {
      if (term.l.out.count == 0 || term.l.stopped)
	{
	  pthread_cond_wait (&work, term_lock ());
	  continue;
	}
      while (in_flight < sizeof buffer && term.l.out.count > 0)
	buffer[in_flight++] = chq_get (&term.l.out);
      pthread_mutex_unlock (term_lock ());
      write_device (buffer, in_flight);
      pthread_mutex_lock (term_lock ());
      in_flight = 0;
      if (term.l.out.count < LD_OUT_HIGH / 2)
	pthread_cond_broadcast (&term.output);
      term_wake ();
    }
}

static void
reader (void *arg)
{
  char buffer[IO_INBAND_MAX];

  for (;;)
    {
      mach_msg_type_number_t len = sizeof buffer;
      error_t err = device_read_inband (device, 0, 0, sizeof buffer, buffer,
					&len);
      size_t done = 0;

      if (err != 0)
	{
	  usleep (100000);
	  continue;
	}
      pthread_mutex_lock (term_lock ());
      while (done < len)
	{
	  done += term_input ((unsigned char *) buffer + done, len - done);
	  if (done < len)
	    pthread_cond_wait (&input_room, term_lock ());
	}
      pthread_mutex_unlock (term_lock ());
    }
}

static const struct term_bottom machdev =
{
  .type = TERM_ON_MACHDEV,
  .start = start,
  .pending = pending,
};

error_t
machdev_open (const char *name)
{
  mach_port_t master;
  error_t err = get_privileged_ports (NULL, &master);

  if (err != 0)
    return err;
  err = device_open (master, D_READ | D_WRITE, name, &device);
  mach_port_deallocate (mach_task_self (), master);
  if (err != 0)
    return err;
  term.bottom = &machdev;
  err = sv_thread (writer, NULL);
  return err != 0 ? err : sv_thread (reader, NULL);
}
