/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The environment's job: the program that `ckpt run' started for good, whose end
   somebody waits for.  It belongs to the checkpoint, so that who asks after a
   restore hears of the same job.  */

#include <stdlib.h>
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

/* What save_job has written.  */
struct state
{
  uint8_t job;
  uint32_t pid, status;
  uint64_t host;
  int64_t time;
  uint64_t next_id;
  uint32_t restores, preparations;
};

static error_t
get_state (struct ckpt_reader *state, struct state *s)
{
  uint32_t version = ckpt_get_u32 (state);
  s->job = ckpt_get_u8 (state);
  s->pid = ckpt_get_u32 (state);
  s->status = ckpt_get_u32 (state);
  s->host = ckpt_get_u64 (state);
  s->time = ckpt_get_u64 (state);
  s->next_id = ckpt_get_u64 (state);
  s->restores = ckpt_get_u32 (state);
  s->preparations = ckpt_get_u32 (state);
  if (state->error)
    return state->error;
  if (version != 4)
    return ENOTSUP;
  return s->job > JOB_ENDED || state->pos != state->len ? EBADMSG : 0;
}

error_t
conductor_job_reserve (struct store_ckpt *ckpt)
{
  struct ckpt_reader state = { 0 };
  struct state s;
  void *data;
  error_t err = store_read_blob (ckpt, CI_OBJECT_PARTICIPANT, 1 << 20, &data,
				 &state.len);
  if (err)
    return err;
  state.data = data;
  err = get_state (&state, &s);
  if (err == 0)
    sv_reserve_ids (s.next_id);
  free (data);
  return err;
}

static error_t
restore_job (void *context, struct ckpt_image *image,
	     struct ckpt_reader *state)
{
  struct conductor *c = &conductor;
  struct state s;
  error_t err = get_state (state, &s);
  if (err)
    return err;
  c->job = s.job;
  c->job_pid = s.pid;
  c->job_status = s.status;
  c->restores = s.restores + 1;
  c->preparations = s.preparations;
  /* What others make anew gets no id of what is still to be made again.  */
  sv_reserve_ids (s.next_id);
  return conductor_host_restore (s.host, s.time);
}

struct ckpt_participant conductor_participant =
{
  .name = "checkpointd", .save = save_job, .write = conductor_order_write,
  .restore_objects = restore_job,
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
