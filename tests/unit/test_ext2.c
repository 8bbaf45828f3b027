/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ext2 server against a model in memory, against e2fsck, and against power
   failures: whatever write is the last one, e2fsck -p repairs the rest without
   asking.  Each case runs in a process of its own.  */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>
#include <setjmp.h>
#include <cmocka.h>
#include "ext2_host.h"

#define FILES 300
#define DIRS 12
#define LARGEST 200000

static struct file
{
  bool there;
  int dir;
  char name[40];
  char *data;
  uint64_t size;
} files[FILES];

static struct fs_node *root, *dirs[DIRS];
static struct fs_node *moving[DIRS];
static bool journaled;
static char buffer[LARGEST], image[64];
static int names;

static void
check (error_t err)
{
  if (err)
    {
      fprintf (stderr, "unexpected: %s\n", strerror (err));
      abort ();
    }
}

static void
require (bool truth)
{
  if (!truth)
    abort ();
}

static struct fs_node *
node_of (const struct file *f)
{
  struct fs_node *node;

  check (ext2_lookup (dirs[f->dir], f->name, &node));
  return node;
}

static void
new_size (struct file *f, uint64_t size)
{
  f->data = realloc (f->data, size + 1);
  if (size > f->size)
    memset (f->data + f->size, 0, size - f->size);
  f->size = size;
}

static void
forget (struct file *f)
{
  free (f->data);
  memset (f, 0, sizeof *f);
}

static void
create (struct file *f)
{
  struct fs_node *node;
  error_t err;

  f->dir = rand () % DIRS;
  sprintf (f->name, "c%d-%.*s", names++, rand () % 25,
	   "abcdefghijklmnopqrstuvwxyz");
  err = ext2_create (dirs[f->dir], f->name, S_IFREG | 0644, 0, 0, 0, NULL,
		     &node);
  if (err == ENOSPC)
    return;
  check (err);
  f->there = true;
  fs_node_unref (node);
}

static void
compare (struct file *f)
{
  struct fs_node *node = node_of (f);
  io_statbuf_t st;
  size_t len = f->size + 10;
  char *data = malloc (len);

  check (ext2_stat (node, &st));
  require (st.st_size == f->size);
  check (ext2_read (NULL, node, 0, &len, data, 0));
  require (len == f->size && (len == 0 || memcmp (data, f->data, len) == 0));
  free (data);
  fs_node_unref (node);
}

static void
write_some (struct file *f)
{
  struct fs_node *node = node_of (f);
  uint64_t offset = rand () % 10 ? rand () % (f->size + 20000)
    : (uint64_t) rand () % 6000000;
  size_t len = rand () % 3 ? rand () % 9000 : rand () % LARGEST, i;
  error_t err;

  for (i = 0; i < len; i++)
    buffer[i] = rand ();
  err = ext2_write (NULL, node, offset, &len, buffer, 0);
  if (err != ENOSPC)
    check (err);
  if (err == 0 && len > 0)
    {
      if (offset + len > f->size)
	new_size (f, offset + len);
      memcpy (f->data + offset, buffer, len);
    }
  fs_node_unref (node);
}

static void
cut (struct file *f)
{
  struct fs_node *node = node_of (f);
  uint64_t size = rand () % 4 ? (uint64_t) rand () % (f->size + 1)
    : (uint64_t) rand () % 7000000;

  check (ext2_truncate (node, size));
  new_size (f, size);
  fs_node_unref (node);
}

static void
rename_it (struct file *f)
{
  struct file *over = &files[rand () % FILES];
  struct fs_node *node = node_of (f), *old = NULL;
  int dir = rand () % DIRS;
  char name[40];
  error_t err;

  sprintf (name, "m%d", names++);
  if (over == f || !over->there || rand () % 2)
    over = NULL;
  else
    {
      dir = over->dir;
      strcpy (name, over->name);
      old = node_of (over);
    }
  err = ext2_rename (dirs[f->dir], f->name, dirs[dir], name, node, old);
  if (err != ENOSPC)
    check (err);
  if (err == 0)
    {
      if (over != NULL)
	forget (over);
      f->dir = dir;
      strcpy (f->name, name);
    }
  fs_node_unref (node);
  fs_node_unref (old);
}

