import { IDEMPOTENCY_KEPT_MS, TURN_KEPT_MS, UNMAPPED_REPLY_EVERY_MS } from "@gateway-router/core";
import { MAPPING_LUA } from "./mapping-lua.js";
import { AUDIT_LUA, CONTESTED_LUA, OPT_OUTS_LUA } from "./record-lua.js";
import type { RedisScript } from "./script.js";

// Opt-outs ------------------------------------------------------------------------------------------------------------

const HASHED = `
local keys_known, hashes = ARGV[1], cjson.decode(ARGV[2])
local names = cjson.decode(ARGV[3])
local missing = missing_hashes(hashes, keys_known, names)
if missing then return missing end`;

/** `keys, hashes, names (JSON), wish, when it was sent` → `ok` */
export const NOTE_WISH: RedisScript = {
  name: "note-wish",
  kind: "writes",
  uses: [MAPPING_LUA, OPT_OUTS_LUA],
  text: `${HASHED}
note_wish(hashes[names[1]][1], ARGV[4] .. '\\n' .. ARGV[5])
return { 'ok' }`,
};

/** `keys, hashes, names (JSON)` → `ok, wish or nothing` */
export const WISH_OF: RedisScript = {
  name: "wish-of",
  kind: "reads",
  uses: [MAPPING_LUA, OPT_OUTS_LUA],
  text: `${HASHED}
local wish = wish_of(hashes, names)
return { 'ok', wish and (split(wish)) or '' }`,
};

/** `keys, hashes, names (JSON)` → `ok` */
export const SPREAD_WISH: RedisScript = {
  name: "spread-wish",
  kind: "writes",
  uses: [MAPPING_LUA, OPT_OUTS_LUA],
  text: `${HASHED}
local wish = wish_of(hashes, names)
if wish then
  for _, name in ipairs(names) do note_wish(hashes[name][1], wish) end
end
return { 'ok' }`,
};

// Audit log -----------------------------------------------------------------------------------------------------------

/** `action, entry (JSON)` */
export const APPEND_ENTRY: RedisScript = {
  name: "append-entry",
  kind: "writes",
  uses: [AUDIT_LUA],
  text: `append_entry(ARGV[1], ARGV[2])`,
};

/** `number before which it begins or nothing, at most, action or nothing` → `number, entry…`, the newest first */
export const LIST_ENTRIES: RedisScript = {
  name: "list-entries",
  kind: "reads",
  uses: [AUDIT_LUA],
  text: `
local before = ARGV[1] == '' and '+inf' or '(' .. ARGV[1]
local order = key('audit-order') .. (ARGV[3] ~= '' and ':' .. ARGV[3] or '')
local reply = {}
for _, number in ipairs(call('ZREVRANGEBYSCORE', order, before, '-inf', 'LIMIT', '0', ARGV[2])) do
  table.insert(reply, number)
  table.insert(reply, call('HGET', key('audit'), number))
end
return reply`,
};

/** `number after which it begins, at most` → `number, entry…`, the oldest first */
export const WALK_ENTRIES: RedisScript = {
  name: "walk-entries",
  kind: "reads",
  uses: [AUDIT_LUA],
  text: `
local reply = {}
for _, number in ipairs(call('ZRANGEBYSCORE', key('audit-order'), '(' .. ARGV[1], '+inf', 'LIMIT', '0', ARGV[2])) do
  table.insert(reply, number)
  table.insert(reply, call('HGET', key('audit'), number))
end
return reply`,
};

/** `number, entry, entry to put for it` → whether it was still that one */
export const CHANGE_ENTRY: RedisScript = {
  name: "change-entry",
  kind: "frees",
  uses: [AUDIT_LUA],
  text: `
if call('HGET', key('audit'), ARGV[1]) ~= ARGV[2] then return 0 end
call('HSET', key('audit'), ARGV[1], ARGV[3])
return 1`,
};

/** `older than that in ms, at most` → how many were removed */
export const PRUNE_ENTRIES: RedisScript = {
  name: "prune-entries",
  kind: "frees",
  uses: [AUDIT_LUA],
  text: `
local oldest, pruned = now_ms() - tonumber(ARGV[1]), 0
-- They are numbered in the order of their coming, so that the first young one ends it.
for _, number in ipairs(call('ZRANGE', key('audit-order'), 0, tonumber(ARGV[2]) - 1)) do
  local entry = cjson.decode(call('HGET', key('audit'), number))
  if entry.atMs >= oldest then break end
  call('HDEL', key('audit'), number)
  call('ZREM', key('audit-order'), number)
  call('ZREM', key('audit-order:' .. entry.action), number)
  pruned = pruned + 1
end
return pruned`,
};

