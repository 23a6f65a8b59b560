-- Puts messages at the end of a list. ARGV: levels, level, then the envelopes.
local unknown = refuse_unknown()
if unknown then return unknown end
local list = LISTS[ARGV[2]] or LAST
for i = 3, #ARGV, 1000 do
  redis.call('LPUSH', list, unpack(ARGV, i, math.min(i + 999, #ARGV)))
end
wake(ARGV[2])
return 1
