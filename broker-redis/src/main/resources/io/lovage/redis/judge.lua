-- Frees the leases of owners whose connection is gone. ARGV: levels, grace in ms, how many leases at most, then for
-- each owner: token, whether its connection was seen to be gone in this run of the server (1), or it registered in an
-- earlier run and its leases must end by themselves (0). Answers how many leases were freed, and whether there are more.
local time, grace, left = now(), tonumber(ARGV[2]), tonumber(ARGV[3])
local most = left
may_move()
for i = 4, #ARGV, 2 do
  local token, gone = ARGV[i], ARGV[i + 1] == '1'
  local suspect = 'suspect:' .. token
  local since = redis.call('HGET', QUEUE, suspect)
  if not since then
    redis.call('HSET', QUEUE, suspect, string.format('%d', time))
  elseif time - since >= grace then
    local cursor, kept = '0', false
    repeat
      local page = redis.call('ZSCAN', LEASES, cursor, 'MATCH', token .. ':*', 'COUNT', 1000)
      cursor = page[1]
      for j = 1, #page[2], 2 do
        local id = page[2][j]
        local record = gone and left > 0 and redis.call('HGET', HELD, id)
        if record and redis.call('ZREM', LEASES, id) == 1 then
          redis.call('HDEL', HELD, id)
          give_back(parse(record))
          left = left - 1
        else
          kept = true
        end
      end
    until cursor == '0' or left == 0
    if left == 0 then
      return {most, 1}
    end
    if not kept then
      redis.call('HDEL', QUEUE, suspect, 'owner:' .. token)
    end
  end
end
return {most - left, 0}
