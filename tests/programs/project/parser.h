/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The value of the expression TEXT; ends the program if it is none.  */
double evaluate (const char *text);
