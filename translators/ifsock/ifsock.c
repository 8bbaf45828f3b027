/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ifsock: the node of a local socket, for file systems that do not serve such
   nodes themselves.  It holds the socket's address, which the library gets
   from the server of local sockets and gives to who asks.  */

#include <argp.h>
#include <error.h>
#include <hurd.h>
#include <translators/trivial/trivial.h>

TRIV_VERSION ("ifsock");

static const struct fs_ops ops = { TRIV_OPS };

static const struct argp argp = { .doc = "The node of a local socket." };

int
main (int argc, char **argv)
{
  static struct triv triv;
  struct sv_bucket *bucket;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  err = sv_bucket_create (&bucket);
  if (err == 0)
    err = triv_init (&triv, bucket, "ifsock", S_IFSOCK, &ops);
  if (err != 0)
    error (1, err, "starting");
  triv.fs.fstype = FSTYPE_IFSOCK;
  triv.fs.special_files = true;
  triv_start (&triv, 2, 0);
  triv_wait ();
}
