/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line discipline: what a terminal makes of the characters that come in
   and go out.  Portable: no threads, no ports.  The caller holds a lock.  */

#ifndef PERDURE_LDISC_H
#define PERDURE_LDISC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>
#include <unistd.h>

/* A queue of characters with marks.  */
#define CH_QUOTED	0x100	/* Was quoted by LNEXT.  */
#define CH_LINE_END	0x200	/* Ends a line.  */
#define CH_EOF		0x400	/* Stands for EOF, is no character.  */

struct chq
{
  uint16_t *data;
  size_t size, head, count;
};

bool chq_init (struct chq *q, size_t size);
void chq_put (struct chq *q, uint16_t c);	/* There must be room.  */
uint16_t chq_get (struct chq *q);		/* … and here something.  */
uint16_t chq_unput (struct chq *q);		/* Take back the last.  */
uint16_t chq_peek (const struct chq *q, size_t index);
void chq_clear (struct chq *q);
static inline size_t
chq_room (const struct chq *q)
{
  return q->size - q->count;
}

#define LD_IN_SIZE	16384
#define LD_OUT_SIZE	8192
#define LD_OUT_HIGH	4096	/* Writers wait above this; echo does not.  */

struct ldisc
{
  tcflag_t iflag, oflag, cflag, lflag;
  cc_t cc[NCCS];
  speed_t ispeed, ospeed;
  struct chq in, out;
  size_t complete;		/* How many of IN a canonical reader may have:
				   whole lines.  */
  unsigned int column;		/* Of the output.  */
  unsigned int line_column;	/* Where the line being typed begins.  */
  bool lnext;			/* The next character is quoted.  */
  bool stopped;			/* Output is, by STOP or TCOOFF.  */
  bool flush_output;		/* DISCARD was typed.  */
  bool pty_remote;		/* Input is not edited (TIOCREMOTE).  */
  int signal;			/* Signal to be sent, or 0.  */
};

bool ldisc_init (struct ldisc *l);

/* Go back to the modes of the start, with nothing in the queues.  */
void ldisc_reset (struct ldisc *l);

/* A character has come from the terminal.  Sets SIGNAL when it asks for one:
   the caller sends it and clears it.  Returns false when it was dropped.  */
bool ldisc_input (struct ldisc *l, unsigned char c);

/* Process C for output.  Returns false when there is no room; nothing is done
   then.  */
bool ldisc_output (struct ldisc *l, unsigned char c);

/* Echo C as the terminal is told to.  */
void ldisc_echo (struct ldisc *l, uint16_t c);

/* How many bytes can be read without waiting, and whether any (an EOF or a
   line of none counts).  */
size_t ldisc_readable (const struct ldisc *l);
bool ldisc_can_read (const struct ldisc *l);

/* Take up to LEN bytes, in canonical mode of one line.  */
size_t ldisc_take (struct ldisc *l, void *data, size_t len);

/* The modes are to be those; pending input goes over to them.  */
void ldisc_set (struct ldisc *l, const tcflag_t modes[4],
		const cc_t cc[NCCS], const speed_t speeds[2]);
void ldisc_get (const struct ldisc *l, tcflag_t modes[4], cc_t cc[NCCS],
		speed_t speeds[2]);

void ldisc_flush_input (struct ldisc *l);
void ldisc_flush_output (struct ldisc *l);

static inline bool
ldisc_canonical (const struct ldisc *l)
{
  return (l->lflag & ICANON) && !l->pty_remote;
}

static inline bool
ldisc_is (const struct ldisc *l, int which, unsigned char c)
{
  return l->cc[which] != (cc_t) _POSIX_VDISABLE && l->cc[which] == c;
}

#endif /* PERDURE_LDISC_H */
