-- SPDX-License-Identifier: GPL-3.0-or-later
-- A suite for Lua: what the language, its libraries and the system below them
-- must do.  Prints a line per group and `lua: N passed, M failed'.

local passed, failed = 0, 0
local group = "?"

local function check (what, ok, detail)
  if ok then
    passed = passed + 1
  else
    failed = failed + 1
    print ("FAIL " .. group .. ": " .. what .. (detail and ": " .. tostring (detail) or ""))
  end
end

local function equal (what, got, want)
  check (what, got == want, tostring (got) .. " instead of " .. tostring (want))
end

local function run (name, body)
  group = name
  local before = failed
  local ok, err = xpcall (body, debug.traceback)
  check ("no error", ok, err)
  print ((failed == before and "ok   " or "BAD  ") .. name)
end

local dir = (arg[1] or "/tmp") .. "/lua-suite." .. os.time ()
assert (os.execute ("mkdir " .. dir))

run ("numbers", function ()
  equal ("integer overflow", math.maxinteger + 1, math.mininteger)
  equal ("floor division", -7 // 2, -4)
  equal ("modulo", -7 % 3, 2)
  equal ("float modulo", 5.5 % -2, -0.5)
  equal ("shift", 1 << 62 >> 60, 4)
  equal ("hexadecimal float", string.format ("%a", 0.1), "0x1.999999999999ap-4")
  equal ("to string and back", tonumber (string.format ("%.17g", math.pi)), math.pi)
  check ("nan", 0 / 0 ~= 0 / 0)
  equal ("infinity", 1 / 0, math.huge)
  equal ("type", math.type (3.0) .. math.type (3), "floatinteger")
  equal ("exact", 2 ^ 53 + 1.0, 2 ^ 53)
  check ("sine", math.abs (math.sin (math.pi / 6) - 0.5) < 1e-15)
  check ("exp and log", math.abs (math.log (math.exp (10)) - 10) < 1e-14)
  equal ("unsigned compare", math.ult (1, -1), true)
end)

run ("strings", function ()
  equal ("gsub", ("hello world"):gsub ("o", "0"), "hell0 w0rld")
  equal ("captures", ("key = value"):match ("^(%w+)%s*=%s*(%w+)$"), "key")
  equal ("balanced", ("f(a(b)c)d"):match ("%b()"), "(a(b)c)")
  equal ("frontier", ("THE (quick) fox"):find ("%f[%a]%a+%f[%A]"), 1)
  equal ("gmatch", select (2, ("a,b,,c"):gsub (",", ",")), 3)
  equal ("rep", #("abc"):rep (100000, "-"), 399999)
  equal ("pack", string.unpack ("<i4", string.pack ("<i4", -123456)), -123456)
  equal ("pack zero ended", string.unpack ("z", string.pack ("z", "text")), "text")
  equal ("utf8", utf8.len ("grüße – ∑"), 9)
  equal ("utf8 codes", utf8.char (0x10FFFF), "\u{10FFFF}")
  local sum = 0
  for _, c in utf8.codes ("äß") do sum = sum + c end
  equal ("utf8 sum", sum, 228 + 223)
  equal ("format", string.format ("%5.2f|%-5s|%05d|%q", 3.14159, "x", 42, "a\nb"),
	 " 3.14|x    |00042|\"a\\\nb\"")
end)

run ("tables", function ()
  local t, seed = {}, 42
  for i = 1, 20000 do
    seed = (seed * 1103515245 + 12345) % 2147483648
    t[i] = seed
  end
  table.sort (t)
  local sorted = true
  for i = 2, #t do sorted = sorted and t[i - 1] <= t[i] end
  check ("sort", sorted)
  equal ("concat", table.concat ({ 1, 2, 3 }, ","), "1,2,3")
  equal ("move", table.concat (table.move ({ 1, 2, 3 }, 2, 3, 1)), "233")
  local h = {}
  for i = 1, 50000 do h["k" .. i] = i end
  for i = 1, 50000, 2 do h["k" .. i] = nil end
  local n, total = 0, 0
  for _, v in pairs (h) do n = n + 1; total = total + v end
  equal ("hash", n, 25000)
  equal ("hash sum", total, 25000 * 25001)
  equal ("select", select ("#", table.unpack ({}, 1, 200)), 200)
end)

run ("closures, metatables, goto", function ()
  local function counter () local n = 0; return function () n = n + 1; return n end end
  local a, b = counter (), counter ()
  a (); a ()
  equal ("own upvalues", a () * 10 + b (), 31)
  local V = {}
  V.__index = V
  V.__add = function (x, y) return setmetatable ({ x[1] + y[1] }, V) end
  V.__eq = function (x, y) return x[1] == y[1] end
  V.__lt = function (x, y) return x[1] < y[1] end
  V.__call = function (self, n) return self[1] * n end
  V.__len = function (self) return self[1] end
  V.__concat = function (x, y) return "v" .. (type (y) == "table" and y[1] or y) end
  V.__close = function (self) self.closed = true end
  local v = setmetatable ({ 5 }, V)
  check ("eq", v + v == setmetatable ({ 10 }, V))
  check ("lt", v < v + v)
  equal ("call", v (3), 15)
  equal ("len", #v, 5)
  equal ("concat", v .. "!", "v!")
  do local c <close> = v end
  check ("close", v.closed)
  local i = 0
  ::again::
  i = i + 1
  if i < 10 then goto again end
  equal ("goto", i, 10)
  local proxy = setmetatable ({}, { __index = function (_, k) return k .. k end })
  equal ("index function", proxy.ab, "abab")
end)

run ("coroutines", function ()
  local function permutations (a, n)
    if n == 0 then coroutine.yield (table.concat (a)) end
    for i = 1, n do
      a[i], a[n] = a[n], a[i]
      permutations (a, n - 1)
      a[i], a[n] = a[n], a[i]
    end
  end
  local n, seen = 0, {}
  for p in coroutine.wrap (function () permutations ({ "a", "b", "c", "d", "e" }, 5) end) do
    if not seen[p] then n = n + 1; seen[p] = true end
  end
  equal ("permutations", n, 120)
  local many, sum = {}, 0
  for i = 1, 2000 do
    many[i] = coroutine.create (function (x) while true do x = coroutine.yield (x + i) end end)
  end
  for round = 1, 3 do
    for i = 1, 2000 do sum = sum + select (2, coroutine.resume (many[i], round)) end
  end
  equal ("many", sum, 3 * 2001000 + 2000 * 6)
  local co = coroutine.create (function () error ({ code = 7 }) end)
  local ok, e = coroutine.resume (co)
  check ("error value", not ok and e.code == 7 and coroutine.status (co) == "dead")
end)

run ("errors", function ()
  local ok, e = pcall (function () local x; return x.y end)
  check ("nil index", not ok and e:find ("attempt to index"))
  ok, e = pcall (function () local function f () return 1 + f () end; return f () end)
  check ("stack overflow", not ok and e:find ("stack overflow"))
  ok = select (2, xpcall (error, function (m) return m .. "!" end, "oops"))
  equal ("handler", ok, "oops!")
  check ("syntax", not load ("x = = 1"))
  local f = load (string.dump (load ("return ... * 2")))
  equal ("dump and load", f (21), 42)
end)

run ("garbage collection", function ()
  local weak, finalized = setmetatable ({}, { __mode = "k" }), 0
  for i = 1, 1000 do
    weak[setmetatable ({}, { __gc = function () finalized = finalized + 1 end })] = i
  end
  collectgarbage ()
  collectgarbage ()
  equal ("finalizers", finalized, 1000)
  check ("weak keys", next (weak) == nil)
  local before = collectgarbage ("count")
  do local big = {}; for i = 1, 200000 do big[i] = { i } end end
  collectgarbage ()
  check ("freed", collectgarbage ("count") < before + 1000)
  collectgarbage ("generational")
  local keep
  for i = 1, 100000 do keep = { i, keep and keep[1] } end
  equal ("generational", keep[2], 99999)
  collectgarbage ("incremental")
end)

run ("files", function ()
  local name = dir .. "/file"
  local f = assert (io.open (name, "w"))
  for i = 1, 5000 do f:write (i, " line ", i * i, "\n") end
  equal ("size", f:seek ("end"), f:seek ("cur"))
  f:close ()
  local n, sum = 0, 0
  for line in io.lines (name) do n = n + 1; sum = sum + tonumber (line:match ("%d+$")) end
  equal ("lines", n, 5000)
  equal ("sum", sum, 41679167500)
  f = assert (io.open (name, "r+"))
  f:seek ("set", 2)
  f:write ("LINE")
  f:seek ("set", 0)
  equal ("read and write", f:read ("l"), "1 LINE 1")
  equal ("numbers", f:read ("n"), 2)
  f:close ()
  f = assert (io.open (name, "a"))
  f:write ("end")
  f:close ()
  f = io.open (name)
  equal ("append", f:read ("a"):sub (-3), "end")
  f:close ()
  check ("rename", os.rename (name, name .. "2"))
  local _, message, code = io.open (name)
  equal ("missing", message, name .. ": No such file or directory")
  check ("code", code and code ~= 0)
  check ("remove", os.remove (name .. "2"))
  check ("no write to a folder", not io.open (dir, "w"))
  f = io.tmpfile ()
  f:setvbuf ("full", 1024)
  f:write (("x"):rep (100000))
  equal ("temporary", f:seek ("set", 50000) and #f:read ("a"), 50000)
  f:close ()
end)

run ("system", function ()
  check ("time", os.time () > 1600000000 and os.clock () >= 0)
  equal ("date", os.date ("!%Y-%m-%d %H:%M:%S", 86400 * 365), "1971-01-01 00:00:00")
  equal ("mktime", os.time { year = 2001, month = 9, day = 9, hour = 1, min = 46, sec = 40 }
	 - os.time { year = 2001, month = 9, day = 9, hour = 0 }, 6400)
  local p = io.popen ("echo out; echo more; exit 3")
  equal ("popen", p:read ("a"), "out\nmore\n")
  local ok, kind, status = p:close ()
  check ("its status", not ok and kind == "exit" and status == 3, status)
  ok, kind, status = os.execute ("kill -TERM $$")
  check ("a signal", not ok and kind == "signal" and status == 15, status)
  p = io.popen ("cat > " .. dir .. "/piped", "w")
  p:write (("line\n"):rep (10000))
  p:close ()
  local f = io.open (dir .. "/piped")
  equal ("written to a pipe", #f:read ("a"), 50000)
  f:close ()
  check ("environment", os.getenv ("PATH") and not os.getenv ("NO_SUCH_VARIABLE"))
end)

-- SHA-256, against the program of the system.
local function sha256 (text)
  local h, k, n = {}, {}, 0
  local candidate = 2
  while n < 64 do
    local prime = true
    for d = 2, math.floor (candidate ^ 0.5) do
      if candidate % d == 0 then prime = false; break end
    end
    if prime then
      n = n + 1
      local function fraction (x) return math.floor ((x - math.floor (x)) * 4294967296) end
      if n <= 8 then h[n] = fraction (candidate ^ 0.5) end
      k[n] = fraction (candidate ^ (1 / 3))
    end
    candidate = candidate + 1
  end
  local function ror (x, c) return (x >> c | x << (32 - c)) & 0xffffffff end
  text = text .. "\128" .. ("\0"):rep ((55 - #text) % 64) .. string.pack (">I8", #text * 8)
  for start = 1, #text, 64 do
    local w = { string.unpack (">" .. ("I4"):rep (16), text, start) }
    for i = 17, 64 do
      local a, b = w[i - 15], w[i - 2]
      w[i] = (w[i - 16] + (ror (a, 7) ~ ror (a, 18) ~ a >> 3) + w[i - 7]
	      + (ror (b, 17) ~ ror (b, 19) ~ b >> 10)) & 0xffffffff
    end
    local s = table.move (h, 1, 8, 1, {})
    for i = 1, 64 do
      local a, e = s[1], s[5]
      local t1 = s[8] + (ror (e, 6) ~ ror (e, 11) ~ ror (e, 25)) + (e & s[6] ~ ~e & s[7]) + k[i] + w[i]
      local t2 = (ror (a, 2) ~ ror (a, 13) ~ ror (a, 22)) + (a & s[2] ~ a & s[3] ~ s[2] & s[3])
      table.move (s, 1, 7, 2)
      s[5] = (s[5] + t1) & 0xffffffff
      s[1] = (t1 + t2) & 0xffffffff
    end
    for i = 1, 8 do h[i] = (h[i] + s[i]) & 0xffffffff end
  end
  return (("%08x"):rep (8)):format (table.unpack (h))
end

run ("computation", function ()
  equal ("sha256", sha256 ("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  local name = dir .. "/sum"
  local f = io.open (name, "w")
  local text = ("persistent "):rep (3000)
  f:write (text)
  f:close ()
  local p = io.popen ("sha256sum < " .. name)
  equal ("sha256 of a file", p:read ("a"):sub (1, 64), sha256 (text))
  p:close ()
  -- 200 digits of pi by a spigot, against their sum and the last of them.
  local digits, a, len = {}, {}, math.floor (10 * 210 / 3) + 1
  for i = 1, len do a[i] = 2 end
  for _ = 1, 210 do
    local carry = 0
    for i = len, 1, -1 do
      local x = 10 * a[i] + carry * i
      a[i] = x % (2 * i - 1)
      carry = x // (2 * i - 1)
    end
    a[1] = carry % 10
    digits[#digits + 1] = carry // 10
    local j = #digits
    while digits[j] == 10 do digits[j] = 0; digits[j - 1] = digits[j - 1] + 1; j = j - 1 end
  end
  equal ("pi", table.concat (digits, "", 1, 50), "31415926535897932384626433832795028841971693993751")
  local b = {}
  local function queens (n, row)
    if row > n then return 1 end
    local count = 0
    for c = 1, n do
      local free = true
      for r = 1, row - 1 do
	if b[r] == c or math.abs (b[r] - c) == row - r then free = false; break end
      end
      if free then b[row] = c; count = count + queens (n, row + 1) end
    end
    return count
  end
  equal ("seven queens", queens (7, 1), 40)
end)

os.execute ("rm -r " .. dir)
print (("lua: %d passed, %d failed"):format (passed, failed))
os.exit (failed == 0)
