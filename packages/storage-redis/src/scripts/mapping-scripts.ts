import { MAPPING_LUA } from "./mapping-lua.js";
import type { RedisScript } from "./script.js";

// Scripts that ask by hashes begin with `number of hash keys known, hashes by name (JSON)`, and answer `keys`, or `names, …`,
// where they need others; nothing happened then.

const HASHED = `
local keys_known, hashes = ARGV[1], cjson.decode(ARGV[2])`;

/** `name` → `canonical name, mapping or nothing` */
export const FIND_MAPPING: RedisScript = {
  name: "find-mapping",
  kind: "reads",
  uses: [MAPPING_LUA],
  text: `
local canonical = canonical_of(ARGV[1])
return { canonical, call('HGET', key('mappings'), canonical) or '' }`,
};

/** `keys, hashes, name` → `ok, when it was removed, when it was erased` */
export const CONTACT_TIMES: RedisScript = {
  name: "contact-times",
  kind: "reads",
  uses: [MAPPING_LUA],
  text: `${HASHED}
local name = ARGV[3]
local missing = missing_hashes(hashes, keys_known, { name, canonical_of(name) })
if missing then return missing end
return { 'ok', text_of(removed_at(hashes, name)), text_of(erased_at(hashes, name)) }`,
};

/** `keys, hashes, name, mapping, when its message was sent` → `locked or held, canonical name, mapping`, or `predates_removal, when` */
export const LOCK: RedisScript = {
  name: "lock",
  kind: "writes",
  uses: [MAPPING_LUA],
  text: `${HASHED}
local name = ARGV[3]
local canonical = canonical_of(name)
local held = call('HGET', key('mappings'), canonical)
if held then return { 'held', canonical, held } end
local missing = missing_hashes(hashes, keys_known, { name, canonical })
if missing then return missing end
local removed = removed_at(hashes, name)
if predates(tonumber(ARGV[5]), removed) then return { 'predates_removal', text_of(removed) } end
put_mapping(canonical, ARGV[4], now_ms())
return { 'locked', canonical, ARGV[4] }`,
};

/** `name` → `canonical name, mapping or nothing` */
export const UNLOCK: RedisScript = {
  name: "unlock",
  kind: "frees",
  uses: [MAPPING_LUA],
  text: `
local canonical, now = canonical_of(ARGV[1]), now_ms()
local mapping = call('HGET', key('mappings'), canonical)
if mapping then
  remove_mapping(canonical, now)
  call('HSET', key('removals'), canonical, text_of(now))
end
return { canonical, mapping or '' }`,
};

/** `name, mapping` → `reassigned or unchanged, canonical name, mapping before or nothing` */
export const REASSIGN: RedisScript = {
  name: "reassign",
  kind: "writes",
  uses: [MAPPING_LUA],
  text: `
local canonical, now = canonical_of(ARGV[1]), now_ms()
local before = call('HGET', key('mappings'), canonical)
if before and cjson.decode(before)[1] == cjson.decode(ARGV[2])[1] then return { 'unchanged', canonical, before } end
put_mapping(canonical, ARGV[2], now)
-- What was sent before was meant for who had the contact then.
if before then call('HSET', key('removals'), canonical, text_of(now)) end
return { 'reassigned', canonical, before or '' }`,
};

/** `name` → names, the canonical one first */
export const NAMES_OF: RedisScript = {
  name: "names-of",
  kind: "reads",
  uses: [MAPPING_LUA],
  text: `return names_of(ARGV[1])`,
};

/** `LID, phone` → `known`, or `revision, name and alias…` of all that has to do with them, and `name and mapping…` */
export const ALIASES_AROUND: RedisScript = {
  name: "aliases-around",
  kind: "reads",
  uses: [MAPPING_LUA],
  text: `
if canonical_of(ARGV[1]) == ARGV[2] then return { 'known' } end
local contacts, aliases, mappings = {}, {}, {}
for _, name in ipairs(ARGV) do
  contacts[name] = true
  contacts[canonical_of(name)] = true
end
local seen = {}
local function add(name)
  local alias = call('HGET', key('aliases'), name)
  if not alias or seen[name] then return end
  seen[name] = true
  table.insert(aliases, name)
  table.insert(aliases, alias)
end
for contact in pairs(contacts) do
  add(contact)
  for _, name in ipairs(call('SMEMBERS', key('names:' .. contact))) do add(name) end
  table.insert(mappings, contact)
  table.insert(mappings, call('HGET', key('mappings'), contact) or '')
end
return { call('GET', key('alias-revision')) or '0', aliases, mappings }`,
};

