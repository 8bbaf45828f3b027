/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The environment's job: the program that `ckpt run' started for good, whose end
   somebody waits for.  It belongs to the checkpoint, so that who asks after a
   restore hears of the same job.  */

#include <sys/wait.h>
#include <unistd.h>
#include <libproc/libproc.h>
#include "internal.h"

static error_t
save_job (void *context, struct ckpt_image *image, struct ckpt_blob *state)
{
  struct conductor *c = &conductor;
  pthread_mutex_lock (&c->lock);
  ckpt_put_u32 (state, 1);	/* The version of what follows.  */
  ckpt_put_u8 (state, c->job);
  ckpt_put_u32 (state, c->job_pid);
  ckpt_put_u32 (state, c->job_status);
  pthread_mutex_unlock (&c->lock);
  return 0;
}

static error_t
restore_job (void *context, struct ckpt_image *image,
	     struct ckpt_reader *state)
{
  struct conductor *c = &conductor;
  uint32_t version = ckpt_get_u32 (state);
  uint8_t job = ckpt_get_u8 (state);
  uint32_t pid = ckpt_get_u32 (state), status = ckpt_get_u32 (state);
  if (state->error)
    return state->error;
  if (version != 1)
    return ENOTSUP;
  if (job > JOB_ENDED || state->pos != state->len)
    return EBADMSG;
  c->job = job;
  c->job_pid = pid;
  c->job_status = status;
  return 0;
}

struct ckpt_participant conductor_participant =
{
  .name = "checkpointd", .save = save_job, .restore_objects = restore_job,
};

/* So often a checkpoint is tried after the job's end, a second apart.  */
#define LAST_TRIES	30

static void
tell_end (void)
{
  struct conductor *c = &conductor;
  pthread_mutex_lock (&c->lock);
  c->exit_told = true;
  int status = c->job_status;
  pthread_cond_broadcast (&c->changed);
  pthread_mutex_unlock (&c->lock);
  conductor_event ("exit %d", WIFEXITED (status) ? WEXITSTATUS (status)
		   : 128 + WTERMSIG (status));
}

void
conductor_watch_job (void *arg)
{
  struct conductor *c = &conductor;
  int status;
  error_t err;

  if (c->job == JOB_ENDED)
    {
      /* Restored from after its end.  */
      tell_end ();
      return;
    }
  err = proc_await (c->config.procs, c->job_pid, false, &status);
  /* That it has ended and that nobody needs its zombie any more is one step for
     a checkpoint that comes in between: it sees either, and both will do.  */
  pthread_mutex_lock (&c->lock);
  c->job_status = err ? W_EXITCODE (127, 0) : status;
  c->job = JOB_ENDED;
  c->dirty = true;
  pthread_mutex_unlock (&c->lock);
  proc_await (c->config.procs, c->job_pid, true, &status);
  /* The output and files of the job are complete on the ground when the end is
     told.  */
  for (int i = 0; i < LAST_TRIES; i++)
    {
      err = checkpointd_save (NULL, NULL);
      if (err == 0 || err == ENODEV)
	break;
      sleep (1);
    }
  tell_end ();
}
