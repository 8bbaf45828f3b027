# SPDX-License-Identifier: GPL-3.0-or-later
# What runs on the host: the interfaces, the store, the portable cores.

tests="protocol cores"

test_protocol ()
{
  python3 "$top/tests/protocol/check.py" "$cross/bin/i686-gnu-gcc"
}

test_cores ()
{
  make -C "$build/host" check-cores
}
