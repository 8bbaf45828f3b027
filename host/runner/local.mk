if !GUEST
noinst_PROGRAMS += host/runner/perdure-runner
host_runner_perdure_runner_SOURCES = host/runner/main.c host/runner/machine.c \
  host/runner/output.c host/runner/runner.h libframe/frame.c libframe/frame.h
endif
