/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proxy of the ground's tree: shared by the files of this room.  */

#ifndef PERDURE_ROOT_PROXY_H
#define PERDURE_ROOT_PROXY_H

#include <stdio.h>
#include <node.h>
#include <pager.h>
#include <participant.h>
#include "overlay.h"
#include "policy.h"
#include "replay.h"

/* Numbers that no node of the overlay gets: the framed streams, and others.  */
#define RP_FRAMES_INO ((uint64_t) 1 << 56)	/* Plus the stream's number.  */
#define RP_SESSION_INO (RP_FRAMES_INO + 0x100)	/* Plus the session's number.  */
#define RP_SESSIONS 16		/* At most.  */
#define RP_GIVEN_INO (RP_FRAMES_INO + ((uint64_t) 1 << 32)) /* Plus a number of 32 bits.  */
#define RP_SOCKET_INO (RP_GIVEN_INO + ((uint64_t) 1 << 32)) /* Likewise.  */

#define RP_MAX_HELD 16384	/* Pages, if --max-held does not say otherwise.  */
#define RP_MAX_UNDO (64 << 20)	/* Bytes, likewise --max-undo.  */

enum rp_kind
{
  RP_FILE,			/* On the ground and in the overlay.  */
  RP_STREAM,			/* A character stream of the ground.  */
  RP_FRAMES,			/* Output as frames.  */
  RP_SESSION,			/* A terminal of the ground.  */
  RP_GIVEN,			/* A descriptor of the ground.  */
  RP_SOCKET,			/* A socket of the ground, and an address for  */
  RP_ADDRESS			/* such ones, see socket.h.  */
};

/* What is set on a node, besides an active translator inside.  */
enum rp_trans
{
  RP_TRANS_UNKNOWN,		/* The ground has to be asked.  */
  RP_TRANS_NONE,
  RP_TRANS_INSIDE,		/* A passive translator that runs inside.  */
  RP_TRANS_GROUND		/* One that the ground has, active or passive.  */
};

/* What belongs to a struct fs_node (its DATA).  */
struct rp_node
{
  enum rp_kind kind;
  struct ov_node *ov;		/* NULL for RP_FRAMES and when forgotten.  */
  mach_port_t port;		/* Our open of it on the ground, or null.  */
  unsigned int opens;		/* By the environment.  */
  struct fs_pager *pager;	/* Made when it is mapped first.  */
  uint64_t version;		/* Of the contents, see rp_new_version.  */
  enum rp_trans trans;		/* With rp.lock.  */
  unsigned int stream;		/* Of RP_FRAMES.  */
  uint64_t offset;		/* Bytes written to it so far.  */
  enum policy policy;		/* As of when it was opened first.  */
  struct replay_stream *replay;	/* Of POLICY_REPLAY.  */
  bool sync;			/* Output waits for a checkpoint.  */
  bool reset;			/* The next request gets an error.  */
  bool seek_known, seeks;	/* Whether a stream has places.  */
  bool writing;			/* A write is under way on the ground; with the
				   node's lock, as …  */
  pthread_cond_t written;	/* … the end of it.  */
  uint64_t requests, bytes;	/* That were served.  */
};

struct rp
{
  struct fs_fs fs;
  struct overlay ov;
  pthread_mutex_t lock;		/* OV, and DATA->port and OPENS.  */
  pthread_mutex_t ground_lock;	/* See README.md.  */
  mach_port_t ground;		/* The ground's root directory.  */
  ino64_t self;			/* Inode number of the node we sit on; 0: it is on
				   another file system than the root.  */
  bool write_through;		/* A test control: hold nothing.  */
  size_t max_held;		/* Pages; when there are half as many, a
				   checkpoint is forced.  */
  size_t room;			/* Pages that the ground has free.  */
  bool fsync_waits;		/* For the next checkpoint.  */
  struct policy_rules policies;	/* With LOCK.  */
  struct replay replay;		/* With LOCK; a stream, with its node's.  */
  uint64_t journal_cut;		/* What the checkpoint being taken covers.  */
  /* Ask for a checkpoint, and with WAIT wait (parked) until it is durable.  */
  error_t (*checkpoint) (bool wait);

