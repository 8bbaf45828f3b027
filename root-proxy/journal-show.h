/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Showing what a checkpoint tells the ground, and what the journal has since.
   Portable.  */

#ifndef PERDURE_JOURNAL_SHOW_H
#define PERDURE_JOURNAL_SHOW_H

#include <stdbool.h>
#include <stdio.h>
#include <stable-store/store.h>

/* Print the redo of checkpoint NUMBER (0: the last one) in STORE, and the journal's
   records that are tied to it, as lines or as a JSON list, to F.  On an error *WHY
   (static) says what was read.  */
error_t journal_show (struct store *store, uint64_t number, bool json,
		      FILE *f, const char **why);

#endif /* PERDURE_JOURNAL_SHOW_H */