// Contested contacts --------------------------------------------------------------------------------------------------

/** `contact, holder, tenant of the link, campaign or nothing, when` */
export const NOTE_CONTESTED: RedisScript = {
  name: "note-contested",
  kind: "writes",
  uses: [CONTESTED_LUA],
  text: `note_contested(ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]))`,
};

/** `number before which it begins or nothing, at most, tenant or nothing` → `record, what is stored…`, the last used first */
export const LIST_CONTESTED: RedisScript = {
  name: "list-contested",
  kind: "reads",
  uses: [CONTESTED_LUA],
  text: `
local before = ARGV[1] == '' and '+inf' or '(' .. ARGV[1]
local order = key('contested-order') .. (ARGV[3] ~= '' and ':' .. ARGV[3] or '')
local reply = {}
for _, record in ipairs(call('ZREVRANGEBYSCORE', order, before, '-inf', 'LIMIT', '0', ARGV[2])) do
  table.insert(reply, record)
  table.insert(reply, call('HGET', key('contested'), record))
end
return reply`,
};

/** `names…` */
export const FORGET_CONTESTED: RedisScript = {
  name: "forget-contested",
  kind: "frees",
  uses: [CONTESTED_LUA],
  text: `
for _, name in ipairs(ARGV) do
  for _, record in ipairs(call('ZRANGE', key('contested-of:' .. name), 0, -1)) do remove_contested(record) end
end`,
};

/** `older than that in ms, at most` → how many were removed */
export const PRUNE_CONTESTED: RedisScript = {
  name: "prune-contested",
  kind: "frees",
  uses: [CONTESTED_LUA],
  text: `
local oldest, pruned = now_ms() - tonumber(ARGV[1]), 0
-- They stand in the order of their last uses, so that the first young one ends it.
for _, record in ipairs(call('ZRANGE', key('contested-order'), 0, tonumber(ARGV[2]) - 1)) do
  if tonumber(contested_fields(call('HGET', key('contested'), record))[3]) >= oldest then break end
  remove_contested(record)
  pruned = pruned + 1
end
return pruned`,
};

// Idempotency keys. Keys: `idempotency`: tenant and key → when, reply's id, fingerprint; `idempotency-ages` --------------

const IDEMPOTENCY_LUA = `
local function young_use(name, now)
  local stored = call('HGET', key('idempotency'), name)
  if not stored then return nil end
  local used, use = split(stored)
  return now - tonumber(used) < ${IDEMPOTENCY_KEPT_MS} and use or nil
end`;

/** `tenant and key` → `reply's id, fingerprint` in two lines, or nothing */
export const FIND_USE: RedisScript = {
  name: "find-use",
  kind: "reads",
  uses: [IDEMPOTENCY_LUA],
  text: `return young_use(ARGV[1], now_ms()) or nil`,
};

/** `tenant and key, reply's id and fingerprint in two lines` → what it is used for */
export const CLAIM_USE: RedisScript = {
  name: "claim-use",
  kind: "writes",
  uses: [IDEMPOTENCY_LUA],
  text: `
local now = now_ms()
local known = young_use(ARGV[1], now)
if known then return known end
call('HSET', key('idempotency'), ARGV[1], text_of(now) .. '\\n' .. ARGV[2])
call('ZADD', key('idempotency-ages'), now, ARGV[1])
return ARGV[2]`,
};

/** `at most` → how many were removed */
export const PRUNE_USES: RedisScript = {
  name: "prune-uses",
  kind: "frees",
  uses: [IDEMPOTENCY_LUA],
  text: `
local before = text_of(now_ms() - ${IDEMPOTENCY_KEPT_MS})
local old = call('ZRANGEBYSCORE', key('idempotency-ages'), '-inf', before, 'LIMIT', '0', ARGV[1])
for _, name in ipairs(old) do
  call('HDEL', key('idempotency'), name)
  call('ZREM', key('idempotency-ages'), name)
end
return #old`,
};

// Unmapped marks. Keys: `unmapped`: contacts by when they were marked -----------------------------------------------------

