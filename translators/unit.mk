# SPDX-License-Identifier: GPL-3.0-or-later
# To be included after tests/unit/local.mk.
core_tests += translators/term/test_ldisc
translators_term_test_ldisc_SOURCES = translators/term/test_ldisc.c \
	translators/term/input.c translators/term/ldisc.c \
	translators/term/output.c translators/term/queue.c
translators_term_test_ldisc_CFLAGS = $(unit_cflags)
translators_term_test_ldisc_LDADD = -lcmocka
