/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory objects: the contents of files as mapped memory.

   A pager stands between the kernel's pages of a file and the file.  Its ports
   are served by threads of their own, which no freeze stops: a page fault must
   never wait for a checkpoint that reads the faulting task.  Therefore the
   operations take no lock that is held while a client's memory is touched or
   while a handler waits, in particular not a node's.

   Coherence with io_read and io_write, by the owner of the file, under the
   node's lock:
     before reading    fs_pager_return  (what mappings wrote is in the file)
     before writing    fs_pager_return, and after it fs_pager_flush
     before a change of size, fs_pager_return; after it fs_pager_flush from the
       smaller size's page on.
   All are cheap when the kernel has no page of the object (nobody mapped it
   lately).  */

#ifndef PERDURE_PAGER_H
#define PERDURE_PAGER_H

#include "server.h"

struct fs_pager;

struct fs_pager_ops
{
  /* Read LEN bytes at OFFSET, both in whole pages, to DATA, which is zeroed:
     what is after the end of the file need not be touched.  */
  error_t (*read) (void *user, uint64_t offset, size_t len, void *data);
  /* Write them.  What is after the end of the file is to be ignored.  */
  error_t (*write) (void *user, uint64_t offset, size_t len,
		    const void *data);
  /* The size of the file; read-ahead stops there, and a page wholly after it
     is an error to whoever touches it.  */
  uint64_t (*size) (void *user);
  /* Somebody has a right to the object from now on, or the kernel pages of it
     (USED), or nobody any more.  The owner keeps what USER stands for in
     memory meanwhile (fs_node_ref, fs_node_unref).  Called without locks but
     those of the caller of fs_pager_get_right.  */
  void (*in_use) (void *user, bool used);
  /* How many bytes from OFFSET on, in whole pages and at most LEN, can be read
     without a hole; 0: there is one, whose pages are zero and take no memory until
     they are written to.  NULL: there are no holes.  */
  size_t (*run) (void *user, uint64_t offset, size_t len);
  /* Nobody asks for it with fs_pager_find, and it is not written to: only copies of it
     are mapped.  fs_pager_return_all leaves it out.  */
  bool copied;
};

/* Make a pager that is not in use; it is freed by the owner, while it is not
   in use: when what USER stands for is freed.  */
error_t fs_pager_create (const struct fs_pager_ops *ops, void *user,
			 struct fs_pager **pager);
void fs_pager_free (struct fs_pager *pager);

/* A right to PAGER's memory object, to be handed on by fs_ops.map.  If PROT
   has no VM_PROT_WRITE, one through which nothing can be written.  */
error_t fs_pager_get_right (struct fs_pager *pager, int prot,
			    mach_port_t *object);

/* What most file systems do in fs_ops.map for a file: give *OBJECT, a right as
   above to the memory object of NODE, whose pager, made with OPS and NODE at the
   first time, is kept in *PAGER under NODE's lock.  */
struct fs_node;
error_t fs_pager_map_node (struct fs_node *node,
			   const struct fs_pager_ops *ops,
			   struct fs_pager **pager, int prot,
			   mach_port_t *object);

/* The operation in_use of a pager whose USER is a node: the node stays in memory
   while it is used.  */
void fs_pager_keep_node (void *user, bool used);

/* What was given to fs_pager_create for the object that RIGHT is a right to, or
   of which RIGHT is the kernel's name (as vm_region tells it); *PROT is what
   the right allows.  False if it is none of this process.  The pager must not
   be freed meanwhile.  */
bool fs_pager_find (mach_port_t right, const struct fs_pager_ops **ops,
		    void **user, int *prot);

/* The kernel keeps pages of a file for a time after the last mapping is gone,
   and with them its pager is in use.  No more: let them go with the mapping (or
   now).  For files without a name.  */
void fs_pager_uncache (struct fs_pager *pager);

/* Give the kernel LEN bytes at DATA, which vm_allocate has made and which are gone
   after the call, as what is at OFFSET.  Pages that it has already stay as they are,
   and what follows the first of them is dropped.  */
void fs_pager_supply (struct fs_pager *pager, uint64_t offset,
		      vm_address_t data, vm_size_t len);

/* Does the kernel call the object of PAGER NAME?  */
bool fs_pager_is_called (struct fs_pager *pager, mach_port_t name);

/* Is no request of the kernel to any pager of this process waiting or being handled?  Then
   no thread waits for a page.  Waits for those that are, but at most TIMEOUT_MS.  */
bool fs_pager_quiet (int timeout_ms);

/* True while the kernel may have pages of it.  */
bool fs_pager_mapped (struct fs_pager *pager);

/* Have the kernel write back what was changed in LEN bytes at OFFSET (LEN 0:
   to the end), and wait until that is done.  The pages stay.  */
error_t fs_pager_return (struct fs_pager *pager, uint64_t offset,
			 uint64_t len);
/* Have the kernel forget its pages there, changed or not.  */
error_t fs_pager_flush (struct fs_pager *pager, uint64_t offset, uint64_t len);

/* Both, for all pagers of this process: before a shutdown, or for sync.  */
error_t fs_pager_return_all (void);

#endif /* PERDURE_PAGER_H */