static void
remove_it (struct file *f)
{
  struct fs_node *node = node_of (f);

  check (ext2_unlink (dirs[f->dir], f->name, node));
  fs_node_unref (node);
  forget (f);
}

static void
set_translator (struct file *f)
{
  struct fs_node *node = node_of (f);
  char *argz;
  size_t len, want = rand () % 2 ? 10 : 0;
  error_t err = ext2_set_translator (node, "/hurd/x\0y", want);

  if (err != ENOSPC)
    {
      check (err);
      check (ext2_get_translator (node, &argz, &len));
      require (len == want);
      free (argz);
    }
  fs_node_unref (node);
}

static void
sync_all (void)
{
  pthread_mutex_lock (&ext2.lock);
  check (ext2_sync ());
  pthread_mutex_unlock (&ext2.lock);
}

/* Move a directory into another one.  */
static void
move_directory (void)
{
  static char names[DIRS][16];
  static struct fs_node *parents[DIRS];
  int from = rand () % DIRS, to = rand () % DIRS;
  char name[16];
  error_t err;

  if (parents[from] == NULL)
    {
      sprintf (name, "m%d", from);
      check (ext2_mkdir (root, name, 0755, 0, 0, &moving[from]));
      strcpy (names[from], name);
      parents[from] = root;
    }
  sprintf (name, "m%d.%d", from, rand () % 100);
  err = ext2_rename (parents[from], names[from], dirs[to], name, moving[from],
		     NULL);
  check (err);
  strcpy (names[from], name);
  parents[from] = dirs[to];
}

static void
operation (void)
{
  struct file *f = &files[rand () % FILES];

  if (journaled && rand () % 8 == 0)
    move_directory ();

  if (!f->there)
    {
      create (f);
      return;
    }
  switch (rand () % 11)
    {
    case 0: remove_it (f); break;
    case 1: compare (f); break;
    case 2: cut (f); break;
    case 3: case 4: rename_it (f); break;
    case 5: set_translator (f); break;
    case 6: if (rand () % 5 == 0) sync_all (); break;
    default: write_some (f);
    }
}

static void
random_operations (int count)
{
  char name[16];
  int i;

  check (inode_node (EXT2_ROOT_INO, &root));
  for (i = 0; i < DIRS; i++)
    {
      sprintf (name, "d%d", i);
      check (ext2_mkdir (i > 0 && rand () % 2 ? dirs[rand () % i] : root,
			 name, 0755, 0, 0, &dirs[i]));
    }
  for (i = 0; i < count; i++)
    operation ();
  for (i = 0; i < FILES; i++)
    if (files[i].there)
      compare (&files[i]);
}

/* Links of both kinds, a file without a name, a directory of many.  */
static void
special_cases (void)
{
  enum { MANY = 2000 };
  struct fs_dirent_sink seen = { 0, 0 };
  struct fs_node *node, *big;
  char target[200], found[200] = "";
  size_t len = 5000;
  int i;

  memset (target, 'x', 150);
  target[150] = '\0';
  for (i = 150; i > 0; i -= 145)
    {
      target[i] = '\0';
      sprintf (buffer, "link%d", i);
      check (ext2_create (root, buffer, S_IFLNK | 0777, 0, 0, 0, target,
			  &node));
      memset (found, 0, sizeof found);
      check (ext2_readlink (node, found, sizeof found));
      require (strcmp (found, target) == 0);
      fs_node_unref (node);
    }
  check (ext2_create (root, NULL, S_IFREG | 0600, 0, 0, 0, NULL, &node));
  check (ext2_write (NULL, node, 100000, &len, buffer, 0));
  fs_node_unref (node);
  check (ext2_mkdir (root, "big", 0755, 0, 0, &big));
  for (i = 0; i < MANY; i++)
    {
      sprintf (buffer, "entry-%d", i);
      check (ext2_create (big, buffer, S_IFREG | 0644, 0, 0, 0, NULL, &node));
      fs_node_unref (node);
    }
  for (i = 0; i < MANY; i++)
    {
      sprintf (buffer, "entry-%d", i ^ 1);
      check (ext2_lookup (big, buffer, &node));
      check (ext2_unlink (big, buffer, node));
      fs_node_unref (node);
      require (ext2_lookup (big, buffer, &node) == ENOENT);
      if (i == MANY / 2 - 1)
	check (ext2_readdir (big, 0, &seen));
    }
  /* A reader's place does not move when what it has read is removed.  */
  require (seen.slots == MANY + 2 && seen.names == MANY / 2 + 2);
  require (ext2_rename (root, "d0", dirs[0], "x", dirs[0], NULL) == EINVAL);
  check (ext2_rmdir (root, "big", big));
  fs_node_unref (big);
}

