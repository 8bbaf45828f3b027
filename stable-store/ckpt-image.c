/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ckpt-image - look into a stable store, and make one, on any host.  */

#include "store.h"
#include "core.h"
#include "root-proxy/journal-show.h"
#include <argp.h>
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const char *argp_program_version = "ckpt-image (Perdure) 0.1";

static struct
{
  const char *image, *output, *label;
  char **args;			/* Behind the image.  */
  int nargs;
  bool json, previous, quick;
  uint64_t size, journal;
  struct store_options format;
} opt;

static struct store *store;

/* Say what failed and leave.  */
static void
check (error_t err, const char *what)
{
  if (err && store && *store_error (store))
    error (1, 0, "%s: %s: %s", opt.image, what, store_error (store));
  if (err)
    error (1, err, "%s: %s", opt.image, what);
}

static void
open_store (bool write)
{
  struct store_io io;
  char *text;
  int fd = open (opt.image, write ? O_RDWR : O_RDONLY);
  if (fd < 0)
    error (1, errno, "%s", opt.image);
  error_t busy = store_io_fd (fd, &io);
  if (busy == EBUSY)
    error (1, 0, "%s: somebody else has the store open for writing",
	   opt.image);
  check (busy, "open");
  error_t err = store_open (&io, ((write ? 0 : STORE_RDONLY)
				  | (opt.previous ? STORE_PREVIOUS : 0)),
			    &store, &text);
  if (err)
    error (1, text ? 0 : err, "%s: %s", opt.image, text ? text : "open");
}

/* Argument I as a number.  */
static uint64_t
number (int i, const char *what)
{
  char *end;
  if (i >= opt.nargs)
    error (2, 0, "%s is missing; see --help", what);
  errno = 0;
  uint64_t n = strtoull (opt.args[i], &end, 0);
  if (errno || *end || end == opt.args[i])
    error (2, 0, "%s: not a number for %s", opt.args[i], what);
  return n;
}

/* "64M" and the like in bytes.  */
static uint64_t
parse_size (const char *text, struct argp_state *state)
{
  static const char units[] = "KMGT";
  char *end;
  uint64_t n = strtoull (text, &end, 10);
  const char *u = *end ? strchr (units, *end) : NULL;
  unsigned shift = u ? 10 * (u - units + 1) : 0;
  if (end == text || (*end && (!u || end[1])) || n > UINT64_MAX >> shift)
    argp_error (state, "%s: not a size", text);
  return n << shift;
}

/* TEXT as a JSON string.  */
static void
put_json (const char *text)
{
  putchar ('"');
  for (const unsigned char *p = (const void *) text; *p; p++)
    if (*p == '"' || *p == '\\')
      printf ("\\%c", *p);
    else if (*p < 0x20)
      printf ("\\u%04x", *p);
    else
      putchar (*p);
  putchar ('"');
}

static int
do_mkfs (void)
{
  struct store_io io;
  int fd = open (opt.image, O_RDWR | O_CREAT, 0666);
  struct stat st;
  if (fd < 0 || fstat (fd, &st) < 0)
    error (1, errno, "%s", opt.image);
  if (opt.size && S_ISREG (st.st_mode)
      && ftruncate (fd, opt.size) < 0)
    error (1, errno, "%s", opt.image);
  check (store_io_fd (fd, &io), "open");
  opt.format.nblocks = opt.size / STORE_PAGE;
  opt.format.journal_blocks = opt.journal / STORE_PAGE;
  check (store_format (&io, &opt.format), "mkfs");
  io.close (io.ctx);
  return 0;
}

static int
do_info (void)
{
  struct store_stats st;
  open_store (false);
  store_get_stats (store, &st);
  printf ("UUID:         ");
  for (int i = 0; i < 16; i++)
    printf ("%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
	    st.uuid[i]);
  printf ("\nFormat:       %u\n", st.version);
  printf ("Size:         %" PRIu64 " KiB\n", st.blocks * 4);
  printf ("Free:         %" PRIu64 " KiB, and %" PRIu64 " after two commits\n",
	  st.free_blocks * 4, st.limbo_blocks * 4);
  printf ("Reserve:      %" PRIu64 " KiB\n", st.reserve_blocks * 4);
  printf ("Journal:      %" PRIu64 " KiB\n", st.journal_blocks * 4);
  printf ("Checkpoints:  %" PRIu64 ", the last ever is %" PRIu64 "\n",
	  st.checkpoints, st.last);
  printf ("Commits:      %" PRIu64 "\n", st.commits);
  if (st.keep)
    printf ("Retention:    keep %u\n", st.keep);
  else
    printf ("Retention:    keep all\n");
  printf ("Compression:  %s\n", st.compress ? "lz4" : "none");
  if (st.root_damaged)
    printf ("Note:         one of the two roots does not verify: the last "
	    "commit was cut short, or the disk has damage\n");
  if (st.super_damaged)
    printf (st.super_copy_damaged
	    ? "Note:         the copy of the superblock does not verify\n"
	    : "Note:         the superblock does not verify, its copy does\n");
  return 0;
}

