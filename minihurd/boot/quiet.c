/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libc's malloc asks /dev/urandom for a number when it starts, and starts the
   server of that with it.  That server itself must not, so libc leaves one with
   this name alone.  The servers here are in the same position: what would have
   to be up to answer is what they are bringing up.  */

#include "boot.h"

char *__trivfs_server_name = "random";
