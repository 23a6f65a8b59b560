-- Ends leases and forgets the messages. KEYS: leases, held. ARGV: ids. Only who holds a lease knows its id.
-- Answers nothing when all were held, else a character for each: 1 ended, 0 was not held any more.
if redis.call('ZREM', KEYS[1], unpack(ARGV)) == #ARGV then
  redis.call('HDEL', KEYS[2], unpack(ARGV))
  return ''
end
-- The record goes with the lease, so whoever still has a record held its lease until now.
local answer = {}
for i, id in ipairs(ARGV) do
  answer[i] = redis.call('HDEL', KEYS[2], id)
end
return table.concat(answer)
