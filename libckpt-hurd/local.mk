# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += libckpt-hurd/libckpt-hurd.a
libckpt_hurd_libckpt_hurd_a_SOURCES = \
	libckpt-hurd/blob-get.c \
	libckpt-hurd/blob-put.c \
	libckpt-hurd/capture-exceptions.c libckpt-hurd/standin.c \
	libckpt-hurd/capture-copy.c libckpt-hurd/capture-memory.c \
	libckpt-hurd/capture-messages.c \
	libckpt-hurd/capture-ports.c libckpt-hurd/capture-share.c \
	libckpt-hurd/restore-objects.c \
	libckpt-hurd/capture-pagers.c libckpt-hurd/restore-pagers.c \
	libckpt-hurd/capture-tasks.c \
	libckpt-hurd/capture-threads.c \
	libckpt-hurd/capture.c \
	libckpt-hurd/chain.c \
	libckpt-hurd/check.c \
	libckpt-hurd/finish.c \
	libckpt-hurd/identify.c \
	libckpt-hurd/image-check.c \
	libckpt-hurd/image-decode.c \
	libckpt-hurd/image-encode.c \
	libckpt-hurd/image-free.c \
	libckpt-hurd/look.c \
	libckpt-hurd/msg-walk.c \
	libckpt-hurd/once.c \
	libckpt-hurd/port-map.c \
	libckpt-hurd/report.c \
	libckpt-hurd/restore-lazy.c libckpt-hurd/restore-memory.c \
	libckpt-hurd/restore-messages.c \
	libckpt-hurd/restore-ports.c \
	libckpt-hurd/restore-start.c \
	libckpt-hurd/restore-threads.c \
	libckpt-hurd/restore.c \
	libckpt-hurd/snapshot.c \
	libckpt-hurd/transient.c \
	libckpt-hurd/waits.c \
	libckpt-hurd/write.c \
	libckpt-hurd/blob.h \
	libckpt-hurd/ckpt-hurd.h \
	libckpt-hurd/image.h \
	libckpt-hurd/internal.h \
	libckpt-hurd/participant.h
MIG_USERS += mach_debug
