/* SPDX-License-Identifier: GPL-3.0-or-later */
/* floating point: signals off, rounding, functions.  */

#include "../test.h"
#include <fenv.h>
#include <math.h>

int
main (void)
{
  volatile double zero = 0, one = 1;
  CHECK (isinf (one / zero) && isnan (zero / zero));
  CHECK (fabs (sin (1) - 0.8414709848) < 1e-9 && pow (2, 10) == 1024 && sqrt (2) * sqrt (2) > 1.99);
  CHECK (fetestexcept (FE_DIVBYZERO));
  CHECK (fesetround (FE_UPWARD) == 0 && rint (1.2) == 2 && fesetround (FE_TONEAREST) == 0);
  return verdict ();
}
