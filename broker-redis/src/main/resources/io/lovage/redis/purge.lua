-- Drops what waits. ARGV: levels. Answers how many.
local waiting = 0
for i = 7, #KEYS do
  waiting = waiting + redis.call('LLEN', KEYS[i])
  redis.call('UNLINK', KEYS[i])
end
if waiting == 0 then
  local unknown = refuse_unknown()
  if unknown then return unknown end
end
redis.call('DEL', COUNTS, WAKE)
return waiting
