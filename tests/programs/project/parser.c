/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "functions.h"
#include "lexer.h"
#include "parser.h"

static double sum (struct lexer *l);

static void
want (struct lexer *l, char symbol)
{
  if (l->token != SYMBOL || l->symbol != symbol)
    {
      fprintf (stderr, "calc: `%c' is missing before `%s'\n", symbol, l->text);
      exit (2);
    }
  lexer_next (l);
}

static double
primary (struct lexer *l)
{
  struct lexer before = *l;
  double x;

  lexer_next (l);
  if (before.token == NUMBER)
    return before.number;
  if (before.token == SYMBOL && before.symbol == '-')
    return -primary (l);
  if (before.token == NAME)
    want (l, '(');
  else if (before.token != SYMBOL || before.symbol != '(')
    want (&before, '(');
  x = sum (l);
  want (l, ')');
  return before.token == NAME ? function_value (before.name, x) : x;
}

static double
power (struct lexer *l)
{
  double x = primary (l);

  if (l->token == SYMBOL && l->symbol == '^')
    {
      lexer_next (l);
      x = pow (x, power (l));
    }
  return x;
}

static double
product (struct lexer *l)
{
  double x = power (l), y;
  char symbol;

  while (l->token == SYMBOL && (l->symbol == '*' || l->symbol == '/'))
    {
      symbol = l->symbol;
      lexer_next (l);
      y = power (l);
      x = symbol == '*' ? x * y : x / y;
    }
  return x;
}

static double
sum (struct lexer *l)
{
  double x = product (l), y;
  char symbol;

  while (l->token == SYMBOL && (l->symbol == '+' || l->symbol == '-'))
    {
      symbol = l->symbol;
      lexer_next (l);
      y = product (l);
      x = symbol == '+' ? x + y : x - y;
    }
  return x;
}

double
evaluate (const char *text)
{
  struct lexer l = { .text = text };
  double x;

  lexer_next (&l);
  x = sum (&l);
  if (l.token != END)
    {
      fprintf (stderr, "calc: what is `%s'?\n", l.text);
      exit (2);
    }
  return x;
}
