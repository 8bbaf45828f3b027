/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of libserver/node.h the ext2 server's portable files use.  */
#ifndef UNIT_NODE_H
#define UNIT_NODE_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <sys/stat.h>
#include <mach.h>

enum { FSTYPE_EXT2FS = 12 };
enum { S_IPTRANS = 1 << 24 };
enum { UF_NODUMP = 1, UF_IMMUTABLE = 2, UF_APPEND = 4 };
#define EFTYPE EMEDIUMTYPE

struct fs_cred;
struct fs_dirent_sink;
struct fs_ops { int unused; };

typedef struct
{
  int st_fstype, st_fsid, st_gen, st_nlink, st_blksize, st_rdev, st_flags;
  uint64_t st_ino, st_size, st_blocks;
  unsigned int st_mode, st_uid, st_gid, st_author;
  struct timespec st_atim, st_mtim, st_ctim;
} io_statbuf_t;

typedef struct { int f_type; } fsys_statfsbuf_t;

struct fs_fs
{
  void *data;
};

struct fs_node
{
  unsigned int refs;
  pthread_mutex_t lock;
  uint64_t ino;
  void *data;
};

bool fs_dirent_add (struct fs_dirent_sink *sink, uint64_t ino,
		    const char *name, int type);
error_t fs_node_create (struct fs_fs *fs, const struct fs_ops *ops,
			uint64_t ino, struct fs_node **node);
struct fs_node *fs_node_ref (struct fs_node *node);
void fs_node_unref (struct fs_node *node);
error_t sv_thread (void (*function) (void *arg), void *arg);

#endif /* UNIT_NODE_H */
