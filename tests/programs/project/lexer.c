/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include "lexer.h"

void
lexer_next (struct lexer *l)
{
  unsigned int n = 0;
  char *end;

  while (isspace ((unsigned char) *l->text))
    l->text++;
  if (*l->text == '\0')
    l->token = END;
  else if (isdigit ((unsigned char) *l->text))
    {
      l->token = NUMBER;
      l->number = strtod (l->text, &end);
      l->text = end;
    }
  else if (isalpha ((unsigned char) *l->text))
    {
      l->token = NAME;
      while (isalnum ((unsigned char) *l->text) && n < sizeof l->name - 1)
	l->name[n++] = *l->text++;
      l->name[n] = '\0';
    }
  else
    {
      l->token = SYMBOL;
      l->symbol = *l->text++;
    }
}
