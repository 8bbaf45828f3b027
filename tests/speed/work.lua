-- SPDX-License-Identifier: GPL-3.0-or-later
-- work.lua ROUNDS KEPT: what programs in such a language do: text is made and taken to pieces,
-- tables grow, are sorted and forgotten, and there is always garbage to collect.  As much stays as
-- KEPT rounds make, some 30 KiB each; the collector marks and so changes all of it again and again.

local kept, seed = {}, 1

local function random (n)
  seed = (seed * 1103515245 + 12345) & 0x7fffffff
  return (seed >> 8) % n + 1
end

local function round (number)
  local words, count = {}, {}
  for i = 1, 400 do
    words[i] = string.format ("%05d-%s", random (90000), ("word"):rep (random (4)))
  end
  table.sort (words)
  for digits in table.concat (words, " "):gmatch ("%d+") do
    count[digits] = (count[digits] or 0) + 1
  end
  -- Some of it stays, in place of something older.
  kept[number % arg[2] + 1] = words
  local sum = 0
  for digits, n in pairs (count) do sum = sum + tonumber (digits) * n end
  return sum
end

local sum = 0
for number = 1, tonumber (arg[1]) do sum = (sum * 31 + round (number)) % 1000003 end
print (sum)
