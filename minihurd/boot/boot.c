/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first task's part.  */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <hurd.h>
#include <hurd/signal.h>
#include <libexec/exec.h>
#include "boot.h"

/* In libc, but in no header of its.  */
extern error_t _hurd_setproc (process_t proc);

/* Have quiet.c linked.  */
extern char *__trivfs_server_name;
static char **const quiet __attribute__ ((used)) = &__trivfs_server_name;

/* The requests of the fsys protocol that startup makes.  They are answered
   here by hand: the rest of that protocol is not for this port.  */
enum { FSYS_GETPRIV = 22006, FSYS_INIT = 22007 };

struct boot
{
  struct sv_port port;
  mach_port_t host_priv, device_master;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool joined;
};

static void
startup_gone (void *object)
{
  struct boot *b = object;

  /* Nothing can be done without it; at least do not wait.  */
  pthread_mutex_lock (&b->lock);
  b->joined = true;
  pthread_cond_broadcast (&b->changed);
  pthread_mutex_unlock (&b->lock);
}

static const struct sv_class boot_class
  = { .name = "boot", .no_senders = startup_gone };

struct port_item
{
  mach_msg_type_t type;
  mach_port_t port;
};

static const mach_msg_type_t copy_type =
{
  .msgt_name = MACH_MSG_TYPE_COPY_SEND, .msgt_size = 32, .msgt_number = 1,
  .msgt_inline = TRUE
};

static void
getpriv (struct boot *b, mach_msg_header_t *outp)
{
  struct
  {
    mig_reply_header_t head;
    struct port_item host, devices, task;
  } *reply = (void *) outp;

  reply->host = (struct port_item) { copy_type, b->host_priv };
  reply->devices = (struct port_item) { copy_type, b->device_master };
  reply->task = (struct port_item) { copy_type, mach_task_self () };
  reply->head.Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
  reply->head.Head.msgh_size = sizeof *reply;
  reply->head.RetCode = 0;
}

/* The ports that this program's libc is to have.  */
static mach_port_t initial[INIT_PORT_MAX];

static error_t
join (struct boot *b, const mach_msg_header_t *inp)
{
  const struct
  {
    mach_msg_header_t head;
    struct port_item proc, auth;
  } *request = (const void *) inp;

  if (inp->msgh_size != sizeof *request
      || !(inp->msgh_bits & MACH_MSGH_BITS_COMPLEX)
      || request->proc.type.msgt_name != MACH_MSG_TYPE_PORT_SEND
      || request->auth.type.msgt_name != MACH_MSG_TYPE_PORT_SEND)
    return MIG_BAD_ARGUMENTS;
  if (b->joined)
    return EBUSY;
  initial[INIT_PORT_PROC] = request->proc.port;
  initial[INIT_PORT_AUTH] = request->auth.port;
  _hurd_init (0, program_invocation_name ? &program_invocation_name : NULL,
	      initial, INIT_PORT_MAX, NULL, 0);
  _hurdsig_init (NULL, 0);
  sv_right_ref (initial[INIT_PORT_PROC]);
  _hurd_setproc (initial[INIT_PORT_PROC]);

  pthread_mutex_lock (&b->lock);
  b->joined = true;
  pthread_cond_broadcast (&b->changed);
  pthread_mutex_unlock (&b->lock);
  return 0;
}

static boolean_t
boot_demuxer (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  mig_reply_header_t *reply = (mig_reply_header_t *) outp;
  struct boot *b;

  if (inp->msgh_id != FSYS_GETPRIV && inp->msgh_id != FSYS_INIT)
    return FALSE;
  b = sv_lookup (inp->msgh_local_port, &boot_class);
  if (b == NULL)
    return FALSE;
  if (inp->msgh_id == FSYS_GETPRIV)
    getpriv (b, outp);
  else
    reply->RetCode = join (b, inp);
  sv_unref (b);
  return TRUE;
}

/* A right to the root directory, for the superuser.  */
static error_t
open_root (struct fs_fs *fs, mach_port_t *root)
{
  uid_t uid = 0;
  gid_t gid = 0;
  struct fs_ids ids = { 1, 1, &uid, &gid };
  struct fs_open *open;
  struct fs_cred *cred;
  error_t err;

  err = fs_open_create (fs->root, O_READ | O_EXEC, 0, &open);
  if (err)
    return err;
  err = fs_cred_create (open, &ids, 0, &cred);
  fs_open_unref (open);
  if (err)
    return err;
  *root = sv_port_get_right (cred);
  sv_unref (cred);
  return 0;
}

static error_t
run_startup (struct boot *b, mach_port_t root, const char *cmdline)
{
  static const char argv[] = "/hurd/startup";
  struct exec_env env = { .crdir = root, .cwdir = root };
  mach_port_t file;
  char *envp;
  size_t len = sizeof "KERNEL_CMDLINE=" + strlen (cmdline);
  error_t err;

  envp = malloc (len);
  if (envp == NULL)
    return ENOMEM;
  strcpy (stpcpy (envp, "KERNEL_CMDLINE="), cmdline);
  err = exec_lookup (argv, O_READ | O_EXEC, root, root, MACH_PORT_NULL, &file);
  if (!err)
    {
      env.bootstrap = sv_port_get_right (b);
      err = exec_start (file, argv, sizeof argv, envp, len, &env, NULL);
      mach_port_deallocate (mach_task_self (), env.bootstrap);
      mach_port_deallocate (mach_task_self (), file);
    }
  free (envp);
  return err;
}

error_t
boot_start (struct fs_fs *fs, mach_port_t host_priv, mach_port_t device_master,
	    const char *cmdline)
{
  static const sv_demuxer demuxers[] = { boot_demuxer, NULL };
  struct sv_bucket *bucket;
  struct boot *b;
  error_t err;

  err = sv_bucket_create (&bucket);
  if (!err)
    err = sv_serve (bucket, 1, demuxers);
  if (!err)
    err = sv_port_create (bucket, &boot_class, sizeof *b, 0, &b);
  if (err)
    return err;
  b->host_priv = host_priv;
  b->device_master = device_master;
  pthread_mutex_init (&b->lock, NULL);
  pthread_cond_init (&b->changed, NULL);

  err = open_root (fs, &initial[INIT_PORT_CRDIR]);
  if (err)
    return err;
  initial[INIT_PORT_CWDIR] = initial[INIT_PORT_CRDIR];
  sv_right_ref (initial[INIT_PORT_CRDIR]);
  err = run_startup (b, initial[INIT_PORT_CRDIR], cmdline);
  if (err)
    return err;
  pthread_mutex_lock (&b->lock);
  while (!b->joined)
    pthread_cond_wait (&b->changed, &b->lock);
  pthread_mutex_unlock (&b->lock);
  return 0;
}
