/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's options.  */

#ifndef PERDURE_ROOT_PROXY_OPTIONS_H
#define PERDURE_ROOT_PROXY_OPTIONS_H

#include <argp.h>
#include <stdarg.h>
#include <checkpointd/checkpointd.h>
#include "proxy.h"

struct rp_options
{
  struct checkpointd_config config;
};
extern struct rp_options rp_options;
extern const struct argp rp_argp;

/* For fsysopts.  */
error_t rp_set_options (struct fs_fs *fs, const char *argz, size_t len);
error_t rp_get_options (struct fs_fs *fs, char **argz, size_t *len);

#endif /* PERDURE_ROOT_PROXY_OPTIONS_H */
