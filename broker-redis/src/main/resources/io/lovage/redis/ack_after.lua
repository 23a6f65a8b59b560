-- Publishes messages and ends one lease, all or nothing. KEYS: leases, held, then for each message: queue, list,
-- delayed, wake. ARGV: id, then for each message: level, whether to leave word in the wake list, delay in ms, envelope.
redis.call('ZREM', KEYS[1], '') -- so that it is not refused when memory is full, see queue.lua
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  return 0
end
-- Redis takes nothing back of what a script did before its error: whatever could fail is asked first.
for i = 3, #KEYS, 4 do
  if redis.call('HLEN', KEYS[i]) == 0 then
    return redis.error_reply('NOQUEUE ' .. KEYS[i])
  end
  if tonumber(ARGV[i + 1]) > 0 then
    redis.call('ZCARD', KEYS[i + 2])
  else
    redis.call('LLEN', KEYS[i + 1])
  end
end
local time = redis.call('TIME')
time = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 3, #KEYS, 4 do
  local level, waking, delay, raw = ARGV[i - 1], ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
  if delay > 0 then
    local number = redis.call('HINCRBY', KEYS[i], 'number', 1)
    redis.call('ZADD', KEYS[i + 2], time + delay, string.format('%013x', number) .. ':' .. level .. ':0:' .. raw)
  else
    redis.call('LPUSH', KEYS[i + 1], raw)
    if waking == '1' and redis.call('EXISTS', KEYS[i + 3]) == 0 then
      redis.call('LPUSH', KEYS[i + 3], '1')
      redis.call('HSET', KEYS[i], 'levels', '1')
    end
  end
end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return 1
