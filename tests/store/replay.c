/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay - what a disk was at each moment, from the record of its writes.

   LOG is what QEMU's blklogwrites wrote (the format of dm-log-writes): a sector with
   magic, version, number of entries and sector size; then for each write a sector
   with place, length and flags, and the data.  They are applied to IMAGE, which
   begins as the disk was (a file of zeros, or as it was formatted), one by one, and
   after each, and once within each that is longer than a sector, the image is what a
   stop of the machine there would have left.

   Each time the store must open, with the last checkpoint committed until then or
   the one being committed, and no other; all that any checkpoint refers to must
   verify and each block be accounted for; and a checkpoint, once seen, must have the
   same contents for ever.

   replay [--verify=PROGRAM] [--most=N] [--seed=S] LOG IMAGE: with PROGRAM,
   `PROGRAM verify IMAGE' must agree, too.  At most N of the states are looked at,
   chosen by S.  */

#include "store.h"
#include <argp.h>
#include <error.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xxhash.h>

#define LOG_MAGIC 0x6a736677736872ull
#define LOG_DISCARD 4
#define LOG_MARK 8

static const char *verifier, *log_name, *image;
static uint64_t most, seed = 20031;
static int disk;

/* What has been found so far.  */
static struct
{
  uint64_t writes, states, checked, bad, commits;
  uint64_t last;		/* The last checkpoint ever.  */
  uint64_t commit;		/* The number of the commit.  */
  bool begun;			/* There is a store.  */
} seen;

#define KNOWN 100000
static uint64_t digest_of[KNOWN];	/* By checkpoint; 0: not seen.  */

static uint64_t
little (const uint8_t *p, int n)
{
  uint64_t v = 0;
  while (n-- > 0)
    v = v << 8 | p[n];
  return v;
}

static void
wrong (const char *what, const char *text)
{
  if (seen.bad++ < 10)
    fprintf (stderr, "replay: after write %llu: %s: %s\n",
	     (unsigned long long) seen.writes, what, text);
}

/* Everything that is in checkpoint N, as one number.  */
static uint64_t
digest (struct store *s, uint64_t n)
{
  static uint8_t page[STORE_PAGE];
  struct store_object_info o = { .id = 0 };
  XXH64_state_t *x = XXH64_createState ();
  struct store_ckpt *c;
  uint64_t h = 1;
  error_t err = store_ckpt_open (s, n, &c);
  XXH64_reset (x, 0);
  while (!err && (err = store_next_object (c, o.id, &o)) == 0)
    {
      uint64_t head[3] = { o.id, o.type, o.length }, at = 0;
      XXH64_update (x, head, sizeof head);
      while ((err = store_next_page (c, o.id, at, &at)) == 0
	     && (err = store_read_pages (c, o.id, at, 1, page)) == 0)
	{
	  XXH64_update (x, &at, sizeof at);
	  XXH64_update (x, page, sizeof page);
	  at++;
	}
      if (err == ENOENT)
	err = 0;
    }
  if (err != ENOENT)
    wrong ("a checkpoint does not read", store_error (s));
  else
    h = XXH64_digest (x) | 1;
  store_ckpt_close (c);
  XXH64_freeState (x);
  return h;
}

/* The newest checkpoint, and one other, are what they were.  */
static void
check_contents (struct store *s, const struct store_stats *st)
{
  uint64_t n = 0, pick[2] = { 0, 0 };
  while (store_list (s, n, &n) == 0)
    {
      if (n * 2654435761u % 7 == st->commits % 7)
	pick[0] = n;
      pick[1] = n;
    }
  if (pick[1] > st->last || pick[1] + 1 < st->last)
    wrong ("the newest checkpoint", "has a wrong number");
  for (int i = 0; i < 2; i++)
    if (pick[i] && pick[i] < KNOWN)
      {
	uint64_t h = digest (s, pick[i]), *d = &digest_of[pick[i]];
	if (*d && *d != h)
	  wrong ("a checkpoint", "has changed");
	*d = h;
      }
}

static error_t
print_damage (void *arg, const struct store_damage *d)
{
  (void) arg;
  fprintf (stderr, "replay: block %llu: %s\n", (unsigned long long) d->block,
	   d->what);
  return 0;
}

/* Does the other program say so, too?  */
static bool
verified (void)
{
  fflush (NULL);
  pid_t pid = fork ();
  int status = 1;
  if (pid == 0)
    {
      int null = open ("/dev/null", O_WRONLY);
      dup2 (null, 1);
      dup2 (null, 2);
      execl (verifier, verifier, "verify", image, NULL);
      _exit (127);
    }
  while (pid > 0 && waitpid (pid, &status, 0) < 0 && errno == EINTR)
    continue;
  return status == 0;
}

static void
examine (void)
{
  struct store_io io;
  struct store_stats st;
  struct store *s;
  char *text;
  uint64_t damage = 0;
  int fd = open (image, O_RDONLY);
  if (fd < 0 || store_io_fd (fd, &io))
    error (2, errno, "%s", image);
  error_t err = store_open (&io, STORE_RDONLY, &s, &text);
  if (err)
    {
      /* Until it is made there is no store, and that is said.  */
      if (seen.begun)
	wrong ("the store does not open", text ? text : strerror (err));
      free (text);
      io.close (io.ctx);
      return;
    }
  store_get_stats (s, &st);
  if (!seen.begun && st.super_damaged)
    {
      /* It is being made: the superblock comes after its copy.  */
      store_close (s);
      return;
    }
  seen.begun = true;
  seen.checked++;
  if (st.commits < seen.commit || st.commits > seen.commit + 1 + !seen.commit
      || st.last < seen.last || st.last > seen.last + 1)
    wrong ("the state", "is not the last one, nor the next");
  if (st.commits != seen.commit)
    {
      check_contents (s, &st);
      seen.commits++;
    }
  seen.commit = st.commits;
  seen.last = st.last;
  if (store_scrub (s, STORE_SCRUB_SPACE, print_damage, NULL, &damage)
      || damage > st.root_damaged)
    wrong ("the store", "does not verify");
  /* A root cut short is told by `verify' as damage, and rightly.  */
  else if (verifier && !damage && !verified ())
    wrong (verifier, "does not verify it");
  store_close (s);
}

