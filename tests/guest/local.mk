# SPDX-License-Identifier: GPL-3.0-or-later
if GUEST
noinst_PROGRAMS += tests/guest/counter tests/guest/sink
tests_guest_counter_SOURCES = tests/guest/counter.c
tests_guest_counter_LDADD = $(TRANSLATOR_LIBS)
tests_guest_sink_SOURCES = tests/guest/sink.c
tests_guest_sink_LDADD = $(TRANSLATOR_LIBS)
# pflocal with names of bytes: what a network looks like to programs.
noinst_PROGRAMS += tests/guest/net
tests_guest_net_SOURCES = $(pflocal_sockets) tests/guest/net-address.c
tests_guest_net_LDADD = $(TRANSLATOR_LIBS)

noinst_PROGRAMS += tests/guest/ckpt-inboot tests/guest/inboot-victim
tests_guest_ckpt_inboot_SOURCES = tests/guest/ckpt-inboot.c tests/guest/inboot.h
tests_guest_ckpt_inboot_LDADD = libckpt-hurd/libckpt-hurd.a \
	stable-store/libstore.a $(MIGLIB) -lxxhash -llz4 -lpthread
tests_guest_inboot_victim_SOURCES = tests/guest/inboot-victim.c \
	tests/guest/inboot.h
tests_guest_inboot_victim_LDADD = -lpthread

module_tests = snapshot queue timeout state
noinst_PROGRAMS += tests/guest/snapshot tests/guest/queue tests/guest/timeout \
	tests/guest/state
tests_guest_snapshot_SOURCES = tests/guest/snapshot.c tests/guest/module.h
tests_guest_snapshot_LDADD = -lpthread
tests_guest_queue_SOURCES = tests/guest/queue.c tests/guest/module.h
tests_guest_queue_LDADD = -lpthread
tests_guest_timeout_SOURCES = tests/guest/timeout.c tests/guest/module.h
tests_guest_timeout_LDADD = -lpthread
tests_guest_state_SOURCES = tests/guest/state.c tests/guest/module.h
tests_guest_state_LDADD = -lpthread

# Boot one of them: `make run-NAME', or `make debug-NAME' to look at it in gdb.
# The kernel is the one beside the compiler.
HOST_TREE = ../host
boot_module = $(top_srcdir)/tests/guest/run
boot_where = $(HOST_TREE)/host/runner/perdure-runner \
	"$$(dirname "$$(command -v $(firstword $(CC)))")/../boot/gnumach" . $*
$(addprefix run-,ckpt-inboot $(module_tests)): run-%: \
		tests/guest/% tests/guest/inboot-victim
	$(boot_module) $(boot_where)
$(addprefix debug-,ckpt-inboot $(module_tests)): debug-%: \
		tests/guest/% tests/guest/inboot-victim
	$(boot_module) --debug $(boot_where)
endif
