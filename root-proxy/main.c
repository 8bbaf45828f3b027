/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /hurd/root-proxy: the process that an environment lives in.  */

#include <error.h>
#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <libauth/libauth.h>
#include <libexec/exec.h>
#include <libproc/libproc.h>
#include "proc-proxy/env.h"
#include "options.h"
#include "travel.h"

#define THREADS 4
#define QUIET_TRIES 20

const char *argp_program_version = "root-proxy (Perdure) 0.1";

/* Events are frames for whoever reads the console's output.  Without framed
   output that is a person, who wants to know of restores and failures only.  */
static void
event (void *context, const char *text)
{
  if (rp.frames[1])
    rp_event ("%s", text);
  else if (strncmp (text, "restored ", 9) == 0)
    rp_message ("restored from checkpoint %s", text + 9);
  else if (strncmp (text, "failed ", 7) == 0)
    rp_message ("%s", text);
  else if (strncmp (text, "ckpt ", 5) != 0 && strcmp (text, "writing") != 0)
    rp_event ("%s", text);
}

static bool forcing;		/* A checkpoint is being forced.  */

static void
force (void *arg)
{
  checkpointd_save (NULL, NULL);
  __atomic_store_n (&forcing, false, __ATOMIC_RELEASE);
}

/* For fsync, and when much is held.  */
static error_t
take_checkpoint (bool wait)
{
  error_t err;

  if (!wait)
    {
      if (__atomic_exchange_n (&forcing, true, __ATOMIC_ACQ_REL))
	return 0;
      err = sv_thread (force, NULL);
      if (err)
	forcing = false;
      return err;
    }
  /* It is parked while it waits there; parked twice, it would never be counted
     right again, and no checkpoint found a quiet moment.  And no quiet moment is no
     reason to tell the program that waits for the disk.  */
  for (int i = 0; (err = checkpointd_save (NULL, NULL)) == EAGAIN
		  && i < QUIET_TRIES; i++)
    continue;
  /* Without a store nothing can be more durable than it is.  */
  return err == ENODEV ? 0 : err;
}

static error_t
statfs_ground (struct fs_fs *fs, fsys_statfsbuf_t *st)
{
  return file_statfs (rp.ground, st);
}

/* Somebody wants us to go: what runs inside goes on at the next start.  */
static error_t
goaway (struct fs_fs *fs, int flags)
{
  rp_last_checkpoint ();
  exit (0);
}

/* Who touches our node when we are gone starts us again, if we are its passive
   translator.  */
static bool
can_return (void *context)
{
  char room[256], *record = room;
  mach_msg_type_number_t len = sizeof room;

  if (rp.fs.underlying == MACH_PORT_NULL
      || file_get_translator (rp.fs.underlying, &record, &len))
    return false;
  if (record != room)
    vm_deallocate (mach_task_self (), (vm_address_t) record, len);
  return len > 0;
}

/* Made by MIG.  */
extern boolean_t S_socket_server (mach_msg_header_t *, mach_msg_header_t *);

static const sv_demuxer demuxers[] = {
  proc_demuxer, auth_demuxer, exec_demuxer, checkpointd_demuxer,
  S_socket_server, NULL
};

static struct ckpt_participant *const participants[] = {
  &env_auth_participant, &rp_participant, &env_proc_participant,
  &exec_participant
};

/* Make everything that a restore fills.  */
static error_t
prepare (struct checkpointd_config *config)
{
  error_t err = sv_bucket_create (&rp.fs.bucket);

  if (err)
    return err;
  rp.fs.name = "root-proxy";
  rp.fs.fstype = FSTYPE_EXT2FS;
  rp.fs.demuxers = demuxers;
  rp.fs.statfs = statfs_ground;
  rp.fs.syncfs = rp_syncfs;
  rp.fs.set_options = rp_set_options;
  rp.fs.get_options = rp_get_options;
  rp.fs.goaway = goaway;
  rp.fs.special_files = true;
  rp.fs.start_translator = env_start_translator;
  rp.fs.socket_server = env_socket_server;
  rp.fs.source = config->store;
  rp.checkpoint = take_checkpoint;
  rp_marks_init ();
  err = rp_init ();
  if (!err)
    err = exec_init (rp.fs.bucket);
  if (!err)
    err = env_init (rp.fs.bucket, &config->procs);
  config->bucket = rp.fs.bucket;
  config->participants = participants;
  config->nparticipants = sizeof participants / sizeof *participants;
  config->run = env_run;
  config->event = event;
  config->can_return = can_return;
  config->file_id = rp_file_id;
  config->file_version = rp_file_version;
  config->file_map = rp_file_map;
  config->describe = rp_describe;
  config->travel = rp_travel;
  return err;
}

int
main (int argc, char **argv)
{
  struct checkpointd_config *config = &rp_options.config;
  mach_port_t bootstrap;
  char *why = NULL;
  error_t err;

  rp.fsync_waits = true;
  argp_parse (&rp_argp, argc, argv, 0, NULL, NULL);
  umask (0);
  rp_block_signals ();
  rp_report_crashes ();
  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  if (bootstrap == MACH_PORT_NULL)
    error (1, 0, "must be started as a translator");
  err = prepare (config);
  if (!err)
    err = env_own_tasks ();
  if (!err)
    err = checkpointd_start (config, &why);
  if (err)
    {
      rp_event ("error %s", why ? why : strerror (err));
      error (1, why ? 0 : err, "%s", why ? why : "cannot start");
    }
  if (rp.fs.root == NULL)
    err = rp_fresh_root () ?: env_fresh ();
  else
    {
      rp.applied = checkpointd_restored ();
      rp_check_open ();
      err = rp_journal_load ();
    }
  if (!err)
    rp_output_release ();
  if (!err)
    err = fs_startup (&rp.fs, bootstrap, O_READ);
  if (!err)
    rp_find_self (rp.fs.underlying);
  if (!err)
    err = fs_serve (&rp.fs, THREADS);
  if (!err)
    err = checkpointd_go ();
  if (!err)
    err = rp_watch_shutdown (config->store);
  if (err)
    error (1, err, "cannot serve");
  rp_wait_for_end ();
}
