/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What processes have used.  */

#include <string.h>
#include <mach/task_info.h>
#include "libproc/internal.h"

static void
add_time (struct timeval *sum, long seconds, long microseconds)
{
  sum->tv_sec += seconds;
  sum->tv_usec += microseconds;
  if (sum->tv_usec >= 1000000)
    {
      sum->tv_sec++;
      sum->tv_usec -= 1000000;
    }
}

void
proc_add_usage (struct rusage *sum, const struct rusage *u)
{
  add_time (&sum->ru_utime, u->ru_utime.tv_sec, u->ru_utime.tv_usec);
  add_time (&sum->ru_stime, u->ru_stime.tv_sec, u->ru_stime.tv_usec);
  if (u->ru_maxrss > sum->ru_maxrss)
    sum->ru_maxrss = u->ru_maxrss;
  sum->ru_minflt += u->ru_minflt;
  sum->ru_majflt += u->ru_majflt;
  sum->ru_nswap += u->ru_nswap;
  sum->ru_inblock += u->ru_inblock;
  sum->ru_oublock += u->ru_oublock;
  sum->ru_msgsnd += u->ru_msgsnd;
  sum->ru_msgrcv += u->ru_msgrcv;
  sum->ru_nsignals += u->ru_nsignals;
  sum->ru_nvcsw += u->ru_nvcsw;
  sum->ru_nivcsw += u->ru_nivcsw;
}

void
proc_task_usage (task_t task, struct rusage *u)
{
  struct task_basic_info basic;
  struct task_thread_times_info times;
  struct task_events_info events;
  mach_msg_type_number_t count;

  memset (u, 0, sizeof *u);
  /* The threads that have ended, and those that live.  */
  count = TASK_BASIC_INFO_COUNT;
  if (task_info (task, TASK_BASIC_INFO, (task_info_t) &basic, &count) == 0)
    {
      add_time (&u->ru_utime, basic.user_time.seconds,
		basic.user_time.microseconds);
      add_time (&u->ru_stime, basic.system_time.seconds,
		basic.system_time.microseconds);
      u->ru_maxrss = basic.resident_size / 1024;
    }
  count = TASK_THREAD_TIMES_INFO_COUNT;
  if (task_info (task, TASK_THREAD_TIMES_INFO, (task_info_t) &times, &count)
      == 0)
    {
      add_time (&u->ru_utime, times.user_time.seconds,
		times.user_time.microseconds);
      add_time (&u->ru_stime, times.system_time.seconds,
		times.system_time.microseconds);
    }
  count = TASK_EVENTS_INFO_COUNT;
  if (task_info (task, TASK_EVENTS_INFO, (task_info_t) &events, &count) == 0)
    {
      u->ru_majflt = events.pageins;
      u->ru_minflt = events.faults - events.pageins;
      u->ru_msgsnd = events.messages_sent;
      u->ru_msgrcv = events.messages_received;
    }
}
