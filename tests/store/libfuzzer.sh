#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# libfuzzer.sh TOP DIR SECONDS SEED: libFuzzer on open, show and verify, with the
# checksums left out; the summary goes to DIR/fuzzed.

set -eu
top=$1 dir=$2 seconds=$3 seed=$4
command -v clang > /dev/null || {
  echo "libfuzzer.sh: clang is missing (packages clang and libclang-rt-14-dev, or newer)"
  exit 1
}
# Only the store: cores are made by the host tool.
sources=$(ls "$top"/stable-store/*.c | grep -v -e ckpt-image -e '/core\.c$')
clang -std=gnu17 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
  -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DSTORE_MUTATE_NO_CHECK -I"$top/stable-store" \
  -I"$top/tests/store" "$top"/tests/store/{fuzz,sim,model}.c $sources -o "$dir/libfuzzer" \
  -lxxhash -llz4
mkdir -p "$dir/corpus" "$dir/found"
# The corpus of the repository: many inputs, each after its length.
python3 - "$top"/tests/store/corpus/*.pack "$dir/corpus" <<'EOT'
import sys
n = 0
for name in sys.argv[1:-1]:
    data = open (name, "rb").read ()
    at = 0
    while at + 2 <= len (data):
        size = data[at] | data[at + 1] << 8
        open ("%s/%d" % (sys.argv[-1], n), "wb").write (data[at + 2 : at + 2 + size])
        at += 2 + size
        n += 1
EOT
"$dir/libfuzzer" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=4096 -max_len=4096 \
  -seed=$((seed % 2147483647 + 1)) -artifact_prefix="$dir/found/" -print_final_stats=1 "$dir/corpus" \
  > "$dir/libfuzzer.log" 2>&1 || { tail -n 40 "$dir/libfuzzer.log"; exit 1; }
[ -z "$(ls -A "$dir/found")" ]
echo "libFuzzer: $(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/libfuzzer.log") inputs in" \
  "$seconds s, $(ls "$dir/corpus" | wc -l) in the corpus, nothing found, seed $seed" > "$dir/fuzzed"