/** `contact, other names…` → whether it is marked by this */
export const MARK_UNMAPPED: RedisScript = {
  name: "mark-unmapped",
  kind: "writes",
  uses: [],
  text: `
local now = now_ms()
for _, name in ipairs(ARGV) do
  local marked = call('ZSCORE', key('unmapped'), name)
  if marked and now - tonumber(marked) < ${UNMAPPED_REPLY_EVERY_MS} then return 0 end
end
call('ZADD', key('unmapped'), now, ARGV[1])
return 1`,
};

/** `at most` → how many were removed */
export const PRUNE_MARKS: RedisScript = {
  name: "prune-marks",
  kind: "frees",
  uses: [],
  text: `
local before = text_of(now_ms() - ${UNMAPPED_REPLY_EVERY_MS})
local old = call('ZRANGEBYSCORE', key('unmapped'), '-inf', before, 'LIMIT', '0', ARGV[1])
for _, name in ipairs(old) do call('ZREM', key('unmapped'), name) end
return #old`,
};

// Send budget. Keys: `send-lanes`: lane → rested, place and last ask, each a time; `send-turns`: message → its moment and what
// it has then; `send-turn-times` -------------------------------------------------------------------------------------------

/** A rate limit is one moment (the generic cell rate algorithm): when it would be at rest if nothing more came. */
const BUDGET_LUA = `
local NEVER = -1
local function lane_of(name)
  local stored = call('HGET', key('send-lanes'), name)
  if not stored then return { rested = NEVER, place = NEVER, ask = NEVER } end
  local rested, place, ask = string.match(stored, '^(%S+) (%S+) (%S+)$')
  return { rested = tonumber(rested), place = tonumber(place), ask = tonumber(ask) }
end

-- What is at rest is as if it never was, and takes no place.
local function keep_lane(name, lane, now)
  if lane.rested <= now and lane.place <= now and lane.ask <= now then
    call('HDEL', key('send-lanes'), name)
  else
    call('HSET', key('send-lanes'), name, string.format('%.3f %.3f %.3f', lane.rested, lane.place, lane.ask))
  end
end

-- Takes the lane's next place and answers its moment: now, or later.
local function take_place(lane, spacing, burst, now)
  local at = math.max(now, lane.rested - spacing * (burst - 1))
  lane.rested = math.max(now, lane.rested) + spacing
  return at
end`;

/** `message, lane, the number's spacing in ms, the lane's, burst` → nothing where it may go now, else `ms to wait, what it has then` */
export const RESERVE_TURN: RedisScript = {
  name: "reserve-turn",
  kind: "frees",
  uses: [BUDGET_LUA],
  text: `
local id, lane_name, now = ARGV[1], ARGV[2], now_ms()
local number_spacing, lane_spacing, burst = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
-- Who did not come for its turn has lost it.
local late = call('ZRANGEBYSCORE', key('send-turn-times'), '-inf', '(' .. text_of(now - ${TURN_KEPT_MS}), 'LIMIT', '0', '1000')
for _, each in ipairs(late) do
  call('HDEL', key('send-turns'), each)
  call('ZREM', key('send-turn-times'), each)
end
local gives
local turn = call('HGET', key('send-turns'), id)
if turn then
  local at, what = string.match(turn, '^(%S+) (%S+)$')
  if tonumber(at) > now then return { text_of(math.ceil(tonumber(at) - now)), what } end
  call('HDEL', key('send-turns'), id)
  call('ZREM', key('send-turn-times'), id)
  if what == 'place' then return nil end
  gives = what
end

local lane, number, at = lane_of(lane_name), lane_of('number'), nil
local has = nil
if not gives then
  at = take_place(lane, lane_spacing, burst, now)
  if at > now then has = 'tenant' end
end
if not has then
  if lane.place > now then
    at = math.max(lane.ask, lane.place) + number_spacing
    lane.ask = at
    has = 'number'
  else
    at = take_place(number, number_spacing, burst, now)
    if at > now then
      lane.place = at
      has = 'place'
    end
  end
end
keep_lane(lane_name, lane, now)
keep_lane('number', number, now)
if not has then return nil end
call('HSET', key('send-turns'), id, string.format('%.3f ', at) .. has)
call('ZADD', key('send-turn-times'), at, id)
return { text_of(math.ceil(at - now)), has }`,
};

/** `lane, the number's spacing in ms, the lane's` */
export const GIVE_TURN_BACK: RedisScript = {
  name: "give-turn-back",
  kind: "frees",
  uses: [BUDGET_LUA],
  text: `
local now = now_ms()
for name, spacing in pairs({ [ARGV[1]] = tonumber(ARGV[3]), number = tonumber(ARGV[2]) }) do
  local lane = lane_of(name)
  lane.rested = lane.rested - spacing
  keep_lane(name, lane, now)
end`,
};

