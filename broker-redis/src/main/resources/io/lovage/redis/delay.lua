-- Keeps messages back. ARGV: levels, then for each: delay in ms, level, envelope.
local unknown = refuse_unknown()
if unknown then return unknown end
local time, several = now(), (#ARGV - 1) / 3
local number = redis.call('HINCRBY', QUEUE, 'number', several) - several
for i = 2, #ARGV, 3 do
  number = number + 1
  redis.call('ZADD', DELAYED, time + ARGV[i], string.format('%013x', number) .. ':' .. ARGV[i + 1] .. ':0:' .. ARGV[i + 2])
end
return 1
