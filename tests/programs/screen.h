/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screen of a terminal of the kind vt100, as much of it as full-screen
   programs use: what was printed is looked up where it would be seen.  */

#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>
#include <stddef.h>

enum { ROWS = 24, COLUMNS = 80 };

/* Clear the screen and put the cursor at its beginning.  */
void screen_reset (void);

/* Take LENGTH bytes of what a program printed at DATA.  Sequences that are not
   known are left out.  */
void screen_put (const char *data, size_t length);

/* The text of row ROW (0 .. ROWS - 1), ended by a null, without spaces at its
   end; valid until the next screen_put.  */
const char *screen_row (int row);

/* Does TEXT stand in some row?  */
bool screen_shows (const char *text);

#endif
