/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that is read from a checkpoint when it is touched (see libckpt-hurd's
   restore-lazy.c for what the kernel makes of it).

   The source is the checkpoint being read.  It stays open in the store, so that nothing
   can drop it, as long as anybody has memory of it (the kernel may ask again for what was
   not written to, even if all has been read once), and is read through a reader of its own (store.h), so that who touches a page
   never waits for a checkpoint that is being written; SOURCE.lock is for that reader,
   and nothing is waited for that an environment could hold up while it is held.

   A thread reads all the rest, some pages now and then: first what the last run touched
   first (order.c), then everything.  That verifies each page, and gives it to the
   kernel while there is memory to spare.  It also says what was found damaged.  */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libserver/pager.h>
#include "internal.h"

#define BATCH		32U	/* Pages read with the lock held …  */
#define BATCHES		4	/* … so often, then a pause.  */
#define PAUSE_US	10000
#define SPARE		8	/* So much of the memory stays free.  */

struct lazy
{
  struct lazy *next;
  struct fs_pager *pager;	/* NULL: nobody has the memory any more.  */
  uint64_t object, first;	/* Where it is in the checkpoint.  */
  uint64_t pages;
  pid_t pid;			/* Or 0: that of several.  */
  uint64_t *had;		/* A bitmap of pages that were read.  */
};

static struct
{
  pthread_mutex_t lock;		/* A leaf, but for the device.  */
  uint64_t number, before;	/* The checkpoint, and the one before it.  */
  struct store_ckpt *ckpt, *reader;
  struct lazy *all;
  unsigned int live;		/* Those that somebody has.  */
  uint64_t read, asked;		/* Pages read so far; how often on demand.  */
  uint64_t done;		/* Cycles when all were there; 0: not yet.  */
  uint64_t bad;			/* Pages that are damaged …  */
  uint64_t told;		/* … and of these, told.  */
  char *damage;			/* The first, for people.  */
  pthread_cond_t changed;
  bool taking;			/* It is being restored.  */
  bool running;			/* The threads are.  */
} source =
{
  .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER
};

static bool
had (const struct lazy *l, uint64_t page)
{
  return l->had[page / 64] >> page % 64 & 1;
}

/* Note that pages PAGE to PAGE + N of L were read.  The lock is held.  */
static void
note (struct lazy *l, uint64_t page, size_t n)
{
  for (; n > 0; n--, page++)
    if (!had (l, page))
      {
	l->had[page / 64] |= (uint64_t) 1 << page % 64;
	source.read++;
      }
}

/* Page PAGE of L does not verify.  The lock is held.  */
static void
note_damage (struct lazy *l, uint64_t page)
{
  char *text = NULL, whose[32] = "several programs";

  /* Who is told of it by a signal may ask again.  */
  if (had (l, page))
    return;
  note (l, page, 1);
  if (l->pid)
    snprintf (whose, sizeof whose, "pid %d", l->pid);
  source.bad++;
  if (asprintf (&text, "checkpoint %llu: memory of %s at %#llx is damaged (%s):"
		" who touches it gets SIGBUS; the checkpoint before is %llu",
		(unsigned long long) source.number, whose,
		(unsigned long long) (l->first + page) * STORE_PAGE,
		store_reader_error (source.reader),
		(unsigned long long) source.before) >= 0
      && source.damage == NULL)
    source.damage = text;
  else
    free (text);
  pthread_cond_broadcast (&source.changed);
}

/* How many pages from PAGE on, at most MAX, L has without a hole.  0: there is one.  If
   that cannot be told, reading it will tell why.  The lock is held.  */
static size_t
run (struct lazy *l, uint64_t page, size_t max)
{
  size_t n = 0;
  uint64_t next;

  while (n < max && page + n < l->pages)
    {
      error_t err = store_next_page (source.reader, l->object,
				     l->first + page + n, &next);
      if (err && err != ENOENT)
	return n ? n : 1;
      if (err || next != l->first + page + n)
	break;
      n++;
    }
  return n;
}

/* The pager's operations.  */

static error_t
page_in (void *user, uint64_t offset, size_t len, void *data)
{
  struct lazy *l = user;
  uint64_t page = offset / STORE_PAGE;
  size_t n = len / STORE_PAGE;

  pthread_mutex_lock (&source.lock);
  error_t err = store_read_pages (source.reader, l->object, l->first + page, n,
				  data);
  if (err == 0)
    {
      source.asked++;
      conductor_order_asked (l->object, l->first + page, n);
      note (l, page, n);
    }
  else if (n == 1)
    note_damage (l, page);
  pthread_mutex_unlock (&source.lock);
  return err;
}

static error_t
page_out (void *user, uint64_t offset, size_t len, const void *data)
{
  return EROFS;			/* Nothing ever shows it but copies.  */
}

static uint64_t
size (void *user)
{
  return ((struct lazy *) user)->pages * STORE_PAGE;
}

static size_t
run_of (void *user, uint64_t offset, size_t len)
{
  pthread_mutex_lock (&source.lock);
  size_t n = run (user, offset / STORE_PAGE, len / STORE_PAGE);
  pthread_mutex_unlock (&source.lock);
  return n * STORE_PAGE;
}

