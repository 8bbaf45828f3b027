/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a program file matters for loading it.  No Mach call here: these two
   decoders read what anybody may have written.  */

#ifndef PERDURE_EXEC_PROGRAM_H
#define PERDURE_EXEC_PROGRAM_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int exec_error_t;

enum { EXEC_MAX_SEGMENTS = 16, EXEC_MAX_PHDRS = 64, EXEC_PAGE = 4096 };

/* Programs live below this address; above it is the stack.  */
#define EXEC_TOP 0xbf000000U

enum { EXEC_R = 1, EXEC_W = 2, EXEC_X = 4 };

struct exec_segment
{
  uint32_t vaddr, memsz, offset, filesz;
  int prot;			/* EXEC_R | EXEC_W | EXEC_X.  */
};

struct exec_elf
{
  bool movable;			/* ET_DYN: all addresses are relative.  */
  uint32_t entry;
  uint32_t phdr, phdr_size;	/* Where the program headers get mapped, or 0.  */
  uint32_t low, high;		/* All segments, in whole pages.  */
  uint32_t interp_offset, interp_size; /* The name in the file; or size 0.  */
  unsigned int nsegments;
  struct exec_segment segments[EXEC_MAX_SEGMENTS];
};

/* Where the program headers are in the file that starts with the LEN bytes at
   HEAD: ENOEXEC if it is no program for this machine.  */
exec_error_t exec_elf_header (const void *head, size_t len, uint32_t *phoff,
			      uint32_t *phsize);

/* Decode the header at HEAD and the program headers at PHDRS (as many bytes as
   exec_elf_header said) of a file of FILE_SIZE bytes.  */
exec_error_t exec_elf_decode (const void *head, const void *phdrs,
			      uint64_t file_size, struct exec_elf *elf);

/* The LEN bytes at HEAD start a script: find the interpreter's NAME and its
   argument ARG (or NULL), both copied into BUF of LEN + 2 bytes.  ENOEXEC if it
   is none.  */
exec_error_t exec_script_decode (const char *head, size_t len, char *buf,
				 const char **name, const char **arg);

#endif /* PERDURE_EXEC_PROGRAM_H */
