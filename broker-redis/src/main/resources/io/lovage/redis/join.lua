-- Says who takes from the queue. ARGV: levels, token, 'run:client'.
local unknown = refuse_unknown()
if unknown then return unknown end
may_move()
return redis.call('HSET', QUEUE, 'owner:' .. ARGV[2], ARGV[3])
