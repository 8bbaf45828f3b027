# SPDX-License-Identifier: GPL-3.0-or-later
# What leaks.sh has said: a line for each server that was there before and after, and whether
# it holds more.  A server's threads come and go, each with some rights, and so do the nodes
# that a file system has in its cache; what else grows is a leak.  (Of root-proxy's threads as
# many stay as there were requests waiting at once: for the other half of a rendezvous, a
# minute each.)
$1 == "before" { for (i = 2; i <= 10; i++) was[$2, i] = $i; next }
$1 == "after" && $2 == "tasks" {
  printf "tasks inside %d -> %d, processes of the ground %d -> %d\n", was["tasks", 3], $3, was["tasks", 4], $4
  bad += $3 > was["tasks", 3] || $4 > was["tasks", 4]
  next
}
$1 == "after" && $2 ~ /^[0-9]+$/ && ($2, 3) in was {
  names = $3 + $4 + $5 + $6 + $7
  before = was[$2, 3] + was[$2, 4] + was[$2, 5] + was[$2, 6] + was[$2, 7]
  threads = $8 > was[$2, 8] ? $8 - was[$2, 8] : 0
  # The file server keeps what was looked up lately, and root-proxy has it open.
  room = $11 ~ /\/(ext2fs|root-proxy)$/ ? 200 : 20
  grown = names > before + room + 4 * threads || threads > ($11 ~ /\/root-proxy$/ ? 64 : 8) || $10 > was[$2, 10] * 1.25 + 2048
  printf "%s %d: names %d -> %d, threads %d -> %d, regions %d -> %d, pages %d -> %d%s\n", $11, $2, before, names,
    was[$2, 8], $8, was[$2, 9], $9, was[$2, 10], $10, grown ? ": grown" : ""
  bad += grown
  servers++
}
END { exit bad || servers < 4 }
