import type { RedisScript } from "./script.js";

/** How long the content of a removed file can still be read by who has it open. */
const REMOVED_READABLE_SECONDS = 600;

/**
 * Contacts' files. Keys: `media`: id → contact, upload or nothing, size, when it was kept, then the record, each in a line;
 * `media-tenants`: id → who may open it; `media-order`: ids in the order of their coming; `media-kept`: those with content;
 * `media-of:<contact>`: ids; `media-bytes`: size of all content; `media-chunks:<upload>`: content in pieces; `media-numbers`.
 */
const MEDIA_LUA = `
local function media_fields(stored)
  local contact, upload, size, kept_at, record = string.match(stored, '^([^\\n]*)\\n([^\\n]*)\\n(%d+)\\n(%d+)\\n(.*)$')
  return { contact = contact, upload = upload, size = tonumber(size), kept_at = tonumber(kept_at), record = record }
end

local function remove_media(id)
  local stored = call('HGET', key('media'), id)
  if not stored then return 0 end
  local file = media_fields(stored)
  call('HDEL', key('media'), id)
  call('HDEL', key('media-tenants'), id)
  call('ZREM', key('media-order'), id)
  call('ZREM', key('media-kept'), id)
  call('SREM', key('media-of:' .. file.contact), id)
  if file.upload ~= '' then
    call('DECRBY', key('media-bytes'), text_of(file.size))
    call('EXPIRE', key('media-chunks:' .. file.upload), '${REMOVED_READABLE_SECONDS}')
  end
  return 1
end`;

/**
 * `id, record (JSON), contact, upload or nothing, size, room for all of them` → `record, how many were removed for want of room`; the
 * record is the one that was there before, where there was one
 */
export const ADD_MEDIA: RedisScript = {
  name: "add-media",
  kind: "writes",
  uses: [MEDIA_LUA],
  text: `
local id, record, contact, upload, size, room = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local known = call('HGET', key('media'), id)
if known then
  if upload ~= '' then call('UNLINK', key('media-chunks:' .. upload)) end
  return { media_fields(known).record, '0' }
end
local removed = 0
if upload ~= '' then
  while (tonumber(call('GET', key('media-bytes'))) or 0) + size > room do
    local oldest = call('ZRANGE', key('media-kept'), 0, 0)[1]
    if not oldest then break end
    removed = removed + remove_media(oldest)
  end
end
local number = call('INCR', key('media-numbers'))
local head = { contact, upload, text_of(size), text_of(now_ms()) }
call('HSET', key('media'), id, table.concat(head, '\\n') .. '\\n' .. record)
call('ZADD', key('media-order'), number, id)
call('SADD', key('media-of:' .. contact), id)
if upload ~= '' then
  call('ZADD', key('media-kept'), number, id)
  call('INCRBY', key('media-bytes'), text_of(size))
  call('PERSIST', key('media-chunks:' .. upload))
end
return { record, text_of(removed) }`,
};

/** `id` → `record, upload or nothing, who may open it or nothing, when it was kept`, or nothing */
export const FIND_MEDIA: RedisScript = {
  name: "find-media",
  kind: "reads",
  uses: [MEDIA_LUA],
  text: `
local stored = call('HGET', key('media'), ARGV[1])
if not stored then return nil end
local file = media_fields(stored)
return { file.record, file.upload, call('HGET', key('media-tenants'), ARGV[1]) or '', text_of(file.kept_at) }`,
};

/** `id, tenant` → record, or nothing */
export const HAND_MEDIA_TO: RedisScript = {
  name: "hand-media-to",
  kind: "frees",
  uses: [MEDIA_LUA],
  text: `
local stored = call('HGET', key('media'), ARGV[1])
if not stored then return nil end
local file = media_fields(stored)
if file.upload ~= '' and call('HGET', key('media-tenants'), ARGV[1]) ~= ARGV[2] then
  call('HSET', key('media-tenants'), ARGV[1], ARGV[2])
end
return file.record`,
};

/** `contacts…` → `record, who may open it or nothing, when it was kept…` */
export const MEDIA_OF_CONTACTS: RedisScript = {
  name: "media-of-contacts",
  kind: "reads",
  uses: [MEDIA_LUA],
  text: `
local reply = {}
for _, contact in ipairs(ARGV) do
  for _, id in ipairs(call('SMEMBERS', key('media-of:' .. contact))) do
    local file = media_fields(call('HGET', key('media'), id))
    table.insert(reply, file.record)
    table.insert(reply, call('HGET', key('media-tenants'), id) or '')
    table.insert(reply, text_of(file.kept_at))
  end
end
return reply`,
};

/** `id` */
export const REMOVE_MEDIA: RedisScript = {
  name: "remove-media",
  kind: "frees",
  uses: [MEDIA_LUA],
  text: `return remove_media(ARGV[1])`,
};

/** `older than that in ms, at most` → how many were removed */
export const PRUNE_MEDIA: RedisScript = {
  name: "prune-media",
  kind: "frees",
  uses: [MEDIA_LUA],
  text: `
local oldest, pruned = now_ms() - tonumber(ARGV[1]), 0
for _, id in ipairs(call('ZRANGE', key('media-order'), 0, tonumber(ARGV[2]) - 1)) do
  if media_fields(call('HGET', key('media'), id)).kept_at >= oldest then break end
  pruned = pruned + remove_media(id)
end
return pruned`,
};
