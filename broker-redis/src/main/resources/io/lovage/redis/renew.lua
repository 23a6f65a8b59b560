-- Stretches leases. KEYS: leases. ARGV: lease in ms, then ids.
-- Answers nothing when all were held, else a character for each: 1 stretched, 0 was not held any more.
redis.call('ZREM', KEYS[1], '') -- so that it is not refused when memory is full, see queue.lua
local time = redis.call('TIME')
local deadline = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
local held = redis.call('ZMSCORE', KEYS[1], unpack(ARGV, 2))
local answer, scores = {}, {}
for i = 2, #ARGV do
  if held[i - 1] then
    scores[#scores + 1], scores[#scores + 2] = deadline, ARGV[i]
    answer[#answer + 1] = '1'
  else
    answer[#answer + 1] = '0'
  end
end
if #scores > 0 then
  redis.call('ZADD', KEYS[1], unpack(scores))
end
return #scores == 2 * (#ARGV - 1) and '' or table.concat(answer)
