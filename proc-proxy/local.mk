# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += proc-proxy/libproc-proxy.a
proc_proxy_libproc_proxy_a_SOURCES = \
	proc-proxy/env.c \
	proc-proxy/news.c \
	proc-proxy/run.c \
	proc-proxy/start.c \
	proc-proxy/env.h \
	proc-proxy/internal.h
