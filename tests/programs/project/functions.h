/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The value of the function NAME at X; ends the program if there is none.  */
double function_value (const char *name, double x);
