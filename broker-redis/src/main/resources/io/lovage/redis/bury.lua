-- Dead-letters. KEYS: leases, held, dead-letter queue, its list. ARGV: for each: id, letter.
-- Answers a character for each: 1 buried, 0 was not held any more.
local answer = {}
for i = 1, #ARGV, 2 do
  if redis.call('ZREM', KEYS[1], ARGV[i]) == 1 then
    redis.call('HDEL', KEYS[2], ARGV[i])
    redis.call('HSETNX', KEYS[3], 'declared', '1')
    redis.call('LPUSH', KEYS[4], ARGV[i + 1])
    answer[#answer + 1] = '1'
  else
    answer[#answer + 1] = '0'
  end
end
return table.concat(answer)
