/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters that were typed.  */

#include <ctype.h>
#include <signal.h>
#include "ldisc.h"

/* The column after showing C at COLUMN.  */
static unsigned int
column_after (const struct ldisc *l, uint16_t ch, unsigned int column)
{
  unsigned char c = ch;

  if (c == '\t' && !(ch & CH_QUOTED))
    return (column | 7) + 1;
  if (c < ' ' || c == 0177)
    return l->lflag & ECHOCTL ? column + 2 : column;
  return (c & 0xc0) == 0x80 ? column : column + 1;
}

static unsigned int
typed_column (const struct ldisc *l)
{
  unsigned int column = l->line_column;

  for (size_t i = l->complete; i < l->in.count; i++)
    column = column_after (l, chq_peek (&l->in, i), column);
  return column;
}

/* Take the last character back, if the line being typed has one; wipe it from
   the screen if SHOW.  */
static bool
erase_one (struct ldisc *l, bool show)
{
  unsigned int from, to;

  if (l->in.count == l->complete)
    return false;
  from = typed_column (l);
  chq_unput (&l->in);
  to = typed_column (l);
  if (show && (l->lflag & ECHO) && from > to)
    {
      unsigned int n = from - to;

      /* A tab is only stepped back over; nothing is to be wiped.  */
      for (unsigned int i = 0; i < n; i++)
	ldisc_output (l, '\b');
      for (unsigned int i = 0; i < n; i++)
	ldisc_output (l, ' ');
      for (unsigned int i = 0; i < n; i++)
	ldisc_output (l, '\b');
    }
  return true;
}

static uint16_t
last_typed (const struct ldisc *l)
{
  return chq_peek (&l->in, l->in.count - 1);
}

static void
erase_char (struct ldisc *l, unsigned char c)
{
  uint16_t last;

  if (l->in.count == l->complete)
    return;
  if (!(l->lflag & ECHOE))
    {
      erase_one (l, false);
      ldisc_echo (l, c);
      return;
    }
  last = last_typed (l);
  erase_one (l, true);
  /* The further bytes of a multibyte character go with its first.  */
  while ((last & 0xc0) == 0x80 && l->in.count > l->complete)
    {
      last = last_typed (l);
      if (last < 0x80 || (last & 0xff00))
	break;
      erase_one (l, true);
    }
}

static void
erase_word (struct ldisc *l)
{
  bool show = l->lflag & ECHOE;

  while (l->in.count > l->complete && isspace (last_typed (l) & 0xff))
    erase_one (l, show);
  while (l->in.count > l->complete && !isspace (last_typed (l) & 0xff))
    erase_one (l, show);
}

static void
erase_line (struct ldisc *l, unsigned char c)
{
  bool show = (l->lflag & ECHOKE) && (l->lflag & ECHOE);

  while (erase_one (l, show))
    continue;
  if (!show)
    {
      ldisc_echo (l, c);
      if ((l->lflag & ECHO) && (l->lflag & ECHOK))
	ldisc_output (l, '\n');
    }
}

static void
reprint (struct ldisc *l, unsigned char c)
{
  ldisc_echo (l, c);
  ldisc_output (l, '\n');
  l->line_column = 0;
  for (size_t i = l->complete; i < l->in.count; i++)
    ldisc_echo (l, chq_peek (&l->in, i));
}

/* Characters for which the line itself is changed.  */
static bool
edit (struct ldisc *l, unsigned char c)
{
  if (ldisc_is (l, VERASE, c))
    erase_char (l, c);
  else if (ldisc_is (l, VKILL, c))
    erase_line (l, c);
  else if ((l->lflag & IEXTEN) && ldisc_is (l, VWERASE, c))
    erase_word (l);
  else if ((l->lflag & IEXTEN) && ldisc_is (l, VREPRINT, c))
    reprint (l, c);
  else
    return false;
  return true;
}

