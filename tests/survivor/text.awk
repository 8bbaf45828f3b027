# SPDX-License-Identifier: GPL-3.0-or-later
# A text of at least SIZE bytes, the same for the same SEED.
BEGIN {
  s = seed ? seed : 1
  n = split ("the of port task thread kernel server message right memory page " \
	     "checkpoint journal border shadow root image store name queue", base)
  while (bytes < size) {
    line = ""
    for (i = 0; i < 8; i++) {
      s = (s * 16807) % 2147483647
      w = base[s % n + 1]
      s = (s * 16807) % 2147483647
      if (s % 3 == 0)
	w = w base[s % n + 1]
      if (s % 7 == 0)
	w = w sprintf ("%c%c", 97 + s % 26, 97 + int (s / 26) % 26)
      line = line (i ? " " : "") w
    }
    print line
    bytes += length (line) + 1
  }
}
