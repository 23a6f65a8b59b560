-- Stores the state of a task, unless a final state or a newer fence stands in its way (R11.1, R11.6).
-- KEYS: the document; the fence beside it, which is there as long as the task is not done
-- ARGV: the document; its state; retries and delivery count of its fence; time to live in ms
-- Answers nothing when it was stored, else the state and the document that were there.
local FINAL = { SUCCESS = true, FAILURE = true, REVOKED = true }

-- Celery and Lovage write the status first, or right after the id: then the rest need not be parsed.
local function status(document)
  local found = string.match(document, '^%s*{%s*"status"%s*:%s*"([^"\\]+)"')
    or string.match(document, '^%s*{%s*"task_id"%s*:%s*"[^"\\]*"%s*,%s*"status"%s*:%s*"([^"\\]+)"')
  if found then
    return found
  end
  local parsed, tree = pcall(cjson.decode, document)
  if parsed and type(tree) == 'table' and type(tree.status) == 'string' and tree.status ~= '' then
    return tree.status
  end
end

local function is_older(fence)
  local retries, deliveries = string.match(fence, '^(%d+):(%d+)$')
  if not retries then
    return false
  end
  local difference = tonumber(ARGV[3]) - tonumber(retries)
  return difference < 0 or (difference == 0 and tonumber(ARGV[4]) < tonumber(deliveries))
end

local held = redis.call('GET', KEYS[1])
local final = FINAL[ARGV[2]]
-- The same outcome once more: its answer was lost on the way. It is told again, in case nobody was told.
local repeated = final and held == ARGV[1]
if held and not repeated then
  local state = status(held)
  if not state then
    return redis.error_reply('NODOCUMENT the key ' .. KEYS[1] .. ' holds something else')
  end
  if FINAL[state] then
    return { state, held }
  end
  local fence = redis.call('GET', KEYS[2])
  if fence and is_older(fence) then
    return { state, held }
  end
end

redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[5])
if not final then
  redis.call('SET', KEYS[2], ARGV[3] .. ':' .. ARGV[4], 'PX', ARGV[5])
elseif held then
  redis.call('DEL', KEYS[2])
end
redis.call('PUBLISH', KEYS[1], ARGV[1])
return {}
