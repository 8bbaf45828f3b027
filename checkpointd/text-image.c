/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in a checkpoint, for `ckpt show'.  */

#include <inttypes.h>
#include <stdio.h>
#include "internal.h"

static const char *const kinds[CI_PORT_KINDS] =
{
  [CI_PORT_ENV] = "inside", [CI_PORT_BORDER] = "border",
  [CI_PORT_TASK] = "task", [CI_PORT_THREAD] = "thread",
  [CI_PORT_HOST] = "host", [CI_PORT_PSET_NAME] = "processor set",
  [CI_PORT_DEAD] = "dead", [CI_PORT_MEMORY] = "memory",
  [CI_PORT_EXCEPTION] = "exception", [CI_PORT_CONTROL] = "memory control",
  [CI_PORT_PAGER_NAME] = "memory name",
};

static const char *
kind_name (unsigned int kind)
{
  return kind < CI_PORT_KINDS && kinds[kind] ? kinds[kind] : "other";
}

/* A protection as `rwx'.  */
static const char *
protection (uint8_t p)
{
  static const char *const names[] =
    { "---", "r--", "-w-", "rw-", "--x", "r-x", "-wx", "rwx" };
  return names[p & 7];
}

static const char *
right_name (uint8_t type)
{
  switch (type)
    {
    case CI_RIGHT_SEND:
      return "send";
    case CI_RIGHT_RECEIVE:
      return "receive";
    case CI_RIGHT_SEND | CI_RIGHT_RECEIVE:
      return "send and receive";
    case CI_RIGHT_SEND_ONCE:
      return "send once";
    case CI_RIGHT_SET:
      return "set";
    default:
      return "dead";
    }
}

/* The kind of the port of R, for people.  */
static const char *
leads_to (const struct ci_image *ci, const struct ci_right *r)
{
  return r->port ? kind_name (ci->ports[r->port - 1].kind) : "nothing";
}

struct opens
{
  const struct conductor_open *list;
  uint32_t n;
};

/* What the port of R has open, or NULL.  */
static const char *
opened (const struct ci_image *ci, const struct ci_right *r,
	const struct opens *o)
{
  if (r->port == 0 || ci->ports[r->port - 1].kind != CI_PORT_BORDER)
    return NULL;
  for (uint32_t i = 0; i < o->n; i++)
    if (o->list[i].id == ci->ports[r->port - 1].id)
      return o->list[i].text;
  return NULL;
}

static void
json_names (FILE *f, const struct ci_image *ci, const struct ci_task *t,
	    const struct opens *o)
{
  for (uint32_t j = 0; j < t->nrights; j++)
    {
      const struct ci_right *r = &t->rights[j];
      const char *text = opened (ci, r, o);
      fprintf (f, "%s{\"name\": %u, \"right\": \"%s\", \"refs\": %u, \"to\":"
	       " \"%s\", \"port\": %u", j ? ", " : "", r->name,
	       right_name (r->type), r->urefs, leads_to (ci, r), r->port);
      if (text)
	{
	  fputs (", \"open\": ", f);
	  checkpointd_put_json (f, text);
	}
      fputs ("}", f);
    }
}

static void
json_task (FILE *f, const struct ci_image *ci, uint32_t i,
	   const struct opens *o)
{
  const struct ci_task *t = &ci->tasks[i];
  const char *comma = "";

  fprintf (f, "{\"pid\": %u, \"regions\": [", t->pid);
  for (uint32_t j = 0; j < t->nregions; j++)
    fprintf (f, "%s{\"start\": %u, \"end\": %u, \"protection\": \"%s\","
	     " \"saved\": %s, \"transient\": %s}", j ? ", " : "",
	     t->regions[j].start, t->regions[j].end,
	     protection (t->regions[j].protection),
	     t->regions[j].flags & CI_REGION_DATA ? "true" : "false",
	     t->regions[j].flags & CI_REGION_TRANSIENT ? "true" : "false");
  fprintf (f, "], \"threads\": [");
  for (uint32_t j = 0; j < ci->nthreads; j++)
    if (ci->threads[j].task == i)
      {
	const struct ci_thread *h = &ci->threads[j];
	fprintf (f, "%s{\"eip\": %u, \"esp\": %u, \"waits\": %s}", comma,
		 h->regs[CI_EIP], h->regs[CI_UESP], h->wait ? "true" : "false");
	comma = ", ";
      }
  fprintf (f, "], \"names\": [");
  json_names (f, ci, t, o);
  fprintf (f, "]}");
}

