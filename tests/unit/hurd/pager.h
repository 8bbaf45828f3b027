/* SPDX-License-Identifier: GPL-3.0-or-later */
struct fs_pager;
void fs_pager_free (struct fs_pager *pager);
