/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files: texts that are made when they are read, and objects, which can be
   mapped.  */

#include "translator.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
put_store (FILE *f)
{
  struct store_stats st;
  store_get_stats (view.store, &st);
  fprintf (f, "device: %s\nuuid: ", view.device);
  for (int i = 0; i < 16; i++)
    fprintf (f, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
	     st.uuid[i]);
  fprintf (f, "\nformat: %u\nsize: %" PRIu64 " KiB\nfree: %" PRIu64 " KiB\n"
	   "freed soon: %" PRIu64 " KiB\nreserve: %" PRIu64 " KiB\njournal: %"
	   PRIu64 " KiB\ncheckpoints: %" PRIu64 "\nlast: %" PRIu64
	   "\ncommits: %" PRIu64 "\nkeep: %u\ncompression: %s\n", st.version,
	   st.blocks * 4, st.free_blocks * 4, st.limbo_blocks * 4,
	   st.reserve_blocks * 4, st.journal_blocks * 4, st.checkpoints,
	   st.last, st.commits, st.keep, st.compress ? "lz4" : "none");
  if (st.root_damaged)
    fprintf (f, "damage: one of the two roots\n");
  if (st.super_damaged)
    fprintf (f, "damage: one of the two superblocks\n");
}

static void
put_checkpoint (FILE *f, const struct store_info *info)
{
  char when[40] = "?";
  time_t t = info->sec;
  struct tm tm;
  if (gmtime_r (&t, &tm))
    strftime (when, sizeof when, "%Y-%m-%d %H:%M:%S UTC", &tm);
  fprintf (f, "checkpoint: %" PRIu64 "\nparent: %" PRIu64 "\ntime: %s\n"
	   "label: %s\nobjects: %" PRIu64 "\npages: %" PRIu64
	   "\nblocks for pages: %" PRIu64 "\nblocks for the index: %" PRIu64
	   "\n", info->number, info->parent, when, info->label, info->objects,
	   info->pages, info->new_blocks, info->meta_blocks);
}

error_t
file_text (const struct item *item, char **text, size_t *len)
{
  struct store_info info = { .label = "" };
  *text = NULL;
  error_t err = view.store ? 0 : EIO;
  if (!err && item->kind > LAST)
    err = store_checkpoint_info (view.store, item->number, &info);
  if (err)
    return err == ENOENT ? ESTALE : err == EILSEQ ? EIO : err;
  if (item->kind == LAST && !view.ncheckpoints)
    return ENOENT;
  FILE *f = open_memstream (text, len);
  if (f == NULL)
    return ENOMEM;
  if (item->kind == STATUS)
    put_store (f);
  else if (item->kind == CKPT_STATUS)
    put_checkpoint (f, &info);
  else if (item->kind == LAST)
    fprintf (f, "%" PRIu64, view.numbers[view.ncheckpoints - 1]);
  else if (info.label[0])
    fprintf (f, "%s\n", info.label);
  if (fclose (f) == 0 && *text)
    return 0;
  free (*text);
  return ENOMEM;
}

error_t
file_read_op (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	      size_t *len, void *data, int flags)
{
  struct item *item = item_of (node);
  uint64_t size = item->size;
  size_t want = *len, n;
  char *text = NULL;
  error_t err = offset < 0 ? EINVAL : 0;
  *len = 0;
  pthread_mutex_lock (&view.lock);
  if (!err && item->kind != OBJECT)
    {
      if (offset == 0)
	err = view_refresh (NULL);
      if (!err)
	err = file_text (item, &text, &n);
      size = n;
    }
  if (!err && (uint64_t) offset < size)
    {
      if (want > size - offset)
	want = size - offset;
      if (text)
	memcpy (data, text + offset, want);
      else
	err = view_read (item->number, item->id, offset, want, data);
      if (!err)
	*len = want;
    }
  pthread_mutex_unlock (&view.lock);
  free (text);
  return err;
}

struct new_label
{
  uint64_t number;
  char text[STORE_LABEL_MAX + 1];
};

static error_t
set_label (struct store *store, void *arg)
{
  struct new_label *l = arg;
  return store_label (store, l->number, l->text);
}

/* One write is a new label, without the newline at its end; an empty line removes
   it.  */
error_t
file_write_op (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	       size_t *len, const void *data, int flags)
{
  struct item *item = item_of (node);
  struct new_label l = { .number = item->number };
  size_t n = *len;
  const char *text = data;
  if (item->kind != LABEL)
    return EROFS;
  if (n && text[n - 1] == '\n')
    n--;
  if (n > STORE_LABEL_MAX || memchr (text, '\n', n) || memchr (text, '\0', n))
    return EINVAL;
  memcpy (l.text, text, n);
  l.text[n] = '\0';
  return view_change (set_label, &l);
}

/* ---- Mapping -------------------------------------------------------------- */

static error_t
pager_read (void *user, uint64_t offset, size_t len, void *data)
{
  struct item *item = item_of (user);
  error_t err = 0;
  if (offset >= item->size)
    return 0;
  if (len > item->size - offset)
    len = item->size - offset;
  pthread_mutex_lock (&view.lock);
  err = view_read (item->number, item->id, offset, len, data);
  pthread_mutex_unlock (&view.lock);
  return err;
}

static error_t
pager_write (void *user, uint64_t offset, size_t len, const void *data)
{
  return EROFS;
}

static uint64_t
pager_size (void *user)
{
  return item_of (user)->size;
}

static const struct fs_pager_ops pager_ops =
{
  .read = pager_read, .write = pager_write, .size = pager_size,
  .in_use = fs_pager_keep_node,
};

error_t
file_map_op (struct fs_node *node, int prot, mach_port_t *object)
{
  struct item *item = item_of (node);
  if (item->kind != OBJECT)
    return EOPNOTSUPP;
  if (prot & VM_PROT_WRITE)
    return EROFS;
  return fs_pager_map_node (node, &pager_ops, &item->pager, prot, object);
}
