/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of the overlay only.  All paths are malloced; NULL when
   there is none.  */

#ifndef PERDURE_OVERLAY_PRIVATE_H
#define PERDURE_OVERLAY_PRIVATE_H

#include "overlay.h"

/* Whether N is an object of the ground that lives on under a held name.  */
bool ov_is_secured (const struct ov_node *n);

/* A held name of TARGET in a living directory, or NULL.  */
struct ov_name *ov_name_of (struct overlay *ov, struct ov_node *target);

char *ov_stage_path (struct overlay *ov, struct ov_node *n);
char *ov_lost_path (struct overlay *ov, struct ov_node *n);

/* Where the name E is to be; SECURED: as long as secured directories are in
   their staging places.  */
char *ov_name_path (struct overlay *ov, struct ov_name *e, bool secured);

/* Where NAME in the ground's directory DIR is after the secured objects were
   moved away.  */
char *ov_secured_path (struct overlay *ov, struct ov_node *dir,
		       const char *name);

#endif /* PERDURE_OVERLAY_PRIVATE_H */
