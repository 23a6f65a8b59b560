-- Ends every script on the keys of queues. Redis does not say which key is not what it should be: this does.
local done, answer = pcall(work)
if done then return answer end

local KINDS = {queue = 'hash', leases = 'zset', held = 'hash', counts = 'hash', delayed = 'zset'}
local text = type(answer) == 'table' and answer.err or tostring(answer)
if string.find(text, 'WRONGTYPE', 1, true) then
  for _, key in ipairs(KEYS) do
    local found, wanted = redis.call('TYPE', key).ok, KINDS[string.match(key, 'lovage:{.*}:(%l+)$')] or 'list'
    if found ~= 'none' and found ~= wanted then
      return redis.error_reply('WRONGTYPE the key ' .. key .. ' holds a ' .. found .. ' and not a ' .. wanted)
    end
  end
end
-- Raised once more it would lose its code, by which callers know it.
return redis.error_reply(text)
