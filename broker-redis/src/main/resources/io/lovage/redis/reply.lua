-- Puts replies where a client waits for them. KEYS: list, queue of the same name. ARGV: time to live in s, envelopes.
-- A list that is not taken from any more must not stay for ever; but a task queue must never expire.
if redis.call('EXISTS', KEYS[2]) == 1 then
  return redis.error_reply('ERR the reply address is the name of a queue')
end
for i = 2, #ARGV, 1000 do
  redis.call('LPUSH', KEYS[1], unpack(ARGV, i, math.min(i + 999, #ARGV)))
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
