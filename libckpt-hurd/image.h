/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The image of an environment, without its pages.  Portable: no Mach here.

   A checkpoint in the store is made of these objects:

     CI_OBJECT_IMAGE		   the records below, as a blob
     CI_OBJECT_ORDER		   which pages are wanted first (order.c of
				   checkpointd), or none
     CI_OBJECT_PARTICIPANT + i	   the state of the i-th participant, a blob
     CI_OBJECT_OTHERS …		   what participants add (participant.h)
     CI_OBJECT_MEMORY + id	   the memory object with that id, from page 0 on
     CI_OBJECT_TASK + id	   the memory of the task with that id: the page
				   at address A is page number A / 4096

   The blob is a header (magic, version, host word size), then the tables in the
   order of struct ci_image, all numbers little-endian.  ci_decode checks every
   length, index and value, so what it returns can be applied as it is.  */

#ifndef PERDURE_IMAGE_H
#define PERDURE_IMAGE_H

#include <stdbool.h>
#include "blob.h"

#define CI_MAGIC	"PerdureI"
#define CI_VERSION	4

#define CI_OBJECT_IMAGE		1
#define CI_OBJECT_ORDER		2
#define CI_OBJECT_PARTICIPANT	16
#define CI_OBJECT_TASK		0x100000000ULL
#define CI_OBJECT_OTHERS	0x4000000000000000ULL
#define CI_OBJECT_MEMORY	0x8000000000000000ULL
/* Types of store objects.  */
#define CI_TYPE_BLOB		1
#define CI_TYPE_MEMORY		2

#define CI_PAGE		4096U
#define CI_ADDRESS_MAX	0xc0000000U	/* User addresses end here.  */
#define CI_NAME_MAX	0x7ffffff0U	/* The greatest port name.  */
#define CI_PRIORITY_MAX	255U	/* More than any kernel has.  */
#define CI_XFLOAT_MAX	4096U
#define CI_GDT_SLOTS	2
#define CI_GDT_FIRST	0x4bU		/* Selector of the first slot.  */

/* Ports.  Elsewhere a port is called by its index in the table plus 1, 0 being
   no port.  */
enum ci_port_kind
{
  CI_PORT_ENV = 1,		/* Its receive right is in the environment.  */
  CI_PORT_BORDER,		/* Its receive right is ours; ID is its id.  */
  CI_PORT_TASK,			/* The control port of task INDEX.  */
  CI_PORT_THREAD,		/* The control port of thread INDEX.  */
  CI_PORT_HOST,			/* The host's name port.  */
  CI_PORT_PSET_NAME,		/* The default processor set's name port.  */
  CI_PORT_MEMORY,		/* The memory object of file ID; INDEX is what may
				   be done through it (VM_PROT_*).  */
  CI_PORT_DEAD,			/* Dead already, or not to be had again.  */
  CI_PORT_EXCEPTION,		/* Where thread INDEX waits for the answer to its
				   exception.  */
  CI_PORT_CONTROL,		/* The kernel's control port for memory object INDEX,
				   whose pager is in the environment, …  */
  CI_PORT_PAGER_NAME,		/* … and its name port.  */
  CI_PORT_KINDS
};

struct ci_port
{
  uint8_t kind;
  uint32_t index;		/* TASK, THREAD; ENV: task of the receiver, or
				   CI_IN_MESSAGE.  */
  uint64_t id;			/* BORDER.  */
  /* ENV only: */
  uint32_t name;		/* Of the receive right.  */
  uint32_t seqno, mscount, qlimit;
  uint32_t set;			/* Name of the port set it is in, or 0.  */
  uint32_t nsrequest;		/* Who hears of no senders: a port, or 0.  */
  uint32_t pdrequest;		/* Who gets it when it is destroyed.  */
};

/* What a name of a task stands for; a union of these.  */
#define CI_IN_MESSAGE		0xffffffffU /* The right is in a message.  */

#define CI_RIGHT_SEND		1
#define CI_RIGHT_RECEIVE	2
#define CI_RIGHT_SEND_ONCE	4
#define CI_RIGHT_SET		8
#define CI_RIGHT_DEAD		16

struct ci_right
{
  uint32_t name;
  uint8_t type;
  uint32_t urefs;		/* Of a send right or a dead name.  */
  uint32_t port;		/* 0 for a set and a dead name.  */
  uint32_t dnrequest;		/* Who hears of its death: a port, or 0.  */
};

#define CI_REGION_DATA	1	/* It has pages in the store.  */
#define CI_REGION_TRANSIENT 2	/* It could have, but need not.  */

struct ci_region
{
  uint32_t start, end;		/* Multiples of the page size.  */
  uint8_t protection, max_protection, inheritance, flags;
  /* It shows a memory object of the table (index plus 1, 0: memory of its own)
     from OFFSET on.  */
  uint32_t memory, offset;
};

