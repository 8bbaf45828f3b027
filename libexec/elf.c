/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoding ELF headers.  */

#include <elf.h>
#include <string.h>
#include "libexec/program.h"

exec_error_t
exec_elf_header (const void *head, size_t len, uint32_t *phoff,
		 uint32_t *phsize)
{
  Elf32_Ehdr e;

  if (len < sizeof e)
    return ENOEXEC;
  memcpy (&e, head, sizeof e);
  if (memcmp (e.e_ident, ELFMAG, SELFMAG) != 0
      || e.e_ident[EI_CLASS] != ELFCLASS32
      || e.e_ident[EI_DATA] != ELFDATA2LSB
      || e.e_ident[EI_VERSION] != EV_CURRENT
      || (e.e_type != ET_EXEC && e.e_type != ET_DYN)
      || (e.e_machine != EM_386)
      || e.e_phentsize != sizeof (Elf32_Phdr)
      || e.e_phnum == 0 || e.e_phnum > EXEC_MAX_PHDRS)
    return ENOEXEC;
  *phoff = e.e_phoff;
  *phsize = e.e_phnum * sizeof (Elf32_Phdr);
  return 0;
}

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

/* Add what P loads to ELF.  Segments come in the order of their addresses and
   share no page.  */
static exec_error_t
add_segment (struct exec_elf *elf, const Elf32_Phdr *p, uint64_t file_size)
{
  struct exec_segment *s;

  if (p->p_memsz == 0)
    return 0;
  if (elf->nsegments == EXEC_MAX_SEGMENTS
      || p->p_filesz > p->p_memsz
      || p->p_vaddr > EXEC_TOP || p->p_memsz > EXEC_TOP - p->p_vaddr
      || (uint64_t) p->p_offset + p->p_filesz > file_size
      || (p->p_filesz && (p->p_vaddr - p->p_offset) % EXEC_PAGE != 0)
      || (elf->nsegments && page_down (p->p_vaddr) < elf->high))
    return ENOEXEC;

  s = &elf->segments[elf->nsegments];
  if (elf->nsegments++ == 0)
    elf->low = page_down (p->p_vaddr);
  elf->high = page_up (p->p_vaddr + p->p_memsz);
  s->vaddr = p->p_vaddr;
  s->memsz = p->p_memsz;
  s->offset = p->p_offset;
  s->filesz = p->p_filesz;
  s->prot = ((p->p_flags & PF_R ? EXEC_R : 0)
	     | (p->p_flags & PF_W ? EXEC_R | EXEC_W : 0)
	     | (p->p_flags & PF_X ? EXEC_R | EXEC_X : 0));
  return 0;
}

/* The program finds its headers in memory: by PT_PHDR, or in the segment that
   has that part of the file.  */
static void
find_phdrs (struct exec_elf *elf, const Elf32_Ehdr *e)
{
  unsigned int i;

  for (i = 0; i < elf->nsegments && elf->phdr == 0; i++)
    {
      const struct exec_segment *s = &elf->segments[i];
      if (e->e_phoff >= s->offset
	  && (uint64_t) e->e_phoff + elf->phdr_size
	     <= (uint64_t) s->offset + s->filesz)
	elf->phdr = s->vaddr + (e->e_phoff - s->offset);
    }
  if (elf->phdr == 0)
    elf->phdr_size = 0;
}

exec_error_t
exec_elf_decode (const void *head, const void *phdrs, uint64_t file_size,
		 struct exec_elf *elf)
{
  Elf32_Ehdr e;
  Elf32_Phdr p;
  unsigned int i;
  exec_error_t err = 0;

  memset (elf, 0, sizeof *elf);
  memcpy (&e, head, sizeof e);
  elf->movable = e.e_type == ET_DYN;
  elf->entry = e.e_entry;
  elf->phdr_size = e.e_phnum * sizeof p;
  for (i = 0; i < e.e_phnum && !err; i++)
    {
      memcpy (&p, (const char *) phdrs + i * sizeof p, sizeof p);
      switch (p.p_type)
	{
	case PT_LOAD:
	  err = add_segment (elf, &p, file_size);
	  break;
	case PT_PHDR:
	  elf->phdr = p.p_vaddr;
	  break;
	case PT_INTERP:
	  if (elf->interp_size || p.p_filesz < 2 || p.p_filesz > EXEC_PAGE)
	    err = ENOEXEC;
	  elf->interp_offset = p.p_offset;
	  elf->interp_size = p.p_filesz;
	  break;
	}
    }
  if (err)
    return err;
  /* Page 0 stays empty, so that null pointers fault.  */
  if (elf->nsegments == 0 || (!elf->movable && elf->low == 0))
    return ENOEXEC;
  find_phdrs (elf, &e);
  return 0;
}
