-- Adds what a member of a chord has come to and counts, as Celery's Redis backend does it in one transaction.
-- KEYS: the parts; by how much the group has grown since; its size
-- ARGV: the member's place, or +inf; its part; time to live in ms
-- Answers how many different parts there are, then the size: nothing when nobody has told it.
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
local ready = redis.call('ZCOUNT', KEYS[1], '-inf', '+inf')
local growth = redis.call('GET', KEYS[2])
local size = redis.call('GET', KEYS[3])
for _, key in ipairs(KEYS) do
  redis.call('PEXPIRE', key, ARGV[3])
end
if not size then
  return { ready }
end
return { ready, tonumber(size) + tonumber(growth or 0) }
