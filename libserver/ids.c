/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids, and what they may do.  */

#include <stdlib.h>
#include <string.h>
#include "node-internal.h"

struct fs_ids *
fs_ids_make (const uid_t *uids, unsigned int nuids, const gid_t *gids,
	     unsigned int ngids)
{
  struct fs_ids *ids = malloc (sizeof *ids + nuids * sizeof *uids
			       + ngids * sizeof *gids);
  if (ids == NULL)
    return NULL;
  ids->nuids = nuids;
  ids->ngids = ngids;
  ids->uids = (uid_t *) (ids + 1);
  ids->gids = (gid_t *) (ids->uids + nuids);
  memcpy (ids->uids, uids, nuids * sizeof *uids);
  memcpy (ids->gids, gids, ngids * sizeof *gids);
  return ids;
}

void
fs_ids_free (struct fs_ids *ids)
{
  free (ids);
}

static bool
has (const uid_t *ids, unsigned int n, uid_t id)
{
  while (n--)
    if (ids[n] == id)
      return true;
  return false;
}

error_t
fs_access (const io_statbuf_t *st, int op, const struct fs_ids *ids)
{
  int allowed;

  if (has (ids->uids, ids->nuids, 0))
    {
      /* Root may do anything but run what nobody may run.  */
      if (op == S_IEXEC && !S_ISDIR (st->st_mode)
	  && !(st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
	return EACCES;
      return 0;
    }
  if (has (ids->uids, ids->nuids, st->st_uid))
    allowed = st->st_mode;
  else if (has (ids->gids, ids->ngids, st->st_gid))
    allowed = st->st_mode << 3;
  else
    allowed = st->st_mode << 6;
  return (allowed & op) == op ? 0 : EACCES;
}

error_t
fs_isowner (const io_statbuf_t *st, const struct fs_ids *ids)
{
  if (has (ids->uids, ids->nuids, 0) || has (ids->uids, ids->nuids, st->st_uid))
    return 0;
  return EPERM;
}

error_t
fs_check_search (struct fs_node *dir, const struct fs_ids *ids)
{
  io_statbuf_t st;
  error_t err = fs_stat (dir, &st);
  if (!err && !S_ISDIR (st.st_mode))
    err = ENOTDIR;
  return err ?: fs_access (&st, S_IEXEC, ids);
}

error_t
fs_check_dir (struct fs_node *dir, const struct fs_ids *ids,
	      const io_statbuf_t *node_st)
{
  io_statbuf_t st;
  error_t err = fs_stat (dir, &st);
  if (err)
    return err;
  if (!S_ISDIR (st.st_mode))
    return ENOTDIR;
  err = fs_access (&st, S_IEXEC, ids) ?: fs_access (&st, S_IWRITE, ids);
  if (err)
    return err;
  if (dir->fs->readonly)
    return EROFS;
  if (node_st && (st.st_mode & S_ISVTX)
      && fs_isowner (&st, ids) && fs_isowner (node_st, ids))
    return EPERM;
  return 0;
}

error_t
fs_new_owner (struct fs_node *dir, const struct fs_ids *ids, mode_t *mode,
	      uid_t *uid, gid_t *gid)
{
  io_statbuf_t st;
  error_t err = fs_stat (dir, &st);
  if (err)
    return err;
  *uid = ids->nuids ? ids->uids[0] : st.st_uid;
  if (ids->nuids == 0)
    *mode &= ~S_ISUID;
  bool member = has (ids->gids, ids->ngids, st.st_gid);
  if (member || (st.st_mode & S_ISGID) || ids->ngids == 0)
    *gid = st.st_gid;
  else
    *gid = ids->gids[0];
  if (*gid == st.st_gid && !member && !has (ids->uids, ids->nuids, 0))
    *mode &= ~S_ISGID;
  return 0;
}
