# SPDX-License-Identifier: GPL-3.0-or-later
noinst_PROGRAMS += minihurd/ext2fs/ext2fs
minihurd_ext2fs_ext2fs_SOURCES = \
	minihurd/ext2fs/alloc.c \
	minihurd/ext2fs/attr.c \
	minihurd/ext2fs/cache.c \
	minihurd/ext2fs/dir-index.c \
	minihurd/ext2fs/dir.c \
	minihurd/ext2fs/dirops.c \
	minihurd/ext2fs/disk.c \
	minihurd/ext2fs/file.c \
	minihurd/ext2fs/inode.c \
	minihurd/ext2fs/io.c \
	minihurd/ext2fs/main.c \
	minihurd/ext2fs/journal.c \
	minihurd/ext2fs/journal.h \
	minihurd/ext2fs/map.c \
	minihurd/ext2fs/mount.c \
	minihurd/ext2fs/options.c \
	minihurd/ext2fs/pager.c \
	minihurd/ext2fs/sync.c \
	minihurd/ext2fs/trans.c \
	minihurd/ext2fs/cache.h \
	minihurd/ext2fs/disk.h \
	minihurd/ext2fs/ext2fs.h
# The libraries use each other: named twice.
minihurd_ext2fs_ext2fs_LDADD = minihurd/boot/libboot.a \
	libserver/libserver.a libexec/libexec.a libauth/libauth.a $(MIGLIB) \
	libserver/libserver.a libexec/libexec.a $(MIGLIB) -lext2fs -lcom_err -lpthread