  /* The checkpoint being taken: */
  struct redo redo;
  struct ov_plan plan;
  bool in_flight;		/* It is durable soon: only tasks' pages are still to
				   be written (see commit.c).  */
  /* The one before it, if that is not durable yet or has been left to it: */
  struct rp_before
  {
    bool exists;
    uint64_t number;		/* 0: not durable yet.  */
    struct redo redo;
    struct ov_plan plan;
    uint64_t journal_cut;
  } before;
  uint64_t base;		/* Whose files the ground has, see travel.h.  */
  size_t max_undo;		/* Bytes of pre-images in one checkpoint.  */
  uint64_t applied;		/* The last one whose redo was applied.  */
  uint64_t unapplied;		/* One whose redo could not be, or 0; it is REDO
				   then, and APPLY_ERROR says why.  */
  error_t apply_error;
  unsigned int conflicts;
  bool unsynced;		/* Files were written to as to streams.  */
  enum { RP_FAIL, RP_THEIRS, RP_OURS } on_conflict;

  /* Where frames go, and a line of text there.  */
  mach_port_t console;
  pthread_mutex_t console_lock;
  struct fs_node *frames[3];	/* 1 and 2 are used.  */
};
extern struct rp rp;

static inline struct rp_node *
rp_data (struct fs_node *node)
{
  return node->data;
}

/* Open the ground.  */
error_t rp_init (void);
/* We sit on UNDERLYING; does the ground have OV there?  */
void rp_find_self (mach_port_t underlying);
bool rp_is_self (const struct ov_node *ov);
/* Make the root node of a fresh environment.  */
error_t rp_fresh_root (void);

/* A referenced fs_node for OV; call with rp.lock held.  */
error_t rp_node_get (struct ov_node *ov, struct fs_node **node);
/* The framed stream 1 or 2; OFFSET bytes have been written.  */
error_t rp_frames_node (unsigned int stream, uint64_t offset,
			struct fs_node **node);

/* The session NUMBER, or a new one if that is RP_SESSIONS (EAGAIN: too many).  */
error_t rp_session_node (unsigned int number, struct fs_node **node);

/* A node for RIGHT (lent), a descriptor of the ground (given.c); and after a restore,
   for one that was there before: what is read of it has ended.  Referenced.  */
error_t rp_given_node (mach_port_t right, struct fs_node **node);
error_t rp_given_again (uint32_t number, struct fs_node **node);

/* Sockets of the ground (socket.h): into a checkpoint, and back; then the node of socket,
   or address, NUMBER, referenced.  */
void rp_sockets_save (struct ckpt_blob *b);
error_t rp_sockets_load (struct ckpt_reader *r);
/* Read them and forget them.  */
error_t rp_sockets_skip (struct ckpt_reader *r);
error_t rp_socket_again (uint32_t number, struct fs_node **node);

/* The ids of somebody, likewise; *IDS are the caller's to free.  EBADMSG: too many.  */
void rp_ids_save (struct ckpt_blob *b, const struct fs_ids *ids);
error_t rp_ids_load (struct ckpt_reader *r, struct fs_ids **ids);

/* What those three kinds, which the ground has no object for, have in common: their status,
   and that they cannot be cut (frames.c).  */
error_t rp_own_stat (struct fs_node *node, mode_t mode, unsigned int blksize,
		     int fstype, io_statbuf_t *st);
error_t rp_own_truncate (struct fs_node *node, loff_t size);

/* For streams, of PORT, an open of the ground.  Is any of TYPE possible now
   (EWOULDBLOCK)?  Wait until it is, at most until ABSTIME (NULL: forever); read, or write,
   at most *LEN bytes, which may take its time: these parked, and with NODE's lock, which
   is held, released meanwhile.  */
error_t rp_port_ready (mach_port_t port, int type);
error_t rp_port_select (struct fs_node *node, mach_port_t port, int *type,
			const struct timespec *abstime);
error_t rp_live_read (struct fs_node *node, mach_port_t port, loff_t offset,
		      size_t *len, void *data);
error_t rp_live_write (struct fs_node *node, mach_port_t port, loff_t offset,
		       size_t *len, const void *data);

