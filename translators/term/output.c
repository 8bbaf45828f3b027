/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters on their way to the terminal.  */

#include <ctype.h>
#include "ldisc.h"

/* Put C, which is as it shall be, into the queue and keep the column.  */
static void
put (struct ldisc *l, unsigned char c)
{
  chq_put (&l->out, c);
  switch (c)
    {
    case '\r':
      l->column = 0;
      break;
    case '\n':
      if (l->oflag & ONLRET)
	l->column = 0;
      break;
    case '\b':
      if (l->column > 0)
	l->column--;
      break;
    case '\t':
      l->column = (l->column | 7) + 1;
      break;
    default:
      /* Of a multibyte character only the first byte has a width.  */
      if (c >= ' ' && c != 0177 && (c & 0xc0) != 0x80)
	l->column++;
    }
}

bool
ldisc_output (struct ldisc *l, unsigned char c)
{
  if (l->flush_output)
    return true;
  if (chq_room (&l->out) < 8)
    return false;
  if (!(l->oflag & OPOST))
    {
      put (l, c);
      return true;
    }
#ifdef OLCUC
  if (l->oflag & OLCUC)
    c = toupper (c);
#endif
  switch (c)
    {
    case '\n':
      if (l->oflag & ONLCR)
	put (l, '\r');
      put (l, '\n');
      break;
    case '\r':
      if (l->oflag & OCRNL)
	put (l, '\n');
      else if (!(l->oflag & ONOCR) || l->column > 0)
	put (l, '\r');
      break;
    case '\t':
#ifdef OXTABS
      if (l->oflag & OXTABS)
	{
	  for (size_t n = 8 - (l->column & 7); n > 0; n--)
	    put (l, ' ');
	  break;
	}
#endif
      put (l, c);
      break;
#ifdef ONOEOT
    case 'D' & 037:
      if (l->oflag & ONOEOT)
	break;
      put (l, c);
      break;
#endif
    default:
      put (l, c);
    }
  return true;
}

void
ldisc_echo (struct ldisc *l, uint16_t ch)
{
  unsigned char c = ch;

  if (!(l->lflag & ECHO) && !(c == '\n' && (l->lflag & ECHONL)
			      && (l->lflag & ICANON)))
    return;
  /* What is quoted and line feeds, tabs as such are shown as they are.  */
  if ((l->lflag & ECHOCTL)
      && (c == 0177 || (c < ' ' && ((ch & CH_QUOTED)
				    || (c != '\n' && c != '\t')))))
    {
      ldisc_output (l, '^');
      ldisc_output (l, c == 0177 ? '?' : c + '@');
    }
  else
    ldisc_output (l, c);
}
