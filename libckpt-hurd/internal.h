/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of this room share.  */

#ifndef PERDURE_CKPT_INTERNAL_H
#define PERDURE_CKPT_INTERNAL_H

#include <pthread.h>
#include <mach/error.h>
#include "mach_debug_U.h"
#include "ckpt-hurd.h"

struct store_obj;

/* What mach_port_kernel_object tells (the kernel's numbers).  */
enum
{
  KO_NONE, KO_THREAD, KO_TASK, KO_HOST, KO_HOST_PRIV, KO_PROCESSOR, KO_PSET,
  KO_PSET_NAME, KO_PAGER, KO_PAGING_REQUEST, KO_DEVICE, KO_PAGING_NAME = 16,
  KO_PAGER_PROXY = 27
};

/* A snapshot of a region, copy-on-write.  While it exists the object it was taken
   of cannot be used for anything else, so that an equal address means the same
   object.  */
struct snapshot
{
  vm_address_t start, end;	/* In the task.  */
  mach_port_t parcel;		/* A message in this port's queue has it …  */
  vm_address_t data;		/* … unless it is mapped here.  */
  vm_offset_t object, offset;	/* The entry's object and the offset in it.  */
  bool tracked;			/* The last checkpoint has all of it, and what is
				   written since is in front of OBJECT.  */
  unsigned int age;		/* Snapshots since the chain was shortened.  */
};

/* Memory mapped from a file that tasks have not changed; it is in the store once
   for all of them.  */
struct copy
{
  struct snapshot s;		/* Object, offset and size are the identity.  */
  uint64_t file, version;	/* Which contents of which file of ours (0, 0:
				   ours alone, as after a restore).  */
  bool looked;			/* In the capture being made: …  */
  bool fresh;			/* … the file still has that version.  */
  uint64_t id;
  uint8_t *contents;		/* If they had to be read at once.  */
  bool written;			/* It is in the last checkpoint, …  */
  bool pending;			/* … in the one whose pages are being written.  */
  uint32_t memory;		/* Number in the image, plus 1; 0: not used.  */
};

/* A task that has been captured or restored.  */
struct known_task
{
  struct known_task *next;
  task_t task;			/* We hold a reference.  */
  uint64_t id;
  unsigned int seen;		/* The capture that found it last.  */
  bool written;			/* It is in the last checkpoint.  */
  uint32_t nsnapshots;
  struct snapshot *snapshots;	/* Ascending; of the last checkpoint.  */
};

/* A wait with an end, as the last checkpoint found it.  */
struct wait_note
{
  uint64_t task;		/* Its known task's id.  */
  vm_offset_t thread;		/* Address of the kernel's object.  */
  uint32_t what[6];		/* Registers and arguments.  */
  int64_t since;		/* It was waiting at this time already.  */
};

/* Memory that need not be saved.  */
struct transient
{
  task_t task;			/* We hold a reference.  */
  vm_address_t start, end;
};

struct ckpt_env
{
  pthread_mutex_t lock;		/* Held by a capture, and by the end of an image.  */
  unsigned int captures;	/* So far.  */
  bool parted;			/* The last image is still being written.  */
  const struct ckpt_hooks *hooks;
  struct ckpt_participant *const *participants;
  size_t nparticipants;
  int flags;
  bool lazy;			/* Memory may come from a pager of ours.  */
  uint64_t next_task_id;
  struct known_task *known;
  uint32_t nwaits;
  struct wait_note *waits;
  uint32_t ncopies;
  struct copy *copies;
  uint32_t ntransients;
  struct transient *transients;
  vm_size_t xstate_size;
};

/* A name of a task, as listed.  */
struct cap_name
{
  mach_port_t name;
  mach_port_type_t type;
  unsigned int object;		/* KO_*, for a send right.  */
  vm_offset_t address;		/* Of the kernel object.  */
  uint32_t port;		/* In the image, plus 1, for a receive right.  */
};

/* A region of a task, as found in the stop.  */
struct cap_region
{
  struct ci_region region;
  vm_region_info_t info;
  bool is_file;			/* It shows the object of this file of ours.  */
  uint64_t file, version;	/* That, or the one it is a copy of.  */
  bool has_data;		/* Of its own or of a memory object.  */
  bool external;		/* Its object is a file's, or just a copy of
				   one.  */
  int old;			/* Clean: it is this old snapshot; else -1.  */
  struct snapshot snapshot;	/* Else this new one.  */
};

