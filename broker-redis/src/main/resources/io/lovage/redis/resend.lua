-- Sends a dead letter again. KEYS: list of the dead-letter queue, queue, list, wake. ARGV: letter, envelope, whether to
-- leave word in the wake list.
if redis.call('HLEN', KEYS[2]) == 0 then
  return redis.error_reply('NOQUEUE ' .. KEYS[2])
end
redis.call('LTRIM', KEYS[1], 0, -1) -- so that it is not refused when memory is full, see queue.lua
-- It is there again before it leaves the letters: where the list is none, nothing is lost.
redis.call('LPUSH', KEYS[3], ARGV[2])
if redis.call('LREM', KEYS[1], -1, ARGV[1]) == 0 then
  redis.call('LPOP', KEYS[3])
  return 0
end
if ARGV[3] == '1' and redis.call('EXISTS', KEYS[4]) == 0 then
  redis.call('LPUSH', KEYS[4], '1')
  redis.call('HSET', KEYS[2], 'levels', '1')
end
return 1