/* The memory is nobody's any more.  */
static void
in_use (void *user, bool used)
{
  struct lazy *l = user;
  if (used)
    return;
  pthread_mutex_lock (&source.lock);
  struct fs_pager *pager = l->pager;
  l->pager = NULL;
  if (--source.live == 0)
    pthread_cond_broadcast (&source.changed);
  pthread_mutex_unlock (&source.lock);
  fs_pager_free (pager);
}

static const struct fs_pager_ops ops =
{
  .read = page_in, .write = page_out, .size = size, .in_use = in_use,
  .run = run_of, .copied = true
};

/* Hooks.  */

error_t
conductor_lazy (void *context, uint64_t object, uint64_t first,
		vm_size_t len, pid_t pid, mach_port_t *right)
{
  if (!source.taking)
    return ESRCH;
  struct lazy *l = calloc (1, sizeof *l);
  if (l == NULL)
    return ENOMEM;
  l->object = object;
  l->first = first;
  l->pages = len / STORE_PAGE;
  l->pid = pid;
  l->had = calloc (l->pages / 64 + 1, sizeof *l->had);
  error_t err = l->had ? fs_pager_create (&ops, l, &l->pager) : ENOMEM;
  if (err)
    {
      free (l->had);
      free (l);
      return err;
    }
  fs_pager_uncache (l->pager);
  pthread_mutex_lock (&source.lock);
  l->next = source.all;
  source.all = l;
  source.live++;
  pthread_mutex_unlock (&source.lock);
  return fs_pager_get_right (l->pager, VM_PROT_ALL, right);
}

error_t
conductor_lazy_stored (void *context, mach_port_t name, vm_offset_t offset,
		       vm_size_t len, uint8_t *bitmap)
{
  struct lazy *l;
  uint64_t start = offset / STORE_PAGE, end = start + len / STORE_PAGE;

  pthread_mutex_lock (&source.lock);
  for (l = source.all; l; l = l->next)
    if (l->pager && fs_pager_is_called (l->pager, name))
      break;
  for (uint64_t page = start; l && page < end && page < l->pages;)
    {
      uint64_t next;
      error_t err = store_next_page (source.reader, l->object,
				     l->first + page, &next);
      if (err == ENOENT || (!err && next >= l->first + l->pages))
	break;
      /* If the index is damaged, who reads the page will be told.  */
      page = err ? page : next - l->first;
      if (page < end)
	bitmap[(page - start) / 8] |= 1 << (page - start) % 8;
      page++;
    }
  pthread_mutex_unlock (&source.lock);
  return l ? 0 : ESRCH;
}

#define SETTLE_MS	100	/* So long a page may take.  */

bool
conductor_lazy_settled (void *context)
{
  return (__atomic_load_n (&source.live, __ATOMIC_RELAXED) == 0
	  || fs_pager_quiet (SETTLE_MS));
}

/* The thread.  */

static bool
is_tight (void)
{
  vm_statistics_data_t s;
  if (vm_statistics (mach_task_self (), &s))
    return true;
  return s.free_count < (s.free_count + s.active_count + s.inactive_count
			 + s.wire_count) / SPARE;
}

/* Read N pages of L from PAGE on into DATA.  The lock is held.  */
static error_t
read_batch (struct lazy *l, uint64_t page, size_t n, void *data)
{
  error_t err = store_read_pages (source.reader, l->object, l->first + page, n,
				  data);
  if (err == 0)
    note (l, page, n);
  else
    /* One by one: which is it?  */
    for (size_t i = 0; i < n; i++)
      if (store_read_pages (source.reader, l->object, l->first + page + i, 1,
			    data))
	note_damage (l, page + i);
      else
	note (l, page + i, 1);
  return err;
}

/* Read what L has from *PAGE on and nobody has asked for yet, at most END, at most MAX
   pages.  *PAGE is what comes next.  */
static size_t
fetch (struct lazy *l, uint64_t *page, uint64_t end, size_t max)
{
  vm_address_t data;
  uint64_t next;
  size_t n = 0;

  if (end > l->pages)
    end = l->pages;
  pthread_mutex_lock (&source.lock);
  while (*page < end && (l->pager == NULL || had (l, *page)))
    ++*page;
  if (*page < end)
    {
      error_t err = store_next_page (source.reader, l->object,
				     l->first + *page, &next);
      if (err == ENOENT || (!err && next >= l->first + end))
	*page = end;
      else if (!err)
	*page = next - l->first;
    }
  while (n < max && *page + n < end && !had (l, *page + n))
    n++;
  if (n)
    n = run (l, *page, n);
  struct fs_pager *pager = n && l->pager ? sv_ref (l->pager) : NULL;
  error_t err = pager ? vm_allocate (mach_task_self (), &data,
				     n * STORE_PAGE, TRUE) : ESRCH;
  bool allocated = !err;
  if (!err)
    err = read_batch (l, *page, n, (void *) data);
  pthread_mutex_unlock (&source.lock);
  if (!err && !is_tight ())
    fs_pager_supply (pager, *page * STORE_PAGE, data, n * STORE_PAGE);
  else if (allocated)
    vm_deallocate (mach_task_self (), data, n * STORE_PAGE);
  if (pager)
    sv_unref (pager);
  *page += n;
  return n;
}

