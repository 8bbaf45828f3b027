/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of the command ckpt.  */

#ifndef PERDURE_CHECKPOINTD_COMMAND_H
#define PERDURE_CHECKPOINTD_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>
#include <mach.h>

/* The environment's node, for messages.  */
extern const char *root_name;

/* Is ERR what a request gets whose server has ended?  */
bool has_ended (error_t err);
/* The environment's server has ended: open the node again, which starts it.  */
mach_port_t open_again (void);
/* Start the program ARGV (of N words) inside; FLAGS are those of ckpt_run.  */
error_t start_inside (mach_port_t root, char **argv, int n, int flags,
		      pid_t *pid);

/* Be the terminal of a session: of the one begun last, or if ARGV (of N words) is
   given, of a new one that runs that (with ONCE only if there is none).  Returns
   the exit status.  */
int attach (mach_port_t root, char **argv, int n, bool once);

/* Run the program ARGV (of N words; none: print the number) in the last committed state
   of the ground's files.  Returns the exit status.  */
int view (mach_port_t root, char **argv, int n);

#endif /* PERDURE_CHECKPOINTD_COMMAND_H */
