# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += checkpointd/libcheckpointd.a
checkpointd_libcheckpointd_a_SOURCES = \
	checkpointd/ahead.c checkpointd/cache.c \
	checkpointd/client.c \
	checkpointd/conduct.c \
	checkpointd/fault.c \
	checkpointd/history.c \
	checkpointd/host.c \
	checkpointd/job.c \
	checkpointd/journal.c checkpointd/lazy.c checkpointd/lock.c \
	checkpointd/memory.c \
	checkpointd/order.c \
	checkpointd/pending.c \
	checkpointd/priority.c \
	checkpointd/restore.c \
	checkpointd/serve.c \
	checkpointd/start.c \
	checkpointd/text-diff.c checkpointd/text-image.c \
	checkpointd/text.c \
	checkpointd/checkpointd.h \
	checkpointd/internal.h

bin_PROGRAMS += checkpointd/ckpt
checkpointd_ckpt_SOURCES = \
	checkpointd/attach.c \
	checkpointd/ckpt.c \
	checkpointd/view.c \
	checkpointd/command.h
checkpointd_ckpt_CPPFLAGS = $(AM_CPPFLAGS) -DLIBEXECDIR='"$(libexecdir)"'
checkpointd_ckpt_LDADD = $(MIGLIB) -lpthread

libexec_PROGRAMS += checkpointd/ckpt-session
checkpointd_ckpt_session_SOURCES = checkpointd/session.c
checkpointd_ckpt_session_LDADD = -lutil
MIG_SERVERS += ckpt client
MIG_USERS += ckpt client

# For programs that want to know, see ckpt.h.
lib_LIBRARIES += libckpt.a
libckpt_a_SOURCES = checkpointd/client/client.c
libckpt_a_LIBADD = gen/client_U.o
include_HEADERS += checkpointd/client/ckpt.h
