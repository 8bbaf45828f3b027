#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare what a job printed, by the frames on a serial line, with a text.

usage: frames.py SERIAL TEXT

Each frame of standard output must hold what TEXT has at its offset.  Prints how
many frames there are; exits with 1 if one differs."""

import base64
import re
import sys

text = open(sys.argv[2], "rb").read()
count = 0
for offset, data in re.findall(rb"@@PD 1 (\d+) \d+ [0-9a-f]{8} ([A-Za-z0-9+/=]+)\r?\n",
                               open(sys.argv[1], "rb").read()):
    at, data = int(offset), base64.b64decode(data)
    if text[at:at + len(data)] != data:
        sys.exit("frames: at offset %d: %r is not %r"
                 % (at, data, text[at:at + len(data)]))
    count += 1
print(count)
