# SPDX-License-Identifier: GPL-3.0-or-later
noinst_PROGRAMS += minihurd/auth/auth
minihurd_auth_auth_SOURCES = minihurd/auth/auth.c
minihurd_auth_auth_LDADD = libauth/libauth.a minihurd/boot/libboot.a \
	libserver/libserver.a libexec/libexec.a $(MIGLIB) \
	libauth/libauth.a libckpt-hurd/libckpt-hurd.a \
	libserver/libserver.a libexec/libexec.a $(MIGLIB) -lpthread
