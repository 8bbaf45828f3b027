# SPDX-License-Identifier: GPL-3.0-or-later
"""spoil.py STORE CONTENTS: change a byte of each block of STORE that is the first page of CONTENTS."""
import sys

BLOCK = 4096
with open(sys.argv[2], "rb") as f:
    page = f.read(BLOCK).ljust(BLOCK, b"\0")
spoiled = at = 0
with open(sys.argv[1], "r+b") as f:
    while len(block := f.read(BLOCK)) == BLOCK:
        if block == page:
            f.seek(at + 9)
            f.write(bytes([block[9] ^ 255]))
            f.seek(at + BLOCK)
            spoiled += 1
        at += BLOCK
print(spoiled, "blocks changed")
sys.exit(spoiled == 0)
