# SPDX-License-Identifier: GPL-3.0-or-later
# The portable cores, compiled once more with sanitizers.
core_tests = tests/unit/test_output tests/unit/test_image \
  tests/unit/test_redo tests/unit/test_replay tests/unit/test_exec \
  tests/unit/test_ext2
EXTRA_PROGRAMS = $(core_tests)
sanitize = -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
unit_cflags = $(AM_CFLAGS) -Wno-unused-function $(sanitize)

tests_unit_test_output_SOURCES = tests/unit/test_output.c host/runner/output.c host/runner/shown.c \
  libframe/frame.c
tests_unit_test_output_CFLAGS = $(unit_cflags)
tests_unit_test_output_LDADD = -lcmocka

tests_unit_test_image_SOURCES = tests/unit/test_image.c \
  libckpt-hurd/blob-get.c libckpt-hurd/blob-put.c libckpt-hurd/image-check.c \
  libckpt-hurd/image-decode.c libckpt-hurd/image-encode.c \
  libckpt-hurd/image-free.c
tests_unit_test_image_CFLAGS = $(unit_cflags)
tests_unit_test_image_LDADD = -lcmocka

tests_unit_test_redo_SOURCES = tests/unit/test_redo.c root-proxy/redo-code.c \
  root-proxy/redo-apply.c root-proxy/redo-undo.c root-proxy/overlay.c root-proxy/overlay-pages.c \
  root-proxy/overlay-paths.c root-proxy/overlay-build.c \
  root-proxy/overlay-applied.c root-proxy/overlay-save.c
tests_unit_test_redo_CFLAGS = $(unit_cflags)
tests_unit_test_redo_LDADD = -lcmocka

tests_unit_test_replay_SOURCES = tests/unit/test_replay.c root-proxy/replay.c \
  root-proxy/policy.c
tests_unit_test_replay_CFLAGS = $(unit_cflags)
tests_unit_test_replay_LDADD = -lcmocka

tests_unit_test_exec_SOURCES = tests/unit/test_exec.c libexec/elf.c \
  libexec/script.c
tests_unit_test_exec_CFLAGS = $(unit_cflags)
tests_unit_test_exec_LDADD = -lcmocka

# With stand-ins for the Hurd's headers, and a disk whose power fails.
tests_unit_test_ext2_SOURCES = tests/unit/test_ext2.c tests/unit/ext2_host.c \
  tests/unit/ext2_host.h \
  minihurd/ext2fs/alloc.c minihurd/ext2fs/attr.c minihurd/ext2fs/cache.c \
  minihurd/ext2fs/dir-index.c minihurd/ext2fs/dir.c minihurd/ext2fs/dirops.c \
  minihurd/ext2fs/disk.c minihurd/ext2fs/file.c minihurd/ext2fs/inode.c \
  minihurd/ext2fs/io.c minihurd/ext2fs/journal.c minihurd/ext2fs/map.c minihurd/ext2fs/mount.c \
  minihurd/ext2fs/sync.c minihurd/ext2fs/trans.c
tests_unit_test_ext2_CPPFLAGS = -I$(top_srcdir)/tests/unit/hurd $(AM_CPPFLAGS)
tests_unit_test_ext2_CFLAGS = $(unit_cflags)
tests_unit_test_ext2_LDFLAGS = -Wl,--wrap=pwrite64
tests_unit_test_ext2_LDADD = -lext2fs -lcom_err -lcmocka

check-cores: $(core_tests)
	@status=0; for t in $(core_tests); do \
	  echo "== $$t"; ./$$t || status=1; done; exit $$status
.PHONY: check-cores
