import { CONTESTED_PER_CONTACT, FIRST_WORDS_KEPT_MS, FIRST_WORDS_PER_CONTACT } from "@gateway-router/core";

/**
 * First words. Keys: `words`: number → header, body and body of the media job; `words-order`; `words:<contact>`: numbers of
 * each contact's; `words-numbers`. A header: contact, when it was held, identity, its key, when it was sent, delivery's id, trace
 * or nothing, and id, identity and key of the media job, where there is one.
 */
export const WORDS_LUA = `
local function words_header(record) return cjson.decode((split(record))) end

local function are_fresh(header, now) return tonumber(header[2]) > now - ${FIRST_WORDS_KEPT_MS} end

local function remove_words(number, header)
  call('HDEL', key('words'), number)
  call('ZREM', key('words-order'), number)
  call('ZREM', key('words:' .. header[1]), number)
end

-- Answers whether they are kept. "words" is a header without its time.
local function hold_words(words, body, job_body, now)
  words[2] = text_of(now)
  local fresh = 0
  for _, number in ipairs(call('ZRANGE', key('words:' .. words[1]), 0, -1)) do
    local header = words_header(call('HGET', key('words'), number))
    if not are_fresh(header, now) then
      -- What is too old takes nobody's place.
      remove_words(number, header)
    elseif header[3] == words[3] then
      return true
    else
      fresh = fresh + 1
    end
  end
  if fresh >= ${FIRST_WORDS_PER_CONTACT} then return false end
  local number = call('INCR', key('words-numbers'))
  call('HSET', key('words'), number, cjson.encode(words) .. '\\n' .. body .. '\\n' .. job_body)
  call('ZADD', key('words-order'), number, number)
  call('ZADD', key('words:' .. words[1]), number, number)
  return true
end

-- What is kept under the names, in the order of its coming: "number, header, body, body of the media job" of each.
local function held_words(names)
  local numbers, held = {}, {}
  for _, name in ipairs(names) do
    for _, number in ipairs(call('ZRANGE', key('words:' .. name), 0, -1)) do table.insert(numbers, tonumber(number)) end
  end
  table.sort(numbers)
  for _, number in ipairs(numbers) do
    local record = call('HGET', key('words'), number)
    local header, bodies = split(record)
    local body, job_body = split(bodies)
    table.insert(held, { number = number, header = cjson.decode(header), body = body, job_body = job_body })
  end
  return held
end`;

/** Opt-outs. Keys: `opt-outs`: hash of a name → wish and when it was sent. */
export const OPT_OUTS_LUA = `
-- Which of two wishes counts. WhatsApp stamps whole seconds; of two within one, the opt-out.
local function later_wish(one, other)
  if not one or not other then return one or other end
  local one_wish, one_sent = split(one)
  local _, other_sent = split(other)
  local one_second, other_second = math.floor(tonumber(one_sent) / 1000), math.floor(tonumber(other_sent) / 1000)
  if one_second == other_second then return one_wish == 'opt_out' and one or other end
  return one_second > other_second and one or other
end

local function wish_of(hashes, names)
  local wish = nil
  for _, name in ipairs(names) do
    for _, hash in ipairs(hashes[name]) do wish = later_wish(wish, call('HGET', key('opt-outs'), hash) or nil) end
  end
  return wish
end

local function note_wish(hash, wish)
  call('HSET', key('opt-outs'), hash, later_wish(call('HGET', key('opt-outs'), hash) or nil, wish))
end`;

/** The audit log. Keys: `audit`: number → entry; `audit-order`, `audit-order:<action>`: numbers; `audit-numbers`. */
export const AUDIT_LUA = `
local function append_entry(action, entry)
  local number = call('INCR', key('audit-numbers'))
  call('HSET', key('audit'), number, entry)
  call('ZADD', key('audit-order'), number, number)
  call('ZADD', key('audit-order:' .. action), number, number)
end`;

/**
 * Contested contacts. Keys: `contested`: `contact|holder|link's tenant` → `times, first, last, number, campaign`;
 * `contested-order`, `contested-order:<tenant>`: records by their last uses; `contested-of:<contact>`; `contested-counts`;
 * `contested-numbers`.
 */
export const CONTESTED_LUA = `
local function contested_fields(stored)
  return { string.match(stored, '^(%d+)\\n(%d+)\\n(%d+)\\n(%d+)\\n(.*)$') }
end

local function count_contested(name, change)
  if call('HINCRBY', key('contested-counts'), name, change) <= 0 then call('HDEL', key('contested-counts'), name) end
end

local function contested_parts(record) return string.match(record, '^(.*)|(%d+)|(%d+)$') end

local function remove_contested(record)
  local contact, held_by, link_of = contested_parts(record)
  if call('HDEL', key('contested'), record) == 0 then return end
  call('ZREM', key('contested-order'), record)
  call('ZREM', key('contested-order:' .. held_by), record)
  call('ZREM', key('contested-order:' .. link_of), record)
  call('ZREM', key('contested-of:' .. contact), record)
  count_contested('kept:' .. held_by, -1)
  count_contested('missed:' .. link_of, -1)
end

local function note_contested(contact, held_by, link_of, campaign, at)
  local record = contact .. '|' .. held_by .. '|' .. link_of
  local before = call('HGET', key('contested'), record)
  local times, first = 0, text_of(at)
  if before then
    local fields = contested_fields(before)
    times, first = tonumber(fields[1]), fields[2]
  else
    count_contested('kept:' .. held_by, 1)
    count_contested('missed:' .. link_of, 1)
  end
  local number = call('INCR', key('contested-numbers'))
  local stored = { text_of(times + 1), first, text_of(at), text_of(number), campaign or '' }
  call('HSET', key('contested'), record, table.concat(stored, '\\n'))
  call('ZADD', key('contested-order'), number, record)
  call('ZADD', key('contested-order:' .. held_by), number, record)
  call('ZADD', key('contested-order:' .. link_of), number, record)
  call('ZADD', key('contested-of:' .. contact), number, record)
  -- Anybody can try the link of one tenant after the other.
  if call('ZCARD', key('contested-of:' .. contact)) > ${CONTESTED_PER_CONTACT} then
    remove_contested(call('ZRANGE', key('contested-of:' .. contact), 0, 0)[1])
  end
end`;