/* A memory object that regions show directly.  */
enum ci_memory_kind
{
  CI_MEMORY_OWN = 1,		/* Regions that show it see each other's writes;
				   its pages are in the store.  */
  CI_MEMORY_FILE,		/* Likewise, that of the file ID of a
				   participant.  */
  CI_MEMORY_COPY,		/* Each region has a copy of its own: what was
				   mapped of a file and not changed.  */
  CI_MEMORY_PAGER,		/* Likewise, that of the pager whose port is ID.  */
  CI_MEMORY_KINDS
};

/* The SIZE of a PAGER: how the kernel treats the object.  */
#define CI_PAGER_PERSISTS	1 /* It keeps it when nobody maps it.  */
#define CI_PAGER_STRATEGY	8 /* The copy strategy, in the bits from here on.  */


struct ci_memory
{
  uint8_t kind;
  uint64_t id;			/* Never used again, but for FILE, PAGER.  */
  uint32_t size;		/* OWN, COPY: bytes, whole pages.  */
};

struct ci_task
{
  uint64_t id;			/* Never used again; names its pages.  */
  uint32_t pid;			/* For messages; proc-proxy knows better.  */
  uint32_t suspend_count;
  uint32_t priority;		/* Of new threads.  */
  uint32_t bootstrap, exception; /* Special ports.  */
  uint32_t nregions, nrights;
  struct ci_region *regions;	/* Ascending.  */
  struct ci_right *rights;	/* Ascending by name.  */
};

/* How a thread was found.  */
enum ci_wait
{
  CI_WAIT_NOT,			/* In its own code.  */
  CI_WAIT_TRAP,			/* It is to enter its trap before others run.  */
  CI_WAITS
};

/* The registers in the order of struct i386_thread_state.  */

enum { CI_GS, CI_FS, CI_ES, CI_DS, CI_EDI, CI_ESI, CI_EBP, CI_ESP_UNUSED,
  CI_EBX, CI_EDX, CI_ECX, CI_EAX, CI_EIP, CI_CS, CI_EFL, CI_UESP, CI_SS };
#define CI_REGS_USED 17

struct ci_thread
{
  uint32_t task;		/* Index.  */
  uint8_t wait;
  uint32_t suspend_count;
  uint32_t priority;
  uint32_t exception;		/* Special port.  */
  uint32_t regs[CI_REGS_USED];
  uint32_t gdt[CI_GDT_SLOTS][2]; /* Both words 0: not used.  */
  uint32_t debug[8];
  uint32_t xfloat_len;		/* 0: it never used the FPU.  */
  uint8_t *xfloat;
  /* A word of the task's memory that is to be changed (an argument of the trap
     that is entered again); address 0: none.  */
  uint32_t patch_address, patch_value;
  /* And another one: how long it is still to wait, in milliseconds.  */
  uint32_t timeout_address, timeout;
};

/* A right in the body of a message: an element of the array that is, or the
   pointer to which is, at OFFSET there.  */
struct ci_msg_port
{
  uint32_t offset, element;
  uint8_t type;			/* CI_RIGHT_SEND, _SEND_ONCE or _RECEIVE.  */
  bool dead;			/* PORT is 0, because it is dead.  */
  uint32_t port;
};

/* Out-of-line data; the pointer to it is at OFFSET.  */
struct ci_msg_memory
{
  uint32_t offset, len;
  uint8_t *data;
};

/* A queued message.  */
struct ci_message
{
  uint32_t port;		/* In whose queue (order: as in the table).  */
  uint8_t type;			/* By which kind of right it was sent.  */
  uint32_t reply;		/* The port in its header, or 0 …  */
  uint8_t reply_type;		/* … and the kind of right.  */
  bool complex;
  uint32_t id;
  uint32_t len;			/* Of the body, without the header.  */
  uint8_t *body;
  uint32_t nports, nmemories;
  struct ci_msg_port *ports;
  struct ci_msg_memory *memories;
};

struct ci_participant
{
  char *name;
};

struct ci_image
{
  uint64_t next_task_id;	/* Greater than any id of a task or memory object,
				   ever.  */
  uint32_t page_size;
  uint32_t nparticipants, nports, nmemories, ntasks, nthreads, nmessages;
  uint32_t nremarks;
  struct ci_participant *participants;
  struct ci_port *ports;
  struct ci_memory *memories;
  struct ci_task *tasks;
  struct ci_thread *threads;
  struct ci_message *messages;
  char **remarks;		/* What is not as it was, for people.  */
};

/* Append IMAGE to BLOB.  */
void ci_encode (const struct ci_image *image, struct ckpt_blob *blob);

/* Decode the LEN bytes at DATA into *IMAGE.  ENOTSUP: another version; EBADMSG:
   damaged, and *WHAT says where.  On failure *IMAGE is empty.  */
error_t ci_decode (const void *data, size_t len, struct ci_image *image,
		   const char **what);

/* Check that all that IMAGE refers to is there and makes sense.  Called by
   ci_decode.  */
error_t ci_check (const struct ci_image *image, const char **what);

/* Free what IMAGE holds and empty it.  */
void ci_free (struct ci_image *image);

/* One more record at the end of the table *TABLE of *N records of SIZE bytes,
   zeroed; NULL: no memory.  */
void *ci_append (void *table, uint32_t *n, size_t size);

#endif /* PERDURE_IMAGE_H */
