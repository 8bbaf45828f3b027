# SPDX-License-Identifier: GPL-3.0-or-later
# To be included after tests/unit/local.mk.
core_tests += libframe/test_frame
libframe_test_frame_SOURCES = libframe/test_frame.c libframe/frame.c
libframe_test_frame_CFLAGS = $(unit_cflags)
libframe_test_frame_LDADD = -lcmocka
