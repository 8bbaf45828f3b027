#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print, as a C initializer, the requests that the tables of tests/protocol know:
id, name, and a letter for each argument that a request carries.

usage: robust.py DIRECTORY-OF-TABLES

Letters: i a word, l two words, s a string, p a right, d bytes, n words, o
rights, N names of rights (these four of any number), fCOUNT. words of a fixed
number."""

import re
import sys

WANTED = ["auth", "crash", "exec_startup", "fs", "fsys", "ifsock", "interrupt", "io", "process",
          "socket", "startup", "term", "tioctl", "rioctl", "iioctl"]


def rows(name):
    with open(f"{sys.argv[1]}/{name}.tsv") as table:
        return [line.rstrip("\n").split("\t") for line in table][1:]


TYPES = {row[1]: row[2] for row in rows("types")}


# How many words there are in what is a structure.
WORDS = {"flock_t": 7, "timespec_t": 2, "time_value_t": 2}


def letter(kind):
    """The letter for an argument of the type KIND."""
    name = kind
    for _ in range(8):
        if kind in TYPES and TYPES[kind] != kind:
            kind = TYPES[kind]
            continue
        if re.search(r"c_string", kind):
            return "s"
        m = re.match(r"array\[(\d*)[^]]*\] of (.*)", kind)
        if m:
            inner = letter(m.group(2))
            if m.group(1) and ":" not in kind:
                return f"f{m.group(1)}." if inner == "i" else "i"
            if m.group(2).strip() in ("char", "byte"):
                return "d"
            return {"i": "n", "p": "o", "N": "N"}.get(inner, "d")
        if kind.startswith("struct {"):
            return f"f{WORDS.get(name, 2)}."
        m = re.match(r"struct ?\[(\d+)\] of", kind)
        if m:
            return f"f{m.group(1)}."
        if "port_name" in kind:
            return "N" if "array" in kind else "i"
        if "int64" in kind or kind in ("loff_t",):
            return "l"
        if "port" in kind or "MACH_MSG_TYPE_" in kind and "SEND" in kind:
            return "p"
        return "p" if kind in ("task_t", "thread_t") else "i"
    return "i"


def code(arguments):
    out = ""
    for arg in arguments.split("; ")[1:]:
        if re.match(r"(out|sreplyport|replyport|waittime|RETURN|ureplyport)\b", arg) or ":" not in arg:
            continue
        kind = arg.split(":", 1)[1].split(",")[0].strip()
        out += letter(kind)
    return out


for row in rows("rpc"):
    if row[1] in WANTED and row[3].isdigit():
        print(f'{{ {row[3]}, "{row[5]}", "{code(row[6])}" }},')
