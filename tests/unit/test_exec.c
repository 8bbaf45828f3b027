/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decoders of program files: what they accept can be loaded, and nothing
   makes them read or promise what is not there.  */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <elf.h>
#include "libexec/program.h"

enum { FILE_SIZE = 0x5000 };

struct image
{
  Elf32_Ehdr e;
  Elf32_Phdr p[6];
};

/* A program as a linker makes it.  */
static struct image
good (void)
{
  struct image i = { 0 };

  memcpy (i.e.e_ident, ELFMAG, SELFMAG);
  i.e.e_ident[EI_CLASS] = ELFCLASS32;
  i.e.e_ident[EI_DATA] = ELFDATA2LSB;
  i.e.e_ident[EI_VERSION] = EV_CURRENT;
  i.e.e_type = ET_EXEC;
  i.e.e_machine = EM_386;
  i.e.e_version = EV_CURRENT;
  i.e.e_entry = 0x8048100;
  i.e.e_phoff = sizeof i.e;
  i.e.e_phentsize = sizeof i.p[0];
  i.e.e_phnum = 4;
  i.p[0] = (Elf32_Phdr) { .p_type = PT_INTERP, .p_offset = 0x200,
			  .p_filesz = 13, .p_memsz = 13 };
  i.p[1] = (Elf32_Phdr) { .p_type = PT_LOAD, .p_vaddr = 0x8048000,
			  .p_filesz = 0x1800, .p_memsz = 0x1800,
			  .p_flags = PF_R | PF_X };
  i.p[2] = (Elf32_Phdr) { .p_type = PT_LOAD, .p_vaddr = 0x804b800,
			  .p_offset = 0x2800, .p_filesz = 0x300,
			  .p_memsz = 0x4000, .p_flags = PF_R | PF_W };
  i.p[3] = (Elf32_Phdr) { .p_type = PT_GNU_STACK };
  return i;
}

static int
decode (const void *data, size_t len, struct exec_elf *elf)
{
  uint32_t off, size;
  int err = exec_elf_header (data, len, &off, &size);

  if (err)
    return err;
  if (off > len || size > len - off)
    return ENOEXEC;
  return exec_elf_decode (data, (const char *) data + off, FILE_SIZE, elf);
}

static void
accepts (void **state)
{
  struct image i = good ();
  struct exec_elf elf;

  assert_int_equal (decode (&i, sizeof i, &elf), 0);
  assert_false (elf.movable);
  assert_int_equal (elf.entry, 0x8048100);
  assert_int_equal (elf.phdr, 0x8048000 + sizeof i.e);
  assert_int_equal (elf.phdr_size, 4 * sizeof i.p[0]);
  assert_int_equal (elf.low, 0x8048000);
  assert_int_equal (elf.high, 0x8050000);
  assert_int_equal (elf.nsegments, 2);
  assert_int_equal (elf.segments[0].prot, EXEC_R | EXEC_X);
  assert_int_equal (elf.segments[1].prot, EXEC_R | EXEC_W);
  assert_int_equal (elf.interp_offset, 0x200);
  assert_int_equal (elf.interp_size, 13);
  i.e.e_type = ET_DYN;
  assert_int_equal (decode (&i, sizeof i, &elf), 0);
  assert_true (elf.movable);
}

