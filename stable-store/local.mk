# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += stable-store/libstore.a
stable_store_libstore_a_SOURCES = \
	stable-store/apply.c \
	stable-store/audit.c \
	stable-store/blob.c \
	stable-store/ckpt.c \
	stable-store/codec.c \
	stable-store/commit.c \
	stable-store/dedup.c \
	stable-store/diff.c \
	stable-store/drop.c \
	stable-store/error.c \
	stable-store/format.c \
	stable-store/grow.c \
	stable-store/hash-sse2.c \
	stable-store/io-fd.c \
	stable-store/journal.c \
	stable-store/label.c \
	stable-store/map.c \
	stable-store/node.c \
	stable-store/object.c \
	stable-store/open.c \
	stable-store/page.c \
	stable-store/parent.c \
	stable-store/put-page.c \
	stable-store/read-pages.c stable-store/reader.c \
	stable-store/record.c \
	stable-store/refs.c \
	stable-store/retention.c \
	stable-store/revert.c \
	stable-store/root.c \
	stable-store/scrub.c \
	stable-store/space.c \
	stable-store/tree.c \
	stable-store/txn.c \
	stable-store/view.c \
	stable-store/walk.c \
	stable-store/wbuf.c \
	stable-store/priv.h stable-store/store.h

bin_PROGRAMS += stable-store/ckpt-image
if GUEST
hurd_PROGRAMS += stable-store/translator/stable-store
stable_store_translator_stable_store_SOURCES = \
	stable-store/translator/dir.c \
	stable-store/translator/file.c \
	stable-store/translator/main.c \
	stable-store/translator/nodes.c \
	stable-store/translator/options.c \
	stable-store/translator/translator.h \
	stable-store/translator/view.c
stable_store_translator_stable_store_LDADD = stable-store/libstore.a \
	$(TRANSLATOR_LIBS) -lxxhash -llz4
endif

# It reads what others have put there: their portable parts.
stable_store_ckpt_image_SOURCES = stable-store/ckpt-image.c \
	stable-store/core.c stable-store/core.h \
	root-proxy/journal-show.c root-proxy/files.c root-proxy/redo-code.c \
	root-proxy/replay.c \
	libckpt-hurd/blob-get.c libckpt-hurd/image-check.c \
	libckpt-hurd/image-decode.c libckpt-hurd/image-free.c \
	root-proxy/journal-show.h root-proxy/files.h
stable_store_ckpt_image_LDADD = stable-store/libstore.a -lxxhash -llz4
