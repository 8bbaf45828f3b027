/* SPDX-License-Identifier: GPL-3.0-or-later */
/* C types and constants of the Hurd's interfaces; the MIG side is
   <hurd/hurd_types.defs>.  A port type says what is spoken on the port.  */

#ifndef _HURD_HURD_TYPES_H
#define _HURD_HURD_TYPES_H

#include <stdint.h>
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <fcntl.h>
#include <time.h>
#include <mach/std_types.h>
#include <mach/message.h>

/* The release whose interfaces these are.  */
#define HURD_RELEASE	"0.0"

typedef mach_port_t file_t;
typedef mach_port_t fsys_t;
typedef mach_port_t io_t;
typedef mach_port_t process_t;
typedef mach_port_t auth_t;
typedef mach_port_t socket_t;
typedef mach_port_t pf_t;
typedef mach_port_t addr_port_t;
typedef mach_port_t term_t;
typedef mach_port_t ctty_t;
typedef mach_port_t startup_t;
typedef mach_port_t fs_notify_t;
typedef mach_port_t exec_startup_t;
typedef mach_port_t interrupt_t;
typedef mach_port_t pci_t;
typedef mach_port_t shutdown_t;
typedef mach_port_t acpi_t;
typedef mach_port_t proccoll_t;
typedef mach_port_t sreply_port_t;

/* Arrays, as MIG hands them over; each has a read-only twin for arguments.  */
typedef char *data_t;
typedef const char *const_data_t;
typedef char string_t[1024];
typedef const char *const_string_t;
typedef mach_port_t *portarray_t;
typedef const mach_port_t *const_portarray_t;
typedef int *intarray_t;
typedef const int *const_intarray_t;
typedef loff_t *off_array_t;
typedef const loff_t *const_off_array_t;
typedef pid_t *pidarray_t;
typedef const pid_t *const_pidarray_t;
typedef int *procinfo_t;
typedef const int *const_procinfo_t;
typedef uid_t *idarray_t;
typedef const uid_t *const_idarray_t;

/* Records.  */
typedef int wait_status_t;
typedef struct stat64 io_statbuf_t;
typedef struct statfs64 fsys_statfsbuf_t;
typedef struct rusage rusage_t;
typedef struct flock64 flock_t;
typedef struct timespec timespec_t;
typedef struct utsname utsname_t;
typedef const struct utsname const_utsname_t;

/* How exec is to work.  */
#define EXEC_NEWTASK	0x00000001
#define EXEC_SECURE	0x00000002
#define EXEC_DEFAULTS	0x00000004
#define EXEC_SIGTRAP	0x00000008
#define EXEC_STACK_ARGS	0x00000010

/* How file_set_translator is to treat an active translator.  */
#define FS_TRANS_FORCE	0x00000001
#define FS_TRANS_EXCL	0x00000002
#define FS_TRANS_SET	0x00000004
#define FS_TRANS_ORPHAN	0x00000008

/* What to do with the name that a lookup hands back.  */
typedef enum retry_type
{
  FS_RETRY_NORMAL = 1,
  FS_RETRY_REAUTH = 2,
  FS_RETRY_MAGICAL = 3,
} retry_type;

/* What dir_changed reports.  */
typedef enum dir_changed_type
{
  DIR_CHANGED_NULL = 0,
  DIR_CHANGED_NEW = 1,
  DIR_CHANGED_UNLINK = 2,
  DIR_CHANGED_RENUMBER = 3,
} dir_changed_type_t;

/* What file_changed reports.  */
typedef enum file_changed_type
{
  FILE_CHANGED_NULL = 0,
  FILE_CHANGED_WRITE = 1,
  FILE_CHANGED_EXTEND = 2,
  FILE_CHANGED_TRUNCATE = 3,
  FILE_CHANGED_META = 4,
} file_changed_type_t;

/* Kinds of readiness for io_select.  */
#define SELECT_READ	0x00000001
#define SELECT_WRITE	0x00000002
#define SELECT_URG	0x00000004

/* How fsys_goaway is to go.  */
#define FSYS_GOAWAY_NOWAIT	0x00000001
#define FSYS_GOAWAY_NOSYNC	0x00000002
#define FSYS_GOAWAY_FORCE	0x00000004
#define FSYS_GOAWAY_UNLINK	0x00000008
#define FSYS_GOAWAY_RECURSE	0x00000010

/* What a terminal stands on.  */
enum term_bottom_type
{
  TERM_ON_MACHDEV = 0,
  TERM_ON_HURDIO = 1,
  TERM_ON_MASTERPTY = 2,
};

