/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench.c - the same pages into the stable store, LMDB and SQLite (WAL), each
   checkpoint durable before the next begins, all checkpoints kept: bytes written
   and time.

   All three work in the same kind of file, one that is all there from the beginning:
   each block has been written once, so that none pays for finding it on the host's
   file system.  All have their usual way of waiting for the disk, which is fdatasync
   or (LMDB's last page) a write through a descriptor with O_DSYNC.

   bench [DIRECTORY]: the files are made there (default: the current one).  */

#include "store.h"
#include <fcntl.h>
#include <lmdb.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { STATE = 16384, CKPTS = 100, DISK = 512 << 20 };

static const struct work
{
  const char *name;
  unsigned runs, length;
  unsigned rounds;		/* More for what is short.  */
} works[] = {
  { "64 KiB in 1 run", 1, 16, 15 },
  { "1 MiB in 8 runs", 8, 32, 7 },
  { "1 MiB scattered", 256, 1, 7 }
};

struct peer
{
  const char *name;
  void (*make) (const char *path);	/* As small as can be.  */
  void (*open) (const char *path);
  void (*begin) (unsigned ckpt);
  void (*put) (unsigned ckpt, unsigned pageno, const void *page);
  void (*commit) (unsigned ckpt);
  void (*close) (void);
};

static void
must (int err, const char *what)
{
  if (!err)
    return;
  fprintf (stderr, "bench: %s: error %d\n", what, err);
  exit (2);
}

/* ---- The store ---- */

static struct store *store;
static struct store_txn *txn;
static struct store_obj *obj;

static void
store_make (const char *path)
{
  struct store_io io;
  int fd = open (path, O_RDWR | O_CREAT, 0644);
  must (fd < 0 || ftruncate (fd, DISK) < 0, path);
  must (store_io_fd (fd, &io), "io");
  must (store_format (&io, NULL), "format");
  io.close (io.ctx);
}

static void
store_start (const char *path)
{
  struct store_io io;
  must (store_io_fd (open (path, O_RDWR), &io), path);
  must (store_open (&io, 0, &store, NULL), "open");
}

static void
store_begin_it (unsigned ckpt)
{
  must (store_begin (store, &txn), "begin");
  must (ckpt ? store_keep_object (txn, 1, &obj)
	: store_object_create (txn, 1, 1, &obj), "object");
}

static void
store_put (unsigned ckpt, unsigned pageno, const void *page)
{
  (void) ckpt;
  must (store_put_page (obj, pageno, page), "put");
}

static void
store_end (unsigned ckpt)
{
  (void) ckpt;
  must (store_commit (txn, NULL, NULL), "commit");
}

static void
store_stop (void)
{
  store_close (store);
}

/* ---- LMDB: (page, checkpoint) -> page ---- */

static MDB_env *env;
static MDB_txn *mtxn;
static MDB_dbi dbi;

static void
lmdb_start (const char *path)
{
  must (mdb_env_create (&env), "mdb_env_create");
  must (mdb_env_set_mapsize (env, (size_t) 4 << 30), "mapsize");
  must (mdb_env_open (env, path, MDB_NOSUBDIR, 0644), "mdb_env_open");
}

static void
lmdb_make (const char *path)
{
  MDB_txn *none;
  lmdb_start (path);
  must (mdb_txn_begin (env, NULL, 0, &none), "mdb_txn_begin");
  must (mdb_txn_commit (none), "mdb_txn_commit");
  mdb_env_close (env);
}

static void
lmdb_begin (unsigned ckpt)
{
  (void) ckpt;
  must (mdb_txn_begin (env, NULL, 0, &mtxn), "mdb_txn_begin");
  must (mdb_dbi_open (mtxn, NULL, MDB_CREATE, &dbi), "mdb_dbi_open");
}

static void
lmdb_put (unsigned ckpt, unsigned pageno, const void *page)
{
  uint8_t key[8] = { pageno >> 24, pageno >> 16, pageno >> 8, pageno,
		     ckpt >> 24, ckpt >> 16, ckpt >> 8, ckpt };
  MDB_val k = { sizeof key, key }, v = { STORE_PAGE, (void *) page };
  must (mdb_put (mtxn, dbi, &k, &v, 0), "mdb_put");
}

static void
lmdb_commit (unsigned ckpt)
{
  (void) ckpt;
  must (mdb_txn_commit (mtxn), "mdb_txn_commit");
}

static void
lmdb_stop (void)
{
  mdb_env_close (env);
}

/* ---- SQLite ---- */

static sqlite3 *db;
static sqlite3_stmt *insert;

static void
sql (const char *text)
{
  must (sqlite3_exec (db, text, NULL, NULL, NULL), text);
}

static void
sqlite_make (const char *path)
{
  must (sqlite3_open (path, &db), "sqlite3_open");
  sql ("PRAGMA journal_mode=WAL");
  sql ("CREATE TABLE pages (page INTEGER, ckpt INTEGER, data BLOB, "
       "PRIMARY KEY (page, ckpt)) WITHOUT ROWID");
  must (sqlite3_close (db), "sqlite3_close");
}

/* Its log has grown to the size of the state before the checkpoints that count, and is
   used again from the start.  */
static void
sqlite_start (const char *path)
{
  int chunk = DISK;
  must (sqlite3_open (path, &db), "sqlite3_open");
  /* The file is not to be cut.  */
  must (sqlite3_file_control (db, "main", SQLITE_FCNTL_CHUNK_SIZE, &chunk),
	"chunk size");
  sql ("PRAGMA synchronous=FULL");
  must (sqlite3_prepare_v2 (db, "INSERT INTO pages VALUES (?, ?, ?)", -1,
			    &insert, NULL), "prepare");
}

static void
sqlite_begin (unsigned ckpt)
{
  (void) ckpt;
  sql ("BEGIN");
}

static void
sqlite_put (unsigned ckpt, unsigned pageno, const void *page)
{
  sqlite3_bind_int (insert, 1, pageno);
  sqlite3_bind_int (insert, 2, ckpt);
  sqlite3_bind_blob (insert, 3, page, STORE_PAGE, SQLITE_STATIC);
  must (sqlite3_step (insert) != SQLITE_DONE, "insert");
  sqlite3_reset (insert);
}

static void
sqlite_commit (unsigned ckpt)
{
  (void) ckpt;
  sql ("COMMIT");
}

static void
sqlite_stop (void)
{
  sqlite3_finalize (insert);
  must (sqlite3_close (db), "sqlite3_close");
}

static const struct peer peers[] = {
  { "store", store_make, store_start, store_begin_it, store_put, store_end,
    store_stop },
  { "LMDB", lmdb_make, lmdb_start, lmdb_begin, lmdb_put, lmdb_commit,
    lmdb_stop },
  { "SQLite", sqlite_make, sqlite_start, sqlite_begin, sqlite_put,
    sqlite_commit, sqlite_stop }
};

/* PATH and what is made beside it.  */
static void
remove_all (const char *path)
{
  char name[4200];
  for (const char *const *s = (const char *const[]) { "", "-wal", "-shm",
						      "-lock", NULL }; *s; s++)
    {
      snprintf (name, sizeof name, "%s%s", path, *s);
      unlink (name);
    }
}

/* Make PATH an empty database of P in a file of DISK bytes, all of them written
   once.  */
static void
prepare (const struct peer *p, const char *path)
{
  static char zeros[1 << 20];
  char data[STORE_PAGE];
  char fresh[4200];
  struct stat st;
  int fd = open (path, O_RDWR | O_CREAT, 0644);
  must (fd < 0 || fstat (fd, &st) < 0, path);
  if (st.st_size != DISK)
    for (off_t at = 0; at < DISK; at += sizeof zeros)
      must (pwrite (fd, zeros, sizeof zeros, at) != sizeof zeros, path);
  snprintf (fresh, sizeof fresh, "%s.new", path);
  remove_all (fresh);
  p->make (fresh);
  int from = open (fresh, O_RDONLY);
  must (from < 0, fresh);
  for (off_t at = 0; (at = lseek (from, at, SEEK_DATA)) >= 0; at += STORE_PAGE)
    must (pread (from, data, STORE_PAGE, at) != STORE_PAGE
	  || pwrite (fd, data, STORE_PAGE, at) != STORE_PAGE, path);
  close (from);
  remove_all (fresh);
  must (fsync (fd), path);
  close (fd);
}

/* Bytes this process has given to write and its like.  */
static unsigned long long
written (void)
{
  char line[100];
  unsigned long long n = 0;
  FILE *f = fopen ("/proc/self/io", "r");
  must (!f, "/proc/self/io");
  while (fgets (line, sizeof line, f))
    sscanf (line, "wchar: %llu", &n);
  fclose (f);
  return n;
}

static double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* BEST gets the time of each checkpoint if it is less than what is there.  */
static void
run (const struct peer *p, const struct work *w, const char *dir,
     double *bytes, double *best)
{
  char path[4096];
  uint64_t page[STORE_PAGE / 8], value = 1;
  snprintf (path, sizeof path, "%s/bench-%s", dir, p->name);
  prepare (p, path);
  p->open (path);
  for (unsigned c = 0; c <= CKPTS; c++)
    {
      unsigned runs = c ? w->runs : 1, length = c ? w->length : STATE;
      if (c == 1)
	*bytes = -(double) written ();
      double start = now ();
      p->begin (c);
      for (unsigned r = 0; r < runs; r++)
	{
	  unsigned span = STATE / runs;
	  unsigned at = r * span + (c ? (c * 2654435761u + r * 40503u)
				    % (span - length + 1) : 0);
	  for (unsigned i = 0; i < length; i++)
	    {
	      for (unsigned j = 0; j < STORE_PAGE / 8; j++)
		page[j] = (value += 0x9e3779b97f4a7c15ull);
	      p->put (c, at + i, page);
	    }
	}
      p->commit (c);
      double took = now () - start;
      if (best[c] == 0 || took < best[c])
	best[c] = took;
    }
  /* What a write-ahead log still owes to its database counts.  */
  p->close ();
  *bytes += written ();
  struct stat st;
  must (stat (path, &st) < 0 || st.st_size != DISK, "size of the file");
}

int
main (int argc, char **argv)
{
  const char *dir = argc > 1 ? argv[1] : ".";
  int failed = 0;
  printf ("bench: %u checkpoints of a state of %u MiB\n", CKPTS, STATE / 256);
  for (size_t i = 0; i < sizeof works / sizeof works[0]; i++)
    {
      const struct work *w = &works[i];
      double changed = (double) CKPTS * w->runs * w->length * STORE_PAGE;
      double bytes[3], seconds[3];
      /* By turns, and of each checkpoint the best time: what else the machine does
	 hits one here, one there.  */
      static double best[3][CKPTS + 1];
      memset (best, 0, sizeof best);
      for (unsigned k = 0; k < w->rounds; k++)
	for (unsigned p = 0; p < 3; p++)
	  run (&peers[p], w, dir, &bytes[p], best[p]);
      for (unsigned p = 0; p < 3; p++)
	{
	  seconds[p] = 0;
	  for (unsigned c = 1; c <= CKPTS; c++)
	    seconds[p] += best[p][c];
	  printf ("bench: %-16s %-7s %8.2f MiB written (%.3f per byte changed), "
		  "%.3f s\n", w->name, peers[p].name, bytes[p] / 1048576,
		  bytes[p] / changed, seconds[p]);
	}
      bool fewer = bytes[0] < bytes[1] && bytes[0] < bytes[2];
      bool faster = seconds[0] <= seconds[1] && seconds[0] <= seconds[2];
      printf ("bench: %-16s fewer bytes than both: %s; no slower than the "
	      "faster: %s\n", w->name, fewer ? "yes" : "NO",
	      faster ? "yes" : "NO");
      failed += !fewer || !faster;
    }
  for (unsigned p = 0; p < 3; p++)
    {
      char path[4096];
      snprintf (path, sizeof path, "%s/bench-%s", dir, peers[p].name);
      remove_all (path);
    }
  return failed != 0;
}