static void
json_image (FILE *f, const struct ci_image *ci, const struct opens *o)
{
  fprintf (f, "\"tasks\": [");
  for (uint32_t i = 0; i < ci->ntasks; i++)
    {
      fputs (i ? ",\n " : "", f);
      json_task (f, ci, i, o);
    }
  fprintf (f, "], \"ports\": %u, \"messages\": [", ci->nports);
  for (uint32_t i = 0; i < ci->nmessages; i++)
    fprintf (f, "%s{\"port\": %u, \"id\": %u, \"bytes\": %u}",
	     i ? ", " : "", ci->messages[i].port, ci->messages[i].id,
	     ci->messages[i].len);
  fprintf (f, "], \"remarks\": [");
  for (uint32_t i = 0; i < ci->nremarks; i++)
    {
      fputs (i ? ", " : "", f);
      checkpointd_put_json (f, ci->remarks[i]);
    }
  fprintf (f, "]");
}

static void
text_task (FILE *f, const struct ci_image *ci, uint32_t i,
	   const struct opens *o)
{
  const struct ci_task *t = &ci->tasks[i];
  uint64_t size = 0;
  uint32_t threads = 0;
  for (uint32_t j = 0; j < t->nregions; j++)
    if (t->regions[j].flags & CI_REGION_DATA)
      size += t->regions[j].end - t->regions[j].start;
  for (uint32_t j = 0; j < ci->nthreads; j++)
    threads += ci->threads[j].task == i;
  fprintf (f, "task:         pid %u, %u threads, %u regions (%" PRIu64
	   " KiB), %u port names\n", t->pid, threads, t->nregions,
	   size / 1024, t->nrights);
  for (uint32_t j = 0; j < ci->nthreads; j++)
    if (ci->threads[j].task == i)
      fprintf (f, "  thread      at %08x, stack %08x%s\n",
	       ci->threads[j].regs[CI_EIP], ci->threads[j].regs[CI_UESP],
	       ci->threads[j].wait ? ", waiting" : "");
  for (uint32_t j = 0; j < t->nrights; j++)
    {
      const char *text = opened (ci, &t->rights[j], o);
      if (text)
	fprintf (f, "  open        name %u: %s\n", t->rights[j].name, text);
    }
}

void
conductor_put_image (FILE *f, const struct ci_image *ci, bool json,
		     const struct conductor_open *opens, uint32_t n)
{
  const struct opens o = { opens, n };

  if (json)
    {
      json_image (f, ci, &o);
      return;
    }
  for (uint32_t i = 0; i < ci->ntasks; i++)
    text_task (f, ci, i, &o);
  uint32_t counts[CI_PORT_KINDS] = { 0 };
  for (uint32_t i = 0; i < ci->nports; i++)
    if (ci->ports[i].kind < CI_PORT_KINDS)
      counts[ci->ports[i].kind]++;
  fprintf (f, "ports:        %u", ci->nports);
  for (int i = 1; i < CI_PORT_KINDS; i++)
    if (counts[i])
      fprintf (f, ", %s %u", kind_name (i), counts[i]);
  fprintf (f, "\nmessages:     %u\n", ci->nmessages);
  for (uint32_t i = 0; i < ci->nmessages; i++)
    fprintf (f, "  message     %u to port %u, %u bytes\n", ci->messages[i].id,
	     ci->messages[i].port, ci->messages[i].len);
  for (uint32_t i = 0; i < ci->nremarks; i++)
    fprintf (f, "remark:       %s\n", ci->remarks[i]);
}
