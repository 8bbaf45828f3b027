/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The version of what root-proxy writes into a checkpoint, see save.c.  */

#ifndef PERDURE_ROOT_PROXY_STATE_VERSION_H
#define PERDURE_ROOT_PROXY_STATE_VERSION_H

#define RP_STATE_VERSION 4

#endif /* PERDURE_ROOT_PROXY_STATE_VERSION_H */
