/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz.c - opening, showing and verifying arbitrary images.

   An input is a list of patches to a small real image: block (1 byte), offset (2
   bytes), length (1 byte), the bytes.  If its first byte is 255, the rest is the
   beginning of the image itself.  The store is compiled without its checksums, so
   that what is behind them is reached too; whatever is found there, nothing may
   crash or run away.

   For libFuzzer as it is; with FUZZ_MAIN a program of its own:
   fuzz FILE...              run these inputs; a FILE.pack is many, each after its
			     length in 2 bytes
   fuzz --seconds N SEED     run inputs made by chance for so long  */

#include "model.h"
#include "sim.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCKS 200

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static struct sim base;

static void
must (error_t err)
{
  if (err)
    abort ();
}

static void
build (void)
{
  struct store_options o = { .flags = (STORE_TINY | STORE_PLAIN_UUID
				       | STORE_COMPRESS),
			     .journal_blocks = 8, .chain_max = 3 };
  struct m_state st = { .present = { true, true } }, old;
  static const uint8_t record[5000] = "journal";
  struct store *s;
  struct store_txn *t;
  sim_init (&base, BLOCKS, BLOCKS);
  struct store_io io = sim_io (&base);
  must (store_format (&io, &o));
  must (store_open (&io, 0, &s, NULL));
  for (unsigned i = 0; i < 6; i++)
    {
      old = st;
      for (unsigned p = 0; p < 9; p++)
	st.value[p % 2][(i * 7 + p) % M_PAGES] = i * 100 + p % 8;
      if (i == 0)
	memset (&old, 0, sizeof old);
      must (store_begin (s, &t));
      must (model_write (&old, &st, false, t));
      must (store_commit (t, i == 2 ? "label" : NULL, NULL));
      must (store_journal_append (s, i, 1, record, 100 + 900 * i, NULL));
    }
  must (store_drop (s, 4));
  store_close (s);
}

/* Everything that ckpt-image does with an image it does not change.  */
static void
look (struct sim *disk)
{
  struct store_io io = sim_io (disk);
  struct store *s;
  char *text;
  uint64_t n = 0, count;
  static uint8_t pages[64 * STORE_PAGE];

  if (store_open (&io, STORE_RDONLY, &s, &text))
    {
      free (text);
      return;
    }
  struct store_ckpt *before = NULL;
  for (unsigned i = 0; i < 20 && store_list (s, n, &n) == 0; i++)
    {
      struct store_info info;
      struct store_ckpt *c;
      struct store_object_info o = { .id = 0 };
      store_checkpoint_info (s, n, &info);
      if (store_ckpt_open (s, n, &c))
	continue;
      for (unsigned j = 0; j < 20; j++)
	{
	  uint64_t pageno = 0;
	  void *blob;
	  size_t length;
	  if (store_next_object (c, o.id, &o))
	    break;
	  store_read_pages (c, o.id, 0, 64, pages);
	  for (unsigned k = 0; k < 100; k++, pageno++)
	    if (store_next_page (c, o.id, pageno, &pageno))
	      break;
	  if (store_read_blob (c, o.id, 100000, &blob, &length) == 0)
	    free (blob);
	}
      store_ckpt_close (before);
      before = c;
    }
  store_ckpt_close (before);
  store_scrub (s, STORE_SCRUB_SPACE, NULL, NULL, &count);
  struct store_journal_record r = { .seq = 0 };
  void *data;
  for (unsigned i = 0; i < 20; i++)
    {
      if (store_journal_next (s, r.seq, &r, &data))
	break;
      free (data);
    }
  store_close (s);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct sim disk;
  if (!base.cell)
    build ();
  sim_copy (&disk, &base);
  if (size && data[0] == 255)
    for (size_t i = 1; i < size && i < BLOCKS * STORE_PAGE; i++)
      sim_bytes (&disk, (i - 1) / STORE_PAGE)[(i - 1) % STORE_PAGE] = data[i];
  else
    while (size >= 4)
      {
	unsigned block = data[0] % BLOCKS;
	unsigned at = (data[1] | data[2] << 8) % STORE_PAGE, n = data[3];
	data += 4;
	size -= 4;
	n = n < size ? n : size;
	n = n < STORE_PAGE - at ? n : STORE_PAGE - at;
	memcpy (sim_bytes (&disk, block) + at, data, n);
	data += n;
	size -= n;
      }
  look (&disk);
  sim_free (&disk);
  return 0;
}

#ifdef FUZZ_MAIN

static uint64_t rnd_state;

static uint32_t
rnd (void)
{
  rnd_state = rnd_state * 6364136223846793005ull + 1442695040888963407ull;
  return rnd_state >> 33;
}

/* Run the inputs of file NAME; how many there were.  */
static unsigned long
run_file (const char *name)
{
  static uint8_t data[BLOCKS * STORE_PAGE + 1];
  size_t length = strlen (name), at = 0;
  unsigned long count = 0;
  FILE *f = fopen (name, "rb");
  if (!f)
    {
      perror (name);
      exit (2);
    }
  size_t n = fread (data, 1, sizeof data, f);
  fclose (f);
  if (length < 5 || strcmp (name + length - 5, ".pack") != 0)
    {
      LLVMFuzzerTestOneInput (data, n);
      return 1;
    }
  for (; at + 2 <= n; count++)
    {
      size_t size = data[at] | data[at + 1] << 8;
      at += 2;
      LLVMFuzzerTestOneInput (data + at, size < n - at ? size : n - at);
      at += size;
    }
  return count;
}

/* A few patches, mostly of the blocks that are in use and of their heads, mostly
   with values that hurt.  */
static size_t
invent (uint8_t *data)
{
  static const uint8_t hurt[] = { 0, 1, 2, 7, 127, 128, 254, 255 };
  size_t n = 0;
  for (unsigned i = rnd () % 6 + 1; i > 0; i--)
    {
      unsigned at = rnd () % (rnd () % 2 ? 512 : STORE_PAGE);
      unsigned length = rnd () % 4 ? rnd () % 3 + 1 : rnd () % 9;
      uint8_t block;
      do
	block = rnd () % BLOCKS;
      while (!base.cell[block]);
      data[n++] = block;
      data[n++] = at;
      data[n++] = at >> 8;
      data[n++] = length;
      while (length-- > 0)
	data[n++] = rnd () % 2 ? rnd () : hurt[rnd () % sizeof hurt];
    }
  return n;
}

int
main (int argc, char **argv)
{
  unsigned long count = 0;
  uint8_t data[256];
  if (argc == 4 && strcmp (argv[1], "--seconds") == 0)
    {
      time_t end = time (NULL) + atoi (argv[2]);
      uint64_t seed = rnd_state = strtoull (argv[3], NULL, 0);
      LLVMFuzzerTestOneInput (data, 0);
      for (; time (NULL) < end; count++)
	LLVMFuzzerTestOneInput (data, invent (data));
      printf ("fuzz: %lu inputs in %s s, seed %llu\n", count, argv[2],
	      (unsigned long long) seed);
    }
  else
    {
      for (int i = 1; i < argc; i++)
	count += run_file (argv[i]);
      printf ("fuzz: %lu inputs replayed\n", count);
    }
  sim_free (&base);
  return 0;
}

#endif
