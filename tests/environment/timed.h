/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waits with an end: not too short, and late by as much as restores may make
   them.  */

#ifndef TIMED_H
#define TIMED_H

#include "env.h"

/* Call WAIT (SECONDS) again and again, until the kills are over; each must take so
   long by CLOCK_MONOTONIC.  */
void timed_waits (void (*wait) (double seconds), double seconds);

#endif /* TIMED_H */
