/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For `ckpt-image journal'.  */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <libckpt-hurd/blob.h>
#include <libckpt-hurd/image.h>
#include "journal-show.h"
#include "redo.h"
#include "replay.h"
#include "files.h"

#define LIMIT ((size_t) 1 << 30)	/* Bytes of one object.  */

struct output
{
  FILE *f;
  bool json, any;
};

static void
put_text (FILE *f, const char *text)
{
  putc ('"', f);
  for (; *text; text++)
    if (*text == '"' || *text == '\\')
      fprintf (f, "\\%c", *text);
    else if ((unsigned char) *text < ' ' || (unsigned char) *text == 127)
      fprintf (f, "\\u%04x", *text);
    else
      putc (*text, f);
  putc ('"', f);
}

/* Begin an object of the list.  */
static void
begin (struct output *o, const char *kind)
{
  if (o->json)
    fprintf (o->f, "%s\n  {\"kind\": \"%s\"", o->any ? "," : "", kind);
  o->any = true;
}

static void
redo_json (struct output *o, const struct redo_record *r)
{
  fprintf (o->f, ", \"op\": \"%s\", \"path\": ", redo_op_name (r->op));
  put_text (o->f, r->path ? r->path : "");
  if (r->from && *r->from)
    {
      fputs (", \"from\": ", o->f);
      put_text (o->f, r->from);
    }
  fprintf (o->f, ", \"inode\": %" PRIu64 ", \"mode\": %u, \"offset\": %" PRIu64
	   ", \"length\": %zu, \"mask\": %u, \"uid\": %u, \"gid\": %u}", r->ino,
	   r->mode, r->size, r->len, r->mask, r->uid, r->gid);
}

static void
redo_line (struct output *o, const char *kind, const struct redo_record *r)
{
  fprintf (o->f, "%-6s %-10s /%s", kind, redo_op_name (r->op),
	   r->path ? r->path : "");
  if (r->from && *r->from)
    fprintf (o->f, " from /%s", r->from);
  if (r->op == REDO_WRITE)
    fprintf (o->f, " offset %" PRIu64 " length %zu", r->size, r->len);
  else if (r->op == REDO_TRUNCATE)
    fprintf (o->f, " length %" PRIu64, r->size);
  else if (r->op == REDO_CREATE || r->op == REDO_MKDIR)
    fprintf (o->f, " mode %o", r->mode);
  else if (r->op == REDO_ATTR && (r->mask & REDO_MODE))
    fprintf (o->f, " mode %o", r->mode);
  if (r->op == REDO_ATTR && (r->mask & REDO_OWNER))
    fprintf (o->f, " owner %u:%u", r->uid, r->gid);
  putc ('\n', o->f);
}

/* The records of KIND: `redo', or `back' for pre-images.  */
static error_t
show_redo (struct output *o, const char *kind, const void *data, size_t len)
{
  struct redo_record r;
  size_t at = 0;
  error_t err;

  while ((err = redo_next (data, len, &at, &r)) == 0)
    {
      begin (o, kind);
      if (o->json)
	redo_json (o, &r);
      else
	redo_line (o, kind, &r);
    }
  return err == ENOENT ? 0 : err;
}

static error_t
show_entry (void *arg, const struct replay_entry *e)
{
  static const char *const kinds[] = { "answer", "begin", "forget" };
  struct output *o = arg;
  const char *lane = e->lane == REPLAY_READ ? "read" : "write";

  begin (o, "stream");
  if (o->json)
    fprintf (o->f, ", \"record\": %" PRIu64 ", \"entry\": \"%s\", \"device\": %"
	     PRIu64 ", \"inode\": %" PRIu64 ", \"lane\": \"%s\", \"number\": %"
	     PRIu64 ", \"amount\": %u, \"result\": %u, \"error\": %u,"
	     " \"progress\": %" PRIu64 "}", e->journal, kinds[e->kind], e->gdev,
	     e->gino, lane, e->seq, e->amount, e->result, e->error, e->progress);
  else
    fprintf (o->f, "stream %-10s %" PRIx64 "/%" PRIu64 " %s %" PRIu64
	     " amount %u result %u error %u progress %" PRIu64 "\n",
	     kinds[e->kind], e->gdev, e->gino, lane, e->seq, e->amount,
	     e->result, e->error, e->progress);
  return 0;
}

static error_t
show_travel (struct output *o, uint32_t type, const void *data, size_t len)
{
  struct ckpt_reader r = { .data = data, .len = len };
  uint64_t number = ckpt_get_u64 (&r), at = ckpt_get_u64 (&r);
  const char *what = type == RP_JOURNAL_STEP ? "step" : "to";

  begin (o, "travel");
  if (o->json)
    fprintf (o->f, ", \"checkpoint\": %" PRIu64 ", \"%s\": %" PRIu64 "}",
	     number, what, at);
  else
    fprintf (o->f, "travel checkpoint %" PRIu64 " %s %" PRIu64 "\n", number,
	     what, at);
  return r.error;
}

/* The journal's records that were made while checkpoint NUMBER was the last.  */
static error_t
show_records (struct output *o, struct store *store, uint64_t number)
{
  struct store_journal_record r = { .seq = 0 };
  void *data;
  error_t err;

  while ((err = store_journal_next (store, r.seq, &r, &data)) == 0)
    {
      if (r.ckpt == number)
	err = (r.type == RP_JOURNAL_REPLAY
	       ? replay_each (r.seq, data, r.length, show_entry, o)
	       : show_travel (o, r.type, data, r.length));
      free (data);
      if (err)
	return err;
    }
  return err == ENOENT ? 0 : err;
}

/* The files of CKPT: *DATA is malloced.  */
static error_t
read_files (struct store_ckpt *ckpt, void **data, size_t *len)
{
  struct store_object_info info = { .id = RP_OBJECT_FILES };
  uint64_t last = 0;

  while (store_next_object (ckpt, info.id, &info) == 0
	 && info.id < CI_OBJECT_MEMORY)
    last = info.id;
  return last ? store_read_blob (ckpt, last, LIMIT, data, len) : ENOENT;
}

error_t
journal_show (struct store *store, uint64_t number, bool json, FILE *f,
	      const char **why)
{
  struct output o = { f, json, false };
  struct store_ckpt *ckpt;
  struct ckpt_reader r;
  struct files files;
  size_t len = 0;
  void *data = NULL;
  error_t err;

  *why = "checkpoint";
  err = store_ckpt_open (store, number, &ckpt);
  if (err)
    return err;
  number = store_ckpt_number (ckpt);
  *why = "redo";
  err = read_files (ckpt, &data, &len);
  store_ckpt_close (ckpt);
  if (err)
    return err;
  r = (struct ckpt_reader) { .data = data, .len = len };
  err = files_read (&r, &files);
  if (json)
    fputs ("[", f);
  if (!err)
    err = show_redo (&o, "redo", files.redo, files.redo_len);
  if (!err)
    err = show_redo (&o, "back", files.undo, files.undo_len);
  free (data);
  *why = "journal";
  if (!err)
    err = show_records (&o, store, number);
  if (json)
    fputs ("\n]\n", f);
  return err;
}
