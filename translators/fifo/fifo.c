/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fifo: a pipe with a name, for nodes of file systems that do not make one of
   them themselves.  The library knows how.  */

#include <argp.h>
#include <error.h>
#include <hurd.h>
#include <translators/trivial/trivial.h>

TRIV_VERSION ("fifo");

static const struct fs_ops ops = { TRIV_OPS };

static const struct argp argp = { .doc = "A pipe with a name." };

int
main (int argc, char **argv)
{
  static struct triv triv;
  struct sv_bucket *bucket;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  err = sv_bucket_create (&bucket);
  if (err == 0)
    err = triv_init (&triv, bucket, "fifo", S_IFIFO, &ops);
  if (err != 0)
    error (1, err, "starting");
  triv.fs.special_files = true;
  triv_start (&triv, 3, 0);
  triv_wait ();
}