/** `keys, hashes, lesson (JSON)` → `ok`, or `again` where something changed since it was made */
export const LEARN_ALIAS: RedisScript = {
  name: "learn-alias",
  kind: "writes",
  uses: [MAPPING_LUA],
  text: `${HASHED}
local lesson = cjson.decode(ARGV[3])
if not is_current(lesson) then return { 'again' } end
local missing = missing_hashes(hashes, keys_known, lesson.joined or {})
if missing then return missing end
apply_lesson(lesson, hashes, now_ms())
return { 'ok' }`,
};

/** `keys, hashes, name` → `ok, now, mapping or nothing, names…` */
export const BEGIN_ERASURE: RedisScript = {
  name: "begin-erasure",
  kind: "frees",
  uses: [MAPPING_LUA],
  text: `${HASHED}
local now, names = now_ms(), names_of(ARGV[3])
local missing = missing_hashes(hashes, keys_known, names)
if missing then return missing end
local mapping = call('HGET', key('mappings'), names[1])
if mapping then
  remove_mapping(names[1], now)
  local fields = cjson.decode(mapping)
  local generations = fields[5] or {}
  table.insert(generations, fields[2])
  for _, generation in ipairs(generations) do call('HSET', generation_bucket(generation), generation, '') end
end
for _, name in ipairs(names) do call('HSET', key('erasures'), hashes[name][1], text_of(now)) end
return { 'ok', text_of(now), mapping or '', unpack(names) }`,
};

/** `names…`, the canonical one first */
export const END_ERASURE: RedisScript = {
  name: "end-erasure",
  kind: "frees",
  uses: [MAPPING_LUA],
  text: `
if call('HEXISTS', key('mappings'), canonical_of(ARGV[1])) == 1 then return end
call('INCR', key('alias-revision'))
for _, name in ipairs(ARGV) do
  remove_alias(name)
  call('HDEL', key('removals'), name)
end`,
};

/** `generation` → whether it ended by an erasure */
export const WAS_ERASED: RedisScript = {
  name: "was-erased",
  kind: "reads",
  uses: [MAPPING_LUA],
  text: `return call('HEXISTS', generation_bucket(ARGV[1]), ARGV[1])`,
};

/** → `how many contacts, when a mapping last changed or nothing, [tenant and how many…]` */
export const STATS: RedisScript = {
  name: "stats",
  kind: "reads",
  uses: [MAPPING_LUA],
  text: `
return {
  text_of(call('HLEN', key('mappings'))), call('GET', key('changed')) or '', call('HGETALL', key('counts'))
}`,
};

/** `how many, tenants…` → for each of them `campaign and how many…` */
export const LARGEST_CAMPAIGNS: RedisScript = {
  name: "largest-campaigns",
  kind: "reads",
  uses: [MAPPING_LUA],
  text: `
local largest = {}
for index = 2, #ARGV do
  table.insert(largest, call('ZRANGE', key('campaigns:' .. ARGV[index]), 0, tonumber(ARGV[1]) - 1, 'WITHSCORES'))
end
return largest`,
};

/**
 * `tenant, contact after which it begins or nothing, how many are looked at, at most, campaign or nothing` → `last contact
 * looked at, whether there are more, contact and mapping…`
 */
export const MAPPINGS_OF_TENANT: RedisScript = {
  name: "mappings-of-tenant",
  kind: "reads",
  uses: [MAPPING_LUA],
  text: `
local after = ARGV[2] == '' and '-' or '(' .. ARGV[2]
local look, most, campaign = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local contacts = call('ZRANGEBYLEX', key('contacts:' .. ARGV[1]), after, '+', 'LIMIT', '0', text_of(look + 1))
local reply, found = { '', '0' }, 0
for index, contact in ipairs(contacts) do
  if found >= most or index > look then
    reply[2] = '1'
    break
  end
  local stored = call('HGET', key('mappings'), contact)
  if campaign == '' or cjson.decode(stored)[4] == campaign then
    found = found + 1
    table.insert(reply, contact)
    table.insert(reply, stored)
  end
  reply[1] = contact
end
return reply`,
};

/** `key to use where there is none (base64)` → all keys */
export const HASH_KEYS: RedisScript = {
  name: "hash-keys",
  kind: "writes",
  uses: [],
  text: `
if call('EXISTS', key('hash-keys')) == 0 then call('RPUSH', key('hash-keys'), ARGV[1]) end
return call('LRANGE', key('hash-keys'), 0, -1)`,
};
