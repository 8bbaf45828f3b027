/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of startup.  */

#ifndef PERDURE_STARTUP_H
#define PERDURE_STARTUP_H

#include <node.h>

extern mach_port_t host_priv, device_master;

/* The servers without which nothing goes on.  */
struct essential
{
  struct essential *next;
  task_t task;
  char *name;
};

/* Serve the startup protocol; *BOOTSTRAP is the port for auth and proc to
   report to.  */
error_t serve_startup (mach_port_t *bootstrap);

/* Let /servers/startup lead to us.  */
error_t publish_startup (void);

/* Wait until auth and proc have reported; then answer them.  *AUTH is the
   superuser's handle and *PROC our process port.  AUTH_TASK is auth's.  */
error_t meet_servers (task_t auth_task, mach_port_t *auth, mach_port_t *proc);

/* Note that the system cannot do without TASK.  */
error_t add_essential (task_t task, const char *name);
bool is_essential (task_t task);

/* The ports that want to be told before the system goes down, and who they
   are: call FUNCTION for each, the newest first.  */
void for_each_notified (void (*function) (mach_port_t port, const char *name));

/* Take the system down; HOWTO is reboot's.  The first call does not return,
   others wait.  */
void shut_down (int howto) __attribute__ ((noreturn));

/* Set for the time of a shutdown: deaths are expected.  */
extern bool going_down;

#endif /* PERDURE_STARTUP_H */
