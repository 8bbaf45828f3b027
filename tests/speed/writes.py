#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""writes.py FILE: print the KiB that QEMU's blklogwrites has recorded in FILE."""
import struct
import sys

LOG_MAGIC, LOG_DISCARD, LOG_MARK = 0x6a736677736872, 4, 8

with open(sys.argv[1], "rb") as log:
    magic, _, entries, sector = struct.unpack("<QQQI", log.read(28))
    if magic != LOG_MAGIC:
        sys.exit("writes.py: %s is no record of writes" % sys.argv[1])
    at, total = sector, 0
    for _ in range(entries):
        log.seek(at)
        _, sectors, flags, length = struct.unpack("<QQQQ", log.read(32))
        at += sector
        if flags & LOG_MARK:
            at += -(-length // sector) * sector
        elif not flags & LOG_DISCARD:
            total += sectors * sector
            at += sectors * sector
print(total // 1024)
