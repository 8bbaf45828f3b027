# SPDX-License-Identifier: GPL-3.0-or-later
# states.sh DIR: doc/states.texi, from DIR/states.txt; every program must be in it.

dir=$1
for p in "$dir"/programs/*.c; do
  name=$(basename "$p" .c)
  grep -q "[| ]$name\( \|\$\)" "$dir/states.txt" || { echo "states.txt: $name is missing" >&2; exit 1; }
done
echo '@c SPDX-License-Identifier: GPL-3.0-or-later'
echo '@c Made by tests/environment/states.sh.'
echo '@multitable @columnfractions .4 .3 .3'
echo '@headitem state @tab what becomes of it @tab shown by'
awk -F'|' '/^#/ { next } NF == 3 {
    n = split ($3, names, " "); list = ""
    for (i = 1; i <= n; i++) list = list (i > 1 ? ", " : "") names[i]
    printf "@item %s @tab %s @tab %s\n", $1, $2, list }' "$dir/states.txt"
echo '@end multitable'
