/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random: unpredictable bytes, as far as a machine without a source of true
   randomness has them.

   A pool of 64 bytes is stirred with ChaCha20's block function: at the start
   with clocks and the jitter of thread switches, later with the time of each
   request and what is written to the node.  Output is the function's result under a key that is
   replaced after each request, so that earlier output cannot be found from the
   pool.  */

#include <argp.h>
#include <error.h>
#include <sched.h>
#include <string.h>
#include <hurd.h>
#include <mach.h>
#include <translators/trivial/trivial.h>

TRIV_VERSION ("random");

/* By this name libc knows not to ask us for random numbers of our own, which it
   would do when malloc starts.  */
char *__trivfs_server_name = "random";

static uint32_t state[16];	/* Constants, key, counter, nonce.  */

static inline uint32_t
rotate (uint32_t v, int n)
{
  return v << n | v >> (32 - n);
}

static void
quarter (uint32_t *x, int a, int b, int c, int d)
{
  x[a] += x[b], x[d] = rotate (x[d] ^ x[a], 16);
  x[c] += x[d], x[b] = rotate (x[b] ^ x[c], 12);
  x[a] += x[b], x[d] = rotate (x[d] ^ x[a], 8);
  x[c] += x[d], x[b] = rotate (x[b] ^ x[c], 7);
}

static void
block (uint32_t out[16])
{
  memcpy (out, state, sizeof state);
  for (int round = 0; round < 10; round++)
    {
      for (int i = 0; i < 4; i++)
	quarter (out, i, 4 + i, 8 + i, 12 + i);
      quarter (out, 0, 5, 10, 15);
      quarter (out, 1, 6, 11, 12);
      quarter (out, 2, 7, 8, 13);
      quarter (out, 3, 4, 9, 14);
    }
  for (int i = 0; i < 16; i++)
    out[i] += state[i];
  if (++state[12] == 0)
    state[13]++;
}

/* A new key from the old one; the old is lost.  */
static void
rekey (void)
{
  uint32_t out[16];

  block (out);
  memcpy (state + 4, out, 8 * sizeof *state);
  explicit_bzero (out, sizeof out);
}

static void
stir (const void *data, size_t len)
{
  const unsigned char *bytes = data;

  while (len > 0)
    {
      unsigned char *key = (unsigned char *) (state + 4);
      size_t n = len < 32 ? len : 32;

      for (size_t i = 0; i < n; i++)
	key[i] ^= bytes[i];
      rekey ();
      bytes += n;
      len -= n;
    }
}

static void
stir_time (void)
{
  struct { uint64_t tsc; struct timespec now; } t;

  t.tsc = __builtin_ia32_rdtsc ();
  clock_gettime (CLOCK_REALTIME, &t.now);
  stir (&t, sizeof t);
}

static void
start (void)
{
  struct task_basic_info info;
  mach_msg_type_number_t n = TASK_BASIC_INFO_COUNT;
  mach_port_t here = mach_task_self ();

  memcpy (state, "expand 32-byte k", 16);
  if (task_info (here, TASK_BASIC_INFO, (task_info_t) &info, &n) == 0)
    stir (&info, sizeof info);
  /* How long thread switches take differs from run to run.  */
  for (int i = 0; i < 256; i++)
    {
      stir_time ();
      if (i % 16 == 0)
	sched_yield ();
    }
}

static error_t
random_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	     size_t *len, void *data, int flags)
{
  uint32_t out[16];
  size_t done, n;

  stir_time ();
  for (done = 0; done < *len; done += n)
    {
      n = *len - done < sizeof out ? *len - done : sizeof out;
      block (out);
      memcpy ((char *) data + done, out, n);
    }
  rekey ();
  explicit_bzero (out, sizeof out);
  triv_touch (node, true);
  return 0;
}

static error_t
random_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	      size_t *len, const void *data, int flags)
{
  stir (data, *len);
  triv_touch (node, false);
  return 0;
}

static error_t
random_readable (struct fs_node *node, loff_t offset, size_t *amount)
{
  *amount = 4096;
  return 0;
}

static error_t
random_truncate (struct fs_node *node, loff_t size)
{
  return 0;
}

static const struct fs_ops random_ops =
{
  TRIV_OPS, .read = random_read, .write = random_write,
  .readable = random_readable, .truncate = random_truncate,
};

static const struct argp argp = { .doc = "A source of random bytes." };

int
main (int argc, char **argv)
{
  static struct triv triv;
  struct sv_bucket *bucket;
  error_t err;

  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  start ();
  err = sv_bucket_create (&bucket);
  if (err == 0)
    err = triv_init (&triv, bucket, "random", S_IFCHR, &random_ops);
  if (err != 0)
    error (1, err, "starting");
  triv_start (&triv, 2, 0);
  triv_wait ();
}
