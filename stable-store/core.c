/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Core files, in the form that GNU/Linux on i386 gives them (elf.h and its
   sys/procfs.h), since that is what debuggers on any host read.  */

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "core.h"

#define NOTE_XFP	0x46e62b7f	/* FXSAVE's 512 bytes.  */
#define XFLOAT_HEADER	16	/* What the kernel puts before them.  */
#define XFLOAT_LEGACY	512

/* Registers as in a note of type NT_PRSTATUS.  */
struct status
{
  int32_t signo, code, error;
  int16_t current_signal, pad;
  uint32_t pending, held;
  int32_t pid, parent, group, session;
  int32_t times[8];
  uint32_t ebx, ecx, edx, esi, edi, ebp, eax, ds, es, fs, gs, trap, eip, cs,
    eflags, esp, ss;
  int32_t has_fp;
};

static bool
put (FILE *out, const void *data, size_t len)
{
  static const char zeros[4];
  return (fwrite (data, 1, len, out) == len
	  && fwrite (zeros, 1, -len & 3, out) == (-len & 3));
}

static bool
put_note (FILE *out, const char *name, uint32_t type, const void *data,
	  size_t len)
{
  Elf32_Nhdr h = { .n_namesz = strlen (name) + 1, .n_descsz = len,
		   .n_type = type };
  return (put (out, &h, sizeof h) && put (out, name, h.n_namesz)
	  && put (out, data, len));
}

static bool
put_thread (FILE *out, const struct ci_thread *t, uint32_t number)
{
  const uint32_t *r = t->regs;
  struct status s =
  {
    .pid = number + 1, .ebx = r[CI_EBX], .ecx = r[CI_ECX], .edx = r[CI_EDX],
    .esi = r[CI_ESI], .edi = r[CI_EDI], .ebp = r[CI_EBP], .eax = r[CI_EAX],
    .ds = r[CI_DS], .es = r[CI_ES], .fs = r[CI_FS], .gs = r[CI_GS],
    .trap = -1U, .eip = r[CI_EIP], .cs = r[CI_CS], .eflags = r[CI_EFL],
    .esp = r[CI_UESP], .ss = r[CI_SS],
    .has_fp = t->xfloat_len >= XFLOAT_HEADER + XFLOAT_LEGACY
  };
  return (put_note (out, "CORE", NT_PRSTATUS, &s, sizeof s)
	  && (!s.has_fp || put_note (out, "LINUX", NOTE_XFP,
				     t->xfloat + XFLOAT_HEADER,
				     XFLOAT_LEGACY)));
}

/* Which object of the store has the pages of R of T, and the first one there; 0:
   none.  */
static uint64_t
source (const struct ci_image *image, const struct ci_task *t,
	const struct ci_region *r, uint64_t *first)
{
  *first = r->start / CI_PAGE;
  if (r->memory == 0)
    return r->flags & CI_REGION_DATA ? CI_OBJECT_TASK + t->id : 0;
  const struct ci_memory *m = &image->memories[r->memory - 1];
  *first = r->offset / CI_PAGE;
  return (m->kind == CI_MEMORY_OWN || m->kind == CI_MEMORY_COPY
	  ? CI_OBJECT_MEMORY + m->id : 0);
}

/* Write the pages of R, whose place in OUT is OFFSET.  */
static error_t
put_pages (FILE *out, struct store_ckpt *ckpt, uint64_t object, uint64_t first,
	   uint64_t pages, off_t offset)
{
  static uint8_t data[CI_PAGE];
  uint64_t page = first;
  error_t err;

  for (; (err = store_next_page (ckpt, object, page, &page)) == 0
	 && page < first + pages; page++)
    {
      err = store_read_pages (ckpt, object, page, 1, data);
      if (err)
	return err;
      if (fseeko (out, offset + (off_t) (page - first) * CI_PAGE, SEEK_SET) < 0
	  || fwrite (data, 1, CI_PAGE, out) != CI_PAGE)
	return EIO;
    }
  return err == ENOENT ? 0 : err;
}

static bool
put_header (FILE *out, uint32_t segments)
{
  Elf32_Ehdr h =
  {
    .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB,
		 EV_CURRENT },
    .e_type = ET_CORE, .e_machine = EM_386, .e_version = EV_CURRENT,
    .e_phoff = sizeof h, .e_ehsize = sizeof h,
    .e_phentsize = sizeof (Elf32_Phdr), .e_phnum = segments,
  };
  return put (out, &h, sizeof h);
}

/* How long the notes of all threads of TASK are; written if OUT is not NULL.  */
static long
notes (FILE *out, const struct ci_image *image, uint32_t task)
{
  FILE *f = out ? out : tmpfile ();
  long start = f ? ftell (f) : -1;
  bool good = f != NULL;
  for (uint32_t i = 0; good && i < image->nthreads; i++)
    if (image->threads[i].task == task)
      good = put_thread (f, &image->threads[i], i);
  long len = good ? ftell (f) - start : -1;
  if (f && !out)
    fclose (f);
  return len;
}

error_t
core_write (FILE *out, struct store_ckpt *ckpt, const struct ci_image *image,
	    uint32_t task)
{
  const struct ci_task *t = &image->tasks[task];
  long len = notes (NULL, image, task);
  off_t at = sizeof (Elf32_Ehdr) + (t->nregions + 1) * sizeof (Elf32_Phdr);
  Elf32_Phdr note = { .p_type = PT_NOTE, .p_offset = at, .p_filesz = len };
  uint64_t first, object;
  error_t err = 0;

  if (t->nregions >= PN_XNUM - 1)
    return EOVERFLOW;
  if (len < 0 || !put_header (out, t->nregions + 1)
      || !put (out, &note, sizeof note))
    return EIO;
  off_t data = (at + len + CI_PAGE - 1) & -(off_t) CI_PAGE, end = data;
  for (uint32_t i = 0; i < t->nregions; i++)
    {
      const struct ci_region *r = &t->regions[i];
      Elf32_Phdr p = { .p_type = PT_LOAD, .p_offset = end, .p_vaddr = r->start,
		       .p_memsz = r->end - r->start, .p_align = CI_PAGE,
		       .p_flags = ((r->protection & 1 ? PF_R : 0)
				   | (r->protection & 2 ? PF_W : 0)
				   | (r->protection & 4 ? PF_X : 0)) };
      if (source (image, t, r, &first))
	p.p_filesz = p.p_memsz;
      end += p.p_filesz;
      if (end > UINT32_MAX)
	return EFBIG;
      if (!put (out, &p, sizeof p))
	return EIO;
    }
  if (notes (out, image, task) != len)
    return EIO;
  for (uint32_t i = 0; err == 0 && i < t->nregions; i++)
    {
      const struct ci_region *r = &t->regions[i];
      object = source (image, t, r, &first);
      if (object == 0)
	continue;
      err = put_pages (out, ckpt, object, first, (r->end - r->start) / CI_PAGE,
		       data);
      data += r->end - r->start;
    }
  if (err == 0 && (fflush (out) || ftruncate (fileno (out), end) < 0))
    err = EIO;
  return err;
}
