# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += minihurd/boot/libboot.a
minihurd_boot_libboot_a_SOURCES = \
	minihurd/boot/boot.c \
	minihurd/boot/join.c \
	minihurd/boot/quiet.c \
	minihurd/boot/boot.h
