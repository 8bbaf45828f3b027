# SPDX-License-Identifier: GPL-3.0-or-later
noinst_PROGRAMS += \
	minihurd/utils/fsysopts \
	minihurd/utils/halt \
	minihurd/utils/perdure-frame \
	minihurd/utils/ps \
	minihurd/utils/reboot \
	minihurd/utils/settrans \
	minihurd/utils/showtrans \
	minihurd/utils/taskstat

minihurd_utils_fsysopts_SOURCES = minihurd/utils/fsysopts.c
minihurd_utils_halt_SOURCES = minihurd/utils/halt.c
minihurd_utils_perdure_frame_SOURCES = minihurd/utils/perdure-frame.c
minihurd_utils_perdure_frame_LDADD = libframe/libframe.a
minihurd_utils_ps_SOURCES = minihurd/utils/ps.c
minihurd_utils_reboot_SOURCES = minihurd/utils/halt.c
minihurd_utils_settrans_SOURCES = minihurd/utils/settrans.c \
	minihurd/utils/start.c minihurd/utils/start.h
minihurd_utils_showtrans_SOURCES = minihurd/utils/showtrans.c
minihurd_utils_taskstat_SOURCES = minihurd/utils/taskstat.c
