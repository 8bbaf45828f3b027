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
  uint64_t host;
  int64_t time;
  conductor_host_save (&host, &time);
  ckpt_put_u32 (state, 4);	/* The version of what follows.  */
  ckpt_put_u8 (state, c->job);
  ckpt_put_u32 (state, c->job_pid);
  ckpt_put_u32 (state, c->job_status);
  ckpt_put_u64 (state, host);
  ckpt_put_u64 (state, time);
  ckpt_put_u64 (state, sv_next_id ());
  ckpt_put_u32 (state, c->restores);
  ckpt_put_u32 (state, c->preparations);
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
  uint64_t host = ckpt_get_u64 (state);
  int64_t time = ckpt_get_u64 (state);
  uint64_t next_id = ckpt_get_u64 (state);
  uint32_t restores = ckpt_get_u32 (state);
  uint32_t preparations = ckpt_get_u32 (state);
  if (state->error)
    return state->error;
  if (version != 4)
    return ENOTSUP;
  if (job > JOB_ENDED || state->pos != state->len)
    return EBADMSG;
  c->job = job;
  c->job_pid = pid;
  c->job_status = status;
  c->restores = restores + 1;
  c->preparations = preparations;
  /* What others make anew gets no id of what is still to be made again.  */
  sv_reserve_ids (next_id);
  return conductor_host_restore (host, time);
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
checkpointd_process_ended (void *context, pid_t pid, int status)
{
  struct conductor *c = &conductor;
  pthread_mutex_lock (&c->lock);
  c->ended[c->nended % ENDED_MAX].pid = pid;
  c->ended[c->nended++ % ENDED_MAX].status = status;
  if (c->job == JOB_RUNNING && pid == c->job_pid)
    {
      c->job = JOB_ENDED;
      c->job_status = status;
    }
  c->dirty = true;
  pthread_cond_broadcast (&c->changed);
  pthread_mutex_unlock (&c->lock);
}

bool
conductor_has_ended (pid_t pid, int *status)
{
  struct conductor *c = &conductor;
  for (unsigned int i = 0; i < ENDED_MAX && i < c->nended; i++)
    {
      unsigned int n = (c->nended - 1 - i) % ENDED_MAX;
      if (c->ended[n].pid == pid)
	{
	  *status = c->ended[n].status;
	  return true;
	}
    }
  return false;
}

void
conductor_watch_job (void *arg)
{
  struct conductor *c = &conductor;
  bool wait = false;
  int status;

  pthread_mutex_lock (&c->lock);
  while (c->job == JOB_RUNNING)
    {
      wait = true;
      pthread_cond_wait (&c->changed, &c->lock);
    }
  pthread_mutex_unlock (&c->lock);
  proc_await (c->config.procs, c->job_pid, true, &status); /* The zombie.  */
  /* The output and files of the job are complete on the ground when the end is
     told.  (What was restored from after the end is.)  */
  for (int i = 0; wait && i < LAST_TRIES; i++)
    {
      error_t err = checkpointd_save (NULL, NULL);
      if (err == 0 || err == ENODEV)
	break;
      sleep (1);
    }
  tell_end ();
}
