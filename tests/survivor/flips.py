#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flip bytes of a store, one at a time, and see what the host's tool says.

usage: flips.py CKPT-IMAGE STORE SEED SAMPLES

Every byte of the superblock and of both roots: `info' must tell (and `verify',
which is asked about some, must name the block), and `list' must show the
checkpoints of before, or those before the newest where the newest root is
damaged.  Then SAMPLES bytes of the rest of what
is in use: `verify' must name the block that was changed, or the byte must be
one that no checkpoint refers to.  STORE is left as it was.

Prints lines for the boots that follow: `root OFFSET NUMBER', a byte of the
newest root and the newest checkpoint without it; `record OFFSET NUMBER', a byte
of what that root leads to; `page OFFSET NUMBER', a byte of which only the newest
checkpoint is made; `shared OFFSET NUMBER', a byte of a page that all checkpoints
have.  Then a count.  Exits with 1 if something was not as it must be."""

import os
import random
import re
import subprocess
import sys

tool, store, seed, samples = sys.argv[1:3] + [int(a) for a in sys.argv[3:5]]
fd = os.open(store, os.O_RDWR)
PAGE, SECTOR = 4096, 512
bad = 0


def run(*words):
    done = subprocess.run([tool, *words, store], capture_output=True, text=True,
                          timeout=60)
    return done.returncode, done.stdout + done.stderr


def numbers():
    code, text = run("list")
    return code, [int(n) for n in re.findall(r"^ *(\d+) .*\d{4}-\d\d-\d\d ", text, re.M)]


class Flip:
    """One byte is different within this context."""

    def __init__(self, at):
        self.at = at

    def __enter__(self):
        self.was = os.pread(fd, 1, self.at)
        os.pwrite(fd, bytes([self.was[0] ^ 0xFF]), self.at)

    def __exit__(self, *error):
        os.pwrite(fd, self.was, self.at)


def wrong(at, why, text):
    global bad
    bad += 1
    if bad <= 10:
        print("FAIL byte %d (block %d, offset %d): %s: %s"
              % (at, at // PAGE, at % PAGE, why, text.strip()[:200]))


def used_blocks():
    size, at, blocks = os.fstat(fd).st_size, 0, []
    while at < size:
        try:
            start = os.lseek(fd, at, os.SEEK_DATA)
        except OSError:
            break
        at = os.lseek(fd, start, os.SEEK_HOLE)
        blocks += range(start // PAGE, (at + PAGE - 1) // PAGE)
    return blocks


def fixed_blocks(before):
    """The superblock and the roots, each byte."""
    for block, what in (0, "superblock"), (1, "root"), (2, "root"):
        shorter = None
        for at in range(block * PAGE, block * PAGE + SECTOR):
            with Flip(at):
                code, text = run("info")
                if code or not re.search(r"^Note: .*%s" % what, text, re.M):
                    wrong(at, "info is silent", text)
                code, left = numbers()
                if code or left != before and left[-1] != before[-2]:
                    wrong(at, "list shows", str(left))
                elif left != before:
                    shorter = at
                # It looks at all of the store, which takes its time.
                if at % 64 == 0:
                    code, text = run("verify", "-q")
                    if code != 1 or not re.search(r"^block %d: %s" % (block, what), text, re.M):
                        wrong(at, "verify is silent", text)
        if shorter is not None:
            print("root %d %d" % (shorter, before[-2]))


def single_bytes(before):
    """Damage to the newest checkpoint alone, and to all of them."""
    wanted = {"record", "page", "shared"}
    run_diff(before[-2], before[-1])
    for block in reversed([b for b in used_blocks() if b > 3]):
        at = block * PAGE + 20
        with Flip(at):
            _, text = run("verify", "-q")
        found = None
        if "record does not verify" in text:
            found = "record"
        elif "block %d: page" % block in text:
            damaged = {int(n) for n in re.findall(r"checkpoint (\d+),", text)}
            # Each page is reported for the first checkpoint that has it; the
            # others may have another in its place.
            if min(damaged) == before[-1]:
                found = "page"
            elif min(damaged) == before[0] and in_both(text, block, before):
                found = "shared"
        if found in wanted:
            print("%s %d %d" % (found, at, before[-2]))
            wanted.discard(found)
        if not wanted:
            return
    wrong(0, "no byte", "of the kinds %s" % sorted(wanted))


def in_both(text, block, before):
    """Do the oldest and the newest checkpoint have the page in BLOCK, of which
    `verify' says TEXT, as the same one?"""
    match = re.search(r"^block %d: page.*object (\d+), page (\d+)" % block, text, re.M)
    _, differ = run_diff(before[0], before[-1])
    page = int(match.group(2))
    for first, last in re.findall(r"^object %s(?: pages? (\d+)(?:-(\d+))?)?$"
                                  % match.group(1), differ, re.M):
        if not first or int(first) <= page <= int(last or first):
            return False
    return True


def run_diff(a, b):
    done = subprocess.run([tool, "diff", store, str(a), str(b)],
                          capture_output=True, text=True, timeout=60)
    if not done.stdout:
        wrong(0, "diff", "%d and %d are alike" % (a, b))
    return done.returncode, done.stdout


def sample():
    """Bytes of all else."""
    blocks, named, led, idle = used_blocks(), 0, 0, 0
    blocks = [b for b in blocks if b > 3]
    for _ in range(samples):
        block = random.choice(blocks)
        at = block * PAGE + random.randrange(PAGE)
        with Flip(at):
            code, text = run("verify")
            if code == 1 and re.search(r"\bblock %d: " % block, text):
                named += 1
            elif code == 1 and re.search(r"\bblock \d+: ", text):
                led += 1
            elif code == 0:
                idle += 1
            else:
                wrong(at, "verify", "%d %s" % (code, text))
    print("sample: %d flips named by their block, %d by one that leads there,"
          " %d where nothing is in use" % (named, led, idle))
    if named < samples // 10:
        wrong(0, "sample", "hardly any damage is found")


random.seed(seed)
code, before = numbers()
if code or len(before) < 3:
    sys.exit("flips: %s has too few checkpoints: %s" % (store, before))
fixed_blocks(before)
single_bytes(before)
sample()
code, text = run("verify")
if code:
    wrong(0, "verify finds damage where none is left", text)
print("%d flips not as they must be" % bad)
sys.exit(bad != 0)
