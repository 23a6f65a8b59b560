-- trim
-- Removes replies that were read, at the right end of their list. KEYS: list. ARGV: the one that is rightmost, how many.
-- When another one is there by now, this comes late from a connection that was given up: what is there was not read.
if redis.call('LINDEX', KEYS[1], -1) ~= ARGV[1] then
  return 0
end
redis.call('LTRIM', KEYS[1], 0, -tonumber(ARGV[2]) - 1)
return 1
