/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files and directories as objects: the fs, io and fsys protocols on top of a
   small table of operations.

   A translator supplies nodes; the library keeps what every Hurd file system
   must do alike: opens with their modes and offsets, credentials and
   reauthentication, walking a path with its retries (symbolic links,
   translators, `..' out of the root), permission checks, seek, O_APPEND,
   record locks, execution, starting passive translators, fsys_startup,
   fsys_getroot and going away.

   Locks: an operation is called with NODE->lock held unless said otherwise;
   for two nodes (rename, link) the directory's first.  References: a node is
   freed (OPS->free) when its last reference is gone.  All operations may be
   NULL: the request is then answered EOPNOTSUPP (EROFS for those that change
   something on a read-only file system).  */

#ifndef PERDURE_NODE_H
#define PERDURE_NODE_H

#include <sys/stat.h>
#include <sys/statfs.h>
#include <dirent.h>
#include <fcntl.h>
#include <hurd/hurd_types.h>
#include "server.h"

struct fs_node;
struct fs_cred;
struct fs_exec_args;

/* A set of user and group ids, as auth tells them.  */
struct fs_ids
{
  unsigned int nuids, ngids;
  uid_t *uids;
  gid_t *gids;
};

struct fs_dirent_sink;		/* Where readdir puts entries.  */

/* Append an entry to SINK.  Returns false when SINK is full: readdir then
   returns 0 at once.  */
bool fs_dirent_add (struct fs_dirent_sink *sink, ino64_t ino, const char *name,
		    int type);

struct fs_ops
{
  /* Fill *ST.  Every node needs it.  */
  error_t (*stat) (struct fs_node *node, io_statbuf_t *st);

  /* Directories.  lookup returns a referenced, unlocked node (ENOENT if there
     is none); it is never asked for `.' and `..' of the root.  create makes a
     regular file, symlink, fifo, socket or device of MODE (with its type) as
     NAME owned by UID and GID; an existing NAME is EEXIST; NAME NULL makes a
     file without a name.  TARGET is a symlink's.  readdir starts with entry
     number ENTRY (`.' is 0).  */
  error_t (*lookup) (struct fs_node *dir, const char *name,
		     struct fs_node **node);
  error_t (*create) (struct fs_node *dir, const char *name, mode_t mode,
		     uid_t uid, gid_t gid, dev_t rdev, const char *target,
		     struct fs_node **node);
  error_t (*mkdir) (struct fs_node *dir, const char *name, mode_t mode,
		    uid_t uid, gid_t gid, struct fs_node **node);
  error_t (*unlink) (struct fs_node *dir, const char *name,
		     struct fs_node *node);
  error_t (*rmdir) (struct fs_node *dir, const char *name,
		    struct fs_node *node);
  error_t (*link) (struct fs_node *dir, const char *name, struct fs_node *node);
  error_t (*rename) (struct fs_node *fromdir, const char *fromname,
		     struct fs_node *todir, const char *toname,
		     struct fs_node *node, struct fs_node *replaced);
  error_t (*readdir) (struct fs_node *dir, int entry,
		      struct fs_dirent_sink *sink);

  /* Contents.  *LEN is how much to read or write, and then how much was.
     Streams (pipes, terminals) ignore OFFSET, unlock NODE->lock only through
     sv_wait (cond, &node->lock), and honour O_NONBLOCK in FLAGS (EWOULDBLOCK).
     CRED tells who asks (never NULL; for ttys).  A character device with a
     select operation is a stream that cannot seek, unless seekable says otherwise.  */
  error_t (*read) (struct fs_cred *cred, struct fs_node *node, loff_t offset,
		   size_t *len, void *data, int flags);
  /* A shorter way for a read at OFFSET, tried first: *DATA has room for *LEN bytes of the
     AMOUNT that are asked for, or becomes the address of pages for the reader.  EAGAIN:
     not this time.  NULL: never.  A proxy hands on what it gets so.  */
  error_t (*read_through) (struct fs_node *node, loff_t offset, size_t amount,
			   char **data, size_t *len);
  error_t (*write) (struct fs_cred *cred, struct fs_node *node, loff_t offset,
		    size_t *len, const void *data, int flags);
  /* Has a character device that can be selected places nevertheless, to seek to?  NULL:
     no.  */
  bool (*seekable) (struct fs_node *node);
  /* Called without the lock before each write, of LEN bytes; NULL: no need: it
     may wait until there is room, or refuse.  */
  error_t (*admit) (struct fs_node *node, size_t len);
  error_t (*truncate) (struct fs_node *node, loff_t size);
  error_t (*readlink) (struct fs_node *node, char *target, size_t size);
  error_t (*readable) (struct fs_node *node, loff_t offset, size_t *amount);
  /* Wait (sv_wait) until one of *TYPE (SELECT_*) is possible or ABSTIME (may
     be NULL) has come; *TYPE then tells which, 0 for none.  NULL: always.  */
  error_t (*select) (struct fs_node *node, int *type,
		     const struct timespec *abstime);

  /* Attributes.  The library has checked permissions.  */
  error_t (*chmod) (struct fs_node *node, mode_t mode);
  error_t (*chown) (struct fs_node *node, uid_t uid, gid_t gid);
  error_t (*chflags) (struct fs_node *node, int flags);
  error_t (*chauthor) (struct fs_node *node, uid_t author);
  /* A time whose tv_nsec is UTIME_OMIT stays; UTIME_NOW is now.  */
  error_t (*utimens) (struct fs_node *node, const struct timespec *atime,
		      const struct timespec *mtime);
  error_t (*sync) (struct fs_node *node, bool wait);

  /* A translator's record, as argz (malloced by get, for the caller).  STAT
     tells with S_IPTRANS that there is one.  The library itself makes nodes of
     the right type from records like "/hurd/symlink\0TARGET" when they are set
     on a file without a name, as symlink, mknod and bind of libc do: create is
     called with NAME NULL for that.  */
  error_t (*get_translator) (struct fs_node *node, char **argz, size_t *len);
  error_t (*set_translator) (struct fs_node *node, const char *argz,
			     size_t len);

  /* What a translator that is none of ours makes of NODE: a referenced node that
     takes its place in a lookup.  ENOENT: there is no such translator; other
     errors end the lookup.  A proxy has this.  */
  error_t (*cross) (struct fs_node *node, struct fs_node **inner);

  /* Called without the lock: a right (to be moved) to the node's memory
     object, see pager.h; PROT tells for what.  */
  error_t (*map) (struct fs_node *node, int prot, mach_port_t *object);

  /* SIGIO may be asked for: fs_sigio is called when there is a reason.  */
  bool async;

  /* A new open of the node (FLAGS), and its end.  open may refuse.  */
  error_t (*open) (struct fs_node *node, struct fs_cred *cred, int flags);
  void (*close) (struct fs_node *node, int flags);

  /* Called without the lock; NULL means the library's own: run the program
     with libexec (see exec.h).  Arguments as those of file_exec_paths.  */
  error_t (*exec) (struct fs_cred *cred, struct fs_node *node,
		   struct fs_exec_args *args);

  /* The last reference is gone: release what DATA holds.  The library frees
     NODE itself.  Not locked.  */
  void (*free) (struct fs_node *node);
};

struct fs_lock;			/* Record locks; the library's.  */

struct fs_node
{
  struct fs_fs *fs;
  const struct fs_ops *ops;
  unsigned int refs;		/* Atomic: fs_node_ref, fs_node_unref.  */
  pthread_mutex_t lock;
  uint64_t ino;			/* Unique within FS.  */
  uint64_t fs_data;		/* The translator's own use.  */
  void *data;
  /* The library's: */
  mach_port_t active;		/* Control port of the active translator.  */
  bool starting;		/* A passive one is being started.  */
  pthread_cond_t started;
  struct fs_lock *locks;
  pthread_cond_t lock_changed;
  struct fs_node *parent;	/* For `..' and relative names; referenced.  */
  char *name;			/* In the parent, as last looked up.  */
  struct fs_identity *identity;	/* Made when somebody asks for it.  */
  mach_port_t address;		/* Of a local socket's node.  */
  struct fs_fifo *fifo;		/* Of a fifo that is open.  */
  struct fs_notify *notify;	/* Who wants to hear of changes.  */
  unsigned int nasync;		/* Opens with O_ASYNC.  */
  struct fs_async *askers;	/* Who else wants SIGIO.  */
  bool sigio;			/* It is about to be sent.  */
};

/* A file system: what a translator serves.  */
struct fs_fs
{
  const char *name;		/* For io_server_version.  */
  struct sv_bucket *bucket;
  struct fs_node *root;
  bool readonly;
  mach_port_t underlying;	/* The node that we sit on, or null.  */
  mach_port_t root_parent;	/* `..' of the root, or null (then itself).  */
  int fstype;			/* FSTYPE_*.  */
  error_t (*statfs) (struct fs_fs *fs, fsys_statfsbuf_t *st);
  error_t (*syncfs) (struct fs_fs *fs, bool wait);
  error_t (*set_options) (struct fs_fs *fs, const char *argz, size_t len);
  error_t (*get_options) (struct fs_fs *fs, char **argz, size_t *len);
  /* Asked by fsys_goaway; returns EBUSY to stay.  NULL: sync and exit.  */
  error_t (*goaway) (struct fs_fs *fs, int flags);
  bool magic_tty;		/* Unused: a node with the passive record
				   "/hurd/magic\0tty" is /dev/tty.  */
  /* More request ids than fs, io and fsys know, or NULL; ends with NULL.  They
     are asked first.  */
  const sv_demuxer *demuxers;
  void *data;
  /* Nodes of type fifo, socket and device that have no translator's record are
     what their type says: the library makes fifos and local sockets of them;
     devices cannot be opened (ENXIO) unless they have a select operation.  For
     file systems that only store; others serve such nodes by their
     operations.  */
  bool special_files;
  /* What translators that we start get; null means this process' own.  ROOT is
     a right to a directory, AUTH an auth handle that may make any other.  */
  mach_port_t child_root, child_auth;
  /* Or start one otherwise: run the program of ARGZ with the ids UID and GID
     and the bootstrap port BOOTSTRAP (lent).  NULL: exec_start.  Not locked.  */
  error_t (*start_translator) (struct fs_fs *fs, struct fs_node *node,
			       const char *argz, size_t len, uid_t uid,
			       gid_t gid, mach_port_t bootstrap, task_t *task);
  /* Find the server of local sockets (a send right, the caller's), whose
     addresses the nodes of sockets have.  NULL: as this process' own root has
     it.  Not locked.  */
  error_t (*socket_server) (struct fs_fs *fs, mach_port_t *server);
  /* fsys_init has come with rights to proc and auth (to be consumed); NULL:
     they become this process' own, and its signal thread starts.  */
  error_t (*init) (struct fs_fs *fs, mach_port_t proc, mach_port_t auth);
  /* What fsys_getpriv hands out to root, if we have it.  */
  mach_port_t host_priv, device_master;
  const char *source;		/* For fsys_get_source; may be NULL.  */
  /* The library's: */
  struct fs_control *control;
  struct fs_identity *identity;
};

/* What is open, shared by all that dup or inherit it.  */
struct fs_open
{
  unsigned int refs;
  struct fs_node *node;
  int flags;			/* O_READ | O_WRITE | O_EXEC | O_APPEND …  */
  pthread_mutex_t lock;
  loff_t offset;		/* Protected by the node's lock.  */
  pid_t owner;			/* io_mod_owner.  */
  mach_port_t root_parent;	/* `..' of the root; or null.  */
  struct fs_node *shadow_root;	/* Root after a chroot; referenced; or NULL.  */
  uint64_t id;			/* Unique; survives a restore.  */
  struct fs_node *made_in;	/* Of a file without a name: its directory.  */
  struct fs_node *before;	/* What NODE was before it got its type.  */
  bool opened;			/* OPS->open has been called.  */
  bool async;			/* Counted in NODE->nasync.  */
};

/* One client's view of an open: what a file_t stands for.  */
struct fs_cred
{
  struct sv_port port;
  struct fs_open *open;
  struct fs_ids *ids;
};

/* A port that stands for a node, or a file system, in io_identity.  */
struct fs_identity
{
  struct sv_port port;
  struct fs_node *node;		/* Referenced; NULL for a file system.  */
};

extern const struct sv_class fs_cred_class, fs_control_class,
  fs_identity_class;

/* The identity of NODE, with a reference for the caller.  ID as below.  */
error_t fs_identity_get (struct fs_node *node, uint64_t id,
			 struct fs_identity **identity);

/* Everything of file_exec_paths, to be consumed by libexec.  */
struct fs_exec_args
{
  task_t task;
  int flags;
  const char *path, *abspath;
  const char *argv, *envp;
  size_t argvlen, envplen;
  const mach_port_t *fds, *ports;
  size_t nfds, nports;
  const int *ints;
  size_t nints;
  const mach_port_name_t *dealloc, *destroy;
  size_t ndealloc, ndestroy;
};

/* Make a node of FS with OPS and number INO, locked by nobody, one
   reference.  */
error_t fs_node_create (struct fs_fs *fs, const struct fs_ops *ops,
			uint64_t ino, struct fs_node **node);
struct fs_node *fs_node_ref (struct fs_node *node);
void fs_node_unref (struct fs_node *node);
/* The same if NODE is not being freed already, else NULL: for a translator's
   own table of its nodes.  */
struct fs_node *fs_node_tryref (struct fs_node *node);

/* A copy of ids; NULL when there is no memory.  */
struct fs_ids *fs_ids_make (const uid_t *uids, unsigned int nuids,
			    const gid_t *gids, unsigned int ngids);
void fs_ids_free (struct fs_ids *ids);

/* Make an open of NODE (a reference is taken) with FLAGS, and a cred on it
   with IDS (copied).  IDs 0 mean new ones; others are used by a restore.  */
error_t fs_open_create (struct fs_node *node, int flags, uint64_t id,
			struct fs_open **open);
void fs_open_unref (struct fs_open *open);
error_t fs_cred_create (struct fs_open *open, const struct fs_ids *ids,
			uint64_t id, struct fs_cred **cred);

/* For a checkpoint: call FUNCTION for each record or whole-file lock that OPEN has
   (nothing else may run), and set one again.  END is the last byte.  */
error_t fs_locks_each (struct fs_open *open, error_t (*function)
		       (void *arg, bool whole, bool exclusive, int64_t start,
			int64_t end), void *arg);
error_t fs_lock_again (struct fs_open *open, bool whole, bool exclusive,
		       int64_t start, int64_t end);

/* The same for a fifo (NODE->fifo is not NULL): its bytes, malloced (EAGAIN: not at
   this moment); to be one more time open with FLAGS, without waiting; and after
   that to have LEN bytes of DATA in it.  */
error_t fs_fifo_save (struct fs_node *node, char **data, size_t *len);
error_t fs_fifo_again (struct fs_node *node, int flags);
error_t fs_fifo_fill (struct fs_node *node, const char *data, size_t len);

/* NODE, which is locked, can be read or written now: send SIGIO to those who
   want it, soon.  OWNER (a process, minus a group, or 0) gets it for opens with
   O_ASYNC that nobody owns.  */
void fs_sigio (struct fs_node *node, pid_t owner);

/* The object of a request on PORT, referenced, or NULL: for more request ids
   (fs_fs.demuxers).  It waits for one that is just being reauthenticated, so
   use it rather than sv_lookup.  */
struct fs_cred *fs_cred_lookup (mach_port_t port);

/* 0 if IDS may do OP (S_IREAD, S_IWRITE, S_IEXEC) to what ST describes, else
   EACCES; and whether they own it (EPERM).  */
error_t fs_access (const io_statbuf_t *st, int op, const struct fs_ids *ids);
error_t fs_isowner (const io_statbuf_t *st, const struct fs_ids *ids);

/* Serve FS (whose root is set) in the bucket with fs, io, fsys, interrupt and
   its own demuxers.  Returns at once.  */
error_t fs_serve (struct fs_fs *fs, int threads);

/* The start of a translator's main: tell the bootstrap port with fsys_startup
   that FS is there, get the underlying node.  FLAGS open it.  */
error_t fs_startup (struct fs_fs *fs, mach_port_t bootstrap, int flags);

/* The auth server this file system asks who a client is; defaults to
   getauth ().  root-proxy sets its own environment's.  */
extern mach_port_t fs_auth;
/* Override, when auth lives in the same process: return the ids that
   RENDEZVOUS stands for and hand NEWPORT (a send right, consumed on success)
   to the user.  RENDEZVOUS is lent.  */
extern error_t (*fs_authenticate) (mach_port_t rendezvous, mach_port_t newport,
				   struct fs_ids **ids);
/* Is OPEN one of a client who is not known to those two, but to getauth ()?  NULL: all are
   known.  */
extern bool (*fs_foreign) (const struct fs_open *open);
/* Likewise: make a *HANDLE with the lists of N ids each (effective and available
   user ids, then group ids) for the holder of the handle USER; EINVAL if that is
   none of this auth's.  */
extern error_t (*fs_make_auth) (mach_port_t user, uid_t *const ids[4],
				const unsigned int n[4], mach_port_t *handle);

#endif /* PERDURE_NODE_H */
