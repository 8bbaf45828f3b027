/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file_exec and file_exec_paths, with set-id programs.  */

#include <stdlib.h>
#include <string.h>
#include <hurd/auth.h>
#include <hurd/io.h>
#include "node-internal.h"
#include "libexec/exec.h"
#include "fs_S.h"

#define MAX_IDS	64

/* Effective and available ids, as auth has them.  */
struct auth_ids
{
  uid_t *ids[4];		/* euids, auids, egids, agids.  */
  mach_msg_type_number_t n[4];
  uid_t room[4][MAX_IDS];
};

static error_t
get_ids (mach_port_t auth, struct auth_ids *a)
{
  for (int i = 0; i < 4; i++)
    {
      a->ids[i] = a->room[i];
      a->n[i] = MAX_IDS - 2;
    }
  error_t err = auth_getids (auth, &a->ids[0], &a->n[0], &a->ids[1], &a->n[1],
			     &a->ids[2], &a->n[2], &a->ids[3], &a->n[3]);
  for (int i = 0; !err && i < 4; i++)
    if (a->ids[i] != a->room[i])
      {
	size_t size = a->n[i] * sizeof (uid_t);
	if (a->n[i] > MAX_IDS - 2)
	  a->n[i] = MAX_IDS - 2;
	memcpy (a->room[i], a->ids[i], a->n[i] * sizeof (uid_t));
	vm_deallocate (mach_task_self (), (vm_address_t) a->ids[i], size);
	a->ids[i] = a->room[i];
      }
  return err;
}

/* Make ID the effective one of the lists EFF and AVAIL: the real one (AVAIL[0])
   stays, the saved one (AVAIL[1]) is ID too.  Returns true if it was not
   effective before.  */
static bool
become (struct auth_ids *a, int eff, uid_t id)
{
  int avail = eff + 1;
  bool changed = a->n[eff] == 0 || a->ids[eff][0] != id;
  if (a->n[avail] == 0)
    {
      a->ids[avail][0] = a->n[eff] ? a->ids[eff][0] : id;
      a->n[avail] = 1;
    }
  a->ids[avail][1] = id;
  if (a->n[avail] < 2)
    a->n[avail] = 2;
  a->ids[eff][0] = id;
  if (a->n[eff] == 0)
    a->n[eff] = 1;
  return changed;
}

/* A right for the holder of AUTH instead of FILE.  */
static mach_port_t
reauthenticate (mach_port_t file, mach_port_t auth)
{
  mach_port_t rendezvous, new = MACH_PORT_NULL;
  if (!MACH_PORT_VALID (file))
    return file;
  rendezvous = mach_reply_port ();
  sv_park ();
  if (io_reauthenticate (file, rendezvous, MACH_MSG_TYPE_MAKE_SEND) == 0
      && auth_user_authenticate (auth, rendezvous, MACH_MSG_TYPE_MAKE_SEND,
				 &new))
    new = MACH_PORT_NULL;
  sv_unpark ();
  mach_port_mod_refs (mach_task_self (), rendezvous, MACH_PORT_RIGHT_RECEIVE,
		      -1);
  if (MACH_PORT_VALID (new))
    return new;
  sv_right_ref (file);
  return file;
}

error_t (*fs_make_auth) (mach_port_t user, uid_t *const ids[4],
			 const unsigned int n[4], mach_port_t *handle);

/* Make *AUTH for the holder of USER with the ids A: only who may make any can,
   and USER must be a handle of the same auth.  */
static error_t
make_auth (struct fs_node *node, mach_port_t user, const struct auth_ids *a,
	   mach_port_t *auth)
{
  mach_port_t ours = node->fs->child_auth;
  error_t err;

  if (fs_make_auth)
    return fs_make_auth (user, a->ids, a->n, auth);
  if (!MACH_PORT_VALID (ours))
    ours = fs_auth;
  bool drop = !MACH_PORT_VALID (ours);
  if (drop)
    ours = getauth ();
  if (!MACH_PORT_VALID (ours))
    return EINVAL;
  err = auth_makeauth (ours, &user, MACH_MSG_TYPE_COPY_SEND, 1,
		       a->ids[0], a->n[0], a->ids[1], a->n[1],
		       a->ids[2], a->n[2], a->ids[3], a->n[3], auth);
  if (drop)
    fs_drop_right (ours);
  return err;
}

/* The rights of ARGS for a set-id program; NEW has room for all of them.  */
static error_t
take_ids (struct fs_node *node, const io_statbuf_t *st,
	  struct fs_exec_args *args, mach_port_t *new, bool *secure)
{
  struct auth_ids a;
  mach_port_t user, auth;
  error_t err;

  *secure = false;
  user = args->nports > INIT_PORT_AUTH ? args->ports[INIT_PORT_AUTH]
    : MACH_PORT_NULL;
  err = MACH_PORT_VALID (user) ? get_ids (user, &a) : EINVAL;
  if (!err)
    {
      bool changed = false;
      if (st->st_mode & S_ISUID)
	changed |= become (&a, 0, st->st_uid);
      if (st->st_mode & S_ISGID)
	changed |= become (&a, 2, st->st_gid);
      err = make_auth (node, user, &a, &auth);
      *secure = changed && !err;
    }
  if (!*secure)
    {
      if (!err)
	fs_drop_right (auth);
      return 0;			/* It runs as who started it.  */
    }

