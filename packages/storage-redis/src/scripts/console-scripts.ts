import type { RedisScript } from "./script.js";

// Keys: `console-sessions`: hash of a token → session; `console-session-ends`: hashes by when their sessions end.

const CONSOLE_LUA = `
local function remove_session(token)
  call('HDEL', key('console-sessions'), token)
  return call('ZREM', key('console-session-ends'), token)
end

local function is_good(token, now)
  local ends = call('ZSCORE', key('console-session-ends'), token)
  return ends and tonumber(ends) > now
end`;

/** `hash of a token, session (JSON), when it ends, how many there may be`; those that end first make room */
export const BEGIN_CONSOLE_SESSION: RedisScript = {
  name: "begin-console-session",
  kind: "writes",
  uses: [CONSOLE_LUA],
  text: `
local ended = call('ZRANGEBYSCORE', key('console-session-ends'), '-inf', text_of(now_ms()), 'LIMIT', '0', '1000')
for _, token in ipairs(ended) do remove_session(token) end
local too_many = call('ZCARD', key('console-session-ends')) - (tonumber(ARGV[4]) - 1)
if too_many > 0 then
  for _, token in ipairs(call('ZRANGE', key('console-session-ends'), 0, too_many - 1)) do remove_session(token) end
end
call('HSET', key('console-sessions'), ARGV[1], ARGV[2])
call('ZADD', key('console-session-ends'), ARGV[3], ARGV[1])`,
};

/** `hash of a token` → session, or nothing */
export const FIND_CONSOLE_SESSION: RedisScript = {
  name: "find-console-session",
  kind: "reads",
  uses: [CONSOLE_LUA],
  text: `return is_good(ARGV[1], now_ms()) and call('HGET', key('console-sessions'), ARGV[1]) or nil`,
};

/** `hash of a token` → whether it was good */
export const END_CONSOLE_SESSION: RedisScript = {
  name: "end-console-session",
  kind: "frees",
  uses: [CONSOLE_LUA],
  text: `
local was_good = is_good(ARGV[1], now_ms())
remove_session(ARGV[1])
return was_good and 1 or 0`,
};
