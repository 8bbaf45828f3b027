/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a restore: is what the environment has open still what it was?  */

#include <hurd.h>
#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "proxy.h"

/* The number of what is at PATH (with a slash in front) on the ground, as it is, its
   type and generation; 0: nothing.  */
static uint64_t
look (const char *path, mode_t *type, uint32_t *ggen)
{
  mach_port_t port = file_name_lookup (path, O_NOLINK | O_NOTRANS, 0);
  io_statbuf_t st;

  if (port == MACH_PORT_NULL)
    return 0;
  error_t err = io_stat (port, &st);
  mach_port_deallocate (mach_task_self (), port);
  if (err)
    return 0;
  *type = st.st_mode & S_IFMT;
  *ggen = st.st_gen;
  return st.st_ino;
}

/* Say what became of OV, whose place is taken by GINO of TYPE, or by nobody (0), or
   which has other contents, or the number of which was REUSED.  */
static void
changed (struct ov_node *ov, const char *path, uint64_t gino, mode_t type,
	 bool reused)
{
  const char *what = gino == ov->gino && !reused ? "has changed"
    : gino ? "is another one" : "is gone", *then = "requests fail with ESTALE";

  rp.conflicts++;
  if (rp.on_conflict == RP_THEIRS && gino && type == ov->type)
    {
      ov->ggen = 0;
      ov_set_ground (&rp.ov, ov, ov->gdev, gino);
      then = "that is taken";
    }
  else if (rp.on_conflict == RP_OURS)
    {
      error_t err = rp_copy_put_back (ov, path);
      if (!err)
	then = gino ? "ours is put back, theirs is put aside"
	  : "ours is put back";
      else if (gino == ov->gino)
	then = "it could not be put back";
    }
  rp_message ("changed by others: %s, which is open inside, %s: %s", path,
	      what, then);
}

void
rp_check_open (void)
{
  pthread_mutex_lock (&rp.ground_lock);
  pthread_mutex_lock (&rp.lock);
  size_t n = 0, room = rp.ov.nnodes;
  struct ov_node **list = calloc (room + 1, sizeof *list);
  for (size_t i = 0; list && i < rp.ov.room_nodes; i++)
    for (struct ov_node *ov = rp.ov.nodes[i]; ov; ov = ov->hash_next)
      if (ov->gino && rp_is_open_file (ov))
	list[n++] = ov;
  for (size_t i = 0; i < n; i++)
    {
      char *place = ov_ground_path (&rp.ov, list[i]), *path = NULL;
      mode_t type = 0;
      uint32_t ggen = 0;
      if (place && asprintf (&path, "/%s", place) < 0)
	path = NULL;
      uint64_t gino = path ? look (path, &type, &ggen) : 0;
      bool reused = (gino && gino == list[i]->gino
		     && !ov_same_generation (list[i], ggen));
      if (path && (gino != list[i]->gino || reused
		   || (rp.on_conflict == RP_OURS
		       && rp_copy_differs (list[i], path))))
	changed (list[i], path, gino, type, reused);
      free (place);
      free (path);
    }
  free (list);
  pthread_mutex_unlock (&rp.lock);
  pthread_mutex_unlock (&rp.ground_lock);
}
