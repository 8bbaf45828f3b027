/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of an expression, one after the other.  */
enum token { END, NUMBER, NAME, SYMBOL };

struct lexer
{
  const char *text;		/* What is left.  */
  enum token token;		/* The current word.  */
  double number;
  char name[16];
  char symbol;
};

/* Go on to the next word of L.  */
void lexer_next (struct lexer *l);
