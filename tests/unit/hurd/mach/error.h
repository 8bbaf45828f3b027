/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our errors are small numbers, libext2fs' are large.  */
#define err_get_system(code) ((unsigned long) (code) >= 4096)
