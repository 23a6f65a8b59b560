-- Dead-letters. KEYS: leases, held, dead-letter queue, its list. ARGV: for each: id, letter.
-- Answers a character for each: 1 buried, 0 was not held any more.
redis.call('ZREM', KEYS[1], '') -- so that it is not refused when memory is full, see queue.lua
local answer = {}
for i = 1, #ARGV, 2 do
  if redis.call('HEXISTS', KEYS[2], ARGV[i]) == 1 then
    -- The letter comes first: where the list is none, nothing is lost (R3.4).
    redis.call('HSETNX', KEYS[3], 'declared', '1')
    redis.call('LPUSH', KEYS[4], ARGV[i + 1])
    redis.call('ZREM', KEYS[1], ARGV[i])
    redis.call('HDEL', KEYS[2], ARGV[i])
    answer[#answer + 1] = '1'
  else
    answer[#answer + 1] = '0'
  end
end
return table.concat(answer)
