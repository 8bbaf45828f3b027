-- SPDX-License-Identifier: GPL-3.0-or-later
-- Word statistics and floating-point work over a text, block by block.
--
-- usage: lua words.lua TEXT OUTPUT LINES-PER-BLOCK WORK-PER-LINE
--
-- Appends a line per block to OUTPUT and prints one with the process' id; at
-- the end prints a digest of everything that was computed.

local text, output, per_block, work = arg[1], arg[2], tonumber (arg[3]), tonumber (arg[4])

-- A process learns its own id from a child's view of its parent.
local function pid ()
  local p = assert (io.popen ("echo $PPID"))
  local s = p:read ("l")
  p:close ()
  return s
end

local counts, words, longest = {}, 0, ""
local x, y = 0.5, 1.0
local digest = 5381
local lines, block = 0, 0

local function mix (s)
  for i = 1, #s do
    digest = (digest * 33 + s:byte (i)) & 0xffffffffffff
  end
end

local function finish_block ()
  block = block + 1
  local line = string.format ("%d %d %d %s %a %a", block, lines, words, longest, x, y)
  mix (line)
  local f = assert (io.open (output, "a"))
  assert (f:write (line, "\n"))
  assert (f:close ())
  print ("block " .. block .. " pid " .. pid ())
end

for line in io.lines (text) do
  lines = lines + 1
  for w in line:gmatch ("%a+") do
    words = words + 1
    counts[w] = (counts[w] or 0) + 1
    if #w > #longest then longest = w end
  end
  for i = 1, work do
    x = 3.7 * x * (1 - x)
    y = y + math.sin (y * i) / (1 + math.exp (-x))
  end
  if lines % per_block == 0 then finish_block () end
end
finish_block ()

local sorted = {}
for w in pairs (counts) do sorted[#sorted + 1] = w end
table.sort (sorted)
for _, w in ipairs (sorted) do mix (w .. counts[w]) end
print (string.format ("digest %012x words %d distinct %d", digest, words, #sorted))
