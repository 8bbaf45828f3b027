/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What fsysopts shows and sets.  */

#include "translator.h"
#include <argz.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wanted
{
  bool set_keep, set_compress, compress, grow;
  uint32_t keep;
  int readonly;			/* -1: as it is.  */
  char *why;			/* What the store says.  */
};

static error_t
parse (const char *argz, size_t len, struct wanted *w)
{
  const char *o = NULL;
  char *end;
  while ((o = argz_next ((char *) argz, len, o)) != NULL)
    if (strncmp (o, "--keep=", 7) == 0)
      {
	errno = 0;
	unsigned long keep = strtoul (o + 7, &end, 10);
	if (errno || o[7] < '0' || o[7] > '9' || *end)
	  return EINVAL;
	w->set_keep = true;
	w->keep = keep;
      }
    else if (strcmp (o, "--compress") == 0 || strcmp (o, "--no-compress") == 0)
      {
	w->set_compress = true;
	w->compress = o[2] == 'c';
      }
    else if (strcmp (o, "--grow") == 0)
      w->grow = true;
    else if (strcmp (o, "--readonly") == 0 || strcmp (o, "-r") == 0)
      w->readonly = true;
    else if (strcmp (o, "--writable") == 0 || strcmp (o, "-w") == 0)
      w->readonly = false;
    else if (strcmp (o, "--update") != 0 && strcmp (o, "-u") != 0)
      return EINVAL;
  return 0;
}

static error_t
apply (struct store *store, void *arg)
{
  struct wanted *w = arg;
  error_t err = 0;
  if (w->grow)
    err = store_grow (store);
  if (!err && w->set_compress)
    err = store_set_compression (store, w->compress);
  if (!err && w->set_keep)
    err = store_set_retention (store, w->keep);
  if (err)
    w->why = strdup (store_error (store));
  return err;
}

error_t
options_set (const char *argz, size_t len, char **why)
{
  struct wanted w = { .readonly = -1 };
  error_t err = parse (argz, len, &w);
  *why = NULL;
  if (err)
    return err;
  bool was = view.readonly;
  if (w.readonly >= 0)
    view.readonly = w.readonly;
  if (w.set_keep || w.set_compress || w.grow)
    err = view_change (apply, &w);
  if (err)
    view.readonly = was;
  *why = w.why;
  return err;
}

error_t
options_set_op (struct fs_fs *fs, const char *argz, size_t len)
{
  char *why;
  error_t err = options_set (argz, len, &why);
  if (err && why)
    fprintf (stderr, "stable-store: %s: %s\n", view.device, why);
  free (why);
  return err;
}

error_t
options_get_op (struct fs_fs *fs, char **argz, size_t *len)
{
  struct store_stats st;
  char keep[30];
  pthread_mutex_lock (&view.lock);
  error_t err = view_refresh (NULL);
  if (!err)
    store_get_stats (view.store, &st);
  pthread_mutex_unlock (&view.lock);
  *argz = NULL;
  *len = 0;
  if (err)
    return err == EILSEQ ? EIO : err;
  snprintf (keep, sizeof keep, "--keep=%u", st.keep);
  err = argz_add (argz, len, "stable-store");
  if (!err)
    err = argz_add (argz, len, view.readonly ? "--readonly" : "--writable");
  if (!err)
    err = argz_add (argz, len, keep);
  if (!err)
    err = argz_add (argz, len, st.compress ? "--compress" : "--no-compress");
  if (!err)
    err = argz_add (argz, len, view.device);
  return err;
}
