-- What has become due, and leases that are over. Anybody may run it at any time: there is no lock to leave behind.
-- ARGV: levels, how many of each at most, own token, for how long in ms a lease is left to its owner when it is over.
-- Answers how many were moved, ms until there is more to do (-1: nothing is known of), whether priorities are in use,
-- whether the owner of the own token is known here, then of every other owner: token, 'run:client'.
local unknown = refuse_unknown()
if unknown then return unknown end
local time, most, grace = now(), tonumber(ARGV[2]), tonumber(ARGV[4])

may_move()
local over = redis.call('ZRANGEBYSCORE', LEASES, '-inf', time - grace, 'LIMIT', 0, most)
local due = redis.call('ZRANGEBYSCORE', DELAYED, '-inf', time, 'LIMIT', 0, most)
if #over + #due > 0 then
  expect_keys()
end

for i = #over, 1, -1 do
  local record = redis.call('HGET', HELD, over[i])
  if record then
    give_back(parse(record))
  end
  forget(over[i])
end

for _, member in ipairs(due) do
  local _, last, level, deliveries = string.find(member, '^%x+:(.):(%d+):')
  local raw = string.sub(member, last + 1)
  count(raw, tonumber(deliveries))
  wake(level)
  redis.call('LPUSH', LISTS[level] or LAST, raw)
  redis.call('ZREM', DELAYED, member)
end

-- Counts belong to waiting messages. Python may have taken some that we had handed out before: their counts are left.
if redis.call('EXISTS', COUNTS) == 1 then
  local waiting = 0
  for i = 7, #KEYS do
    waiting = waiting + redis.call('LLEN', KEYS[i])
  end
  if waiting == 0 or redis.call('HLEN', COUNTS) > waiting + 10000 then
    redis.call('DEL', COUNTS)
  end
end

local next = -1
for key, later in pairs({[LEASES] = grace, [DELAYED] = 0}) do
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if #first > 0 and (next < 0 or first[2] + later - time < next) then
    next = math.max(0, first[2] + later - time)
  end
end

local answer = {
  #over + #due, next, redis.call('HEXISTS', QUEUE, 'levels'), redis.call('HEXISTS', QUEUE, 'owner:' .. ARGV[3])
}
-- Who holds leases is looked after once a second, by whoever comes first.
if redis.call('EXISTS', LEASES) == 1 then
  local looked = tonumber(redis.call('HGET', QUEUE, 'looked') or '0')
  if time - looked >= 900 or looked > time then
    local all = redis.call('HGETALL', QUEUE)
    for i = 1, #all, 2 do
      local token = string.match(all[i], '^owner:(.*)$')
      if token and token ~= ARGV[3] then
        answer[#answer + 1], answer[#answer + 2] = token, all[i + 1]
      end
    end
    if #answer > 4 then
      redis.call('HSET', QUEUE, 'looked', string.format('%d', time))
    end
  end
end
return answer
