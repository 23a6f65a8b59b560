-- Sends a dead letter again. KEYS: list of the dead-letter queue, queue, its list. ARGV: letter, envelope.
if redis.call('EXISTS', KEYS[2]) == 0 then
  return redis.error_reply('NOQUEUE ' .. KEYS[2])
end
redis.call('LTRIM', KEYS[1], 0, -1) -- so that it is not refused when memory is full, see queue.lua
-- It is there again before it leaves the letters: should the queue's list be none, nothing is lost.
redis.call('LPUSH', KEYS[3], ARGV[2])
if redis.call('LREM', KEYS[1], -1, ARGV[1]) == 0 then
  redis.call('LPOP', KEYS[3])
  return 0
end
return 1
