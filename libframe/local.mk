# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += libframe/libframe.a
libframe_libframe_a_SOURCES = libframe/frame.c libframe/frame.h
