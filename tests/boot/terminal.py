#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command on a terminal of its own and talk to it.

usage: terminal.py TIMEOUT COMMAND...

Standard input tells what to do, a line each: `expect REGEXP' waits for output
that matches, `send TEXT' types TEXT and return, `keys TEXT' types TEXT with
escapes as in Python and no return, `end' waits for the command's end.  All
output is copied to standard output.  Exits with the command's status; with 1
and a message when something expected has not come in TIMEOUT seconds."""

import os
import pty
import re
import select
import signal
import sys
import time

limit = time.monotonic() + float(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""


def fail(why):
    os.kill(pid, signal.SIGTERM)
    sys.stdout.flush()
    sys.exit("terminal: " + why)


def more():
    """Read what has come; false at the end."""
    global seen
    left = limit - time.monotonic()
    if left <= 0 or not select.select([fd], [], [], left)[0]:
        return None
    try:
        data = os.read(fd, 65536)
    except OSError:
        data = b""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    seen += data
    return bool(data)


def expect(pattern):
    global seen
    while True:
        match = re.search(pattern.encode(), seen)
        if match:
            seen = seen[match.end():]
            return
        if not more():
            fail("/%s/ does not come" % pattern)


for line in sys.stdin:
    verb, _, text = line.rstrip("\n").partition(" ")
    if verb == "expect":
        expect(text)
    elif verb in ("send", "keys"):
        text = text + "\r" if verb == "send" else text.encode().decode("unicode_escape")
        # As a person types: one key after the other.
        for key in text.encode():
            os.write(fd, bytes([key]))
            time.sleep(0.02)
    elif verb == "end":
        while (some := more()):
            pass
        if some is None:
            fail("the command does not end")
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    elif verb:
        fail("what is `%s'?" % verb)
os.kill(pid, signal.SIGTERM)
os.waitpid(pid, 0)
