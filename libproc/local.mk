# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += libproc/libproc.a
libproc_libproc_a_SOURCES = \
	libproc/exception.c \
	libproc/exit.c \
	libproc/family.c \
	libproc/group.c \
	libproc/info.c \
	libproc/lists.c \
	libproc/memory.c \
	libproc/message.c \
	libproc/msgport.c \
	libproc/names.c \
	libproc/namespace.c \
	libproc/new.c \
	libproc/notes.c \
	libproc/owner.c \
	libproc/restore.c \
	libproc/save.c \
	libproc/execdata.c \
	libproc/system.c \
	libproc/table.c \
	libproc/usage.c \
	libproc/wait.c \
	libproc/image.h \
	libproc/internal.h \
	libproc/libproc.h
MIG_SERVERS += process
MIG_USERS += mach_debug
