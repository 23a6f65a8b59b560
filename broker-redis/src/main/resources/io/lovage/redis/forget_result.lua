-- Removes what is stored of a task; answers 1 when there was something.
-- KEYS: the document; its fence
redis.call('STRLEN', KEYS[1]) -- refuses a key that is not ours
redis.call('DEL', KEYS[2])
return redis.call('DEL', KEYS[1])
