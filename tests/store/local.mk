# SPDX-License-Identifier: GPL-3.0-or-later
# The store once more, with sanitizers; without, for the long runs; and with one
# safety mechanism missing, for the tests that must notice.  Nothing of this is built
# by `all': make check-store.
store_sources = $(stable_store_libstore_a_SOURCES) tests/store/sim.c \
	tests/store/sim.h tests/store/model.c tests/store/model.h
store_sanitize = -g -O1 -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined
store_wrap = -Wl,--wrap=clock_gettime
store_libs = -lxxhash -llz4

EXTRA_LIBRARIES = tests/store/libsane.a tests/store/libfast.a \
	tests/store/libunchecked.a tests/store/libNO_BARRIER.a \
	tests/store/libNO_LAST_BARRIER.a tests/store/libROOT_FIRST.a \
	tests/store/libNO_CHECK.a
tests_store_libsane_a_SOURCES = $(store_sources)
tests_store_libsane_a_CFLAGS = $(AM_CFLAGS) $(store_sanitize)
tests_store_libfast_a_SOURCES = $(store_sources)
tests_store_libfast_a_CFLAGS = $(AM_CFLAGS) -g -O2
# A fuzzer must get behind the checksums to find anything.
tests_store_libunchecked_a_SOURCES = $(store_sources)
tests_store_libunchecked_a_CFLAGS = $(AM_CFLAGS) $(store_sanitize)
tests_store_libunchecked_a_CPPFLAGS = $(AM_CPPFLAGS) -DSTORE_MUTATE_NO_CHECK
tests_store_libNO_BARRIER_a_SOURCES = $(store_sources)
tests_store_libNO_BARRIER_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSTORE_MUTATE_NO_BARRIER
tests_store_libNO_LAST_BARRIER_a_SOURCES = $(store_sources)
tests_store_libNO_LAST_BARRIER_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSTORE_MUTATE_NO_LAST_BARRIER
tests_store_libROOT_FIRST_a_SOURCES = $(store_sources)
tests_store_libROOT_FIRST_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSTORE_MUTATE_ROOT_FIRST
tests_store_libNO_CHECK_a_SOURCES = $(store_sources)
tests_store_libNO_CHECK_a_CPPFLAGS = $(AM_CPPFLAGS) -DSTORE_MUTATE_NO_CHECK

store_programs = tests/store/unit tests/store/crash tests/store/crash-fast \
	tests/store/crash-NO_BARRIER tests/store/crash-NO_LAST_BARRIER \
	tests/store/crash-ROOT_FIRST tests/store/crash-NO_CHECK \
	tests/store/flip tests/store/flip-image tests/store/cost \
	tests/store/fuzz tests/store/fixture tests/store/replay
EXTRA_PROGRAMS += $(store_programs) tests/store/bench

tests_store_unit_SOURCES = tests/store/unit.c
tests_store_unit_CFLAGS = $(AM_CFLAGS) $(store_sanitize)
tests_store_unit_LDADD = tests/store/libsane.a -lcmocka $(store_libs)
tests_store_crash_SOURCES = tests/store/crash.c
tests_store_crash_CFLAGS = $(AM_CFLAGS) $(store_sanitize)
tests_store_crash_LDFLAGS = $(store_wrap)
tests_store_crash_LDADD = tests/store/libsane.a $(store_libs)
tests_store_crash_fast_SOURCES = tests/store/crash.c
tests_store_crash_fast_LDFLAGS = $(store_wrap)
tests_store_crash_fast_LDADD = tests/store/libfast.a $(store_libs)
tests_store_crash_NO_BARRIER_SOURCES = tests/store/crash.c
tests_store_crash_NO_BARRIER_LDFLAGS = $(store_wrap)
tests_store_crash_NO_BARRIER_LDADD = tests/store/libNO_BARRIER.a $(store_libs)
tests_store_crash_NO_LAST_BARRIER_SOURCES = tests/store/crash.c
tests_store_crash_NO_LAST_BARRIER_LDFLAGS = $(store_wrap)
tests_store_crash_NO_LAST_BARRIER_LDADD = tests/store/libNO_LAST_BARRIER.a \
	$(store_libs)
tests_store_crash_ROOT_FIRST_SOURCES = tests/store/crash.c
tests_store_crash_ROOT_FIRST_LDFLAGS = $(store_wrap)
tests_store_crash_ROOT_FIRST_LDADD = tests/store/libROOT_FIRST.a $(store_libs)
tests_store_crash_NO_CHECK_SOURCES = tests/store/crash.c
tests_store_crash_NO_CHECK_LDFLAGS = $(store_wrap)
tests_store_crash_NO_CHECK_LDADD = tests/store/libNO_CHECK.a $(store_libs)
tests_store_flip_SOURCES = tests/store/flip.c
tests_store_flip_CFLAGS = $(AM_CFLAGS) $(store_sanitize)
tests_store_flip_LDADD = tests/store/libsane.a $(store_libs)
tests_store_flip_image_SOURCES = tests/store/flip-image.c
tests_store_flip_image_LDADD = tests/store/libfast.a $(store_libs)
tests_store_cost_SOURCES = tests/store/cost.c
tests_store_cost_LDADD = tests/store/libfast.a $(store_libs)
tests_store_fuzz_SOURCES = tests/store/fuzz.c
tests_store_fuzz_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_MAIN
tests_store_fuzz_CFLAGS = $(AM_CFLAGS) $(store_sanitize)
tests_store_fuzz_LDADD = tests/store/libunchecked.a $(store_libs)
tests_store_fixture_SOURCES = tests/store/fixture.c
tests_store_fixture_LDADD = stable-store/libstore.a $(store_libs)
tests_store_replay_SOURCES = tests/store/replay.c
tests_store_replay_LDADD = tests/store/libfast.a $(store_libs)
tests_store_bench_SOURCES = tests/store/bench.c
tests_store_bench_LDADD = tests/store/libfast.a -llmdb -lsqlite3 $(store_libs)

check-store: $(store_programs) stable-store/ckpt-image
.PHONY: check-store
