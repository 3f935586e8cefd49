/**
 * Mappings and names of contacts. Keys:
 *
 * - `mappings`: contact → mapping, a list of `tenant, generation, when it was locked, campaign, merged generations`;
 * - `contacts:<tenant>`: the tenant's contacts; `counts`: tenant → how many; `changed`: when a mapping last changed;
 * - `campaigns:<tenant>`: campaigns by their size, below zero so that the largest comes first; `campaign-tenants`;
 * - `aliases`: name → canonical name and the LID on whose word; `names:<contact>`: the names that stand for it;
 *   `alias-revision`: counts changes of those two;
 * - `removals`: contact → when it last lost a mapping; `erasures`: hash of a name → when it was erased;
 *   `erased:<bucket>`: generations that ended by it;
 * - `opt-outs`: hash of a name → its last wish; `hash-keys`: what names are hashed with, see `RedisContactHashes`.
 */
export const MAPPING_LUA = `
local function canonical_of(name)
  local alias = call('HGET', key('aliases'), name)
  return alias and (split(alias)) or name
end

-- The canonical name first.
local function names_of(name)
  local canonical = canonical_of(name)
  local names = call('SMEMBERS', key('names:' .. canonical))
  table.sort(names)
  table.insert(names, 1, canonical)
  return names
end

-- Hashes are made outside. Answers the names whose hashes are missing, with what to answer for that, or nothing.
local function missing_hashes(hashes, keys_known, names)
  if call('LLEN', key('hash-keys')) ~= tonumber(keys_known) then return { 'keys' } end
  for _, name in ipairs(names) do
    if not hashes[name] then return { 'names', unpack(names) } end
  end
  return nil
end

local function latest_of(hash_key, hashes, names)
  local latest = -1
  if call('EXISTS', hash_key) == 0 then return latest end
  for _, name in ipairs(names) do
    for _, hash in ipairs(hashes[name]) do
      latest = math.max(latest, tonumber(call('HGET', hash_key, hash)) or -1)
    end
  end
  return latest
end

local function erased_at(hashes, name) return latest_of(key('erasures'), hashes, { name, canonical_of(name) }) end

-- When the contact last lost a mapping, or was erased; less than any time where it never did.
local function removed_at(hashes, name)
  local removal = tonumber(call('HGET', key('removals'), canonical_of(name))) or -1
  return math.max(removal, erased_at(hashes, name))
end

-- WhatsApp stamps whole seconds.
local function predates(sent, removed) return math.floor(sent / 1000) < math.floor(removed / 1000) end

local function count_campaign(tenant, campaign, change)
  if not campaign or campaign == '' then return end
  local size = tonumber(call('ZINCRBY', key('campaigns:' .. tenant), -change, campaign))
  if size >= 0 then call('ZREM', key('campaigns:' .. tenant), campaign) end
  if call('EXISTS', key('campaigns:' .. tenant)) == 1 then
    call('SADD', key('campaign-tenants'), tenant)
  else
    call('SREM', key('campaign-tenants'), tenant)
  end
end

local function drop_mapping(contact)
  local before = call('HGET', key('mappings'), contact)
  if not before then return end
  local mapping = cjson.decode(before)
  call('HDEL', key('mappings'), contact)
  call('ZREM', key('contacts:' .. mapping[1]), contact)
  if call('HINCRBY', key('counts'), mapping[1], -1) <= 0 then call('HDEL', key('counts'), mapping[1]) end
  count_campaign(mapping[1], mapping[4], -1)
end

local function put_mapping(contact, stored, now)
  drop_mapping(contact)
  local mapping = cjson.decode(stored)
  call('HSET', key('mappings'), contact, stored)
  call('ZADD', key('contacts:' .. mapping[1]), 0, contact)
  call('HINCRBY', key('counts'), mapping[1], 1)
  count_campaign(mapping[1], mapping[4], 1)
  call('SET', key('changed'), text_of(now))
end

local function remove_mapping(contact, now)
  drop_mapping(contact)
  call('SET', key('changed'), text_of(now))
end

local function generation_bucket(generation) return key('erased:' .. string.sub(redis.sha1hex(generation), 1, 4)) end

local function remove_alias(name)
  local alias = call('HGET', key('aliases'), name)
  if not alias then return end
  call('HDEL', key('aliases'), name)
  call('SREM', key('names:' .. split(alias)), name)
end

-- Whether what a lesson was made of is still so.
local function is_current(lesson)
  if (call('GET', key('alias-revision')) or '0') ~= lesson.revision then return false end
  for _, each in ipairs(lesson.mappings) do
    if (call('HGET', key('mappings'), each[1]) or '') ~= each[2] then return false end
  end
  return true
end

-- Does what core's "learnAlias" and "mergeMappings" came to.
local function apply_lesson(lesson, hashes, now)
  call('INCR', key('alias-revision'))
  for _, name in ipairs(lesson.remove) do remove_alias(name) end
  for _, each in ipairs(lesson.put) do
    remove_alias(each[1])
    call('HSET', key('aliases'), each[1], each[2] .. '\\n' .. each[3])
    call('SADD', key('names:' .. each[2]), each[1])
  end
  if not lesson.joined then return end
  local alias, canonical = lesson.joined[1], lesson.joined[2]
  local removal = call('HGET', key('removals'), alias)
  if removal then
    call('HDEL', key('removals'), alias)
    local known = tonumber(call('HGET', key('removals'), canonical)) or -1
    call('HSET', key('removals'), canonical, text_of(math.max(known, tonumber(removal))))
  end
  local erased = latest_of(key('erasures'), hashes, { alias })
  if erased > latest_of(key('erasures'), hashes, { canonical }) then
    call('HSET', key('erasures'), hashes[canonical][1], text_of(erased))
  end
  if lesson.merged then
    drop_mapping(alias)
    put_mapping(canonical, lesson.merged, now)
  end
end`;
