/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The requests of ckpt.defs.  */

#include <stdlib.h>
#include <string.h>
#include <libproc/libproc.h>
#include "internal.h"
#include "ckpt_S.h"

/* Is ROOT a file of ours, and of whom?  EPERM for those who are not root.  */
error_t
checkpointd_check_caller (mach_port_t root)
{
  struct fs_cred *cred = sv_lookup (root, &fs_cred_class);
  if (cred == NULL)
    return EOPNOTSUPP;
  error_t err = EPERM;
  for (unsigned int i = 0; cred->ids && i < cred->ids->nuids; i++)
    if (cred->ids->uids[i] == 0)
      err = 0;
  sv_unref (cred);
  return err;
}

kern_return_t
S_ckpt_run (mach_port_t root, const char *argv, mach_msg_type_number_t argvlen,
	    const char *envp, mach_msg_type_number_t envplen,
	    const_string_t cwd, int flags, const mach_port_t *fds,
	    mach_msg_type_number_t nfds, pid_t *pid)
{
  struct conductor *c = &conductor;
  error_t err = checkpointd_check_caller (root);
  if (err)
    return err;
  if (argvlen == 0 || argv[argvlen - 1] || (envplen && envp[envplen - 1]))
    return EINVAL;
  if (c->config.run == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&c->lock);
  bool have = c->job != JOB_NONE;
  *pid = c->job_pid;
  pthread_mutex_unlock (&c->lock);
  if (have && flags & CKPT_RUN_ONCE)
    return 0;
  if (have && flags & CKPT_RUN_JOB && c->job == JOB_RUNNING)
    return EBUSY;
  struct checkpointd_run run =
  {
    .argv = argv, .argvlen = argvlen, .envp = envp, .envplen = envplen,
    .cwd = cwd[0] ? cwd : "/", .frames = flags & CKPT_RUN_FRAMES,
    .session = flags & CKPT_RUN_SESSION,
    .fds = fds, .nfds = nfds,
  };
  if (flags & CKPT_RUN_JOB)
    conductor_event ("start");
  /* The program may open what another request must serve; a checkpoint in
     between finds a program that has not started.  */
  err = c->config.run (c->config.context, &run, pid);
  pthread_mutex_lock (&c->lock);
  c->dirty = true;
  if (err == 0 && flags & CKPT_RUN_JOB)
    {
      c->job_pid = *pid;
      c->job = (conductor_has_ended (*pid, &c->job_status)
		? JOB_ENDED : JOB_RUNNING);
      c->exit_told = false;
      err = sv_thread (conductor_watch_job, NULL);
    }
  pthread_mutex_unlock (&c->lock);
  if (err == 0)
    for (mach_msg_type_number_t i = 0; i < nfds; i++)
      mach_port_deallocate (mach_task_self (), fds[i]);
  return err;
}

kern_return_t
S_ckpt_wait (mach_port_t root, pid_t pid, int *status)
{
  struct conductor *c = &conductor;
  error_t err = checkpointd_check_caller (root);
  if (err)
    return err;
  pthread_mutex_lock (&c->lock);
  if (pid == 0 && c->job == JOB_NONE)
    err = ECHILD;
  if (pid == 0 || (c->job != JOB_NONE && pid == c->job_pid))
    {
      while (err == 0 && !c->exit_told)
	err = sv_wait (&c->changed, &c->lock, NULL);
      *status = c->job_status;
    }
  else
    while (err == 0 && !conductor_has_ended (pid, status))
      {
	struct proc *proc = proc_find_pid (c->config.procs, pid);
	if (proc == NULL)
	  err = ECHILD;
	else
	  err = sv_wait (&c->changed, &c->lock, NULL);
	proc_unref (proc);
      }
  pthread_mutex_unlock (&c->lock);
  int again;
  if (err == 0 && pid)
    proc_await (c->config.procs, pid, true, &again); /* The zombie.  */
  return err;
}

kern_return_t
S_ckpt_save (mach_port_t root, const_string_t label, unsigned int *number)
{
  uint64_t n = 0;
  error_t err = checkpointd_check_caller (root);
  if (err == 0)
    err = checkpointd_save (label, &n);
  *number = n;
  return err;
}

kern_return_t
S_ckpt_query (mach_port_t root, int what, unsigned int number,
	      unsigned int other, int json, char **text,
	      mach_msg_type_number_t *len)
{
  char *data;
  size_t n;
  error_t err = checkpointd_check_caller (root);
  if (err == 0)
    err = conductor_text (what, number, other, json, &data, &n);
  if (err)
    return err;
  if (n > *len)
    err = vm_allocate (mach_task_self (), (vm_address_t *) text, n, TRUE);
  if (err == 0)
    {
      memcpy (*text, data, n);
      *len = n;
    }
  free (data);
  return err;
}

kern_return_t
S_ckpt_set_interval (mach_port_t root, unsigned int ms)
{
  error_t err = checkpointd_check_caller (root);
  if (err == 0)
    checkpointd_set_interval (ms / 1000.0);
  return err;
}

extern boolean_t S_perdure_ckpt_server (mach_msg_header_t *inp,
					mach_msg_header_t *outp);
extern boolean_t S_perdure_client_server (mach_msg_header_t *inp,
					  mach_msg_header_t *outp);

boolean_t
checkpointd_demuxer (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  return (S_perdure_ckpt_server (inp, outp)
	  || S_perdure_client_server (inp, outp)
	  || conductor_host_demuxer (inp, outp));
}
