-- Gives messages back. ARGV: levels, then for each: id, delay in ms; a delay of -1 means that it was never handed out,
-- so that this delivery does not count. Answers a character for each: 1 given back, 0 was not held any more.
local answer, time = {}, now()
may_move()
expect_keys()
for i = 2, #ARGV, 2 do
  local id, delay = ARGV[i], tonumber(ARGV[i + 1])
  local record = redis.call('HGET', HELD, id)
  if record then
    local level, deliveries, raw = parse(record)
    if delay > 0 then
      local number = redis.call('HINCRBY', QUEUE, 'number', 1)
      redis.call('ZADD', DELAYED, time + delay,
        string.format('%013x', number) .. ':' .. level .. ':' .. string.format('%d', deliveries) .. ':' .. raw)
    else
      give_back(level, delay < 0 and deliveries - 1 or deliveries, raw)
    end
    forget(id)
    answer[#answer + 1] = '1'
  else
    answer[#answer + 1] = '0'
  end
end
return table.concat(answer)