/* Is this state looked at?  */
static bool
chosen (uint64_t writes, uint64_t all)
{
  if (!most || most >= 2 * all)
    return true;
  uint64_t key[2] = { seed, seen.states };
  (void) writes;
  return XXH64 (key, sizeof key, 0) % (2 * all) < most;
}

static void
apply (uint64_t at, const uint8_t *data, size_t len)
{
  if (pwrite (disk, data, len, at) != (ssize_t) len)
    error (2, errno, "%s", image);
}

/* Apply one write of LEN bytes; look at the state within it and after it.  Without
   looking at all between two commits one might be missed: those few are always
   looked at.  */
static void
replay (uint64_t at, const uint8_t *data, size_t len, size_t sector,
	uint64_t all)
{
  bool root = at / STORE_PAGE <= 2;
  size_t part = 0;
  if (len > sector)
    {
      part = (XXH64 (&seen.writes, 8, seed) % (len / sector - 1) + 1) * sector;
      apply (at, data, part);
      seen.states++;
      if (chosen (seen.writes, all) || root)
	examine ();
    }
  apply (at + part, data + part, len - part);
  seen.writes++;
  seen.states++;
  if (chosen (seen.writes, all) || root)
    examine ();
}

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 'v':
      verifier = arg;
      return 0;
    case 'm':
      most = strtoull (arg, NULL, 0);
      return 0;
    case 's':
      seed = strtoull (arg, NULL, 0);
      return 0;
    case ARGP_KEY_ARG:
      if (state->arg_num > 1)
	argp_usage (state);
      *(state->arg_num ? &image : &log_name) = arg;
      return 0;
    case ARGP_KEY_END:
      if (state->arg_num != 2)
	argp_usage (state);
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
    }
}

int
main (int argc, char **argv)
{
  static const struct argp_option options[] = {
    { "verify", 'v', "PROGRAM", 0, "Ask this ckpt-image, too", 0 },
    { "most", 'm', "N", 0, "Look at about N states only", 0 },
    { "seed", 's', "S", 0, "Of what is chosen", 0 },
    { 0 }
  };
  static const struct argp argp = { options, parse, "LOG IMAGE", NULL, NULL,
				    NULL, NULL };
  static uint8_t head[4096];
  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  FILE *log = fopen (log_name, "rb");
  disk = open (image, O_WRONLY);
  if (!log || disk < 0)
    error (2, errno, "%s", log ? image : log_name);
  if (fread (head, 1, 512, log) != 512 || little (head, 8) != LOG_MAGIC)
    error (2, 0, "%s: no record of writes", log_name);
  uint64_t entries = little (head + 16, 8);
  size_t sector = little (head + 24, 4);
  if (sector < 512 || sector > sizeof head)
    error (2, 0, "%s: sectors of %zu bytes", log_name, sector);

  for (uint64_t i = 0; i < entries; i++)
    {
      uint64_t at = ftello (log);
      at = (at + sector - 1) / sector * sector;
      if (fseeko (log, at, SEEK_SET) < 0
	  || fread (head, 1, sector, log) != sector)
	error (2, 0, "%s: ends after %llu of %llu entries", log_name,
	       (unsigned long long) i, (unsigned long long) entries);
      uint64_t place = little (head, 8), n = little (head + 8, 8);
      uint64_t flags = little (head + 16, 8);
      if (n == 0 || flags & (LOG_DISCARD | LOG_MARK))
	continue;
      uint8_t *data = malloc (n * sector);
      if (!data || fread (data, sector, n, log) != n)
	error (2, errno, "%s: entry %llu", log_name, (unsigned long long) i);
      replay (place * sector, data, n * sector, sector, entries);
      free (data);
    }
  printf ("replay: %llu writes, %llu states looked at of %llu, %llu commits, %llu "
	  "checkpoints, %llu violations, seed %llu\n",
	  (unsigned long long) seen.writes, (unsigned long long) seen.checked,
	  (unsigned long long) seen.states, (unsigned long long) seen.commits,
	  (unsigned long long) seen.last, (unsigned long long) seen.bad,
	  (unsigned long long) seed);
  fclose (log);
  return seen.bad != 0 || !seen.begun;
}
