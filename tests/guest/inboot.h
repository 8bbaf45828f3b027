/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ckpt-inboot and its victim have in common.  */

#ifndef INBOOT_H
#define INBOOT_H

#include <mach.h>
#include <stdint.h>

/* A request: its number and a value; the answer has the number back.  */
struct inboot_message
{
  mach_msg_header_t head;
  mach_msg_type_t type;
  uint32_t number, value;
};

#define INBOOT_COUNT	7700	/* The next step's number and digest.  */
#define INBOOT_DONE	7701	/* The end: NUMBER failures, the digest.  */
#define INBOOT_SLEEP	7702	/* Answered late.  */
#define INBOOT_STEPS	400

static inline mach_msg_type_t
inboot_type (void)
{
  return (mach_msg_type_t) { .msgt_name = MACH_MSG_TYPE_INTEGER_32,
			     .msgt_size = 32, .msgt_number = 2,
			     .msgt_inline = TRUE };
}

/* State of the computation: x87 in round-up mode and SSE in round-down mode stay
   set for its whole life.  */
struct inboot_state
{
  long double x;
  double y;
  uint32_t digest;
};

static inline void
inboot_modes (void)
{
  uint16_t control;
  uint32_t mxcsr;
  __asm__ volatile ("fnstcw %0" : "=m" (control));
  control = (control & ~0x0c00) | 0x0800;
  __asm__ volatile ("fldcw %0" : : "m" (control));
  __asm__ volatile ("stmxcsr %0" : "=m" (mxcsr));
  mxcsr = (mxcsr & ~0x6000) | 0x2000;
  __asm__ volatile ("ldmxcsr %0" : : "m" (mxcsr));
}

static void __attribute__ ((target ("sse2"), noinline))
inboot_step (struct inboot_state *s, int rounds)
{
  for (int i = 1; i <= rounds; i++)
    {
      s->x = s->x * 1.000001L + 1.0L / i;
      if (s->x > 1e6L)
	s->x = 1 / s->x;
      double d = s->y, e = i;
      __asm__ volatile ("movsd %0, %%xmm5\n\taddsd %1, %%xmm5\n\t"
			"sqrtsd %%xmm5, %%xmm5\n\tdivsd %2, %%xmm5\n\t"
			"movsd %%xmm5, %0"
			: "+m" (d) : "m" (e), "m" (e) : "xmm5");
      s->y = d + 0.3;
    }
  union { long double x; uint32_t w[3]; } a = { .x = s->x };
  union { double y; uint32_t w[2]; } b = { .y = s->y };
  s->digest = s->digest * 16777619U ^ a.w[0] ^ a.w[1] ^ b.w[0] ^ b.w[1];
}

#endif /* INBOOT_H */