static void
print_time (const struct store_info *info)
{
  char text[40] = "?";
  time_t t = info->sec;
  struct tm tm;
  if (gmtime_r (&t, &tm))
    strftime (text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
  printf ("%s", text);
}

static int
do_list (void)
{
  uint64_t n = 0;
  error_t err;
  open_store (false);
  printf ("%8s  %8s  %-19s  %8s  %10s  %8s  %s\n", "number", "after",
	  "time (UTC)", "objects", "pages", "new", "label");
  while ((err = store_list (store, n, &n)) == 0)
    {
      struct store_info info;
      check (store_checkpoint_info (store, n, &info), "list");
      printf ("%8" PRIu64 "  %8" PRIu64 "  ", n, info.parent);
      print_time (&info);
      printf ("  %8" PRIu64 "  %10" PRIu64 "  %8" PRIu64 "  %s\n",
	      info.objects, info.pages, info.new_blocks, info.label);
    }
  check (err == ENOENT ? 0 : err, "list");
  return 0;
}

static uint64_t
count_pages (struct store_ckpt *c, uint64_t id)
{
  uint64_t at = 0, count = 0;
  error_t err;
  while ((err = store_next_page (c, id, at, &at)) == 0)
    {
      count++;
      at++;
    }
  check (err == ENOENT ? 0 : err, "show");
  return count;
}

static int
do_show (void)
{
  struct store_ckpt *c;
  struct store_info info;
  struct store_object_info o;
  uint64_t n = number (0, "the checkpoint's number"), id = 0;
  error_t err;
  const char *comma = "";

  open_store (false);
  check (store_checkpoint_info (store, n, &info), "show");
  check (store_ckpt_open (store, n, &c), "show");
  if (opt.json)
    {
      printf ("{\"checkpoint\": %" PRIu64 ", \"predecessor\": %" PRIu64
	      ", \"parent\": %" PRIu64 ", \"time\": %" PRId64
	      ".%09u, \"label\": ", n, info.predecessor, info.parent,
	      info.sec, info.nsec);
      put_json (info.label);
      printf (", \"pages\": %" PRIu64 ", \"newBlocks\": %" PRIu64
	      ", \"metaBlocks\": %" PRIu64 ", \"objects\": [",
	      info.pages, info.new_blocks, info.meta_blocks);
    }
  else
    {
      printf ("checkpoint %" PRIu64 ", after %" PRIu64 ", of ", n,
	      info.parent);
      print_time (&info);
      printf (" UTC%s%s\n", *info.label ? ", label " : "", info.label);
      printf ("%" PRIu64 " pages, %" PRIu64 " blocks written for them and %"
	      PRIu64 " for the index\n", info.pages, info.new_blocks,
	      info.meta_blocks);
      printf ("%20s  %10s  %12s  %10s\n", "object", "type", "bytes", "pages");
    }
  while ((err = store_next_object (c, id, &o)) == 0)
    {
      id = o.id;
      if (opt.json)
	printf ("%s{\"id\": %" PRIu64 ", \"type\": %u, \"length\": %" PRIu64
		", \"pages\": %" PRIu64 "}", comma, id, o.type, o.length,
		count_pages (c, id));
      else
	printf ("%20" PRIu64 "  %#10x  %12" PRIu64 "  %10" PRIu64 "\n", id,
		o.type, o.length, count_pages (c, id));
      comma = ", ";
    }
  check (err == ENOENT ? 0 : err, "show");
  if (opt.json)
    printf ("]}\n");
  store_ckpt_close (c);
  return 0;
}

static error_t
print_damage (void *arg, const struct store_damage *d)
{
  (void) arg;
  printf ("block %" PRIu64 ": %s: %s", d->block, d->what,
	  d->err == EILSEQ ? "does not verify" : strerror (d->err));
  if (d->checkpoint)
    printf (", checkpoint %" PRIu64, d->checkpoint);
  if (d->object)
    printf (", object %" PRIu64 ", page %" PRIu64, d->object, d->page);
  putchar ('\n');
  return 0;
}

static int
do_verify (void)
{
  uint64_t count;
  struct store_journal_record r = { .seq = 0 };
  open_store (false);
  check (store_scrub (store, opt.quick ? 0 : STORE_SCRUB_SPACE, print_damage,
		      NULL, &count), "verify");
  error_t err;
  while ((err = store_journal_next (store, r.seq, &r, NULL)) == 0)
    continue;
  if (err != ENOENT)
    {
      printf ("%s\n", store_error (store));
      count++;
    }
  printf ("%" PRIu64 " damaged\n", count);
  return count != 0;
}

static int
do_journal (void)
{
  uint64_t n = opt.nargs ? number (0, "the checkpoint's number") : 0;
  const char *why;

  open_store (false);
  error_t err = journal_show (store, n, opt.json, stdout, &why);
  if (err == EILSEQ || err == EIO)
    check (err, why);
  else if (err)
    error (1, err, "%s: %s", opt.image, why);
  return 0;
}

static int
do_object (void)
{
  uint64_t n = number (0, "the checkpoint's number");
  uint64_t id = number (1, "the object's number"), at = 0, end;
  struct store_object_info o;
  struct store_ckpt *c;
  static uint8_t page[STORE_PAGE];
  error_t err;
  FILE *out = stdout;

  open_store (false);
  check (store_ckpt_open (store, n, &c), "object");
  check (store_find_object (c, id, &o), "object");
  if (opt.output && !(out = fopen (opt.output, "w")))
    error (1, errno, "%s", opt.output);

  /* The length says where it ends; without one, the last page does.  */
  end = o.length;
  if (!end)
    while ((err = store_next_page (c, id, at, &at)) == 0)
      end = ++at * STORE_PAGE;
  for (at = 0; at * STORE_PAGE < end; at++)
    {
      uint64_t left = end - at * STORE_PAGE, next = at;
      /* A hole in a file costs nothing.  */
      err = store_next_page (c, id, at, &next);
      if (opt.output && (err == ENOENT || next > at))
	{
	  at = (err == ENOENT ? (end - 1) / STORE_PAGE : next - 1);
	  continue;
	}
      check (store_read_pages (c, id, at, 1, page), "object");
      if (opt.output && fseeko (out, at * STORE_PAGE, SEEK_SET) < 0)
	error (1, errno, "%s", opt.output);
      fwrite (page, 1, left < STORE_PAGE ? left : STORE_PAGE, out);
    }
  if (fflush (out) || ferror (out)
      || (opt.output && ftruncate (fileno (out), end) < 0)
      || fclose (out))
    error (1, errno, "%s", opt.output ? opt.output : "standard output");
  store_ckpt_close (c);
  return 0;
}

static int
do_extract (void)
{
  uint64_t n = number (0, "the checkpoint's number");
  uint64_t pid = number (1, "the process' number");
  struct ci_image image;
  struct store_ckpt *c;
  const char *what = "";
  void *data;
  size_t len;
  char *name = NULL;

  open_store (false);
  check (store_ckpt_open (store, n, &c), "extract");
  check (store_read_blob (c, CI_OBJECT_IMAGE, 256 << 20, &data, &len),
	 "the checkpoint's records");
  error_t err = ci_decode (data, len, &image, &what);
  if (err)
    error (1, err, "%s: the checkpoint's records%s%s", opt.image,
	   *what ? ": " : "", what);
  uint32_t task = 0;
  while (task < image.ntasks && image.tasks[task].pid != pid)
    task++;
  if (task == image.ntasks || pid == 0)
    error (1, 0, "%s: there is no process %" PRIu64 " in checkpoint %" PRIu64,
	   opt.image, pid, n);
  if (opt.output == NULL && asprintf (&name, "core.%" PRIu64, pid) < 0)
    error (1, errno, "memory");
  const char *file = opt.output ? opt.output : name;
  FILE *out = fopen (file, "w");
  if (out == NULL)
    error (1, errno, "%s", file);
  err = core_write (out, c, &image, task);
  if (err || fclose (out))
    error (1, err ? err : errno, "%s", file);
  free (name);
  store_ckpt_close (c);
  ci_free (&image);
  free (data);
  return 0;
}

static int
do_drop (void)
{
  number (0, "the checkpoint's number");
  open_store (true);
  for (int i = 0; i < opt.nargs; i++)
    check (store_drop (store, number (i, "the checkpoint's number")), "drop");
  return 0;
}

static int
do_label (void)
{
  uint64_t n = number (0, "the checkpoint's number");
  open_store (true);
  check (store_label (store, n, opt.nargs > 1 ? opt.args[1] : NULL), "label");
  return 0;
}

/* Differences come page by page; runs are printed.  */
struct run
{
  uint64_t id, first, last;
  bool any, found;
};

static void
print_run (struct run *r)
{
  if (!r->any)
    return;
  if (r->first == UINT64_MAX)
    printf ("object %" PRIu64 "\n", r->id);
  else if (r->first == r->last)
    printf ("object %" PRIu64 " page %" PRIu64 "\n", r->id, r->first);
  else
    printf ("object %" PRIu64 " pages %" PRIu64 "-%" PRIu64 "\n", r->id,
	    r->first, r->last);
  r->any = false;
}

static error_t
add_difference (void *arg, uint64_t id, uint64_t pageno)
{
  struct run *r = arg;
  r->found = true;
  if (r->any && id == r->id && r->first != UINT64_MAX
      && pageno == r->last + 1)
    r->last = pageno;
  else
    {
      print_run (r);
      *r = (struct run) { id, pageno, pageno, true, true };
    }
  return 0;
}

static int
do_diff (void)
{
  uint64_t na = number (0, "the first checkpoint's number");
  uint64_t nb = number (1, "the second checkpoint's number");
  struct store_ckpt *a, *b;
  struct run r = { .any = false };
  open_store (false);
  check (store_ckpt_open (store, na, &a), "diff");
  check (store_ckpt_open (store, nb, &b), "diff");
  check (store_diff (a, b, add_difference, &r), "diff");
  print_run (&r);
  store_ckpt_close (a);
  store_ckpt_close (b);
  return r.found;
}

static const struct command
{
  const char *name;
  int (*run) (void);
  int max;			/* Arguments behind the image at most.  */
} commands[] = {
  { "mkfs", do_mkfs, 0 }, { "info", do_info, 0 }, { "list", do_list, 0 },
  { "show", do_show, 1 }, { "verify", do_verify, 0 },
  { "extract", do_extract, 2 }, { "object", do_object, 2 },
  { "drop", do_drop, 1 << 20 },
  { "label", do_label, 2 }, { "diff", do_diff, 2 },
  { "journal", do_journal, 1 }
};

static const struct command *command;

static const struct argp_option options[] = {
  { "json", 'j', NULL, 0, "show, journal: print JSON", 0 },
  { "output", 'o', "FILE", 0, "extract, object: write there, not to core.PID or standard output",
    0 },
  { "previous", 'p', NULL, 0, "Use the state before the last commit", 0 },
  { "quick", 'q', NULL, 0, "verify: do not account for each block", 0 },
  { "size", 's', "SIZE", 0, "mkfs: make the image so large (K, M, G, T)", 0 },
  { "journal", 'J', "SIZE", 0, "mkfs: size of the journal", 0 },
  { "keep", 'k', "N", 0, "mkfs: keep the last N checkpoints", 0 },
  { "compress", 'c', NULL, 0, "mkfs: compress pages", 0 },
  { 0 }
};

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 'j':
      opt.json = true;
      break;
    case 'o':
      opt.output = arg;
      break;
    case 'p':
      opt.previous = true;
      break;
    case 'q':
      opt.quick = true;
      break;
    case 's':
      opt.size = parse_size (arg, state);
      break;
    case 'J':
      opt.journal = parse_size (arg, state);
      break;
    case 'k':
      opt.format.keep = atoi (arg);
      break;
    case 'c':
      opt.format.flags |= STORE_COMPRESS;
      break;
    case ARGP_KEY_ARGS:
      for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
	if (strcmp (state->argv[state->next], commands[i].name) == 0)
	  command = &commands[i];
      if (!command)
	argp_error (state, "%s: no such command", state->argv[state->next]);
      opt.nargs = state->argc - state->next - 2;
      if (opt.nargs < 0)
	argp_error (state, "the image is missing");
      if (opt.nargs > command->max)
	argp_error (state, "too many arguments");
      opt.image = state->argv[state->next + 1];
      opt.args = state->argv + state->next + 2;
      break;
    case ARGP_KEY_NO_ARGS:
      argp_usage (state);
      break;
    default:
      return ARGP_ERR_UNKNOWN;
    }
  return 0;
}

int
main (int argc, char **argv)
{
  static const struct argp argp = {
    options, parse,
    "mkfs IMAGE\ninfo IMAGE\nlist IMAGE\nshow IMAGE N\nverify IMAGE\n"
    "journal IMAGE [N]\n"
    "extract IMAGE N PID\nobject IMAGE N OBJECT\ndrop IMAGE N...\nlabel IMAGE N [TEXT]\n"
    "diff IMAGE A B",
    "Look into the stable store in IMAGE, or make one.\v"
    "The exit status is 0; 1 if something failed, if verify found damage or "
    "diff a difference; 2 if the command line is wrong.", NULL, NULL, NULL
  };
  argp_err_exit_status = 2;
  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  int status = command->run ();
  store_close (store);
  if (fflush (stdout) || ferror (stdout))
    error (1, errno, "standard output");
  return status;
}
