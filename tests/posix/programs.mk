# SPDX-License-Identifier: GPL-3.0-or-later
# Compile the test programs: make -f programs.mk top=… bin=… CC=…

sources := $(wildcard $(top)/tests/posix/programs/*.c)
programs := $(patsubst $(top)/tests/posix/programs/%.c,$(bin)/%,$(sources)) $(bin)/runner $(bin)/../robust $(bin)/../load
flags := -std=gnu17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -O1 -Wall -Wextra -Wno-unused-parameter -Wl,--no-warn-execstack

all: $(programs)

$(bin)/../robust-table.h: $(top)/tests/posix/robust.py $(top)/tests/protocol/rpc.tsv
	python3 $< $(top)/tests/protocol > $@

$(bin)/../robust: $(top)/tests/posix/robust.c $(top)/tests/posix/test.h $(bin)/../robust-table.h
	$(CC) $(flags) -I$(bin)/.. -o $@ $<

$(bin)/../load: $(top)/tests/posix/load.c $(top)/tests/posix/test.h
	$(CC) $(flags) -o $@ $<

$(bin)/runner: $(top)/tests/posix/runner.c
	$(CC) $(flags) -o $@ $<

# With one that is static.
$(bin)/proc_exec_static: extra := -static

$(bin)/%: $(top)/tests/posix/programs/%.c $(top)/tests/posix/test.h
	$(CC) $(flags) $(extra) -o $@ $< -lpthread -lrt -lm -ldl