static void
refuses (void **state)
{
  struct exec_elf elf;
  struct image i;

#define REFUSED(change) \
  i = good (); change; assert_int_equal (decode (&i, sizeof i, &elf), ENOEXEC)
  REFUSED (i.e.e_ident[0] = 0);
  REFUSED (i.e.e_ident[EI_CLASS] = ELFCLASS64);
  REFUSED (i.e.e_machine = EM_X86_64);
  REFUSED (i.e.e_type = ET_REL);
  REFUSED (i.e.e_phnum = 0);
  REFUSED (i.e.e_phnum = 0xffff);
  REFUSED (i.e.e_phentsize = 31);
  REFUSED (i.e.e_phnum = 1);
  REFUSED (i.p[1].p_filesz = 0x1801);
  REFUSED (i.p[1].p_filesz = i.p[1].p_memsz = 0x5001);
  REFUSED (i.p[1].p_offset = 0xfffff000);
  REFUSED (i.p[1].p_offset = 1);
  REFUSED (i.p[1].p_vaddr = 0);
  REFUSED (i.p[2].p_vaddr = 0x8049800);
  REFUSED (i.p[2].p_vaddr = 0xfffff800);
  REFUSED (i.p[2].p_memsz = 0xffffffff);
  REFUSED (i.p[0].p_filesz = 1);
  REFUSED (i.p[0].p_filesz = 0x2000);
  REFUSED (i.p[3] = i.p[0]);
  i = good ();
  assert_int_equal (decode (&i, sizeof i.e - 1, &elf), ENOEXEC);
}

static uint32_t seed = 20260102;

static uint32_t
random_number (void)
{
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed;
}

/* What is accepted in spite of damage keeps its promises.  */
static void
check_promises (const struct exec_elf *elf)
{
  uint32_t end = 0;
  unsigned int i;

  assert_in_range (elf->nsegments, 1, EXEC_MAX_SEGMENTS);
  for (i = 0; i < elf->nsegments; i++)
    {
      const struct exec_segment *s = &elf->segments[i];
      assert_true (s->filesz <= s->memsz);
      assert_true ((uint64_t) s->offset + s->filesz <= FILE_SIZE);
      assert_true ((uint64_t) s->vaddr + s->memsz <= EXEC_TOP);
      assert_true (i == 0 || s->vaddr - s->vaddr % EXEC_PAGE >= end);
      assert_true (s->vaddr >= elf->low && s->vaddr + s->memsz <= elf->high);
      end = s->vaddr + s->memsz;
    }
  assert_true (elf->movable || elf->low);
  assert_true (elf->interp_size <= EXEC_PAGE);
}

static void
survives_damage (void **state)
{
  struct exec_elf elf;
  unsigned int accepted = 0;
  int round, n;

  for (round = 0; round < 200000; round++)
    {
      struct image i = good ();
      size_t len = random_number () % 8 ? sizeof i
		   : random_number () % sizeof i;
      char *copy;

      for (n = random_number () % 6; n >= 0; n--)
	((unsigned char *) &i)[random_number () % sizeof i] = random_number ();
      copy = malloc (len ? len : 1);
      memcpy (copy, &i, len);
      if (decode (copy, len, &elf) == 0)
	{
	  check_promises (&elf);
	  accepted++;
	}
      free (copy);
    }
  assert_true (accepted > 1000);
}

static void
script (const char *line, int err, const char *name, const char *arg)
{
  char buf[128];
  const char *n, *a;

  assert_int_equal (exec_script_decode (line, strlen (line), buf, &n, &a), err);
  if (err)
    return;
  assert_string_equal (n, name);
  if (arg)
    assert_string_equal (a, arg);
  else
    assert_null (a);
}

static void
scripts (void **state)
{
  script ("#!/bin/sh\necho\n", 0, "/bin/sh", NULL);
  script ("#! /bin/sh -e\necho\n", 0, "/bin/sh", "-e");
  script ("#!\t/usr/bin/awk  -f x \r\n", 0, "/usr/bin/awk", "-f x");
  script ("#!/bin/sh", 0, "/bin/sh", NULL);
  script ("#!\n/bin/sh", ENOEXEC, NULL, NULL);
  script ("#!   \n", ENOEXEC, NULL, NULL);
  script ("#", ENOEXEC, NULL, NULL);
  script ("echo\n", ENOEXEC, NULL, NULL);
}

int
main (void)
{
  const struct CMUnitTest tests[] =
    {
      cmocka_unit_test (accepts),
      cmocka_unit_test (refuses),
      cmocka_unit_test (survives_damage),
      cmocka_unit_test (scripts)
    };

  return cmocka_run_group_tests_name ("exec", tests, NULL, NULL);
}
