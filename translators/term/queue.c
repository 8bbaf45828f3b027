/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include "ldisc.h"

bool
chq_init (struct chq *q, size_t size)
{
  q->data = calloc (size, sizeof *q->data);
  q->size = size;
  q->head = q->count = 0;
  return q->data != NULL;
}

void
chq_put (struct chq *q, uint16_t c)
{
  q->data[(q->head + q->count) % q->size] = c;
  q->count++;
}

uint16_t
chq_get (struct chq *q)
{
  uint16_t c = q->data[q->head];

  q->head = (q->head + 1) % q->size;
  q->count--;
  return c;
}

uint16_t
chq_unput (struct chq *q)
{
  q->count--;
  return q->data[(q->head + q->count) % q->size];
}

uint16_t
chq_peek (const struct chq *q, size_t index)
{
  return q->data[(q->head + index) % q->size];
}

void
chq_clear (struct chq *q)
{
  q->head = q->count = 0;
}