/* What file_get_storage_info tells of where a file's data are.  */
typedef enum file_storage_class
{
  STORAGE_OTHER = 0,
  STORAGE_DEVICE = 1,
  STORAGE_HURD_FILE = 2,
  STORAGE_NETWORK = 3,
  STORAGE_MEMORY = 4,
  STORAGE_TASK = 5,
  STORAGE_ZERO = 6,
  STORAGE_CONCAT = 7,
  STORAGE_INTERLEAVE = 8,
  STORAGE_LAYER = 9,
  STORAGE_REMAP = 10,
  STORAGE_COPY = 11,
} file_storage_class_t;
#define STORAGE_MUTATED	0x00000001

/* Indices into the ports and the numbers that a program starts with.  */
enum
{
  INIT_PORT_CWDIR = 0,
  INIT_PORT_CRDIR = 1,
  INIT_PORT_AUTH = 2,
  INIT_PORT_PROC = 3,
  INIT_PORT_CTTYID = 4,
  INIT_PORT_BOOTSTRAP = 5,
  INIT_PORT_MAX = 6,
  INIT_UMASK = 0,
  INIT_SIGMASK = 1,
  INIT_SIGIGN = 2,
  INIT_SIGPENDING = 3,
  INIT_TRACEMASK = 4,
  INIT_INT_MAX = 5,
};

/* What proc_getprocinfo is asked for.  */
#define PI_FETCH_TASKINFO	0x0001
#define PI_FETCH_TASKEVENTS	0x0020
#define PI_FETCH_THREADS	0x0002
#define PI_FETCH_THREAD_BASIC	0x0004
#define PI_FETCH_THREAD_SCHED	0x0008
#define PI_FETCH_THREAD_WAITS	0x0010

/* struct procinfo's state.  */
#define PI_STOPPED	0x00000001
#define PI_EXECED	0x00000002
#define PI_WAITING	0x00000004
#define PI_ORPHAN	0x00000008
#define PI_NOMSG	0x00000010
#define PI_SESSLD	0x00000020
#define PI_NOTOWNED	0x0000040
#define PI_NOPARENT	0x0000080
#define PI_ZOMBIE	0x00000100
#define PI_TRACED	0x00000200
#define PI_GETMSG	0x00000400
#define PI_LOGINLD	0x00000800

#include <mach/task_info.h>
#include <mach/thread_info.h>
#include <mach/policy.h>

/* What proc_getprocinfo returns, as an array of ints.  The events, scheduling
   and thread parts are there only when asked for.  */
struct procinfo
{
  int state;			/* PI_* bits.  */
  uid_t owner;
  pid_t ppid;
  pid_t pgrp;
  pid_t session;
  pid_t logincollection;
  int exitstatus;		/* Of a stopped or dead process.  */
  int sigcode;
  int nthreads;
  struct task_basic_info taskinfo;
  struct task_events_info taskevents;
  struct
  {
    int died;
    mach_msg_id_t rpc_block;	/* Id of the message the thread waits on.  */
    struct thread_basic_info pis_bi;
    struct thread_sched_info pis_si;
  } threadinfos[0];
};
typedef int *procinfo_array_t;

/* File system types, as in statfs.  */
#define FSTYPE_UFS	0x00000000
#define FSTYPE_NFS	0x00000001
#define FSTYPE_GFS	0x00000002
#define FSTYPE_LFS	0x00000003
#define FSTYPE_SYSV	0x00000004
#define FSTYPE_FTP	0x00000005
#define FSTYPE_TAR	0x00000006
#define FSTYPE_AR	0x00000007
#define FSTYPE_CPIO	0x00000008
#define FSTYPE_MSLOSS	0x00000009
#define FSTYPE_CPM	0x0000000a
#define FSTYPE_HFS	0x0000000b
#define FSTYPE_DTFS	0x0000000c
#define FSTYPE_GRFS	0x0000000d
#define FSTYPE_TERM	0x0000000e
#define FSTYPE_DEV	0x0000000f
#define FSTYPE_PROC	0x00000010
#define FSTYPE_IFSOCK	0x00000011
#define FSTYPE_AFS	0x00000012
#define FSTYPE_DFS	0x00000013
#define FSTYPE_PROC9	0x00000014
#define FSTYPE_SOCKET	0x00000015
#define FSTYPE_MISC	0x00000016
#define FSTYPE_EXT2FS	0x00000017
#define FSTYPE_HTTP	0x00000018
#define FSTYPE_MEMFS	0x00000019
#define FSTYPE_ISO9660	0x0000001a
#define FSTYPE_PCI	0x0000001b
#define FSTYPE_ACPI	0x0000001c

#endif /* _HURD_HURD_TYPES_H */
