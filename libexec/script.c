/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoding the first line of a script.  */

#include <string.h>
#include "libexec/program.h"

static bool
blank (char c)
{
  return c == ' ' || c == '\t';
}

exec_error_t
exec_script_decode (const char *head, size_t len, char *buf,
		    const char **name, const char **arg)
{
  const char *end;
  char *p, *q;

  if (len < 2 || head[0] != '#' || head[1] != '!')
    return ENOEXEC;
  end = memchr (head, '\n', len);
  if (end == NULL)
    end = head + len;
  memcpy (buf, head + 2, end - head - 2);
  q = buf + (end - head - 2);
  while (q > buf && (blank (q[-1]) || q[-1] == '\r'))
    q--;
  *q = 0;

  for (p = buf; blank (*p); p++)
    ;
  if (*p == 0 || strlen (p) != (size_t) (q - p))
    return ENOEXEC;
  *name = p;
  *arg = NULL;
  while (*p && !blank (*p))
    p++;
  if (*p)
    {
      *p++ = 0;
      while (blank (*p))
	p++;
      *arg = p;
    }
  return 0;
}
