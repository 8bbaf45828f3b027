# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += libexec/libexec.a
libexec_libexec_a_SOURCES = \
	libexec/elf.c \
	libexec/file.c \
	libexec/image.c \
	libexec/load.c \
	libexec/lookup.c \
	libexec/read.c \
	libexec/save.c \
	libexec/script.c \
	libexec/script_args.c \
	libexec/start.c \
	libexec/startup.c \
	libexec/task.c \
	libexec/program.h \
	libexec/exec.h \
	libexec/internal.h
MIG_SERVERS += exec_startup
