-- The keys of one queue, in the order of QueueKeys; ARGV[1] calls the lists by their levels, one character for each.
local QUEUE, LEASES, HELD, COUNTS, DELAYED, WAKE = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local LISTS = {}
for i = 1, #ARGV[1] do
  LISTS[string.sub(ARGV[1], i, i)] = KEYS[6 + i]
end
-- A record of a level that is not known here (other options wrote it) goes where messages without a priority wait.
local LAST = KEYS[#KEYS]

-- Milliseconds of the server's clock, the only one that counts (R4.6).
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function refuse_unknown()
  if redis.call('EXISTS', QUEUE) == 0 then
    return redis.error_reply('NOQUEUE ' .. QUEUE)
  end
end

-- A Redis whose memory is full refuses a script that begins by writing something new, and nothing after a removal.
-- Whatever keeps or moves what is there already must go on then: it begins with this removal of nothing.
local function may_move()
  redis.call('ZREM', LEASES, '')
end

-- Workers block on the base list alone; whoever fills another list of ours leaves word in the wake list.
local function wake(level)
  if level ~= '0' and LISTS['0'] and redis.call('EXISTS', WAKE) == 0 then
    redis.call('LPUSH', WAKE, '1')
    redis.call('HSET', QUEUE, 'levels', '1')
  end
end

-- A message that was handed out before keeps its count beside the queue: the envelope stays as it is, for Python.
local function count(raw, deliveries)
  if deliveries > 0 then
    redis.call('HSET', COUNTS, redis.sha1hex(raw), deliveries)
  end
end

-- Redis takes nothing back of what a script did before its error. So whoever moves messages puts each where it goes
-- before it takes it from where it was; and asks this before the first: then all of them are moved, or none.
local function expect_keys()
  redis.call('HLEN', QUEUE)
  redis.call('HLEN', COUNTS)
  redis.call('ZCARD', DELAYED)
  for i = 7, #KEYS do
    redis.call('LLEN', KEYS[i])
  end
end

-- Back to the front of its list. Whoever held it forgets it after that.
local function give_back(level, deliveries, raw)
  count(raw, deliveries)
  wake(level)
  redis.call('RPUSH', LISTS[level] or LAST, raw)
end

local function forget(id)
  redis.call('ZREM', LEASES, id)
  redis.call('HDEL', HELD, id)
end

-- What is held is written 'level:count:envelope'; what has no priority and is held for the first time as it came, if it
-- cannot be taken for the other form: to copy each envelope would cost more than all the rest.
local ORDINARY, BRACE = '0:1', string.byte('{')
local function record(history, raw)
  if history == ORDINARY and string.byte(raw) == BRACE then
    return raw
  end
  return history .. ':' .. raw
end

local function parse(held)
  if string.byte(held) == BRACE then
    return '0', 1, held
  end
  local first, last, level, deliveries = string.find(held, '^(.):(%d+):')
  return level, tonumber(deliveries), string.sub(held, last + 1)
end