/* Characters that make signals.  */
static bool
signals (struct ldisc *l, unsigned char c)
{
  int signal = 0;

  if (ldisc_is (l, VINTR, c))
    signal = SIGINT;
  else if (ldisc_is (l, VQUIT, c))
    signal = SIGQUIT;
  else if (ldisc_is (l, VSUSP, c))
    signal = SIGTSTP;
#ifdef VDSUSP
  else if ((l->lflag & IEXTEN) && ldisc_is (l, VDSUSP, c))
    signal = SIGTSTP;
#endif
#ifdef VSTATUS
  else if ((l->lflag & IEXTEN) && ldisc_canonical (l)
	   && ldisc_is (l, VSTATUS, c))
    {
      ldisc_echo (l, c);
      if (!(l->lflag & NOKERNINFO))
	l->signal = SIGINFO;
      return true;
    }
#endif
  if (signal == 0)
    return false;
  if (!(l->lflag & NOFLSH))
    {
      ldisc_flush_input (l);
      if (signal != SIGTSTP)
	ldisc_flush_output (l);
    }
  ldisc_echo (l, c);
  l->signal = signal;
  return true;
}

static bool
flow_control (struct ldisc *l, unsigned char c)
{
  if (!(l->iflag & IXON))
    return false;
  if (ldisc_is (l, VSTOP, c) && !(l->stopped && ldisc_is (l, VSTART, c)))
    {
      l->stopped = true;
      return true;
    }
  if (ldisc_is (l, VSTART, c))
    {
      l->stopped = false;
      return true;
    }
  if (l->stopped && (l->iflag & IXANY))
    l->stopped = false;
  return false;
}

/* Append CH to the input; true unless it is full.  */
static bool
append (struct ldisc *l, uint16_t ch)
{
  bool end = ch & (CH_LINE_END | CH_EOF);

  /* One place is kept for the end of a line.  */
  if (chq_room (&l->in) < (end ? 1u : 2u))
    {
      if (l->iflag & IMAXBEL)
	ldisc_output (l, '\a');
      return false;
    }
  if (l->in.count == l->complete)
    l->line_column = l->column;
  chq_put (&l->in, ch);
  if (end)
    l->complete = l->in.count;
  return true;
}

static bool
canonical_input (struct ldisc *l, unsigned char c)
{
  if (edit (l, c))
    return true;
  if (ldisc_is (l, VEOF, c))
    {
      if (!append (l, c | CH_EOF))
	return false;
      if ((l->lflag & ECHO) && (l->lflag & ECHOCTL))
	{
	  ldisc_echo (l, c);
	  ldisc_output (l, '\b');
	  ldisc_output (l, '\b');
	}
      return true;
    }
  if (c == '\n' || ldisc_is (l, VEOL, c)
#ifdef VEOL2
      || ldisc_is (l, VEOL2, c)
#endif
      )
    {
      if (!append (l, c | CH_LINE_END))
	return false;
    }
  else if (!append (l, c))
    return false;
  ldisc_echo (l, c);
  return true;
}

bool
ldisc_input (struct ldisc *l, unsigned char c)
{
  if (l->iflag & ISTRIP)
    c &= 0x7f;
#ifdef IUCLC
  if (l->iflag & IUCLC)
    c = tolower (c);
#endif
  if (l->lnext)
    {
      l->lnext = false;
      if (!append (l, c | CH_QUOTED))
	return false;
      ldisc_echo (l, c | CH_QUOTED);
      return true;
    }
  if (c == '\r')
    {
      if (l->iflag & IGNCR)
	return true;
      if (l->iflag & ICRNL)
	c = '\n';
    }
  else if (c == '\n' && (l->iflag & INLCR))
    c = '\r';

  if ((l->lflag & IEXTEN) && ldisc_canonical (l) && ldisc_is (l, VLNEXT, c))
    {
      l->lnext = true;
      if (l->lflag & ECHO)
	{
	  ldisc_output (l, '^');
	  ldisc_output (l, '\b');
	}
      return true;
    }
#ifdef VDISCARD
  if ((l->lflag & IEXTEN) && ldisc_canonical (l) && ldisc_is (l, VDISCARD, c))
    {
      l->flush_output = !l->flush_output;
      if (l->flush_output)
	ldisc_flush_output (l);
      return true;
    }
#endif
  if (flow_control (l, c))
    return true;
  l->flush_output = false;
  if ((l->lflag & ISIG) && signals (l, c))
    return true;
  if (ldisc_canonical (l))
    return canonical_input (l, c);
  if (!append (l, c))
    return false;
  ldisc_echo (l, c);
  return true;
}
