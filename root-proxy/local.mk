# SPDX-License-Identifier: GPL-3.0-or-later
hurd_PROGRAMS += root-proxy/root-proxy
root_proxy_root_proxy_SOURCES = \
	root-proxy/apply.c \
	root-proxy/attr.c \
	root-proxy/border.c \
	root-proxy/commit.c \
	root-proxy/conflict.c \
	root-proxy/copies.c \
	root-proxy/crash.c \
	root-proxy/data.c \
	root-proxy/files.c \
	root-proxy/frames.c \
	root-proxy/given.c \
	root-proxy/ground.c \
	root-proxy/journal.c \
	root-proxy/lookup.c \
	root-proxy/main.c \
	root-proxy/map.c \
	root-proxy/marks.c \
	root-proxy/names.c \
	root-proxy/node.c \
	root-proxy/opens.c \
	root-proxy/options.c \
	root-proxy/output.c \
	root-proxy/overlay-applied.c \
	root-proxy/overlay-build.c \
	root-proxy/overlay-pages.c \
	root-proxy/overlay-paths.c \
	root-proxy/overlay-save.c \
	root-proxy/overlay.c \
	root-proxy/policy.c \
	root-proxy/readdir.c \
	root-proxy/redo-apply.c \
	root-proxy/redo-code.c \
	root-proxy/redo-undo.c \
	root-proxy/replay.c \
	root-proxy/restore.c \
	root-proxy/save.c \
	root-proxy/session.c \
	root-proxy/shutdown.c \
	root-proxy/socket.c \
	root-proxy/socket-rpc.c \
	root-proxy/socket.h \
	root-proxy/stream.c \
	root-proxy/trace.c \
	root-proxy/travel-plan.c \
	root-proxy/travel.c \
	root-proxy/undo.c \
	root-proxy/view.c \
	root-proxy/options.h \
	root-proxy/overlay-private.h \
	root-proxy/overlay.h \
	root-proxy/policy.h \
	root-proxy/proxy.h \
	root-proxy/replay.h \
	root-proxy/little-endian.h \
	root-proxy/redo.h \
	root-proxy/state-version.h \
	root-proxy/state.h \
	root-proxy/travel.h \
	root-proxy/files.h
# The rooms and the stubs call each other: all of them are named twice.
ENVIRONMENT_LIBS = proc-proxy/libproc-proxy.a \
	checkpointd/libcheckpointd.a libckpt-hurd/libckpt-hurd.a \
	stable-store/libstore.a libproc/libproc.a libauth/libauth.a \
	libserver/libserver.a libexec/libexec.a $(MIGLIB)
root_proxy_root_proxy_LDADD = $(ENVIRONMENT_LIBS) $(ENVIRONMENT_LIBS) \
	libframe/libframe.a -llz4 -lxxhash -lpthread
MIG_SERVERS += startup_notify