struct cap_task
{
  struct known_task *known;
  task_t task;
  pid_t pid;
  vm_offset_t address;		/* Of the kernel's object.  */
  bool suspended;
  thread_array_t threads;
  mach_msg_type_number_t nthreads;
  uint32_t first_thread;	/* Index of threads[0] in the image.  */
  uint32_t nnames;
  struct cap_name *names;	/* Ascending.  */
  uint32_t nregions;
  struct cap_region *regions;
};

/* A thread in mach_msg.  */
struct cap_thread
{
  vm_offset_t address;		/* Of the kernel's object.  */
  bool in_msg;			/* In mach_msg, with these arguments:  */
  vm_address_t msg, option_address;
  mach_msg_option_t option;
  mach_msg_size_t send_size;
  mach_port_t receive;
  mach_msg_bits_t bits;		/* From the header.  */
  mach_port_t remote;
  mach_msg_id_t id;
  /* It waits, in any trap, for so many milliseconds (0: for ever): */
  uint32_t timeout_address, timeout;
  uint32_t sp;
  uint32_t slept;		/* Seconds, as the kernel counts.  */
};

struct run;

/* A memory object whose pager is in the environment.  */
struct cap_pager
{
  uint32_t task;		/* The pager's, …  */
  mach_port_t control;		/* … and its name for the control port.  */
  vm_offset_t object;		/* The kernel's.  */
  uint32_t memory;		/* In the image, plus 1.  */
  struct run *runs;		/* Pages that the pager is to be given.  */
};

/* The same at a restore.  */
struct res_pager
{
  mach_port_t control, name;	/* Rights of ours to the kernel's ports.  */
  vm_address_t page;		/* We map it here, so that there is an object.  */
};

/* Our name of a port, and its index in the image plus 1.  */
struct cap_port
{
  mach_port_t name;
  uint32_t port;
};

struct cap_queue;

/* What stands for the port on which a thread waits for the answer to its
   exception.  */
struct standin
{
  struct standin *next;
  mach_port_t port;		/* A receive right of ours.  */
  task_t task;
  thread_t thread;		/* Suspended once by us; we hold a reference.  */
};

/* A part of a task that has been read in the stop.  */
struct cap_seen
{
  task_t task;
  vm_address_t start;
  vm_size_t size;
  vm_address_t data;		/* In our space; 0: none.  */
};

#define CAP_SEEN	8

struct ckpt_image
{
  struct ckpt_env *env;
  struct ci_image ci;
  struct ckpt_report *report;
  struct ckpt_stats *stats;
  uint32_t failures;		/* Lines in the report that fail it.  */

  /* While capturing.  */
  uint32_t ntasks;
  struct cap_task *tasks;
  uint32_t nthreads;
  struct cap_thread *threads;
  bool frozen;
  unsigned int next_seen;
  struct cap_seen seen[CAP_SEEN];
  mach_port_t probe;		/* Receives what probing leaves behind.  */
  uint32_t nheld;		/* Send rights to be released.  */
  mach_port_t *held;
  uint32_t nfull;		/* Rights to ports whose queues were full before …  */
  mach_port_t *full;		/* … a receiver was aborted, likewise.  */
  uint32_t nscanned;		/* Tasks whose queues were looked at for that.  */
  uint32_t nmap, map_room;	/* Hash table: our names to ports.  */
  struct cap_port *map;
  uint32_t npagers;
  struct cap_pager *pagers;
  uint32_t nqueues;
  struct cap_queue *queues;	/* Of which we have the messages.  */
  uint32_t nfilled;		/* Ports with messages, or in one.  */
  uint32_t *filled;
  uint32_t nothers;		/* Indices of the ports that are not of …  */
  uint32_t *others;		/* … the environment.  */
  uint32_t nonce;		/* Ports with send-once rights …  */
  uint32_t *once;		/* … their indices.  */
  struct standin *standins;	/* Those there are; locked in the stop.  */
  struct ckpt_blob *states;	/* Of the participants.  */
  int64_t moment;		/* Of the stop: microseconds of uptime.  */
  uint64_t stopped;		/* The same by the time stamp counter.  */
  unsigned int capture;		/* Which of the environment's it is.  */
  bool given;			/* Participants were called to write theirs.  */
  bool behind;			/* It was captured while another one was written.  */
  bool parted;			/* Another one may have been captured since.  */
  struct store_ckpt *before;	/* To compare with; NULL: nothing is.  */
  uint64_t version;		/* In the stop, of all files together.  */
  uint32_t nwaits;
  struct wait_note *waits;

