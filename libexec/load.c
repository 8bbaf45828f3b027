/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mapping program files into a task.  */

#include "libexec/internal.h"

static uint32_t
page_down (uint32_t a)
{
  return a & -(uint32_t) EXEC_PAGE;
}

static uint32_t
page_up (uint32_t a)
{
  return page_down (a + EXEC_PAGE - 1);
}

/* Find room for IMAGE in TASK.  */
static error_t
place (struct exec_image *image, task_t task, uint32_t hint)
{
  uint32_t size = image->elf.high - image->elf.low;
  vm_address_t addr = hint;
  error_t err;

  image->base = 0;
  if (!image->elf.movable)
    return 0;
  err = vm_allocate (task, &addr, size, FALSE);
  if (err)
    {
      addr = 0;
      err = vm_allocate (task, &addr, size, TRUE);
    }
  if (err)
    return err;
  image->base = addr - image->elf.low;
  return vm_deallocate (task, addr, size);
}

/* Put SIZE bytes of memory at ADDR of TASK (whole pages but for the end) that
   start with LEN bytes of FILE from OFFSET on and are zero from there.  */
static error_t
fill (task_t task, vm_address_t addr, uint32_t size, mach_port_t file,
      uint32_t offset, uint32_t len)
{
  vm_address_t copy = 0;
  vm_size_t room = page_up (len);
  size_t n = len;
  error_t err;

  err = vm_allocate (task, &addr, page_up (size), FALSE);
  if (err || len == 0)
    return err;
  err = vm_allocate (mach_task_self (), &copy, room, TRUE);
  if (err)
    return err;
  err = exec_read (file, offset, (void *) copy, &n);
  if (!err && n < len)
    err = ENOEXEC;
  if (!err)
    err = vm_write (task, addr, copy, room);
  vm_deallocate (mach_task_self (), copy, room);
  return err;
}

/* Bring one segment to ADDR, which is its place's first byte.  */
static error_t
load_segment (const struct exec_image *image, task_t task,
	      const struct exec_segment *s)
{
  uint32_t skip = s->vaddr % EXEC_PAGE;
  vm_address_t start = page_down (s->vaddr) + image->base;
  uint32_t offset = s->offset - skip;
  uint32_t filesz = s->filesz ? s->filesz + skip : 0;
  uint32_t memsz = page_up (s->memsz + skip);
  uint32_t mapped = 0;
  vm_prot_t prot = ((s->prot & EXEC_R ? VM_PROT_READ : 0)
		    | (s->prot & EXEC_W ? VM_PROT_WRITE : 0)
		    | (s->prot & EXEC_X ? VM_PROT_EXECUTE : 0));
  error_t err = 0;

  if (MACH_PORT_VALID (image->object))
    /* Whole pages come from the file itself, copy-on-write; the page in which
       zeros follow what is in the file does not.  */
    mapped = (s->memsz > s->filesz && (s->prot & EXEC_W)
	      ? page_down (filesz) : page_up (filesz));
  if (mapped)
    {
      vm_address_t addr = start;
      err = vm_map (task, &addr, mapped, 0, FALSE, image->object, offset, TRUE,
		    prot, VM_PROT_ALL, VM_INHERIT_COPY);
    }
  if (!err && mapped < memsz)
    {
      err = fill (task, start + mapped, memsz - mapped, image->file,
		  offset + mapped, filesz > mapped ? filesz - mapped : 0);
      if (!err)
	err = vm_protect (task, start + mapped, memsz - mapped, FALSE, prot);
    }
  return err;
}

error_t
exec_image_load (struct exec_image *image, task_t task, uint32_t hint)
{
  unsigned int i;
  error_t err = place (image, task, hint);

  for (i = 0; i < image->elf.nsegments && !err; i++)
    err = load_segment (image, task, &image->elf.segments[i]);
  return err;
}
