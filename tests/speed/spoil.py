# SPDX-License-Identifier: GPL-3.0-or-later
"""spoil.py STORE PAGE: change a byte of each block that is page PAGE of lazy.c's memory."""
import struct
import sys

BLOCK, STEP = 4096, 64
page = int(sys.argv[2])
spoiled = 0
with open(sys.argv[1], "r+b") as f:
    at = 0
    while True:
        data = f.read(BLOCK)
        if len(data) < BLOCK:
            break
        words = struct.unpack("<1024I", data)
        times = (words[0] - page * 2654435761) % 2**32
        if 0 < times < 100000 and all(
                words[j] == (page * 2654435761 + times + j) % 2**32 for j in range(0, 1024, STEP)):
            f.seek(at + 2000)
            f.write(bytes([data[2000] ^ 255]))
            f.seek(at + BLOCK)
            spoiled += 1
        at += BLOCK
print(spoiled, "blocks changed")
sys.exit(spoiled == 0)
