-- ARGV: levels. Answers whether there is such a queue, how many wait, are held, are delayed.
local waiting = 0
for i = 7, #KEYS do
  waiting = waiting + redis.call('LLEN', KEYS[i])
end
local exists = redis.call('EXISTS', QUEUE)
return {math.max(exists, math.min(1, waiting)), waiting, redis.call('ZCARD', LEASES), redis.call('ZCARD', DELAYED)}
