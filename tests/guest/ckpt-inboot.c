/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Capture, kill and restore within one boot, on the bare kernel.

   The first program of the machine, without any server:
     -initrd "ckpt-inboot ${host-port} ${device-port} ${victim} $(task-create)
	      $(task-resume),inboot-victim $(victim=task-create)"
   It serves the victim's requests on a port at its border, takes checkpoints
   into a store in memory, ends the victim and restores it, and compares the
   digest that the victim computes with its own.  Prints `PASS' or `FAIL' lines and
   leaves the machine.  */

#include <device/device.h>
#include <hurd.h>
#include <hurd/signal.h>
#include <mach/exc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <unistd.h>
#include <sys/reboot.h>
#include <stable-store/store.h>
#include "ckpt-hurd.h"
#include "mach_debug_U.h"
#include "inboot.h"

extern void _hurdsig_init (const int *, size_t);

#define STORE_BLOCKS	(48 * 256)	/* 48 MiB.  */
#define SERVER_ID	99

static mach_port_t host, device, console, server;
static task_t victim;
static unsigned int failed, waits;

static void
say (const char *format, ...)
{
  char line[512];
  va_list ap;
  va_start (ap, format);
  int n = vsnprintf (line, sizeof line, format, ap);
  va_end (ap);
  int done;
  if (n > (int) sizeof line - 1)
    n = sizeof line - 1;
  for (int at = 0; at < n; at += 100)
    device_write_inband (console, 0, 0, line + at, n - at < 100 ? n - at : 100,
			 &done);
}

static void
leave (void)
{
  say ("%s\n@@PD exit %d\n", failed ? "FAILED" : "PASSED", failed != 0);
  host_reboot (host, RB_AUTOBOOT);
  for (;;)
    pause ();
}

static void
check (bool good, const char *what)
{
  say ("%s %s\n", good ? "PASS" : "FAIL", what);
  if (!good)
    failed++;
}

static void
must (error_t err, const char *what)
{
  if (err == 0)
    return;
  say ("FAIL %s: %s (%#x)\n", what, strerror (err), err);
  failed++;
  leave ();
}

/* The server at the border.  */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint32_t count, doubled, digest, victim_failures, sleeps;
static bool closed, done, pending;
static struct inboot_message late;	/* A request answered late.  */

static void
answer (struct inboot_message *m)
{
  m->head.msgh_bits = MACH_MSGH_BITS (MACH_MSGH_BITS_REMOTE (m->head.msgh_bits),
				      0);
  m->head.msgh_local_port = MACH_PORT_NULL;
  m->head.msgh_size = sizeof *m;
  m->head.msgh_id += 100;
  if (mach_msg (&m->head, MACH_SEND_MSG, sizeof *m, 0, MACH_PORT_NULL, 0,
		MACH_PORT_NULL))
    mach_msg_destroy (&m->head);
}

static void
handle (struct inboot_message *m)
{
  switch (m->head.msgh_id)
    {
    case INBOOT_COUNT:
      if (m->number != ++count)
	doubled++;
      break;
    case INBOOT_SLEEP:
      /* Answered with the next one or by the main thread.  */
      if (pending)
	answer (&late);
      late = *m;
      pending = true;
      sleeps++;
      return;
    case INBOOT_DONE:
      victim_failures = m->number;
      digest = m->value;
      done = true;
      break;
    default:
      {
	/* Something of the C library's.  */
	mig_reply_header_t *r = (mig_reply_header_t *) m;
	mach_port_t reply = m->head.msgh_remote_port;
	if (reply == MACH_PORT_NULL)
	  return;
	r->Head.msgh_bits
	  = MACH_MSGH_BITS (MACH_MSGH_BITS_REMOTE (m->head.msgh_bits), 0);
	r->Head.msgh_local_port = MACH_PORT_NULL;
	r->Head.msgh_size = sizeof *r;
	r->Head.msgh_id += 100;
	r->RetCodeType = inboot_type ();
	r->RetCodeType.msgt_number = 1;
	r->RetCode = MIG_BAD_ID;
	mach_msg (&r->Head, MACH_SEND_MSG, sizeof *r, 0, MACH_PORT_NULL, 0,
		  MACH_PORT_NULL);
	return;
      }
    }
  answer (m);
}

static void *
serve (void *arg)
{
  union { struct inboot_message m; char more[4096]; } u;
  for (;;)
    {
      if (mach_msg (&u.m.head, MACH_RCV_MSG, 0, sizeof u, server, 0,
		    MACH_PORT_NULL))
	continue;
      pthread_mutex_lock (&lock);
      while (closed)
	pthread_cond_wait (&changed, &lock);
      handle (&u.m);
      pthread_cond_broadcast (&changed);
      pthread_mutex_unlock (&lock);
    }
  return arg;
}