static int
shell (const char *format, int block)
{
  char command[300];
  int status;

  snprintf (command, sizeof command, format, image, block, image);
  status = system (command);
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

static void
make_image (int block, bool journal)
{
  sprintf (image, "/tmp/ext2-test.%d", (int) getpid ());
  assert_int_equal (0, shell ("PATH=$PATH:/sbin:/usr/sbin; rm -f %s && mke2fs -q "
			      "-F -o hurd -t ext2 -b %d -I 256 -m 0 -O "
			      "^dir_index,^resize_inode %s 64M > /dev/null 2>&1",
			      block));
  if (journal)
    assert_int_equal (0, shell ("PATH=$PATH:/sbin:/usr/sbin; tune2fs -j -J size=4 "
				"%s > /dev/null 2>&1", 0));
  journaled = journal;
}

/* Run a case in a process of its own, which dies at its write number KILL.  */
static void
in_child (int seed, int kill)
{
  int status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      srand (seed);
      mount_image (image, seed % 2 ? 400000 : 4000000);
      writes_left = kill;
      random_operations (2500);
      special_cases ();
      pthread_mutex_lock (&ext2.lock);
      check (ext2_set_writable (false));
      _exit (0);
    }
  waitpid (pid, &status, 0);
  assert_int_equal (0, status);
}

static void
test_model (void **state)
{
  int seed;

  for (seed = 1; seed <= 6; seed++)
    {
      make_image (seed % 3 ? 4096 : 1024, seed % 2);
      in_child (seed, -1);
      assert_int_equal (0, shell ("PATH=$PATH:/sbin:/usr/sbin; e2fsck -fn %s > /dev/null 2>&1", 0));
    }
  unlink (image);
}

static void
test_power_failures (void **state)
{
  int seed;

  for (seed = 1; seed <= 40; seed++)
    {
      make_image (4096, false);
      in_child (seed, 20 + seed * 7);
      assert_true (shell ("PATH=$PATH:/sbin:/usr/sbin; e2fsck -p %s > /dev/null 2>&1", 0) <= 1);
      assert_int_equal (0, shell ("PATH=$PATH:/sbin:/usr/sbin; e2fsck -fn %s > /dev/null 2>&1", 0));
    }
  unlink (image);
}

/* With a journal directories may move, too, and the disk's image of each moment
   is whole: besides what is replayed there is only what was open without a name
   to be cleared.  */
static void
test_journal (void **state)
{
  int seed;

  for (seed = 1; seed <= 30; seed++)
    {
      make_image (4096, true);
      in_child (seed, 8 + seed * 9);
      assert_true (shell ("PATH=$PATH:/sbin:/usr/sbin; e2fsck -p %s > /dev/null 2>&1", 0) <= 1);
      assert_int_equal (0, shell ("PATH=$PATH:/sbin:/usr/sbin; e2fsck -fn %s > /dev/null 2>&1", 0));
    }
  unlink (image);
}

/* The control: without the journal some of those moments are not repaired.  */
static void
test_no_journal (void **state)
{
  int seed, repaired = 1;

  for (seed = 1; seed <= 30 && repaired; seed++)
    {
      make_image (4096, false);
      journaled = true;
      in_child (seed, 8 + seed * 9);
      repaired = shell ("PATH=$PATH:/sbin:/usr/sbin; e2fsck -p %s > /dev/null 2>&1", 0) <= 1;
    }
  assert_false (repaired);
  unlink (image);
}

int
main (void)
{
  const struct CMUnitTest tests[] =
    {
      cmocka_unit_test (test_model),
      cmocka_unit_test (test_power_failures),
      cmocka_unit_test (test_journal),
      cmocka_unit_test (test_no_journal),
    };

  return cmocka_run_group_tests_name ("ext2", tests, NULL, NULL);
}
