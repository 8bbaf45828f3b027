/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by save.c, restore.c, opens.c and commit.c.  */

#ifndef PERDURE_ROOT_PROXY_STATE_H
#define PERDURE_ROOT_PROXY_STATE_H

#include "proxy.h"
#include "state-version.h"

#define RP_NO_FRAMES UINT64_MAX

error_t rp_save (void *context, struct ckpt_image *image,
		 struct ckpt_blob *b);
error_t rp_write_files (void *context, struct store_txn *txn);
error_t rp_restore_objects (void *context, struct ckpt_image *image,
			    struct ckpt_reader *r);
error_t rp_restore_rights (void *context, struct ckpt_image *image,
			   struct ckpt_reader *r);
error_t rp_committed (void *context, uint64_t number);
void rp_aborted (void *context, bool written);
/* Another state is about to be saved.  */
void rp_begin_next (void);

/* Can STATE and the files that belong to it be read?  */
error_t rp_check_state (void *context, struct ckpt_reader *state);
error_t rp_tell_opens (void *context, struct ckpt_reader *r,
		     void (*tell) (void *arg, uint64_t id, const char *text),
		     void *arg);

/* Forget nodes that nobody needs any more.  */
void rp_forget (void);

#endif /* PERDURE_ROOT_PROXY_STATE_H */
