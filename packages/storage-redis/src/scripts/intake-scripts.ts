import { MAPPING_LUA } from "./mapping-lua.js";
import { QUEUE_LUA } from "./queue-lua.js";
import { AUDIT_LUA, CONTESTED_LUA, OPT_OUTS_LUA, WORDS_LUA } from "./record-lua.js";
import type { RedisScript } from "./script.js";

/**
 * Takes one message in, as one step: `keys, hashes, request (JSON), body, body of the media job or nothing, lesson (JSON) or
 * nothing`. Answers, beside what asks for other hashes:
 *
 * - `learn`: the message's two names are not known as one contact's: a lesson is to be made of them first;
 * - `again`: something changed since the lesson was made;
 * - `duplicate, tenant`; `unmapped`;
 * - `routed, contact, mapping, whether it locked, whether it is the first, how many first words, whether a file is queued,
 *   whether the lesson was followed`.
 */
export const TAKE_IN: RedisScript = {
  name: "take-in",
  kind: "writes",
  uses: [QUEUE_LUA, MAPPING_LUA, WORDS_LUA, OPT_OUTS_LUA, AUDIT_LUA, CONTESTED_LUA],
  text: `
local keys_known, hashes = ARGV[1], cjson.decode(ARGV[2])
local request, body, job_body = cjson.decode(ARGV[3]), ARGV[4], ARGV[5]
local lesson = ARGV[6] ~= '' and cjson.decode(ARGV[6]) or nil
local inbound, media = open_queue(request.queue), open_queue(request.media_queue)
local now, memory, name, sent = now_ms(), tonumber(request.memory), request.contact, tonumber(request.sent)

-- Looks, and nothing else, until it is clear that all that is needed is here.
local known_for = recall(inbound, request.key)
if known_for then return { 'duplicate', known_for } end
if request.names then
  local is_known = canonical_of(request.names[1]) == request.names[2]
  if not is_known and not lesson then return { 'learn' } end
  if is_known then
    lesson = nil
  elseif not is_current(lesson) then
    return { 'again' }
  end
end
local concerned = names_of(name)
table.insert(concerned, name)
if lesson then
  for _, each in ipairs(request.names) do
    for _, other in ipairs(names_of(each)) do table.insert(concerned, other) end
    table.insert(concerned, each)
  end
end
local missing = missing_hashes(hashes, keys_known, concerned)
if missing then return missing end

if lesson then
  apply_lesson(lesson, hashes, now)
  if lesson.entry then append_entry(lesson.entry_action, lesson.entry) end
  -- What waits under locks that ended in the mapping comes before what is queued under it from now on.
  for _, order in ipairs(lesson.orders) do
    follow(inbound, order[1], order[2], now)
    follow(open_queue(request.reply_queue), order[1], order[2], now)
  end
end

if request.wish then note_wish(hashes[name][1], request.wish .. '\\n' .. request.sent) end
local contact = canonical_of(name)
local names = names_of(contact)
local wish = wish_of(hashes, names)
if wish and (split(wish)) == 'opt_out' then body = '{"optedOut":true,' .. string.sub(body, 2) end

local removed = removed_at(hashes, name)
local stored = call('HGET', key('mappings'), contact)
local is_locked = false
if stored then
  -- It was meant for a tenant that lost the contact, and is no business of the next one's.
  if predates(sent, removed) then return { 'unmapped' } end
elseif request.proposal then
  if predates(sent, removed) then return { 'unmapped' } end
  stored = request.proposal
  put_mapping(contact, stored, now)
  is_locked = true
else
  if request.hold and not predates(sent, removed) then hold_words(request.words, body, job_body, now) end
  return { 'unmapped' }
end

local mapping = cjson.decode(stored)
local tenant, generation = mapping[1], mapping[2]
local asked_for = request.proposal and cjson.decode(request.proposal)
if asked_for and asked_for[1] ~= tenant then
  note_contested(contact, tenant, asked_for[1], asked_for[4], now)
end

local has_file = false
local function put(id, identity, identity_key, content, job, job_content, trace)
  -- Each file has a line of its own.
  if job then
    local order = { id = job[1], identity = job[2], key = job[3], tenant = tenant, contact = contact,
      generation = job[2], body = job_content }
    enqueue(media, order, now, memory, false)
    has_file = true
  end
  local delivery = { id = id, identity = identity, key = identity_key, tenant = tenant, contact = contact,
    generation = generation, body = content, trace = trace }
  return (enqueue(inbound, delivery, now, memory, true))
end

-- Only a lock, or another name, can have first words to bring along: every message after it finds the mapping. What the
-- contact wrote to a tenant that lost it stays behind.
local words = {}
if is_locked or lesson or request.names then
  for _, each in ipairs(held_words(names)) do
    remove_words(each.number, each.header)
    if are_fresh(each.header, now) and not predates(tonumber(each.header[5]), removed) then table.insert(words, each) end
  end
end
local function put_words()
  for _, each in ipairs(words) do
    local h = each.header
    local job = h[8] and { h[8], h[9], h[10] } or nil
    put(h[6], h[3], h[4], each.body, job, each.job_body, h[7] ~= '' and h[7] or nil)
  end
end
local are_behind = asked_for and asked_for[1] == tenant
if not are_behind then put_words() end
local outcome = put(request.id, request.identity, request.key, body, request.job, job_body, request.trace)
if are_behind then put_words() end
return {
  'routed', contact, stored, is_locked and '1' or '0', outcome == 'first' and '1' or '0', text_of(#words),
  has_file and '1' or '0', lesson and '1' or '0'
}`,
};
