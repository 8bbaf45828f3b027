/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at program files.  */

#include <stdlib.h>
#include <string.h>
#include <hurd/io.h>
#include "libexec/internal.h"

error_t
exec_image_open (mach_port_t file, const void *head, size_t len,
		 struct exec_image *image)
{
  uint32_t phoff, phsize;
  char phdrs[EXEC_MAX_PHDRS * 32];
  mach_port_t wr = MACH_PORT_NULL;
  io_statbuf_t st;
  size_t n;
  error_t err;

  memset (image, 0, sizeof *image);
  image->file = file;
  err = exec_elf_header (head, len, &phoff, &phsize);
  if (!err)
    err = io_stat (file, &st);
  if (err)
    return err;
  if (phoff <= len && phsize <= len - phoff)
    memcpy (phdrs, (const char *) head + phoff, phsize);
  else
    {
      n = phsize;
      err = exec_read (file, phoff, phdrs, &n);
      if (err)
	return err;
      if (n < phsize)
	return ENOEXEC;
    }
  err = exec_elf_decode (head, phdrs, st.st_size, &image->elf);
  if (err)
    return err;

  /* Not every file can be mapped: then it is read.  */
  if (io_map (file, &image->object, &wr))
    image->object = wr = MACH_PORT_NULL;
  if (MACH_PORT_VALID (wr))
    mach_port_deallocate (mach_task_self (), wr);
  return 0;
}

error_t
exec_image_interp (const struct exec_image *image,
		   const struct fs_exec_args *args, struct exec_image *interp)
{
  const struct exec_elf *elf = &image->elf;
  mach_port_t crdir = MACH_PORT_NULL, auth = MACH_PORT_NULL, file;
  char name[EXEC_PAGE + 1], head[EXEC_PAGE];
  size_t len = elf->interp_size;
  error_t err;

  memset (interp, 0, sizeof *interp);
  if (len == 0)
    return 0;
  err = exec_read (image->file, elf->interp_offset, name, &len);
  if (err)
    return err;
  name[len] = 0;
  if (name[0] != '/')
    return ENOEXEC;

  if (args->nports > INIT_PORT_CRDIR)
    crdir = args->ports[INIT_PORT_CRDIR];
  if (args->nports > INIT_PORT_AUTH)
    auth = args->ports[INIT_PORT_AUTH];
  err = exec_lookup (name, O_READ, crdir, crdir, auth, &file);
  if (err)
    return err;
  len = sizeof head;
  err = exec_read (file, 0, head, &len);
  if (!err)
    err = exec_image_open (file, head, len, interp);
  if (!err && interp->elf.interp_size)
    err = ENOEXEC;
  interp->file = file;
  interp->own = true;
  if (err)
    exec_image_close (interp);
  return err;
}

void
exec_image_close (struct exec_image *image)
{
  if (MACH_PORT_VALID (image->object))
    mach_port_deallocate (mach_task_self (), image->object);
  if (image->own)
    mach_port_deallocate (mach_task_self (), image->file);
  memset (image, 0, sizeof *image);
}
