-- Takes messages and records their leases in the same step: there is no moment in between (R4.7).
-- ARGV: levels, how many, lease in ms, what ids begin with, the first number. Answers whether priorities are in use,
-- then for each message 'level:count' and the envelope; the ids follow from the numbers. Who knows nothing of
-- priorities, and names the base list alone, gets nothing once they are in use: higher ones come first (R6.1).
local unknown = refuse_unknown()
if unknown then return unknown end
local levels = redis.call('HEXISTS', QUEUE, 'levels')
if levels == 1 and ARGV[1] == '0' then return {1} end
local left, deadline, prefix, number = tonumber(ARGV[2]), now() + ARGV[3], ARGV[4], tonumber(ARGV[5])
local answer, scores, records = {levels}, {}, {}
local counted = redis.call('EXISTS', COUNTS) == 1
for i = 1, #ARGV[1] do
  local raws = left > 0 and redis.call('RPOP', KEYS[6 + i], left)
  if raws then
    local level = string.sub(ARGV[1], i, i)
    for _, raw in ipairs(raws) do
      local deliveries = 1
      if counted then
        local hash = redis.sha1hex(raw)
        local before = redis.call('HGET', COUNTS, hash)
        if before then
          redis.call('HDEL', COUNTS, hash)
          deliveries = before + 1
        end
      end
      local meta, id = level .. ':' .. string.format('%d', deliveries), prefix .. string.format('%d', number)
      number = number + 1
      answer[#answer + 1], answer[#answer + 2] = meta, raw
      scores[#scores + 1], scores[#scores + 2] = deadline, id
      records[#records + 1], records[#records + 2] = id, meta .. ':' .. raw
    end
    left = left - #raws
  end
end
for i = 1, #scores, 1000 do
  local last = math.min(i + 999, #scores)
  redis.call('ZADD', LEASES, unpack(scores, i, last))
  redis.call('HSET', HELD, unpack(records, i, last))
end
-- The wake list exists exactly while a list of ours holds something.
if #KEYS > 7 and LISTS['0'] and redis.call('EXISTS', WAKE) == 1 then
  for i = 7, #KEYS - 1 do
    if redis.call('EXISTS', KEYS[i]) == 1 then return answer end
  end
  redis.call('DEL', WAKE)
end
return answer
