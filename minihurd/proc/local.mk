# SPDX-License-Identifier: GPL-3.0-or-later
noinst_PROGRAMS += minihurd/proc/proc
minihurd_proc_proc_SOURCES = minihurd/proc/proc.c
minihurd_proc_proc_LDADD = libproc/libproc.a minihurd/boot/libboot.a \
	libserver/libserver.a libexec/libexec.a $(MIGLIB) \
	libproc/libproc.a libckpt-hurd/libckpt-hurd.a \
	libserver/libserver.a libexec/libexec.a $(MIGLIB) -lpthread
