-- Frees the leases of owners whose connection is gone. ARGV: levels, grace in ms, how many leases to look at at most,
-- where to go on ('0' at first), then for each owner: token, and what is known of it. 1: its connection was seen to be
-- gone in this run of the server. 0: it registered in an earlier run, and its leases must end by themselves. 2: an
-- answer of this script has named it. Answers how many leases were freed, where to go on ('0': nowhere), and with which
-- owners. However many are gone, one pass through the leases serves all.
local time, grace, left, cursor = now(), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
may_move()
expect_keys()

local gone, answer = {}, {0, '0'}
for i = 5, #ARGV, 2 do
  local token, known = ARGV[i], ARGV[i + 1]
  local suspect = 'suspect:' .. token
  local since = tonumber(redis.call('HGET', QUEUE, suspect) or '')
  if known == '2' or (known == '1' and since and since <= time and time - since >= grace) then
    gone[token] = true
    answer[#answer + 1] = token
  elseif known == '0' and since and since <= time then
    redis.call('HDEL', QUEUE, suspect, 'owner:' .. token)
  elseif known == '0' and not since then
    -- Nobody stretches its leases any more: all of them are over when the last of those that are held now would be.
    local last = redis.call('ZRANGE', LEASES, -1, -1, 'WITHSCORES')
    redis.call('HSET', QUEUE, suspect, last[2] or string.format('%d', time))
  elseif known == '1' and (not since or since > time) then
    -- When the clock was set back, it is as if it were seen for the first time.
    redis.call('HSET', QUEUE, suspect, string.format('%d', time))
  end
end
if #answer == 2 then return answer end

repeat
  local page = redis.call('ZSCAN', LEASES, cursor, 'COUNT', 1000)
  cursor = page[1]
  left = left - #page[2] / 2
  for i = 1, #page[2], 2 do
    local id = page[2][i]
    if gone[string.match(id, '^(%x+):')] then
      local record = redis.call('HGET', HELD, id)
      if record then
        give_back(parse(record))
        answer[1] = answer[1] + 1
      end
      forget(id)
    end
  end
until cursor == '0' or left <= 0
if cursor == '0' then
  for token in pairs(gone) do
    redis.call('HDEL', QUEUE, 'suspect:' .. token, 'owner:' .. token)
  end
end
answer[2] = cursor
return answer
