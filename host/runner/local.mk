# SPDX-License-Identifier: GPL-3.0-or-later
noinst_PROGRAMS += host/runner/perdure-runner
host_runner_perdure_runner_SOURCES = host/runner/main.c host/runner/machine.c \
  host/runner/output.c host/runner/shown.c host/runner/runner.h
host_runner_perdure_runner_LDADD = libframe/libframe.a
