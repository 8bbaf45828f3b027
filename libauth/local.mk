# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += libauth/libauth.a
libauth_libauth_a_SOURCES = \
	libauth/authenticate.c \
	libauth/handle.c \
	libauth/make.c \
	libauth/meet.c \
	libauth/save.c \
	libauth/internal.h \
	libauth/libauth.h
MIG_SERVERS += auth
