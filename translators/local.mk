# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += translators/trivial/libtrivial.a
translators_trivial_libtrivial_a_SOURCES = \
	translators/trivial/attributes.c \
	translators/trivial/trivial.c \
	translators/trivial/trivial.h

# libserver, libexec and the stubs refer to each other.
TRANSLATOR_LIBS = translators/trivial/libtrivial.a \
	libserver/libserver.a libexec/libexec.a $(MIGLIB) \
	libserver/libserver.a libexec/libexec.a $(MIGLIB) -lpthread

ours_PROGRAMS += \
	translators/crash/crash \
	translators/fifo/fifo \
	translators/ifsock/ifsock \
	translators/null/null \
	translators/pflocal/pflocal \
	translators/procfs/procfs \
	translators/random/random \
	translators/term/term \
	translators/tmpfs/tmpfs

translators_crash_crash_SOURCES = \
	translators/crash/core.c \
	translators/crash/crash.c \
	translators/crash/crash.h \
	translators/crash/suspend.c
translators_crash_crash_LDADD = $(TRANSLATOR_LIBS)

translators_fifo_fifo_SOURCES = translators/fifo/fifo.c
translators_fifo_fifo_LDADD = $(TRANSLATOR_LIBS)

translators_ifsock_ifsock_SOURCES = translators/ifsock/ifsock.c
translators_ifsock_ifsock_LDADD = $(TRANSLATOR_LIBS)

translators_null_null_SOURCES = translators/null/null.c
translators_null_null_LDADD = $(TRANSLATOR_LIBS)

# All but how addresses are named.
pflocal_sockets = \
	translators/pflocal/addr.c \
	translators/pflocal/connect.c \
	translators/pflocal/create.c \
	translators/pflocal/main.c \
	translators/pflocal/message.c \
	translators/pflocal/ops.c \
	translators/pflocal/option.c \
	translators/pflocal/pflocal.h \
	translators/pflocal/queue.c \
	translators/pflocal/queue.h \
	translators/pflocal/sock.c \
	translators/pflocal/transfer.c
translators_pflocal_pflocal_SOURCES = $(pflocal_sockets) \
	translators/pflocal/address.c
translators_pflocal_pflocal_LDADD = $(TRANSLATOR_LIBS)

translators_procfs_procfs_SOURCES = \
	translators/procfs/files.c \
	translators/procfs/procfs.c \
	translators/procfs/procfs.h
translators_procfs_procfs_LDADD = $(TRANSLATOR_LIBS)

translators_random_random_SOURCES = translators/random/random.c
translators_random_random_LDADD = $(TRANSLATOR_LIBS)

translators_term_term_SOURCES = \
	translators/term/ctty.c \
	translators/term/input.c \
	translators/term/io.c \
	translators/term/ldisc.c \
	translators/term/ldisc.h \
	translators/term/machdev.c \
	translators/term/main.c \
	translators/term/master.c \
	translators/term/names.c \
	translators/term/ops.c \
	translators/term/output.c \
	translators/term/pty.c \
	translators/term/pty.h \
	translators/term/ptyctl.c \
	translators/term/queue.c \
	translators/term/signal.c \
	translators/term/state.c \
	translators/term/term.h \
	translators/term/tioctl.c \
	translators/term/unsupported.c \
	translators/term/winsize.c
translators_term_term_LDADD = $(TRANSLATOR_LIBS)

translators_tmpfs_tmpfs_SOURCES = \
	translators/tmpfs/data.c \
	translators/tmpfs/tmpfs.c \
	translators/tmpfs/tmpfs.h \
	translators/tmpfs/tree.c
translators_tmpfs_tmpfs_LDADD = $(TRANSLATOR_LIBS)

MIG_SERVERS += crash term tioctl socket
