/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include "parser.h"

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    printf ("%s = %.10g\n", argv[i], evaluate (argv[i]));
  return 0;
}
