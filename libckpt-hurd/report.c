/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines for people.  */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "internal.h"

static void
add_line (char ***lines, uint32_t *n, const char *format, va_list ap)
{
  char *text;
  if (vasprintf (&text, format, ap) < 0)
    return;
  char **line = ci_append (lines, n, sizeof **lines);
  if (line)
    *line = text;
  else
    free (text);
}

void
ckpt_report (struct ckpt_report *report, const char *format, ...)
{
  va_list ap;
  if (report == NULL)
    return;
  va_start (ap, format);
  add_line (&report->lines, &report->nlines, format, ap);
  va_end (ap);
}

void
ckpt_report_free (struct ckpt_report *report)
{
  for (uint32_t i = 0; i < report->nlines; i++)
    free (report->lines[i]);
  free (report->lines);
  *report = (struct ckpt_report) { 0 };
}

void
cap_fail (struct ckpt_image *image, const char *format, ...)
{
  va_list ap;
  image->failures++;
  if (image->report == NULL)
    return;
  va_start (ap, format);
  add_line (&image->report->lines, &image->report->nlines, format, ap);
  va_end (ap);
}

void
cap_remark (struct ckpt_image *image, const char *format, ...)
{
  va_list ap;
  va_start (ap, format);
  add_line (&image->ci.remarks, &image->ci.nremarks, format, ap);
  va_end (ap);
}
