/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `ckpt border' and `ckpt status' show of the border.  */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <checkpointd/checkpointd.h>
#include "proxy.h"

char *
rp_path (struct ov_node *ov)
{
  char *inner = ov_final_path (&rp.ov, ov), *path = NULL;

  if (inner && asprintf (&path, "/%s", inner) < 0)
    path = NULL;
  free (inner);
  return path;
}

/* What the ground has of us; call with rp.lock held.  */
static void
put_ground (FILE *f, bool json)
{
  const char *error = rp.unapplied ? strerror (rp.apply_error) : "";

  if (json)
    {
      fprintf (f, ", \"applied\": %" PRIu64 ", \"unapplied\": %" PRIu64
	       ", \"apply_error\": ", rp.applied, rp.unapplied);
      checkpointd_put_json (f, error);
      fprintf (f, ", \"conflicts\": %u, \"held_pages\": %zu, \"held_names\":"
	       " %zu", rp.conflicts, rp.ov.held_pages, rp.ov.nnames);
      return;
    }
  fprintf (f, "applied:      %" PRIu64 "\n", rp.applied);
  if (rp.unapplied)
    fprintf (f, "not applied:  %" PRIu64 " (%s)\n", rp.unapplied, error);
  fprintf (f, "conflicts:    %u\nheld:         %zu KiB, %zu names\n",
	   rp.conflicts, rp.ov.held_pages * (OV_PAGE / 1024), rp.ov.nnames);
}

/* One object; call with rp.lock held.  */
static void
put_object (FILE *f, bool json, bool first, struct ov_node *ov,
	    const struct rp_node *d)
{
  const struct replay_stream none = { 0 }, *s = d->replay ? d->replay : &none;
  char *path = rp_path (ov);

  if (json)
    {
      fprintf (f, "%s\n  {\"path\": ", first ? "" : ",");
      checkpointd_put_json (f, path ? path : "");
      fprintf (f, ", \"policy\": \"%s\", \"opens\": %u, \"requests\": %" PRIu64
	       ", \"bytes\": %" PRIu64 ", \"held\": %zu, \"replayed\": %" PRIu64
	       ", \"suppressed\": %" PRIu64 ", \"diverged\": %" PRIu64
	       ", \"doubtful\": %" PRIu64 "}", policy_names[d->policy], d->opens,
	       d->requests, d->bytes, ov->npages * OV_PAGE, s->replayed,
	       s->suppressed, s->diverged, s->doubtful);
    }
  else
    fprintf (f, "%-7s %5u %8" PRIu64 " %10" PRIu64 " %8zu %8" PRIu64 " %10"
	     PRIu64 " %8" PRIu64 " %8" PRIu64 "  %s\n",
	     policy_names[d->policy], d->opens, d->requests, d->bytes,
	     ov->npages * OV_PAGE, s->replayed, s->suppressed, s->diverged,
	     s->doubtful, path ? path : "(without a name)");
  free (path);
}

/* Objects that are open or that something is held for.  */
static void
put_objects (FILE *f, bool json)
{
  bool first = true;

  for (size_t i = 0; i < rp.ov.room_nodes; i++)
    for (struct ov_node *ov = rp.ov.nodes[i]; ov; ov = ov->hash_next)
      {
	struct fs_node *node = ov->user;
	if (node == NULL || (rp_data (node)->opens == 0 && ov->npages == 0))
	  continue;
	put_object (f, json, first, ov, rp_data (node));
	first = false;
      }
}

static void
put_border (FILE *f, bool json)
{
  if (json)
    {
      fputs ("{\"policies\": [", f);
      for (size_t i = 0; i < rp.policies.n; i++)
	{
	  fprintf (f, "%s{\"pattern\": ", i ? ", " : "");
	  checkpointd_put_json (f, rp.policies.rules[i].pattern);
	  fprintf (f, ", \"policy\": \"%s\"}",
		   policy_names[rp.policies.rules[i].policy]);
	}
      fputs ("]", f);
      put_ground (f, json);
      fputs (", \"objects\": [", f);
      put_objects (f, json);
      fputs ("\n]}\n", f);
      return;
    }
  put_ground (f, json);
  for (size_t i = 0; i < rp.policies.n; i++)
    fprintf (f, "policy:       %s:%s\n", rp.policies.rules[i].pattern,
	     policy_names[rp.policies.rules[i].policy]);
  fprintf (f, "%-7s %5s %8s %10s %8s %8s %10s %8s %8s  %s\n", "policy",
	   "opens", "requests", "bytes", "held", "replayed", "suppressed",
	   "diverged", "doubtful", "path");
  put_objects (f, json);
}

error_t
rp_describe (void *context, int what, uint64_t number, bool json, FILE *f)
{
  if (what == CKPT_QUERY_TRACE)
    {
      rp_put_trace (f, number);
      return 0;
    }
  pthread_mutex_lock (&rp.lock);
  if (what == CKPT_QUERY_BORDER)
    put_border (f, json);
  else
    put_ground (f, json);
  pthread_mutex_unlock (&rp.lock);
  return 0;
}
