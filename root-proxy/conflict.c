/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a restore: is what the environment has open still what it was?  */

#include <hurd.h>
#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "proxy.h"

/* The number of what is at PATH (with a slash in front) on the ground, as it is, and
   its type; 0: nothing.  */
static uint64_t
look (const char *path, mode_t *type)
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
  return st.st_ino;
}

/* Does anybody inside have OV open, which is on the ground's root file system?  */
static bool
is_open (const struct ov_node *ov)
{
  return (ov->user && ov->gino && !ov->fsroot && !ov_is_dead (ov)
	  && ov->gdev == rp.ov.root_dev && rp_data (ov->user)->kind == RP_FILE
	  && rp_data (ov->user)->opens > 0);
}

/* Say what became of OV, whose place is taken by GINO of TYPE, or by nobody (0).  */
static void
changed (struct ov_node *ov, const char *path, uint64_t gino, mode_t type)
{
  bool taken = (rp.on_conflict == RP_THEIRS && gino && type == ov->type);

  rp.conflicts++;
  if (taken)
    ov_set_ground (&rp.ov, ov, ov->gdev, gino);
  rp_message ("changed by others: %s, which is open inside, is %s: %s", path,
	      gino ? "another one" : "gone",
	      taken ? "that is taken" : "requests fail with ESTALE");
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
      if (is_open (ov))
	list[n++] = ov;
  for (size_t i = 0; i < n; i++)
    {
      char *place = ov_ground_path (&rp.ov, list[i]), *path = NULL;
      mode_t type = 0;
      if (place && asprintf (&path, "/%s", place) < 0)
	path = NULL;
      uint64_t gino = path ? look (path, &type) : 0;
      if (path && gino != list[i]->gino)
	changed (list[i], path, gino, type);
      free (place);
      free (path);
    }
  free (list);
  pthread_mutex_unlock (&rp.lock);
  pthread_mutex_unlock (&rp.ground_lock);
}
