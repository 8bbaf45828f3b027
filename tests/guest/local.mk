if GUEST
guest_PROGRAMS += tests/guest/counter
tests_guest_counter_SOURCES = tests/guest/counter.c
tests_guest_counter_LDADD = libserver/libserver.a libexec/libexec.a libserver/libserver.a $(MIGLIB)
endif