  /* While restoring: per port a send right of ours, or null.  */
  mach_port_t *rights;
  mach_port_t *receives;	/* Receive rights that go into messages.  */
  mach_port_t *objects;		/* Likewise for memory objects …  */
  struct res_pager *pagers_made; /* Of those of pagers inside.  */
  vm_address_t *buffers;	/* … or, for copies, our memory.  */
  task_t *new_tasks;
  thread_t *new_threads;
};

/* One more line of the report that makes the capture fail.  */
void cap_fail (struct ckpt_image *image, const char *format, ...)
     __attribute__ ((format (printf, 2, 3)));
/* One more remark in the image.  */
void cap_remark (struct ckpt_image *image, const char *format, ...)
     __attribute__ ((format (printf, 2, 3)));

/* The steps of a capture.  */
error_t cap_tasks (struct ckpt_image *image);
/* Let all tasks go on; and, later, forget what was only needed in the stop.  */
void cap_resume_tasks (struct ckpt_image *image);
void cap_release_tasks (struct ckpt_image *image);
error_t cap_new_task (struct ckpt_image *image, task_t task, pid_t pid);
error_t cap_names (struct ckpt_image *image, uint32_t task);
error_t cap_threads (struct ckpt_image *image, uint32_t task);
error_t cap_resolve_threads (struct ckpt_image *image);
error_t cap_memory (struct ckpt_image *image);
error_t cap_share (struct ckpt_image *image);
error_t cap_ports (struct ckpt_image *image);
/* Take the messages of all ports; record them; put them back.  */
error_t cap_drain (struct ckpt_image *image);
error_t cap_messages (struct ckpt_image *image);
/* Outside the stop, with the snapshots still there: how long threads are still to
   wait.  */
error_t cap_waits (struct ckpt_image *image);
void cap_refill (struct ckpt_image *image);
/* Enter the receive right NAME of SPACE as *PORT; HAS_SEND: under that name is a
   send right, too.  */
error_t cap_add_receive (struct ckpt_image *image, task_t space,
			 mach_port_t name, bool has_send, uint32_t *port);
/* Under which name of which space is the receive right of PORT now?  */
void cap_where (const struct ckpt_image *image, uint32_t port, task_t *space,
		mach_port_t *name);
/* Make R of task T show what is stored once of its file, if it does; ESRCH if it
   does not.  */
error_t cap_copy (struct ckpt_image *image, struct cap_task *t,
		  struct cap_region *r);
/* Is that so, and the file stored already, in the version that it has now?  */
bool cap_copy_known (struct ckpt_image *image, struct cap_region *r);
/* Right after the stop: read the copies of files that may change again soon.
   EAGAIN: one has changed already.  */
error_t cap_read_copies (struct ckpt_image *image);
/* Forget what that has read.  */
void cap_forget_contents (struct ckpt_env *env);
/* What is left of IMAGE to be written needs no copies, nor what has been read of them.  */
void cap_part_copies (struct ckpt_env *env);
/* The image whose copies those were has been COMMITTED, or not: forget those that neither
   it nor one captured since has.  */
void cap_keep_copies (struct ckpt_env *env, bool committed);
/* The regions that had not been written to before the last checkpoint but one: find them
   among what the last one has.  ESTALE: one is not there.  */
error_t cap_find_again (struct ckpt_image *image);
/* Find the memory objects whose pagers are inside; then, when their ports are known, the
   pages that those are to be given; then record the messages that do.  */
error_t cap_find_pagers (struct ckpt_image *image);
error_t cap_pagers (struct ckpt_image *image);
error_t cap_return_pages (struct ckpt_image *image);
void cap_release_pagers (struct ckpt_image *image);
/* The one for the kernel's OBJECT, or NULL.  */
struct cap_pager *cap_pager_of (struct ckpt_image *image, vm_offset_t object);
/* Record the message H of PORT, as it was received.  */
error_t cap_record (struct ckpt_image *image, uint32_t port,
		    const mach_msg_header_t *h);
/* ckpt_finish, with the environment's lock held.  */
error_t cap_end (struct ckpt_image *image, bool committed, uint64_t number);
/* Forget the new snapshots of a capture that failed.  */
void cap_drop_memory (struct ckpt_image *image);