extern const struct fs_ops rp_file_ops, rp_stream_ops, rp_frames_ops;

/* Our port on the ground's object (lent), opened for reading if it is a file or
   directory.  Call without rp.lock.  ESTALE: it is not there any more.  */
error_t rp_ground_port (struct fs_node *node, mach_port_t *port);
/* 0 if a file of the ground can have SIZE bytes, else EFBIG (or another error): what is
   held is to be applied one day.  Call without rp.lock.  */
error_t rp_admits_size (uint64_t size);
/* Read LEN bytes at OFFSET; what is behind the end is zeros.  */
error_t rp_ground_read (struct fs_node *node, uint64_t offset, size_t len,
			void *data);
/* The same of PORT, an open of the ground.  */
error_t rp_port_read (mach_port_t port, uint64_t offset, size_t len,
		      void *data);
/* LEN bytes of pages at *DATA came from the ground: see that they are memory alone, by a
   copy if need be.  */
error_t rp_own_memory (char **data, size_t len);
/* Ask PORT once for *LEN bytes at OFFSET; *LEN becomes how many came.  */
error_t rp_port_read_some (mach_port_t port, uint64_t offset, size_t *len,
			   void *data);

/* What PORT, of the ground, has as its passive translator: *ARGZ is malloced, with a NUL
   behind it that does not count.  EINVAL: none.  */
error_t rp_port_translator (mach_port_t port, char **argz, size_t *len);

/* Marks of the ground's nodes whose passive translators programs inside have set
   (marks.c): RECORD for the node number INO (LEN 0: none); none any more; is there one
   that says RECORD; can there be any?  The first is to be called before the others.  */
void rp_marks_init (void);
error_t rp_mark (uint64_t ino, const void *record, size_t len);
error_t rp_unmark (uint64_t ino);
bool rp_is_marked (uint64_t ino, const void *record, size_t len);
bool rp_has_marks (void);

/* node.c's operations, by file.  */
error_t rp_lookup (struct fs_node *dir, const char *name,
		   struct fs_node **node);
error_t rp_cross (struct fs_node *node, struct fs_node **inner);
error_t rp_create (struct fs_node *dir, const char *name, mode_t mode,
		   uid_t uid, gid_t gid, dev_t rdev, const char *target,
		   struct fs_node **node);
error_t rp_mkdir (struct fs_node *dir, const char *name, mode_t mode,
		  uid_t uid, gid_t gid, struct fs_node **node);
error_t rp_unlink (struct fs_node *dir, const char *name,
		   struct fs_node *node);
error_t rp_rmdir (struct fs_node *dir, const char *name,
		  struct fs_node *node);
error_t rp_link (struct fs_node *dir, const char *name, struct fs_node *node);
error_t rp_rename (struct fs_node *fromdir, const char *fromname,
		   struct fs_node *todir, const char *toname,
		   struct fs_node *node, struct fs_node *replaced);
error_t rp_readdir (struct fs_node *dir, int entry,
		    struct fs_dirent_sink *sink);
/* 0 if DIR has no entries, else ENOTEMPTY.  */
error_t rp_dir_empty (struct fs_node *dir);

error_t rp_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
		 size_t *len, void *data, int flags);
error_t rp_read_through (struct fs_node *node, loff_t offset, size_t amount,
			 char **data, size_t *len);
/* Of NODE, as the ground answers, without a copy; as `read_through' of node.h.  */
error_t rp_ground_read_through (struct fs_node *node, loff_t offset,
				size_t amount, char **data, size_t *len);
/* Before a write of LEN bytes: wait, by a checkpoint, while more is held than may
   be, or than the ground has room for (what was removed meanwhile may count).  */
error_t rp_admit (struct fs_node *node, size_t len);
error_t rp_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
		  size_t *len, const void *data, int flags);
error_t rp_truncate (struct fs_node *node, loff_t size);
error_t rp_readlink (struct fs_node *node, char *target, size_t size);
error_t rp_map (struct fs_node *node, int prot, mach_port_t *object);
/* For the conductor's configuration.  */
error_t rp_file_id (void *context, const struct fs_pager_ops *ops, void *user,
		    uint64_t *id, uint64_t *version);
