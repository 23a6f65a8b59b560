-- Takes messages and records their leases in the same step: there is no moment in between (R4.7).
-- ARGV: levels, how many, lease in ms, what ids begin with, the first number. Answers whether priorities are in use,
-- then 'level:count' of all messages, separated by spaces, or nothing when all of them are new and without a priority,
-- then the envelopes; the ids follow from the numbers. Who knows nothing of priorities, and names the base list alone,
-- gets nothing once they are in use: higher ones come first (R6.1).
local unknown = refuse_unknown()
if unknown then return unknown end
local call = redis.call
local levels = call('HEXISTS', QUEUE, 'levels')
if levels == 1 and ARGV[1] == '0' then return {1, ''} end
local left, prefix, number = tonumber(ARGV[2]), ARGV[4], tonumber(ARGV[5])
-- As text: the server would write the number anew for each message.
local deadline = string.format('%d', now() + ARGV[3])
local answer, histories, scores, records = {levels, ''}, {}, {}, {}
-- Whether what is taken can be recorded is asked before anything leaves its list: Redis takes nothing back (R4.7).
local counted, taken, ordinary = call('HLEN', COUNTS) > 0, 0, true
call('ZCARD', LEASES)
call('HLEN', HELD)
for i = 1, #ARGV[1] do
  local raws = left > 0 and redis.pcall('RPOP', KEYS[6 + i], left)
  if raws and raws.err then
    -- This list is none; what the lists before it had is taken nevertheless.
    if taken == 0 then error(raws, 0) end
    left = 0
  elseif raws then
    local level = string.sub(ARGV[1], i, i)
    local first = level .. ':1'
    for j = 1, #raws do
      local raw, history = raws[j], first
      if counted then
        local hash = redis.sha1hex(raw)
        local before = call('HGET', COUNTS, hash)
        if before then
          call('HDEL', COUNTS, hash)
          history = level .. ':' .. before + 1
        end
      end
      local id = prefix .. number + taken
      taken = taken + 1
      answer[taken + 2], histories[taken] = raw, history
      scores[taken * 2 - 1], scores[taken * 2] = deadline, id
      records[taken * 2 - 1], records[taken * 2] = id, record(history, raw)
      ordinary = ordinary and history == ORDINARY
    end
    left = left - #raws
  end
end
if not ordinary then
  answer[2] = table.concat(histories, ' ')
end
for i = 1, taken * 2, 1000 do
  local last = math.min(i + 999, taken * 2)
  call('ZADD', LEASES, unpack(scores, i, last))
  call('HSET', HELD, unpack(records, i, last))
end
-- The wake list exists exactly while a list of ours holds something.
if #KEYS > 7 and LISTS['0'] and redis.call('EXISTS', WAKE) == 1 then
  for i = 7, #KEYS - 1 do
    if redis.call('EXISTS', KEYS[i]) == 1 then return answer end
  end
  redis.call('DEL', WAKE)
end
return answer
