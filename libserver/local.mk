# SPDX-License-Identifier: GPL-3.0-or-later
# libserver and libexec use each other: link them in a group, with gen/libmig.a.
noinst_LIBRARIES += libserver/libserver.a
libserver_libserver_a_SOURCES = \
	libserver/bucket.c \
	libserver/for-each.c \
	libserver/freeze.c \
	libserver/handle.c \
	libserver/interrupt.c \
	libserver/lookup.c \
	libserver/notify.c \
	libserver/port.c \
	libserver/right.c \
	libserver/table.c \
	libserver/wait.c \
	libserver/worker.c \
	libserver/internal.h \
	libserver/node.h \
	libserver/server.h
MIG_SERVERS += fs io fsys ifsock
