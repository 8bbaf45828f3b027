/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing an ELF core.  */

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <hurd/io.h>
#include <hurd/process.h>
#include <mach/machine/thread_status.h>
#include "crash.h"

enum { PAGE = 4096, MAX_REGIONS = 2000, CHUNK = 1 << 20 };

struct core
{
  task_t task;
  file_t file;
  const struct crash_cause *cause;
  pid_t pid;
  Elf32_Phdr *headers;		/* The notes' first.  */
  size_t nheaders;
  char *notes;
  size_t notes_len;
};

/* The note that describes one thread, as GDB reads it.  */
struct status
{
  int32_t signo, code, error;
  int16_t cursig, pad;
  uint32_t pending, held;
  int32_t pid, ppid, pgrp, sid;
  int32_t times[8];
  uint32_t regs[17];
  int32_t fpvalid;
};

static error_t
write_at (file_t file, const char *data, size_t len, off_t offset)
{
  while (len)
    {
      vm_size_t n = 0;
      error_t err = io_write (file, (char *) data, len, offset, &n);
      if (err || n == 0)
	return err ?: EIO;
      data += n;
      offset += n;
      len -= n;
    }
  return 0;
}

/* Append a note.  */
static error_t
add_note (struct core *c, int type, const void *data, size_t len)
{
  Elf32_Nhdr head = { sizeof "CORE", len, type };
  size_t size = sizeof head + 8 + ((len + 3) & ~3u);
  char *p = realloc (c->notes, c->notes_len + size);

  if (p == NULL)
    return ENOMEM;
  c->notes = p;
  p += c->notes_len;
  memset (p, 0, size);
  memcpy (p, &head, sizeof head);
  memcpy (p + sizeof head, "CORE", sizeof "CORE");
  memcpy (p + sizeof head + 8, data, len);
  c->notes_len += size;
  return 0;
}

static error_t
note_thread (struct core *c, thread_t thread)
{
  struct i386_thread_state t;
  mach_msg_type_number_t n = i386_THREAD_STATE_COUNT;
  error_t err = thread_get_state (thread, i386_REGS_SEGS_STATE,
				  (thread_state_t) &t, &n);
  struct status s =
    {
      .signo = c->cause->signo, .code = c->cause->sigcode,
      .error = c->cause->sigerror, .cursig = c->cause->signo, .pid = c->pid,
      .regs = { t.ebx, t.ecx, t.edx, t.esi, t.edi, t.ebp, t.eax, t.ds, t.es,
		t.fs, t.gs, t.eax, t.eip, t.cs, t.efl, t.uesp, t.ss }
    };

  return err ? 0 : add_note (c, NT_PRSTATUS, &s, sizeof s);
}

static error_t
note_threads (struct core *c)
{
  thread_t *threads;
  mach_msg_type_number_t n, i;
  error_t err = task_threads (c->task, &threads, &n);

  if (err)
    return err;
  for (i = 0; i < n; i++)
    {
      if (!err)
	err = note_thread (c, threads[i]);
      mach_port_deallocate (mach_task_self (), threads[i]);
    }
  vm_deallocate (mach_task_self (), (vm_address_t) threads,
		 n * sizeof *threads);
  return err;
}

/* Make a header of each region.  */
static error_t
list_regions (struct core *c)
{
  vm_address_t address = 0;
  vm_size_t size;
  vm_prot_t prot, max;
  vm_inherit_t inherit;
  boolean_t shared;
  mach_port_t name;
  vm_offset_t offset;

  c->headers = calloc (MAX_REGIONS + 1, sizeof *c->headers);
  if (c->headers == NULL)
    return ENOMEM;
  c->nheaders = 1;
  while (c->nheaders <= MAX_REGIONS
	 && vm_region (c->task, &address, &size, &prot, &max, &inherit,
		       &shared, &name, &offset) == 0)
    {
      Elf32_Phdr *h = &c->headers[c->nheaders++];
      if (MACH_PORT_VALID (name))
	mach_port_deallocate (mach_task_self (), name);
      h->p_type = PT_LOAD;
      h->p_vaddr = address;
      h->p_memsz = size;
      h->p_filesz = prot & VM_PROT_READ ? size : 0;
      h->p_flags = ((prot & VM_PROT_READ ? PF_R : 0)
		    | (prot & VM_PROT_WRITE ? PF_W : 0)
		    | (prot & VM_PROT_EXECUTE ? PF_X : 0));
      h->p_align = PAGE;
      if (address + size < address)
	break;
      address += size;
    }
  return 0;
}

/* Write the SIZE bytes of memory at ADDRESS to OFFSET; pages of zeros are left
   out.  What cannot be read stays a hole.  */
static error_t
write_region (struct core *c, vm_address_t address, vm_size_t size,
	      off_t offset)
{
  static const char zeros[PAGE];
  error_t err = 0;

  for (vm_size_t done = 0; !err && done < size; done += CHUNK)
    {
      vm_size_t n = size - done < CHUNK ? size - done : CHUNK;
      mach_msg_type_number_t got;
      vm_address_t data;
      if (vm_read (c->task, address + done, n, &data, &got))
	continue;
      for (size_t i = 0; !err && i < got; i += PAGE)
	if (memcmp ((char *) data + i, zeros, PAGE))
	  err = write_at (c->file, (char *) data + i, PAGE,
			  offset + done + i);
      vm_deallocate (mach_task_self (), data, got);
    }
  return err;
}

static error_t
write_all (struct core *c)
{
  Elf32_Ehdr e =
    {
      .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32,
		   ELFDATA2LSB, EV_CURRENT },
      .e_type = ET_CORE, .e_machine = EM_386, .e_version = EV_CURRENT,
      .e_phoff = sizeof e, .e_ehsize = sizeof e,
      .e_phentsize = sizeof (Elf32_Phdr), .e_phnum = c->nheaders
    };
  size_t heads = c->nheaders * sizeof (Elf32_Phdr);
  off_t at = sizeof e + heads;
  error_t err;

  c->headers[0] = (Elf32_Phdr) { .p_type = PT_NOTE, .p_offset = at,
				 .p_filesz = c->notes_len, .p_align = 4 };
  at = (at + c->notes_len + PAGE - 1) & -(off_t) PAGE;
  for (size_t i = 1; i < c->nheaders; i++)
    {
      c->headers[i].p_offset = at;
      at += c->headers[i].p_filesz;
      if (at > 0xffff0000LL)
	return EFBIG;
    }
  err = write_at (c->file, (char *) &e, sizeof e, 0);
  if (!err)
    err = write_at (c->file, (char *) c->headers, heads, sizeof e);
  if (!err)
    err = write_at (c->file, c->notes, c->notes_len,
		    c->headers[0].p_offset);
  for (size_t i = 1; !err && i < c->nheaders; i++)
    err = write_region (c, c->headers[i].p_vaddr, c->headers[i].p_filesz,
			c->headers[i].p_offset);
  /* The last page may be a hole.  */
  if (!err && at)
    err = write_at (c->file, "", 1, at - 1);
  return err;
}

error_t
crash_core (task_t task, file_t file, const struct crash_cause *cause)
{
  struct core c = { .task = task, .file = file, .cause = cause };
  error_t err;

  c.pid = task2pid (task);
  err = note_threads (&c);
  if (!err)
    err = list_regions (&c);
  if (!err)
    err = write_all (&c);
  free (c.headers);
  free (c.notes);
  return err;
}
