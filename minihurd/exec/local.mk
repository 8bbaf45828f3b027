# SPDX-License-Identifier: GPL-3.0-or-later
noinst_PROGRAMS += minihurd/exec/exec
minihurd_exec_exec_SOURCES = minihurd/exec/exec.c
minihurd_exec_exec_LDADD = minihurd/boot/libboot.a \
	libserver/libserver.a libexec/libexec.a $(MIGLIB) \
	libserver/libserver.a libexec/libexec.a $(MIGLIB) -lpthread
MIG_SERVERS += exec