/* Which memory has page PAGE of OBJECT?  None is ever taken from the list.  */
static struct lazy *
find (uint64_t object, uint64_t page)
{
  pthread_mutex_lock (&source.lock);
  struct lazy *l = source.all;
  pthread_mutex_unlock (&source.lock);
  while (l && !(l->object == object && l->first <= page
		&& page < l->first + l->pages))
    l = l->next;
  return l;
}

/* What the last run touched first.  */
static void
fetch_order (void)
{
  uint64_t object, first, n;
  size_t fetched = 0;

  for (size_t i = 0; conductor_order_get (i, &object, &first, &n); i++)
    for (; n > 0; n--, first++)
      {
	struct lazy *l = find (object, first);
	if (l == NULL)
	  continue;
	uint64_t page = first - l->first;
	if (had (l, page))
	  continue;
	fetched += fetch (l, &page, page + (n < BATCH ? n : BATCH), BATCH);
	if (fetched >= BATCH * BATCHES)
	  {
	    fetched = 0;
	    usleep (PAUSE_US);
	  }
      }
}

static void
fetch_all (struct lazy *l)
{
  uint64_t page = 0;

  for (unsigned int i = 1; page < l->pages; i++)
    {
      fetch (l, &page, l->pages, BATCH);
      if (i % BATCHES == 0)
	usleep (PAUSE_US);
    }
}

/* Tell people of damage.  The lock is held, and is given up meanwhile.  */
static void
tell (void)
{
  source.told = source.bad;
  char *text = source.damage ? strdup (source.damage) : NULL;
  unsigned long long more = source.bad - 1;
  pthread_mutex_unlock (&source.lock);
  if (text && more)
    conductor_event ("damage: %s; %llu more pages", text, more);
  else if (text)
    conductor_event ("damage: %s", text);
  free (text);
  pthread_mutex_lock (&source.lock);
}

/* Nobody has memory of the checkpoint any more: it may be dropped from now on.  The lock is
   held, and is given up meanwhile.  */
static void
release (void)
{
  struct store_ckpt *ckpt = source.ckpt, *reader = source.reader;

  source.ckpt = source.reader = NULL;
  pthread_mutex_unlock (&source.lock);
  store_reader_close (reader);
  conductor_lock_store ();
  store_ckpt_close (ckpt);
  conductor_unlock_store ();
  pthread_mutex_lock (&source.lock);
}

/* Tell of damage when it has been found, and see when it is over.  */
static void
watch (void *arg)
{
  pthread_mutex_lock (&source.lock);
  while (source.reader)
    {
      while (source.told == source.bad && !(source.done && source.live == 0))
	pthread_cond_wait (&source.changed, &source.lock);
      if (source.told != source.bad)
	tell ();
      else
	release ();
    }
  pthread_mutex_unlock (&source.lock);
}

static void
background (void *arg)
{
  fetch_order ();
  pthread_mutex_lock (&source.lock);
  struct lazy *all = source.all;
  pthread_mutex_unlock (&source.lock);
  for (struct lazy *l = all; l; l = l->next)
    fetch_all (l);
  pthread_mutex_lock (&source.lock);
  source.done = ckpt_cycles ();
  pthread_cond_broadcast (&source.changed);
  pthread_mutex_unlock (&source.lock);
}

/* The conductor.  */

void
conductor_lazy_begin (struct store_ckpt *ckpt)
{
  struct conductor *c = &conductor;
  struct store_info info;
  struct store_stats s;

  /* On a device that has lost something all is looked at first; and after a restore that
     has failed, the kernel may not have told yet that its memory is gone.  */
  store_get_stats (c->store, &s);
  if (c->config.verify_full || s.root_damaged || s.super_damaged
      || source.reader
      || store_checkpoint_info (c->store, store_ckpt_number (ckpt), &info)
      || conductor_job_reserve (ckpt)
      || store_reader_open (ckpt, &c->device, &source.reader))
    return;
  source.ckpt = ckpt;
  source.number = info.number;
  source.before = info.parent;
  source.taking = true;
}

bool
conductor_lazy_end (bool restored)
{
  bool used = source.taking && source.all;

  if (source.taking && !used)
    {
      store_reader_close (source.reader);
      source.reader = NULL;
    }
  source.taking = false;
  if (used && restored)
    source.running = (sv_thread (watch, NULL) == 0
		      && sv_thread (background, NULL) == 0);
  return used;
}

void
conductor_lazy_status (struct conductor_lazy *status)
{
  pthread_mutex_lock (&source.lock);
  *status = (struct conductor_lazy)
    {
      .number = source.running ? source.number : 0,
      .read = source.read, .asked = source.asked,
      .bad = source.bad, .done = source.done,
      .damage = source.damage ? source.damage : ""
    };
  pthread_mutex_unlock (&source.lock);
}