  for (size_t i = 0; i < args->nfds; i++)
    new[i] = reauthenticate (args->fds[i], auth);
  mach_port_t *ports = new + args->nfds;
  for (size_t i = 0; i < args->nports; i++)
    if (i == INIT_PORT_AUTH)
      ports[i] = auth;
    else if (i == INIT_PORT_CWDIR || i == INIT_PORT_CRDIR)
      ports[i] = reauthenticate (args->ports[i], auth);
    else
      {
	ports[i] = args->ports[i];
	if (MACH_PORT_VALID (ports[i]))
	  sv_right_ref (ports[i]);
      }
  args->fds = new;
  args->ports = ports;
  args->flags |= EXEC_SECURE | EXEC_NEWTASK;
  return 0;
}

static void
drop_all (const mach_port_t *rights, size_t n)
{
  for (size_t i = 0; i < n; i++)
    fs_drop_right (rights[i]);
}

/* Run NODE by means of libexec.  */
static error_t
run (struct fs_node *node, struct fs_cred *cred,
     const struct fs_exec_args *args)
{
  mach_port_t file;
  error_t err = fs_open_right (node, O_READ | O_EXEC, cred->ids, cred->open,
			       &file);
  if (err)
    return err;
  err = exec_file (file, args);
  fs_drop_right (file);
  return err;
}

static error_t
check (struct fs_node *node, struct fs_cred *cred, io_statbuf_t *st)
{
  if (!(cred->open->flags & O_EXEC))
    return EBADF;
  pthread_mutex_lock (&node->lock);
  error_t err = fs_stat (node, st);
  pthread_mutex_unlock (&node->lock);
  if (!err && (!S_ISREG (st->st_mode)
	       || !(st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH))))
    err = EACCES;
  return err;
}

static error_t
do_exec (mach_port_t file, const struct fs_exec_args *given)
{
  struct fs_exec_args args = *given;
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  mach_port_t *new = NULL;
  bool secure = false;
  io_statbuf_t st;
  if (cred == NULL)
    return EOPNOTSUPP;
  error_t err = check (node, cred, &st);
  if (!err && (st.st_mode & (S_ISUID | S_ISGID)))
    {
      new = malloc ((args.nfds + args.nports + 1) * sizeof *new);
      err = new ? take_ids (node, &st, &args, new, &secure) : ENOMEM;
    }
  if (!err)
    err = node->ops->exec ? node->ops->exec (cred, node, &args)
      : run (node, cred, &args);
  if (secure && err)
    drop_all (new, args.nfds + args.nports);
  else if (secure)
    {
      drop_all (given->fds, given->nfds);
      drop_all (given->ports, given->nports);
    }
  free (new);
  fs_end (cred, node);
  return err;
}

kern_return_t
S_file_exec_paths (file_t file, mach_port_t task, int flags,
		   const_string_t path, const_string_t abspath,
		   const_data_t argv, mach_msg_type_number_t argvlen,
		   const_data_t envp, mach_msg_type_number_t envplen,
		   const_portarray_t fds, mach_msg_type_number_t nfds,
		   const_portarray_t ports, mach_msg_type_number_t nports,
		   const_intarray_t ints, mach_msg_type_number_t nints,
		   const_mach_port_name_array_t dealloc,
		   mach_msg_type_number_t ndealloc,
		   const_mach_port_name_array_t destroy,
		   mach_msg_type_number_t ndestroy)
{
  struct fs_exec_args args =
  {
    .task = task, .flags = flags, .path = path, .abspath = abspath,
    .argv = argv, .argvlen = argvlen, .envp = envp, .envplen = envplen,
    .fds = fds, .nfds = nfds, .ports = ports, .nports = nports,
    .ints = ints, .nints = nints, .dealloc = dealloc, .ndealloc = ndealloc,
    .destroy = destroy, .ndestroy = ndestroy,
  };
  return do_exec (file, &args);
}

kern_return_t
S_file_exec (file_t file, mach_port_t task, int flags,
	     const_data_t argv, mach_msg_type_number_t argvlen,
	     const_data_t envp, mach_msg_type_number_t envplen,
	     const_portarray_t fds, mach_msg_type_number_t nfds,
	     const_portarray_t ports, mach_msg_type_number_t nports,
	     const_intarray_t ints, mach_msg_type_number_t nints,
	     const_mach_port_name_array_t dealloc,
	     mach_msg_type_number_t ndealloc,
	     const_mach_port_name_array_t destroy,
	     mach_msg_type_number_t ndestroy)
{
  return S_file_exec_paths (file, task, flags, "", "", argv, argvlen, envp,
			    envplen, fds, nfds, ports, nports, ints, nints,
			    dealloc, ndealloc, destroy, ndestroy);
}
