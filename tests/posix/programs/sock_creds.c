/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SCM_CREDS tells who has sent a message; several descriptors and data in one message.  */

#include "../test.h"
#include <sys/socket.h>
#include <sys/uio.h>

static int p[2];

static int
sender (void *arg)
{
  char byte = 'x', control[CMSG_SPACE (sizeof (struct cmsgcred))] = { 0 };
  struct iovec iov = { &byte, 1 };
  struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
  struct cmsghdr *c = CMSG_FIRSTHDR (&m);
  if (arg)
    become (1000);
  c->cmsg_len = CMSG_LEN (sizeof (struct cmsgcred));
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_CREDS;
  struct cmsgcred *cred = (struct cmsgcred *) CMSG_DATA (c);
  cred->cmcred_pid = getpid ();
  cred->cmcred_uid = getuid ();
  cred->cmcred_euid = geteuid ();
  cred->cmcred_gid = getgid ();
  cred->cmcred_ngroups = 0;
  CHECK (sendmsg (p[1], &m, 0) == 1);
  nap (1500);
  return verdict ();
}

static void
receives (pid_t pid, uid_t uid)
{
  char byte, control[256];
  struct iovec iov = { &byte, 1 };
  struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
  CHECK (recvmsg (p[0], &m, 0) == 1 && byte == 'x');
  struct cmsghdr *c = CMSG_FIRSTHDR (&m);
  CHECK (c != NULL && c->cmsg_type == SCM_CREDS);
  if (c == NULL)
    return;
  struct cmsgcred *cred = (struct cmsgcred *) CMSG_DATA (c);
  printf ("pid %d uid %d euid %d gid %d groups %d\n", (int) cred->cmcred_pid, (int) cred->cmcred_uid, (int) cred->cmcred_euid, (int) cred->cmcred_gid, (int) cred->cmcred_ngroups);
  CHECK (cred->cmcred_pid == pid && cred->cmcred_uid == uid && cred->cmcred_euid == uid);
}

int
main (void)
{
  NEED (socketpair (AF_UNIX, SOCK_STREAM, 0, p) == 0);
  pid_t pid = child (sender, NULL);
  receives (pid, 0);
  CHECK (WEXITSTATUS (ended (pid)) == 0);
  pid = child (sender, p);
  receives (pid, 1000);
  CHECK (WEXITSTATUS (ended (pid)) == 0);
  return verdict ();
}
