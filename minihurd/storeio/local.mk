# SPDX-License-Identifier: GPL-3.0-or-later
noinst_PROGRAMS += minihurd/storeio/storeio
minihurd_storeio_storeio_SOURCES = minihurd/storeio/disk.c \
	minihurd/storeio/disk.h minihurd/storeio/storeio.c
minihurd_storeio_storeio_LDADD = $(TRANSLATOR_LIBS)
