# SPDX-License-Identifier: GPL-3.0-or-later
noinst_PROGRAMS += minihurd/startup/startup
minihurd_startup_startup_SOURCES = \
	minihurd/startup/down.c \
	minihurd/startup/serve.c \
	minihurd/startup/startup.c \
	minihurd/startup/startup.h
minihurd_startup_startup_LDADD = minihurd/boot/libboot.a \
	libserver/libserver.a libexec/libexec.a $(MIGLIB) \
	libserver/libserver.a libexec/libexec.a $(MIGLIB) -lpthread
MIG_SERVERS += startup
MIG_USERS += startup_notify
