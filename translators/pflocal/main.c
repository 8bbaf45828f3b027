/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <argp.h>
#include <error.h>
#include <hurd.h>
#include "pflocal.h"

TRIV_VERSION ("pflocal");

struct triv pf;

/* Made by MIG.  */
extern boolean_t S_socket_server (mach_msg_header_t *, mach_msg_header_t *);

static const sv_demuxer demuxers[] = { S_socket_server, NULL };

static const struct fs_ops server_ops = { TRIV_OPS };

static const struct argp argp = { .doc = "Pipes and local sockets." };

int
main (int argc, char **argv)
{
  struct sv_bucket *bucket;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  packet_ref_from = sv_ref;
  packet_unref_from = sv_unref;
  err = sv_bucket_create (&bucket);
  if (err == 0)
    err = triv_init (&pf, bucket, "pflocal", S_IFCHR, &server_ops);
  if (err != 0)
    error (1, err, "starting");
  pf.fs.demuxers = demuxers;
  triv_start (&pf, 3, 0);
  triv_wait ();
}