// Admin keys. Keys: `admin-keys`: name → role, when it was made, hash of the key ------------------------------------------

/** `name, what to store, how many there may be` → `added`, `exists` or `full` */
export const ADD_ADMIN_KEY: RedisScript = {
  name: "add-admin-key",
  kind: "writes",
  uses: [],
  text: `
if call('HEXISTS', key('admin-keys'), ARGV[1]) == 1 then return 'exists' end
if call('HLEN', key('admin-keys')) >= tonumber(ARGV[3]) then return 'full' end
call('HSET', key('admin-keys'), ARGV[1], ARGV[2])
return 'added'`,
};

/** `name` → what was stored, or nothing */
export const REMOVE_ADMIN_KEY: RedisScript = {
  name: "remove-admin-key",
  kind: "frees",
  uses: [],
  text: `
local stored = call('HGET', key('admin-keys'), ARGV[1])
if stored then call('HDEL', key('admin-keys'), ARGV[1]) end
return stored`,
};

// Tenants. Keys: `tenants`: id → entry; `tenant-order`: ids; `tenant-tokens`: hash of a token → id; `tenants-retired` -------

/** `id` → `now, entry or nothing, whether it is retired` */
export const READ_TENANT: RedisScript = {
  name: "read-tenant",
  kind: "reads",
  uses: [],
  text: `
return {
  text_of(now_ms()), call('HGET', key('tenants'), ARGV[1]) or '',
  text_of(call('SISMEMBER', key('tenants-retired'), ARGV[1]))
}`,
};

/** `hash of a token` → `now, entry`, or nothing */
export const READ_TENANT_BY_TOKEN: RedisScript = {
  name: "read-tenant-by-token",
  kind: "reads",
  uses: [],
  text: `
local id = call('HGET', key('tenant-tokens'), ARGV[1])
if not id then return nil end
return { text_of(now_ms()), call('HGET', key('tenants'), id) or '' }`,
};

/** `id after which it begins, at most` → `now, entries…` */
export const LIST_TENANTS: RedisScript = {
  name: "list-tenants",
  kind: "reads",
  uses: [],
  text: `
local reply = { text_of(now_ms()) }
for _, id in ipairs(call('ZRANGEBYSCORE', key('tenant-order'), '(' .. ARGV[1], '+inf', 'LIMIT', '0', ARGV[2])) do
  table.insert(reply, call('HGET', key('tenants'), id))
end
return reply`,
};

/**
 * `id, entry as it was read or nothing, entry to put, hashes of tokens to forget (JSON), to remember (JSON)` → `ok`, `again` where
 * it is another one, or `retired`
 */
export const PUT_TENANT: RedisScript = {
  name: "put-tenant",
  kind: "writes",
  uses: [],
  text: `
local id = ARGV[1]
if call('SISMEMBER', key('tenants-retired'), id) == 1 then return 'retired' end
if (call('HGET', key('tenants'), id) or '') ~= ARGV[2] then return 'again' end
for _, hash in ipairs(cjson.decode(ARGV[4])) do call('HDEL', key('tenant-tokens'), hash) end
for _, hash in ipairs(cjson.decode(ARGV[5])) do call('HSET', key('tenant-tokens'), hash, id) end
call('HSET', key('tenants'), id, ARGV[3])
call('ZADD', key('tenant-order'), id, id)
return 'ok'`,
};

/** `id, entry as it was read or nothing, hashes of tokens to forget (JSON)` → `ok`, or `again` where it is another one */
export const RETIRE_TENANT: RedisScript = {
  name: "retire-tenant",
  kind: "writes",
  uses: [],
  text: `
local id = ARGV[1]
if (call('HGET', key('tenants'), id) or '') ~= ARGV[2] then return 'again' end
for _, hash in ipairs(cjson.decode(ARGV[3])) do call('HDEL', key('tenant-tokens'), hash) end
call('HDEL', key('tenants'), id)
call('ZREM', key('tenant-order'), id)
call('SADD', key('tenants-retired'), id)
return 'ok'`,
};

// Reply journal. Keys: `replies`: id → record; `reply-messages`: message's id → reply's id; `reply-ages`: ids by when they were
// queued; `reply-attempts:<fingerprint>`: ids of replies whose message's id is not known, by when their attempts began -----