/* The contents of NODE change: its version is greater than that of any other node.  */
void rp_new_version (struct fs_node *node);
error_t rp_file_version (void *context, uint64_t id, uint64_t *version);
error_t rp_file_map (void *context, uint64_t id, int prot,
		     mach_port_t *object);
void rp_map_flush (struct fs_node *node, uint64_t offset, uint64_t len);
/* Contents without regard to mappings; also for the pager.  */
error_t rp_read_contents (struct fs_node *node, uint64_t offset, size_t len,
			  void *data);
/* *LEN becomes how many of the bytes are held, also when there is an error; if BESIDES
   other pages have room.  */
error_t rp_hold_contents (struct fs_node *node, uint64_t offset, size_t *len,
			  const void *data, size_t besides);
/* OV, of SIZE bytes, was written to up to END: hold its size if that makes it longer,
   or if it is the last page, which is held whole, and of which the ground is to have
   no more than the file has.  Call with rp.lock held.  */
void rp_hold_size (struct ov_node *ov, uint64_t end, uint64_t size);
/* Hold all of a file that is losing its last name.  */
error_t rp_hold_all (struct fs_node *node);
uint64_t rp_size (struct fs_node *node);

error_t rp_stat (struct fs_node *node, io_statbuf_t *st);
error_t rp_chmod (struct fs_node *node, mode_t mode);
error_t rp_chown (struct fs_node *node, uid_t uid, gid_t gid);
error_t rp_chflags (struct fs_node *node, int flags);
error_t rp_chauthor (struct fs_node *node, uid_t author);
error_t rp_utimens (struct fs_node *node, const struct timespec *atime,
		    const struct timespec *mtime);
error_t rp_sync (struct fs_node *node, bool wait);
error_t rp_get_translator (struct fs_node *node, char **argz, size_t *len);
error_t rp_set_translator (struct fs_node *node, const char *argz,
			   size_t len);
/* OV's times WHICH are now; call with rp.lock held.  */
void rp_stamp (struct ov_node *ov, uint32_t which);
/* Hold the link count of NODE before it is changed.  */
error_t rp_hold_nlink (struct fs_node *node);
/* Likewise the time of a directory's last change before it is moved: on its way it has
   other directories above it, which changes it.  */
error_t rp_hold_mtime (struct fs_node *node);

/* After each change, without rp.lock: applies it at once under
   --control=write-through, and forces a checkpoint when too much is held.  */
void rp_changed (void);

/* Make E durable (journal.c).  Errors: those of checkpointd_journal_append.  */
error_t rp_journal (const struct replay_entry *e);
/* With rp.lock, in the stop: the number of the newest record that the checkpoint does
   not need, in which what has not been asked for again yet is still in the past; and
   those up to SEQ are not needed any more.  */
uint64_t rp_journal_cuttable (void);
void rp_journal_cut (uint64_t seq);
/* Call FUNCTION with each record in the journal, in order, until it returns an error,
   which is returned.  */
error_t rp_journal_each (error_t (*function) (void *arg, uint64_t seq,
					      uint32_t type, const void *data,
					      size_t len),
			 void *arg);
/* After a restore: what the journal has becomes the streams' past.  If it is damaged they
   have none, which is told.  */
error_t rp_journal_load (void);

/* OV's path on the ground as the environment has it, with a slash in front
   (malloced), or NULL; call with rp.lock held.  */
char *rp_path (struct ov_node *ov);

/* External synchrony (output.c).  Output to what PATTERN matches (a path, `stream' or
   `frames') waits; the Ith pattern or NULL; does PATH (NULL: frames) match any?  The
   last two with rp.lock held.  */
error_t rp_sync_output (const char *pattern);
const char *rp_sync_pattern (size_t i);
bool rp_is_sync (const char *path);
/* Let DATA, written to NODE, wait; and wait before, if there is too much.  */
error_t rp_output_hold (struct fs_node *node, const void *data, size_t len);
error_t rp_output_admit (struct fs_node *node, size_t len);
/* What waits into a checkpoint (with rp.lock held), and back; and let that leave
   which is in the last one.  */
