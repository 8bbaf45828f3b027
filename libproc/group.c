/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Process groups and sessions.  */

#include <signal.h>
#include <stdlib.h>
#include "libproc/internal.h"

const struct sv_class proc_sidport_class = { .name = "session" };

struct pgrp *
pgrp_find (struct proc_table *t, pid_t pgid)
{
  struct pgrp *g;

  for (g = t->pgrps; g && g->pgid != pgid; g = g->next)
    ;
  return g;
}

struct session *
session_find (struct proc_table *t, pid_t sid)
{
  struct session *s;

  for (s = t->sessions; s && s->sid != sid; s = s->next)
    ;
  return s;
}

error_t
session_make (struct proc_table *t, pid_t sid, struct session **session)
{
  struct session *s = calloc (1, sizeof *s);

  if (s == NULL)
    return ENOMEM;
  s->sid = sid;
  s->next = t->sessions;
  t->sessions = s;
  *session = s;
  return 0;
}

error_t
pgrp_make (struct proc_table *t, pid_t pgid, struct session *session,
	   struct pgrp **pgrp)
{
  struct pgrp *g = calloc (1, sizeof *g);

  if (g == NULL)
    return ENOMEM;
  g->pgid = pgid;
  g->session = session;
  session->ngroups++;
  g->next = t->pgrps;
  t->pgrps = g;
  *pgrp = g;
  return 0;
}

/* The last group of S is gone; whoever knows its port (a terminal) learns it
   by the port's death.  */
static void
end_session (struct proc_table *t, struct session *s)
{
  struct session **sp;

  for (sp = &t->sessions; *sp != s; sp = &(*sp)->next)
    ;
  *sp = s->next;
  if (s->port)
    {
      sv_port_destroy (s->port);
      sv_unref (s->port);
    }
  free (s);
}

void
pgrp_leave (struct proc *p)
{
  struct proc_table *t = p->table;
  struct pgrp *g = p->pgrp, **gp;

  if (g == NULL)
    return;
  *p->grp_prevp = p->grp_next;
  if (p->grp_next)
    p->grp_next->grp_prevp = p->grp_prevp;
  p->pgrp = NULL;
  if (g->members)
    return;
  for (gp = &t->pgrps; *gp != g; gp = &(*gp)->next)
    ;
  *gp = g->next;
  if (--g->session->ngroups == 0)
    end_session (t, g->session);
  free (g);
}

void
pgrp_join (struct proc *p, struct pgrp *g)
{
  if (p->pgrp == g)
    return;
  /* Joined first, so that a session that is both left and joined stays.  */
  struct session *s = g->session;
  s->ngroups++;
  pgrp_leave (p);
  s->ngroups--;
  p->pgrp = g;
  p->grp_next = g->members;
  p->grp_prevp = &g->members;
  if (g->members)
    g->members->grp_prevp = &p->grp_next;
  g->members = p;
}

/* A group is an orphan when none of its members has a parent in another group
   of the same session.  */
static bool
is_orphan (const struct pgrp *g)
{
  const struct proc *p;

  for (p = g->members; p; p = p->grp_next)
    if (!p->dead && p->parent && !p->parent->dead && p->parent->pgrp
	&& p->parent != p->table->init
	&& p->parent->pgrp != g && p->parent->pgrp->session == g->session)
      return false;
  return true;
}

void
pgrp_check_orphans (struct proc_table *t, bool silent)
{
  struct pgrp *g;
  struct proc *p;

  for (g = t->pgrps; g; g = g->next)
    {
      bool orphaned = is_orphan (g), stopped = false;

      if (orphaned == g->orphaned)
	continue;
      g->orphaned = orphaned;
      if (silent)
	continue;
      for (p = g->members; p; p = p->grp_next)
	{
	  stopped |= p->stopped && !p->dead;
	  proc_post_newids (p);
	}
      if (!orphaned || !stopped)
	continue;
      for (p = g->members; p; p = p->grp_next)
	{
	  proc_post (p, SIGHUP, 0);
	  proc_post (p, SIGCONT, 0);
	}
    }
}

kern_return_t
S_proc_setsid (process_t process)
{
  struct proc_handle *h = proc_enter (process);
  struct session *s;
  struct pgrp *g;
  struct proc *p;
  error_t err = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  p = h->proc;
  if (p->dead)
    return proc_leave (h, ESRCH);
  if (pgrp_find (p->table, p->pid) || session_find (p->table, p->pid))
    return proc_leave (h, EPERM);
  err = session_make (p->table, p->pid, &s);
  if (!err)
    {
      err = pgrp_make (p->table, p->pid, s, &g);
      if (err)
	end_session (p->table, s);
    }
  if (!err)
    {
      g->orphaned = true;
      pgrp_join (p, g);
      pgrp_check_orphans (p->table, false);
      proc_post_newids (p);
    }
  return proc_leave (h, err);
}

/* Put P into the group PGID as CALLER asks.  */
static error_t
set_pgrp (struct proc *caller, struct proc *p, pid_t pgid)
{
  struct proc_table *t = p->table;
  struct pgrp *g;
  error_t err;

  if (p->pgrp->session->sid == p->pid
      || p->pgrp->session != caller->pgrp->session)
    return EPERM;
  g = pgrp_find (t, pgid);
  if (g ? g->session != p->pgrp->session : pgid != p->pid)
    return EPERM;
  if (g == NULL)
    {
      err = pgrp_make (t, pgid, p->pgrp->session, &g);
      if (err)
	return err;
      g->orphaned = p->pgrp->orphaned;
    }
  pgrp_join (p, g);
  pgrp_check_orphans (t, false);
  proc_post_newids (p);
  return 0;
}

kern_return_t
S_proc_setpgrp (process_t process, pid_t pid, pid_t pgrp)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  p = pid ? proc_by_pid (h->proc->table, pid) : h->proc;
  if (h->proc->dead || p == NULL || p->dead
      || (p != h->proc && p->parent != h->proc))
    err = ESRCH;
  else if (p != h->proc && p->execed)
    err = EACCES;
  else if (pgrp < 0)
    err = EINVAL;
  else
    err = set_pgrp (h->proc, p, pgrp ? pgrp : p->pid);
  return proc_leave (h, err);
}

kern_return_t
S_proc_getpgrp (process_t process, pid_t pid, pid_t *pgrp)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;

  if (h == NULL)
    return EOPNOTSUPP;
  p = proc_by_pid (h->proc->table, pid);
  if (p == NULL || p->pgrp == NULL)
    return proc_leave (h, ESRCH);
  *pgrp = p->pgrp->pgid;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_getsid (process_t process, pid_t pid, pid_t *sid)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;

  if (h == NULL)
    return EOPNOTSUPP;
  p = proc_by_pid (h->proc->table, pid);
  if (p == NULL || p->pgrp == NULL)
    return proc_leave (h, ESRCH);
  *sid = p->pgrp->session->sid;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_getsidport (process_t process, mach_port_t *sessport,
		   mach_msg_type_name_t *sessportPoly)
{
  struct proc_handle *h = proc_enter (process);
  struct session *s;
  error_t err = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  if (h->proc->dead || h->proc->pgrp == NULL)
    return proc_leave (h, ESRCH);
  s = h->proc->pgrp->session;
  if (s->port == NULL)
    err = sv_port_create (h->proc->table->bucket, &proc_sidport_class,
			  sizeof *s->port, 0, &s->port);
  if (!err)
    *sessport = sv_port_get_right (s->port);
  *sessportPoly = MACH_MSG_TYPE_MOVE_SEND;
  return proc_leave (h, err);
}