/* Sees faults of ours and the victim's.  */
static void *
watch_faults (void *arg)
{
  mach_port_t port = (uintptr_t) arg;
  for (;;)
    {
      struct
      {
	mach_msg_header_t head;
	mach_msg_type_t t1; mach_port_t thread;
	mach_msg_type_t t2; mach_port_t task;
	mach_msg_type_t t3; int exception;
	mach_msg_type_t t4; int code;
	mach_msg_type_t t5; int subcode;
	char more[128];
      } m;
      if (mach_msg (&m.head, MACH_RCV_MSG, 0, sizeof m, port, 0,
		    MACH_PORT_NULL))
	continue;
      struct i386_thread_state state;
      mach_msg_type_number_t n = i386_THREAD_STATE_COUNT;
      thread_get_state (m.thread, i386_REGS_SEGS_STATE,
			(thread_state_t) &state, &n);
      say ("FAIL exception %d code %x %x at eip %x esp %x eax %x gs %x\n",
	   m.exception, m.code, m.subcode, state.eip, state.uesp, state.eax,
	   state.gs);
      failed++;
      leave ();
    }
  return arg;
}

/* A store in memory.  */

static char *disk;

static error_t
disk_read (void *ctx, uint64_t block, uint32_t n, void *buffer)
{
  memcpy (buffer, disk + block * STORE_PAGE, (size_t) n * STORE_PAGE);
  return 0;
}

static error_t
disk_write (void *ctx, uint64_t block, uint32_t n, const void *buffer)
{
  memcpy (disk + block * STORE_PAGE, buffer, (size_t) n * STORE_PAGE);
  return 0;
}

static error_t
disk_barrier (void *ctx)
{
  return 0;
}

static error_t
disk_size (void *ctx, uint64_t *n)
{
  *n = STORE_BLOCKS;
  return 0;
}

/* What the capture asks of us.  */

static error_t
hook_tasks (void *context, void (*add) (void *, task_t, pid_t), void *arg)
{
  add (arg, victim, 1);
  return 0;
}

static error_t
hook_freeze (void *context)
{
  pthread_mutex_lock (&lock);
  closed = true;
  pthread_mutex_unlock (&lock);
  return 0;
}

static void
hook_thaw (void *context)
{
  pthread_mutex_lock (&lock);
  closed = false;
  pthread_cond_broadcast (&changed);
  pthread_mutex_unlock (&lock);
}

static error_t
hook_border_id (void *context, mach_port_t name, uint64_t *id)
{
  *id = SERVER_ID;
  return name == server ? 0 : ESRCH;
}

static error_t
hook_border_right (void *context, uint64_t id, mach_port_t *right)
{
  *right = server;
  return id == SERVER_ID ? mach_port_insert_right (mach_task_self (), server,
						   server,
						   MACH_MSG_TYPE_MAKE_SEND)
	 : ESRCH;
}

static const struct ckpt_hooks hooks =
{
  .tasks = hook_tasks, .freeze = hook_freeze, .thaw = hook_thaw,
  .border_id = hook_border_id, .border_right = hook_border_right,
};

/* Our own state at a checkpoint.  */

static error_t
save_count (void *context, struct ckpt_image *image, struct ckpt_blob *state)
{
  ckpt_put_u32 (state, count);
  return 0;
}

static error_t
restore_count (void *context, struct ckpt_image *image,
	       struct ckpt_reader *state)
{
  count = ckpt_get_u32 (state);
  /* A request that has not been answered is sent again.  */
  if (pending)
    mach_msg_destroy (&late.head);
  pending = false;
  return state->error;
}

static error_t
restore_task (void *context, struct ckpt_image *image,
	      struct ckpt_reader *state)
{
  for (uint32_t i = 1;; i++)
    {
      mach_port_t name;
      unsigned int object;
      vm_offset_t address;
      error_t err = ckpt_port_restore (image, i, &name);
      if (err)
	return err;
      if (mach_port_kernel_object (mach_task_self (), name, &object, &address)
	  == 0 && object == 2)
	{
	  victim = name;
	  return 0;
	}
    }
}

static struct ckpt_participant counter =
{
  .name = "counter", .save = save_count, .restore_objects = restore_count,
  .restore_rights = restore_task,
};
static struct ckpt_participant *participants[] = { &counter };

static void
print_report (struct ckpt_report *report)
{
  for (uint32_t i = 0; i < report->nlines; i++)
    say ("  %s\n", report->lines[i]);
  ckpt_report_free (report);
}

static uint64_t
save (struct ckpt_env *env, struct store *store)
{
  struct ckpt_report report = { 0 };
  struct ckpt_stats s;
  struct ckpt_image *image;
  struct store_txn *txn;
  uint64_t number = 0;
  error_t err = ckpt_capture (env, &image, &report, &s);
  print_report (&report);
  must (err, "capture");
  must (store_begin (store, &txn), "store_begin");
  must (ckpt_write (image, txn, NULL, &s), "write");
  uint64_t start = ckpt_cycles ();
  must (store_commit (txn, NULL, &number), "commit");
  s.commit = ckpt_cycles () - start;
  must (ckpt_finish (image, true, number), "finish");
  waits += pending && s.naborts < s.nthreads;
  say ("checkpoint %llu at step %u: stop %llu = quiesce %llu threads %llu memory"
       " %llu ports %llu states %llu resume %llu; write %llu commit %llu; threads"
       " %u ports %u messages %u aborts %u regions %u snapshots %u pages %llu kept"
       " %llu\n", number, count, s.stop, s.quiesce, s.threads, s.memory, s.ports,
       s.participants, s.resume, s.write, s.commit, s.nthreads, s.nports,
       s.nmessages, s.naborts, s.nregions, s.snapshots, s.pages, s.kept);
  return number;
}