/* The table of our names.  */
error_t cap_map_put (struct ckpt_image *image, mach_port_t name, uint32_t port);
uint32_t cap_map_get (const struct ckpt_image *image, mach_port_t name);

/* The snapshot of the last checkpoint that covers all of S, so that S has in front
   of its object what was written since; NULL if there is none.  */
struct snapshot *find_base (const struct known_task *k,
			    const struct snapshot *s);

/* Has TASK said that the region INFO need not be saved?  */
bool cap_is_transient (const struct ckpt_env *env, task_t task,
		       const vm_region_info_t *info);

/* Which port is the send right NAME of our space?  0: not known.  */
uint32_t cap_identify (struct ckpt_image *image, mach_port_t name);
/* Is a kernel object of kind OBJECT a memory object, which is a port, too?  */
bool cap_is_memory (unsigned int object);
/* To which port does the send-once right NAME of SPACE lead?  0: none of the
   environment.  */
uint32_t cap_identify_once (struct ckpt_image *image, task_t space,
			    mach_port_t name, bool requested);
/* The same if it leads to a standin, as LEADS (ARG, its port) tells.  */
uint32_t cap_standin (struct ckpt_image *image,
		      bool (*leads) (void *arg, mach_port_t port), void *arg);
/* To whose exception is the send-once right NAME of SPACE, which leads neither to
   the environment nor to a standin, the answer?  A standin takes the kernel's
   place.  0: to none's.  */
uint32_t cap_exception (struct ckpt_image *image, task_t space,
			mach_port_t name, bool requested);
/* Take the list of standins, and let answers be taken again.  */
struct standin *standin_lock (void);
void standin_unlock (void);
/* With that locked, or while nothing runs: suspend THREAD of TASK until it is
   answered through the new *RESULT.  */
error_t standin_make (task_t task, thread_t thread, struct standin **result);
error_t standin_right (const struct standin *s, mach_port_t *right);
/* Their threads have ended.  */
void standin_forget (void);
/* The port of KIND and INDEX (and ID) in the table, added if it is not there; 0: no
   memory.  */
uint32_t cap_the_port (struct ckpt_image *image, int kind, uint32_t index,
		       uint64_t id);
/* The port of kernel object ADDRESS of kind OBJECT; made if need be.  */
uint32_t cap_kernel_port (struct ckpt_image *image, unsigned int object,
			  vm_offset_t address);
uint32_t cap_add_port (struct ckpt_image *image, int kind, uint32_t index);

/* In the stop: read LEN bytes at ADDRESS of TASK into BUFFER.  cap_unsee forgets what was
   read: the task has changed, or the stop is over.  */
error_t cap_look (struct ckpt_image *image, task_t task, vm_address_t address,
		  void *buffer, size_t len);
void cap_unsee (struct cap_seen *s);

/* Walk through the descriptors of a message body.  */
struct msg_walk
{
  const uint8_t *body;
  size_t len, pos;
  /* The item found: */
  unsigned int name;		/* Its type.  */
  size_t size, number;		/* Bits of an element, elements.  */
  bool in_line, deallocate;
  size_t data;			/* Where its data, or the pointer, is.  */
  size_t bytes;			/* Length of the data in all.  */
};
/* The next one: 0, ENOENT at the end, EBADMSG.  */
error_t msg_next (struct msg_walk *walk);

/* Pages of an object's chain.  */
/* LAZY: like INTERNAL, but what is set may still have to come from the checkpoint that
   was restored, which can fail.  */
enum chain { CHAIN_MET, CHAIN_INTERNAL, CHAIN_LAZY, CHAIN_EXTERNAL };
/* For a controlled experiment: only the first object is looked at.  */
extern bool chain_top_only;
/* Set in BITMAP the pages of our own mapping at DATA (SIZE bytes) that are in
   memory, or, if its chain meets that of our mapping at BASE, those that may
   differ from what is there.  BASE may be 0.  */
error_t chain_walk (const struct ckpt_hooks *hooks, vm_address_t data,
		    vm_size_t size, vm_address_t base, uint8_t *bitmap,
		    enum chain *end);

/* Set in BITMAP the pages of our own mapping at DATA (SIZE bytes) that are in memory
   which is nobody's file, or come from the checkpoint that was restored; *WHOLE: the
   others are zero.  */
error_t chain_own (const struct ckpt_hooks *hooks, vm_address_t data,
		   vm_size_t size, uint8_t *bitmap, bool *whole);

