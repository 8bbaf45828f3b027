# SPDX-License-Identifier: GPL-3.0-or-later
# What runs on the host: the interfaces, the store, the portable cores.

tests="protocol cores store"

test_protocol ()
{
  python3 "$top/tests/protocol/check.py" "$cross/bin/i686-gnu-gcc"
}

test_cores ()
{
  make -C "$build/host" check-cores
}

test_store ()
{
  local target=check
  [ "$full" = no ] || target=check-full
  make -C "$top/tests/store" B="$build/store-tests" "$target"
}
