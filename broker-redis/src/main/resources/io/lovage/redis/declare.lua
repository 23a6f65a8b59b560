-- Makes the queue exist, beside whatever its lists hold already. ARGV: levels.
for i = 7, #KEYS do
  local kind = redis.call('TYPE', KEYS[i]).ok
  if kind ~= 'none' and kind ~= 'list' then
    return redis.error_reply('WRONGTYPE the key ' .. KEYS[i] .. ' holds a ' .. kind .. ' and not a list')
  end
end
if redis.call('EXISTS', QUEUE) == 1 then return 0 end
return redis.call('HSETNX', QUEUE, 'declared', '1')
