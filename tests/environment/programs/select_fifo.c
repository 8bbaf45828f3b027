/* SPDX-License-Identifier: GPL-3.0-or-later */
/* select and poll without a timeout on fifos and a pipe, into which is written
   only afterwards.  */

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/select.h>
#include <sys/stat.h>
#include "../env.h"

static int fifo[2], ends[2];

static void *
in_select (void *arg)
{
  fd_set set;
  FD_ZERO (&set);
  FD_SET (fifo[0], &set);
  FD_SET (ends[0], &set);
  int high = fifo[0] > ends[0] ? fifo[0] : ends[0];
  int n = select (high + 1, &set, NULL, NULL, NULL);
  CHECK (n == 1 && FD_ISSET (fifo[0], &set), "%d: %s", n, strerror (errno));
  return arg;
}

static void *
in_poll (void *arg)
{
  struct pollfd p[2] = { { .fd = fifo[1], .events = POLLIN },
			 { .fd = ends[0], .events = POLLIN } };
  int n = poll (p, 2, -1);
  CHECK (n == 1 && p[0].revents & POLLIN, "%d: %s", n, strerror (errno));
  return arg;
}

static void *
alone (void *arg)
{
  struct pollfd p = { .fd = fifo[0], .events = POLLIN };
  int n = poll (&p, 1, -1);
  CHECK (n == 1 && p.revents & POLLIN, "%d: %s", n, strerror (errno));
  return arg;
}

PROGRAM (select_fifo)
{
  pthread_t threads[3];
  SYS (pipe (ends));
  for (int i = 0; i < 2; i++)
    {
      const char *name = env_file (i ? "fifo1" : "fifo0");
      SYS (mkfifo (name, 0600));
      fifo[i] = SYS (open (name, O_RDWR));
    }
  MUST (pthread_create (&threads[0], NULL, in_select, NULL));
  MUST (pthread_create (&threads[1], NULL, in_poll, NULL));
  MUST (pthread_create (&threads[2], NULL, alone, NULL));
  sleep (1);
  env_wait ();
  SYS (write (fifo[0], "a", 1));
  SYS (write (fifo[1], "b", 1));
  for (int i = 0; i < 3; i++)
    pthread_join (threads[i], NULL);
}