/** `id` → `now, record or nothing` */
export const READ_REPLY: RedisScript = {
  name: "read-reply",
  kind: "reads",
  uses: [],
  text: `return { text_of(now_ms()), call('HGET', key('replies'), ARGV[1]) or '' }`,
};

/** `message's id` → `now, record or nothing` */
export const READ_REPLY_OF_MESSAGE: RedisScript = {
  name: "read-reply-of-message",
  kind: "reads",
  uses: [],
  text: `
local id = call('HGET', key('reply-messages'), ARGV[1])
return { text_of(now_ms()), id and call('HGET', key('replies'), id) or '' }`,
};

/** `at most of each, fingerprints…` → records whose attempts are open, those of each fingerprint by when they began */
export const OPEN_ATTEMPTS: RedisScript = {
  name: "open-attempts",
  kind: "reads",
  uses: [],
  text: `
local reply = {}
for index = 2, #ARGV do
  for _, id in ipairs(call('ZRANGE', key('reply-attempts:' .. ARGV[index]), 0, tonumber(ARGV[1]) - 1)) do
    table.insert(reply, call('HGET', key('replies'), id))
  end
end
return reply`,
};

const REPLIES_LUA = `
-- Links are lists: message's id or nothing, fingerprint or nothing, when the attempt began.
local function unlink_reply(id, links)
  if links[1] ~= '' and call('HGET', key('reply-messages'), links[1]) == id then
    call('HDEL', key('reply-messages'), links[1])
  end
  if links[2] ~= '' then call('ZREM', key('reply-attempts:' .. links[2]), id) end
end`;

/** `id, record as it was read or nothing, record to put, its links before (JSON), after (JSON), when it was queued` → `ok` or `again` */
export const PUT_REPLY: RedisScript = {
  name: "put-reply",
  kind: "writes",
  uses: [REPLIES_LUA],
  text: `
local id, after = ARGV[1], cjson.decode(ARGV[5])
if (call('HGET', key('replies'), id) or '') ~= ARGV[2] then return 'again' end
if ARGV[2] ~= '' then unlink_reply(id, cjson.decode(ARGV[4])) end
if after[1] ~= '' then call('HSET', key('reply-messages'), after[1], id) end
if after[2] ~= '' then call('ZADD', key('reply-attempts:' .. after[2]), after[3], id) end
call('HSET', key('replies'), id, ARGV[3])
call('ZADD', key('reply-ages'), ARGV[6], id)
return 'ok'`,
};

/** `id, record as it was read, its links (JSON)` → `ok` or `again` */
export const REMOVE_REPLY: RedisScript = {
  name: "remove-reply",
  kind: "frees",
  uses: [REPLIES_LUA],
  text: `
local id = ARGV[1]
if (call('HGET', key('replies'), id) or '') ~= ARGV[2] then return 'again' end
unlink_reply(id, cjson.decode(ARGV[3]))
call('HDEL', key('replies'), id)
call('ZREM', key('reply-ages'), id)
return 'ok'`,
};

/** `queued at, id, at most`: behind that place, or from the newest one on where both are nothing → `record…` */
export const LIST_REPLIES: RedisScript = {
  name: "list-replies",
  kind: "reads",
  uses: [],
  text: `
local ages, most = key('reply-ages'), tonumber(ARGV[3])
local from = 0
if ARGV[1] ~= '' then
  if tonumber(call('ZSCORE', ages, ARGV[2])) == tonumber(ARGV[1]) then
    from = call('ZREVRANK', ages, ARGV[2]) + 1
  else
    -- It was removed meanwhile: behind all that are newer, and behind those of its moment with a greater id.
    from = call('ZCOUNT', ages, '(' .. ARGV[1], '+inf')
    for _, id in ipairs(call('ZREVRANGEBYSCORE', ages, ARGV[1], ARGV[1])) do
      if id > ARGV[2] then from = from + 1 end
    end
  end
end
local reply = {}
for _, id in ipairs(call('ZREVRANGE', ages, from, from + most - 1)) do
  table.insert(reply, call('HGET', key('replies'), id))
end
return reply`,
};

/** `queued longer ago than that in ms, at most` → ids */
export const OLD_REPLIES: RedisScript = {
  name: "old-replies",
  kind: "reads",
  uses: [],
  text: `
local before = '(' .. text_of(now_ms() - tonumber(ARGV[1]))
return call('ZRANGEBYSCORE', key('reply-ages'), '-inf', before, 'LIMIT', '0', ARGV[2])`,
};