/* Answer what is late, and wait until the victim is at STEP.  */
static void
run_to (uint32_t step)
{
  pthread_mutex_lock (&lock);
  while (!done && count < step)
    {
      if (pending)
	{
	  pending = false;
	  answer (&late);
	}
      struct timespec ts;
      clock_gettime (CLOCK_REALTIME, &ts);
      ts.tv_nsec += 20000000;
      if (ts.tv_nsec >= 1000000000)
	{
	  ts.tv_sec++;
	  ts.tv_nsec -= 1000000000;
	}
      pthread_cond_timedwait (&changed, &lock, &ts);
    }
  pthread_mutex_unlock (&lock);
  /* Time for the other thread to come to where it waits for us.  */
  usleep (30000);
}

static void
restore (struct ckpt_env **env, struct store *store, uint64_t number)
{
  struct ckpt_report report = { 0 };
  struct ckpt_stats s;
  struct store_ckpt *ckpt;
  bool applied;
  ckpt_terminate (*env);
  ckpt_env_free (*env);
  must (ckpt_env_create (&hooks, participants, 1, 0, env), "environment");
  must (store_ckpt_open (store, number, &ckpt), "open checkpoint");
  error_t err = ckpt_restore (*env, ckpt, &report, &s, &applied);
  print_report (&report);
  must (err, "restore");
  store_ckpt_close (ckpt);
  say ("restored %llu in %llu: pages %llu threads %u ports %u messages %u\n",
       number, s.stop, s.pages, s.nthreads, s.nports, s.nmessages);
}

static void
run (void)
{
  struct store_io io =
  {
    .read = disk_read, .write = disk_write, .barrier = disk_barrier,
    .size = disk_size,
  };
  struct ckpt_env *env;
  struct store *store;
  char *text = NULL;
  must (vm_allocate (mach_task_self (), (vm_address_t *) &disk,
		     (size_t) STORE_BLOCKS * STORE_PAGE, TRUE), "disk");
  must (store_format (&io, NULL), "format");
  must (store_open (&io, 0, &store, &text), "open");
  must (store_set_retention (store, 3), "retention");
  must (ckpt_env_create (&hooks, participants, 1, 0, &env), "environment");
  must (task_resume (victim), "start");

  uint64_t number;
  run_to (20);
  save (env, store);
  run_to (50);
  number = save (env, store);
  run_to (80);
  restore (&env, store, number);
  check (true, "restored once");
  run_to (90);
  save (env, store);
  for (uint32_t step = 95; !done && step < INBOOT_STEPS; step += 7)
    {
      run_to (step);
      number = save (env, store);
      if (step % 3 == 0)
	{
	  run_to (step + 4);
	  restore (&env, store, number);
	}
    }
  run_to (INBOOT_STEPS + 1);
  struct inboot_state state = { .x = 1, .y = 1 };
  inboot_modes ();
  for (uint32_t i = 1; i <= INBOOT_STEPS; i++)
    inboot_step (&state, 20000);
  check (digest == state.digest, "digest");
  check (doubled == 0, "each request once");
  check (victim_failures == 0, "victim content");
  check (waits >= 3, "captured while waiting");
  if (doubled || victim_failures || digest != state.digest)
    say ("doubled %u, victim %u, digest %x %x\n", doubled, victim_failures,
	 digest, state.digest);
  store_close (store);
}

int
main (int argc, char **argv)
{
  pthread_t thread;
  mach_port_t faults;
  if (argc < 4)
    return 1;
  host = _hurd_host_priv = atoi (argv[1]);
  device = _hurd_device_master = atoi (argv[2]);
  victim = atoi (argv[3]);
  device_open (device, D_READ | D_WRITE, "console", &console);
  say ("\n@@PD start\n");
  mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE, &faults);
  mach_port_insert_right (mach_task_self (), faults, faults,
			  MACH_MSG_TYPE_MAKE_SEND);
  task_set_special_port (mach_task_self (), TASK_EXCEPTION_PORT, faults);
  pthread_create (&thread, NULL, watch_faults, (void *) (uintptr_t) faults);
  mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE, &server);
  mach_port_insert_right (mach_task_self (), server, server,
			  MACH_MSG_TYPE_MAKE_SEND);
  must (task_set_special_port (victim, TASK_BOOTSTRAP_PORT, server),
	"bootstrap");
  must (task_set_special_port (victim, TASK_EXCEPTION_PORT, MACH_PORT_NULL),
	"exception");
  pthread_create (&thread, NULL, serve, NULL);
  run ();
  leave ();
}
