import { WORDS_LUA } from "./record-lua.js";
import type { RedisScript } from "./script.js";

/** `header (JSON), body, body of the media job or nothing` → whether they are kept */
export const HOLD_WORDS: RedisScript = {
  name: "hold-words",
  kind: "writes",
  uses: [WORDS_LUA],
  text: `return hold_words(cjson.decode(ARGV[1]), ARGV[2], ARGV[3], now_ms()) and 1 or 0`,
};

/** `names…` → `delivery's id, body, trace or nothing` of each that is not too old */
export const HELD_WORDS: RedisScript = {
  name: "held-words",
  kind: "reads",
  uses: [WORDS_LUA],
  text: `
local now, reply = now_ms(), {}
for _, each in ipairs(held_words(ARGV)) do
  if are_fresh(each.header, now) then
    table.insert(reply, each.header[6])
    table.insert(reply, each.body)
    table.insert(reply, each.header[7])
  end
end
return reply`,
};

/** `names…` */
export const FORGET_WORDS: RedisScript = {
  name: "forget-words",
  kind: "frees",
  uses: [WORDS_LUA],
  text: `for _, each in ipairs(held_words(ARGV)) do remove_words(each.number, each.header) end`,
};

/** `at most` → how many were removed */
export const PRUNE_WORDS: RedisScript = {
  name: "prune-words",
  kind: "frees",
  uses: [WORDS_LUA],
  text: `
local now, pruned = now_ms(), 0
-- They are numbered in the order of their coming, so that the first fresh one ends it.
for _, number in ipairs(call('ZRANGE', key('words-order'), 0, tonumber(ARGV[1]) - 1)) do
  local header = words_header(call('HGET', key('words'), number))
  if are_fresh(header, now) then break end
  remove_words(number, header)
  pruned = pruned + 1
end
return pruned`,
};
