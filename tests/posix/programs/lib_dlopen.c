/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dlopen, dlsym and dlerror.  */

#include "../test.h"
#include <dlfcn.h>

int
main (void)
{
  void *h = dlopen ("libm.so.6", RTLD_NOW);
  if (h == NULL)
    printf ("%s\n", dlerror ());
  CHECK (h != NULL);
  double (*f) (double) = h ? (double (*) (double)) dlsym (h, "floor") : NULL;
  CHECK (f && f (2.5) == 2);
  CHECK (dlsym (RTLD_DEFAULT, "no_such_symbol") == NULL && dlerror () != NULL);
  CHECK (dlopen ("libnone.so", RTLD_NOW) == NULL && dlerror () != NULL);
  CHECK (h == NULL || dlclose (h) == 0);
  return verdict ();
}
