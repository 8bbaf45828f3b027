#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare interfaces/hurd with the tables in this directory.

usage: check.py CC [INTERFACES]

CC is the cross compiler.  Prints one line for each difference, and last
"N passed, N failed"."""

import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CC = sys.argv[1]
INTERFACES = sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, "../../interfaces")

# Files of the table that the project has no use for: the kernel's own, and
# drivers that only exist with others' servers.
UNUSED = {"acpi", "default_pager", "default_pager_reply", "kdioctl",
          "kernel_boot", "pioctl"}

passed = failed = 0


def result(ok, text):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("FAIL", text)


def table(name):
    with open(os.path.join(HERE, name)) as f:
        rows = [line.rstrip("\n").split("\t") for line in f]
    return rows[1:]


def preprocess(path, *flags):
    run = subprocess.run([CC, "-E", "-P", "-x", "c", "-I", INTERFACES, *flags, path],
                         capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit("%s: %s" % (path, run.stderr))
    return run.stdout


def normal(text):
    """One blank between words, none around punctuation."""
    text = " ".join(text.split())
    return re.sub(r"\s*([;:,=()\[\]{}|])\s*", r"\1", text).strip(" ;")


DIRECTIONS = r"^(in|out|inout|replyport|sreplyport|ureplyport|waittime|msgseqno) "


def arguments(text):
    """[(direction, type)] of an argument list; names are not on the wire."""
    found = []
    for part in text.split(";"):
        part = normal(part)
        if not part:
            continue
        direction = ""
        match = re.match(DIRECTIONS, part)
        if match:
            direction = match.group(1)
            part = part[match.end():]
        found.append((direction, part.split(":", 1)[1]))
    return found


def expected(row):
    """The same of a row of the table, as the library's stubs need it."""
    file, name, text = row[0], row[5], row[6]
    text = text.replace("RETURN_CODE_ARG", "in return_code_: kern_return_t")
    args = arguments(text)
    if file in ("msg_request", "io_request", "process_request", "auth_request"):
        args = [("ureplyport" if t == "reply_port_t" else d, t) for d, t in args]
    # Both sides of a reply port stand in the table; one compiles at a time.
    if name in ("io_select", "io_select_timeout"):
        args = [a for a in args if a[0] != "replyport"]
    if name == "fsys_getroot":
        args = [a for a in args if a[0] != "ureplyport"]
    return args


def routines(path):
    """{id: (kind, name, arguments)} of a definition file."""
    text = preprocess(path)
    subsystem = re.search(r"subsystem\s+(\w+)\s+(\d+)\s*;", text)
    number = int(subsystem.group(2))
    found = {}
    pattern = r"\b(skip)\s*;|\b(routine|simpleroutine)\s+(\w+)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*;"
    for match in re.finditer(pattern, text[subsystem.end():]):
        if not match.group(1):
            found[number] = (match.group(2), match.group(3), arguments(match.group(4)))
        number += 1
    return subsystem.group(1), found


def check_rpcs():
    files = {}
    for row in table("rpc.tsv"):
        if row[0] not in UNUSED and row[0] != "file":
            files.setdefault(row[0], []).append(row)
    for file, rows in files.items():
        path = os.path.join(INTERFACES, "hurd", file + ".defs")
        if not os.path.exists(path):
            result(False, file + ".defs is missing")
            continue
        subsystem, found = routines(path)
        result(subsystem == rows[0][1], "%s: subsystem %s" % (file, subsystem))
        for row in rows:
            have = found.pop(int(row[3]), None)
            want = (row[4], row[5], expected(row))
            result(have == want, "%s: id %s is %s, not %s" % (file, row[3], have, want))
        for number, have in found.items():
            result(False, "%s: id %d (%s) is not in the table" % (file, number, have[1]))


def check_types():
    text = (preprocess(os.path.join(INTERFACES, "hurd/hurd_types.defs"))
            + preprocess(os.path.join(INTERFACES, "hurd/ioctl_types.defs")))
    found = {}
    for match in re.finditer(r"\btype\s+(\w+)\s*=\s*((?:[^;{]|\{[^}]*\})*);", text):
        found[match.group(1)] = normal(match.group(2)).replace(";}", "}")
    for _, name, definition in table("types.tsv"):
        want = normal(definition).replace(";}", "}").replace("_UTSNAME_LENGTH", "1024")
        have = found.get(name, "").replace("_UTSNAME_LENGTH", "1024")
        result(have == want, "type %s is '%s', not '%s'" % (name, have, want))


def check_constants():
    lines = ["#define _GNU_SOURCE", "#include <hurd/hurd_types.h>", "#include <hurd/paths.h>",
             "#include <hurd/shared.h>"]
    rows = table("constants.tsv")
    for _, _, name, value in rows:
        if '"' in value:
            lines.append("_Static_assert (__builtin_strcmp (%s, %s) == 0, \"%s\");"
                         % (name, value, name))
        else:
            lines.append("_Static_assert ((unsigned) (%s) == (unsigned) (%s), \"%s\");"
                         % (name, value, name))
    with tempfile.NamedTemporaryFile("w", suffix=".c") as f:
        f.write("\n".join(lines) + "\n")
        f.flush()
        run = subprocess.run([CC, "-I", INTERFACES, "-O2", "-fsyntax-only", f.name],
                             capture_output=True, text=True)
    wrong = set(re.findall(r"static assertion failed: \"(\w+)\"", run.stderr))
    wrong |= set(re.findall(r"error: '(\w+)' undeclared", run.stderr))
    if run.returncode != 0 and not wrong:
        result(False, "the headers do not compile: " + run.stderr)
    for _, _, name, value in rows:
        result(name not in wrong, "constant %s is not %s" % (name, value))


check_rpcs()
check_types()
check_constants()
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
