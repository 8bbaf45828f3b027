if GUEST
noinst_PROGRAMS += tests/guest/counter
tests_guest_counter_SOURCES = tests/guest/counter.c
tests_guest_counter_LDADD = $(TRANSLATOR_LIBS)

noinst_PROGRAMS += tests/guest/ckpt-inboot tests/guest/inboot-victim
tests_guest_ckpt_inboot_SOURCES = tests/guest/ckpt-inboot.c tests/guest/inboot.h
tests_guest_ckpt_inboot_LDADD = libckpt-hurd/libckpt-hurd.a \
	stable-store/libstore.a $(MIGLIB) -lxxhash -llz4 -lpthread
tests_guest_inboot_victim_SOURCES = tests/guest/inboot-victim.c \
	tests/guest/inboot.h
tests_guest_inboot_victim_LDADD = -lpthread
endif
