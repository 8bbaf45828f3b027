# SPDX-License-Identifier: GPL-3.0-or-later
# libserver and libexec use each other: link them in a group, with gen/libmig.a.
noinst_LIBRARIES += libserver/libserver.a
libserver_libserver_a_SOURCES = \
	libserver/active.c \
	libserver/bucket.c \
	libserver/check.c \
	libserver/control.c \
	libserver/cred.c \
	libserver/dir-change.c \
	libserver/dir-lookup.c \
	libserver/dir-readdir.c \
	libserver/dir-rename.c \
	libserver/exec.c \
	libserver/fifo.c \
	libserver/file-attr.c \
	libserver/file-misc.c \
	libserver/file-trans.c \
	libserver/for-each.c \
	libserver/forget.c \
	libserver/freeze.c \
	libserver/fs-notify.c \
	libserver/fsys.c \
	libserver/handle.c \
	libserver/identity.c \
	libserver/ids.c \
	libserver/ifsock.c \
	libserver/interrupt.c \
	libserver/io-auth.c \
	libserver/io-data.c \
	libserver/io-async.c \
	libserver/io-misc.c \
	libserver/io-modes.c \
	libserver/io-select.c \
	libserver/locks.c \
	libserver/lookup.c libserver/mig-strncpy.c \
	libserver/names.c \
	libserver/node.c \
	libserver/notify.c \
	libserver/open.c \
	libserver/pager-lock.c \
	libserver/pager-node.c \
	libserver/pager-serve.c \
	libserver/pager.c \
	libserver/port.c \
	libserver/reap.c \
	libserver/retire.c \
	libserver/right.c \
	libserver/right-ref.c \
	libserver/rpcs.c \
	libserver/serve.c \
	libserver/start.c \
	libserver/table.c \
	libserver/trans.c \
	libserver/unsupported.c \
	libserver/wait.c \
	libserver/worker.c \
	libserver/internal.h \
	libserver/node-internal.h \
	libserver/node.h \
	libserver/pager-internal.h \
	libserver/pager.h \
	libserver/server.h
MIG_SERVERS += fs io fsys ifsock memory_object
