# SPDX-License-Identifier: GPL-3.0-or-later
noinst_PROGRAMS += host/mkimage/settrans-image
host_mkimage_settrans_image_SOURCES = host/mkimage/settrans-image.c
host_mkimage_settrans_image_LDADD = -lext2fs -lcom_err
