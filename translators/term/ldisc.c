/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modes, and what readers see of the input.  */

#include <string.h>
#include "ldisc.h"

static const struct { int index; cc_t value; } default_cc[] =
{
  { VEOF, 'D' & 037 }, { VERASE, 0177 }, { VKILL, 'U' & 037 },
  { VINTR, 'C' & 037 }, { VQUIT, '\\' & 037 }, { VSUSP, 'Z' & 037 },
  { VSTART, 'Q' & 037 }, { VSTOP, 'S' & 037 }, { VLNEXT, 'V' & 037 },
  { VDISCARD, 'O' & 037 }, { VWERASE, 'W' & 037 }, { VREPRINT, 'R' & 037 },
#ifdef VDSUSP
  { VDSUSP, 'Y' & 037 },
#endif
#ifdef VSTATUS
  { VSTATUS, 'T' & 037 },
#endif
  { VMIN, 1 }, { VTIME, 0 },
};

void
ldisc_reset (struct ldisc *l)
{
  struct chq in = l->in, out = l->out;

  memset (l, 0, sizeof *l);
  l->in = in;
  l->out = out;
  chq_clear (&l->in);
  chq_clear (&l->out);
  l->iflag = BRKINT | ICRNL | IMAXBEL | IXON | IXANY;
  l->oflag = OPOST | ONLCR;
  l->cflag = CREAD | CS8 | HUPCL;
  l->lflag = (ECHO | ICANON | ISIG | IEXTEN | ECHOE | ECHOKE | ECHOCTL);
  l->ispeed = l->ospeed = B9600;
  memset (l->cc, _POSIX_VDISABLE, sizeof l->cc);
  for (size_t i = 0; i < sizeof default_cc / sizeof *default_cc; i++)
    l->cc[default_cc[i].index] = default_cc[i].value;
}

bool
ldisc_init (struct ldisc *l)
{
  memset (l, 0, sizeof *l);
  ldisc_reset (l);
  return chq_init (&l->in, LD_IN_SIZE) && chq_init (&l->out, LD_OUT_SIZE);
}

size_t
ldisc_readable (const struct ldisc *l)
{
  size_t end = ldisc_canonical (l) ? l->complete : l->in.count;
  size_t i;

  for (i = 0; i < end; i++)
    if (chq_peek (&l->in, i) & CH_EOF)
      {
	if (ldisc_canonical (l))
	  return i;
	end--;
      }
  return end;
}

bool
ldisc_can_read (const struct ldisc *l)
{
  return ldisc_canonical (l) ? l->complete > 0 : l->in.count > 0;
}

size_t
ldisc_take (struct ldisc *l, void *data, size_t len)
{
  bool canonical = ldisc_canonical (l);
  size_t n = 0;

  while (l->in.count > 0 && (!canonical || l->complete > 0))
    {
      uint16_t c = chq_peek (&l->in, 0);

      /* The mark of an end of file is taken with the characters before it
	 only if there is room to spare; else the next reader gets an empty
	 line, unless it is the line's own end.  */
      if (n == len && !((c & CH_EOF) && canonical && n > 0))
	break;
      chq_get (&l->in);
      if (l->complete > 0)
	l->complete--;
      if (!(c & CH_EOF))
	((unsigned char *) data)[n++] = c;
      if (canonical && (c & (CH_LINE_END | CH_EOF)))
	break;
    }
  return n;
}

void
ldisc_get (const struct ldisc *l, tcflag_t modes[4], cc_t cc[NCCS],
	   speed_t speeds[2])
{
  modes[0] = l->iflag;
  modes[1] = l->oflag;
  modes[2] = l->cflag;
  modes[3] = l->lflag;
  memcpy (cc, l->cc, sizeof l->cc);
  speeds[0] = l->ispeed;
  speeds[1] = l->ospeed;
}

void
ldisc_set (struct ldisc *l, const tcflag_t modes[4], const cc_t cc[NCCS],
	   const speed_t speeds[2])
{
  bool was = ldisc_canonical (l);

  l->iflag = modes[0];
  l->oflag = modes[1];
  l->cflag = modes[2];
  l->lflag = modes[3];
  memcpy (l->cc, cc, sizeof l->cc);
  l->ispeed = speeds[0];
  l->ospeed = speeds[1];
  /* What has been typed stays readable: as bytes, or as the line it is.  */
  if (ldisc_canonical (l) != was)
    l->complete = l->in.count;
  if (!(l->lflag & ICANON))
    l->lnext = false;
  if (!(l->iflag & IXON))
    l->stopped = false;
}

void
ldisc_flush_input (struct ldisc *l)
{
  chq_clear (&l->in);
  l->complete = 0;
  l->lnext = false;
}

void
ldisc_flush_output (struct ldisc *l)
{
  chq_clear (&l->out);
}