/* The checking mode.  The pages of S, of task T, that are not set in WRITTEN (NULL:
   none is) are in OBJ what they were in IMAGE->before: compare them, count them, and
   put into OBJ what differs.  */
error_t check_kept (struct ckpt_image *image, const struct cap_task *t,
		    const struct snapshot *s, const uint8_t *written,
		    struct store_obj *obj);

/* Is the page at DATA of our own mapping one that nobody can read: past the end of
   the file that is at the end of its chain?  */
bool chain_past_end (const struct ckpt_hooks *hooks, vm_address_t data);

/* Is at the end of that chain a file that has changed since VERSION was that of all
   files?  */
bool chain_changed (const struct ckpt_hooks *hooks, vm_address_t data,
		    uint64_t version);

/* Take the snapshot *S of the region INFO of TASK.  That the memory cannot be read
   turns out only when it is opened.  */
error_t snapshot_take (task_t task, const vm_region_info_t *info,
		       struct snapshot *s);
/* Has it been taken, and not been lost or freed?  */
bool snapshot_exists (const struct snapshot *s);
/* Map it at S->data, if it is not.  ENOMEM: there is no room for all of it;
   otherwise a failure means that it is lost.  */
error_t snapshot_open (struct snapshot *s);
/* Unmap it; it goes on existing.  */
void snapshot_close (struct snapshot *s);
void snapshot_free (struct snapshot *s);
/* Make the kernel shorten the chain of objects behind S.  */
void snapshot_shorten (struct snapshot *s);

/* The steps of a restore.  */
/* Map SIZE bytes from page FIRST of OBJECT on at *BUFFER of our space, to be read when
   they are touched.  ESRCH: they are not to be, or too few for it to be worth it.  */
error_t res_lazy (struct ckpt_image *image, struct store_ckpt *ckpt,
		  uint64_t object, uint64_t first, vm_size_t size, pid_t pid,
		  vm_address_t *buffer);
/* Have there what the kernel reads when threads enter their waits again.  */
void res_touch (struct ckpt_image *image);
error_t res_objects (struct ckpt_image *image, struct store_ckpt *ckpt);
error_t res_files (struct ckpt_image *image);
/* Make the memory objects whose pagers are inside, before anything maps them; let only
   those who map them keep them; give port number I to its task, *RIGHT being a send right
   of ours; make the right *RIGHT to the kernel's port P of one.  */
error_t res_pagers (struct ckpt_image *image);
void res_unmap_pagers (struct ckpt_image *image);
error_t res_give_pager (struct ckpt_image *image, uint32_t i,
			mach_port_t *right);
error_t res_pager_right (struct ckpt_image *image, const struct ci_port *p,
			 mach_port_t *right);
void res_release_pagers (struct ckpt_image *image);
/* Change the words of region R that threads of TASK want to be changed.  */
error_t res_patch (struct ckpt_image *image, uint32_t task,
		   const struct ci_region *r);
error_t res_copy (struct ckpt_image *image, uint32_t task,
		  const struct ci_region *r);
/* Fill SIZE bytes of our memory at BUFFER, zeroed, with what the store has of
   OBJECT from ADDRESS on.  */
error_t res_fill (struct store_ckpt *ckpt, uint64_t object,
		  vm_address_t address, vm_size_t size, vm_address_t buffer,
		  struct ckpt_stats *stats);
error_t res_ports (struct ckpt_image *image);
error_t res_rights (struct ckpt_image *image);
error_t res_status (struct ckpt_image *image);
error_t res_messages (struct ckpt_image *image);
error_t res_memory (struct ckpt_image *image, uint32_t task,
		    struct store_ckpt *ckpt, struct known_task *k);
error_t res_threads (struct ckpt_image *image);
error_t res_start (struct ckpt_image *image);
/* Is what task number TASK has at ADDRESS memory of its own?  The pager of any other may
   not run yet.  */
bool res_is_own (const struct ckpt_image *image, uint32_t task,
		 vm_address_t address);
/* Change the word at ADDRESS of TASK, which stands still, to VALUE.  */
error_t ckpt_poke (task_t task, vm_address_t address, uint32_t value);

/* Is PAGE in BITMAP?  */
static inline bool
is_set (const uint8_t *bitmap, vm_size_t page)
{
  return bitmap[page / 8] >> (page % 8) & 1;
}

#endif /* PERDURE_CKPT_INTERNAL_H */