void rp_output_save (struct ckpt_blob *b);
error_t rp_output_restore (struct ckpt_reader *r,
			   error_t (*find_node) (uint64_t ino,
						 struct fs_node **node));
void rp_output_release (void);
/* What was captured is not durable after all.  */
void rp_output_failed (void);
/* Let DATA leave to NODE, which is locked.  */
error_t rp_frames_put (struct fs_node *node, const void *data, size_t len);
error_t rp_stream_put (struct fs_node *node, const void *data, size_t len);

/* After a restore, before anything runs: say which open files of the ground others
   have removed or replaced, and treat them as --on-conflict says.  */
void rp_check_open (void);

/* Copies of open files (copies.c), if --on-conflict=ours: is OV such a file; note in the
   stop, with rp.lock held, which they are; after a restore, with the same lock: is OV's
   copy other than what the ground has at PATH (with a slash in front), and put it back
   there, under another number, with what others have there put aside.  ENOENT: there
   is no copy.  */
bool rp_is_open_file (const struct ov_node *ov);
error_t rp_copies_note (void);
bool rp_copy_differs (const struct ov_node *ov, const char *path);
error_t rp_copy_put_back (struct ov_node *ov, const char *path);

/* Show the border: for checkpointd_config.describe.  */
error_t rp_describe (void *context, int what, uint64_t number, bool json,
		     FILE *f);

/* An event at OV (NULL: unknown), for who watches; call without rp.lock.  And those
   that came after number AFTER (0: the first question), each with its number, then
   the last number in a line of its own.  */
void rp_trace (struct ov_node *ov, const char *format, ...)
     __attribute__ ((format (printf, 2, 3)));
void rp_put_trace (FILE *f, uint64_t after);

/* Write-back for all nodes: a checkpoint, as --fsync says.  */
error_t rp_syncfs (struct fs_fs *fs, bool wait);

/* Ask how much room the ground has.  */
void rp_ask_room (void);

/* Is OPEN a client's on the ground?  Those inside have no parent of our root.  */
bool rp_is_ground (const struct fs_open *open);
/* An apply begins: wait a while for those who look at the ground's files (view.c), and
   take rp.ground_lock; it has ended with ERR: release that.  */
void rp_view_begin_apply (void);
void rp_view_end_apply (error_t err);

/* Apply REDO (checked) and drop what PLAN says; then the ground has checkpoint NUMBER
   (0: it is none).  */
error_t rp_apply (const void *redo, size_t len, struct ov_plan *plan,
		  uint64_t number);
/* The parts of it, with rp.ground_lock held: apply REDO, with NUMBERS (or NULL) as of
   redo.h; fill in PLAN what the ground has, and the time.  */
error_t rp_apply_redo (const void *redo, size_t len, const uint64_t *numbers);
error_t rp_redo_numbers (const void *redo, size_t len, uint64_t **numbers,
			 size_t *n);
void rp_look_up_plan (struct ov_plan *plan);
/* Open PATH (without a slash in front) of the ground, not what a translator makes of
   it.  */
error_t rp_open_bare (const char *path, int flags, mach_port_t *port);

/* The part of the state that is here, see participant.h.  */
extern struct ckpt_participant rp_participant;

/* Write a line of text, in one piece, to the ground's console.  */
void rp_console (const char *text, size_t len);
/* The frame "@@PD EVENT".  */
void rp_event (const char *format, ...) __attribute__ ((format (printf, 1, 2)));

/* The end of the system or of this process (shutdown.c).  A last checkpoint is
   taken, and none after it.  */
void rp_last_checkpoint (void);

/* Have startup tell us before the system goes down.  STORE is for the name that
   it shows.  */
error_t rp_watch_shutdown (const char *store);

/* SIGTERM ends the process with a last checkpoint: to be called before there
   are other threads, and at the end of main; the second does not return.  */
void rp_block_signals (void);
void rp_wait_for_end (void);

/* Say where faults of this process happened.  */
void rp_report_crashes (void);

/* A message for people: to the console.  */
void rp_message (const char *format, ...)
     __attribute__ ((format (printf, 1, 2)));

#endif /* PERDURE_ROOT_PROXY_H */
