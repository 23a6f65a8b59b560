-- Sends a dead letter again. KEYS: list of the dead-letter queue, queue, its list. ARGV: letter, envelope.
if redis.call('EXISTS', KEYS[2]) == 0 then
  return redis.error_reply('NOQUEUE it was never declared, or was deleted')
end
if redis.call('LREM', KEYS[1], -1, ARGV[1]) == 0 then
  return 0
end
redis.call('LPUSH', KEYS[3], ARGV[2])
return 1
