import { LONGEST_PROBE_INTERVAL_MS } from "@gateway-router/core";
import { QUEUE_LUA } from "./queue-lua.js";
import type { RedisScript } from "./script.js";

/** `queue, delivery (JSON without its body), body, memory in ms, whether generations are remembered` → `outcome, tenant` */
export const ENQUEUE: RedisScript = {
  name: "enqueue",
  kind: "writes",
  uses: [QUEUE_LUA],
  text: `
local delivery = cjson.decode(ARGV[2])
delivery.body = ARGV[3]
return { enqueue(open_queue(ARGV[1]), delivery, now_ms(), tonumber(ARGV[4]), ARGV[5] == '1') }`,
};

/** `queue, identity's key` → tenant */
export const RECALL: RedisScript = {
  name: "recall",
  kind: "reads",
  uses: [QUEUE_LUA],
  text: `return recall(open_queue(ARGV[1]), ARGV[2])`,
};

/**
 * `queue, limit, limit per tenant, lease in ms, beginning of its tokens, beginnings of tokens that were given out and lost
 * (JSON)` → `ms until something is due or nothing, claims…`; a claim is `record, state, token, age in ms, number of the
 * probe, whether others succeed`
 */
export const CLAIM_DUE: RedisScript = {
  name: "claim-due",
  kind: "frees",
  uses: [QUEUE_LUA],
  text: `
local q, now = open_queue(ARGV[1]), now_ms()
local limit, per_tenant, lease = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local lost = cjson.decode(ARGV[6])
if #lost > 0 then
  for _, generation in ipairs(call('ZRANGE', q.at .. 'leases', 0, -1)) do
    local line = call('HMGET', line_key(q, generation), 'tenant', 'lease_token', 'lease_probe')
    for _, beginning in ipairs(lost) do
      if string.sub(line[2], 1, #beginning) == beginning then
        give_probe_back(q, line[1], line[3], now)
        give_claim_back(q, generation, line[1], now)
        break
      end
    end
  end
end
fire_timers(q, now)
local claims = {}
while #claims < limit do
  local tenant = call('ZRANGE', q.at .. 'run', 0, 0)[1]
  if not tenant then break end
  -- Either way its turn is over: it comes back at the end, or when a claim of it is settled.
  call('ZREM', q.at .. 'run', tenant)
  local state = call('HMGET', tenant_key(q, tenant), 'in_flight', 'next_probe', 'failed_probes', 'taken')
  local is_paused = state[2]
  local is_too_early = is_paused and tonumber(is_paused) > now
  local generation
  if is_too_early then
    refresh(q, tenant, now)
  elseif tonumber(state[1] or '0') < per_tenant then
    generation = is_paused and untried(q, tenant) or call('ZRANGE', q.at .. 'ready:' .. tenant, 0, 0)[1]
  end
  if generation and call('EXISTS', list_key(q, generation)) == 0 then
    -- A line without deliveries, as a hand in the data may leave one, must not hold up all others.
    replace_head(q, generation, tenant, now)
    refresh(q, tenant, now)
    generation = nil
  end
  if generation then
    local token = ARGV[5] .. tostring(#claims)
    local number = call('LINDEX', list_key(q, generation), 0)
    local record = call('HGET', q.at .. 'deliveries', number)
    local enqueued = tonumber(header_of(record)[8])
    local taken_before = call('HGET', line_key(q, generation), 'taken_before')
    call('HSET', line_key(q, generation), 'lease_token', token, 'lease_until', text_of(now + lease),
      'lease_began', text_of(now), 'lease_head', number)
    call('ZADD', q.at .. 'leases', now + lease, generation)
    call('ZREM', q.at .. 'ready:' .. tenant, generation)
    call('HINCRBY', tenant_key(q, tenant), 'in_flight', 1)
    local probe = 0
    if is_paused then
      probe = tonumber(state[3]) + 1
      call('HSET', line_key(q, generation), 'lease_probe', '1')
      -- One probe at a time, unless it takes so long that it says nothing, or a contact comes that was not tried yet.
      call('HSET', tenant_key(q, tenant), 'next_probe', text_of(now + ${LONGEST_PROBE_INTERVAL_MS}))
    end
    local others = taken_before and tonumber(state[4] or '0') > tonumber(taken_before)
    local age = math.max(0, now - enqueued - held_ms(q, tenant, enqueued, now))
    table.insert(claims, {
      record, call('HGET', q.at .. 'states', number) or '', token, text_of(age), text_of(probe), others and '1' or '0'
    })
    refresh(q, tenant, now)
  end
end
local due
for _, timers in ipairs({ 'leases', 'wake', 'probes' }) do
  local at = tonumber(call('ZRANGE', q.at .. timers, 0, 0, 'WITHSCORES')[2])
  if at and (not due or at < due) then due = at end
end
table.insert(claims, 1, due and text_of(math.max(0, due - now)) or '')
return claims`,
};

/** `queue, beginning of tokens` → how many claims were given back */
export const GIVE_CLAIMS_BACK: RedisScript = {
  name: "give-claims-back",
  kind: "frees",
  uses: [QUEUE_LUA],
  text: `
local q, now, beginning, given = open_queue(ARGV[1]), now_ms(), ARGV[2], 0
for _, generation in ipairs(call('ZRANGE', q.at .. 'leases', 0, -1)) do
  local line = call('HMGET', line_key(q, generation), 'tenant', 'lease_token', 'lease_probe')
  if string.sub(line[2], 1, #beginning) == beginning then
    give_probe_back(q, line[1], line[3], now)
    give_claim_back(q, generation, line[1], now)
    given = given + 1
  end
end
return given`,
};

/**
 * `queue, generation, token, kind, cause, delay in ms, floor in ms or nothing, error or nothing, reason, what it waits for`
 * → `stale`, `settled`, `paused` or `resumed`
 */
export const SETTLE: RedisScript = {
  name: "settle",
  kind: "frees",
  uses: [QUEUE_LUA],
  text: `
local q, now, generation = open_queue(ARGV[1]), now_ms(), ARGV[2]
local kind, cause, delay, reason = ARGV[4], ARGV[5], tonumber(ARGV[6]) or 0, ARGV[9]
local error = ARGV[8] ~= '' and ARGV[8] or nil
local line = call('HMGET', line_key(q, generation), 'tenant', 'lease_token', 'lease_until', 'lease_began',
  'lease_probe', 'lease_head', 'taken_before', 'floor')
local tenant = line[1]
if not tenant or line[2] ~= ARGV[3] or tonumber(line[3]) <= now then return 'stale' end
local lease = { began = tonumber(line[4]), is_probe = line[5] }
local number = call('LINDEX', list_key(q, generation), 0)
local was_paused = next_probe(q, tenant)
end_lease(q, generation, tenant)
-- It was erased while it was claimed.
if number ~= line[6] then
  replace_head(q, generation, tenant, now)
  refresh(q, tenant, now)
  forget_if_idle(q, tenant)
  return 'stale'
end

if kind == 'delivered' then
  call('LPOP', list_key(q, generation))
  remove_delivery(q, tenant, number)
  call('HINCRBY', tenant_key(q, tenant), 'taken', 1)
  replace_head(q, generation, tenant, now)
  call('DEL', q.at .. 'failing:' .. tenant)
  resume(q, tenant)
elseif kind == 'dead' then
  call('LPOP', list_key(q, generation))
  bury(q, tenant, number, reason, error ~= nil, error, now)
  replace_head(q, generation, tenant, now)
  if reason == 'refused' then
    resume(q, tenant)
  elseif not error then
    give_probe_back(q, tenant, lease.is_probe, now)
  end
elseif kind == 'retry' then
  local state = state_of(q, number)
  state.attempts = state.attempts + 1
  state.counted = state.counted + (lease.is_probe and 0 or 1)
  state.refusals = state.refusals + (cause == 'refused' and 1 or 0)
  state.error = ARGV[8]
  state.waiting_for = nil
  call('HSET', q.at .. 'states', number, cjson.encode(state))
  local floor = ARGV[7] ~= '' and now + tonumber(ARGV[7]) or 0
  -- The others need not wait any longer; this line's own delay begins now.
  if cause == 'refused' then resume(q, tenant) end
  call('HSET', line_key(q, generation), 'due', text_of(now + delay), 'floor', text_of(floor), 'failed', '1')
  if not line[7] then
    call('HSET', line_key(q, generation), 'taken_before', call('HGET', tenant_key(q, tenant), 'taken') or '0')
  end
  if cause == 'unreachable' then note_failure(q, generation, tenant, lease, delay, now) end
  make_ready(q, generation, tenant, now, now + delay, floor)
elseif kind == 'postponed' then
  local state = state_of(q, number)
  state.waiting_for = ARGV[10]
  call('HSET', q.at .. 'states', number, cjson.encode(state))
  call('HSET', line_key(q, generation), 'due', text_of(now + delay), 'floor', text_of(now + delay))
  give_probe_back(q, tenant, lease.is_probe, now)
  make_ready(q, generation, tenant, now, now + delay, now + delay)
else
  give_probe_back(q, tenant, lease.is_probe, now)
  make_ready(q, generation, tenant, now, now, tonumber(line[8]))
end
refresh(q, tenant, now)
local is_paused = next_probe(q, tenant)
forget_if_idle(q, tenant)
if was_paused and not is_paused then return 'resumed' end
if is_paused and not was_paused then return 'paused' end
return 'settled'`,
};

/** `queue, tenant` */
export const HOLD_TENANT: RedisScript = {
  name: "hold-tenant",
  kind: "frees",
  uses: [QUEUE_LUA],
  text: `
local q, now, tenant = open_queue(ARGV[1]), now_ms(), ARGV[2]
if call('HSETNX', tenant_key(q, tenant), 'held_since', text_of(now)) == 1 then
  call('SADD', q.at .. 'held', tenant)
  refresh(q, tenant, now)
end`,
};

/** `queue, tenant` */
export const RELEASE_TENANT: RedisScript = {
  name: "release-tenant",
  kind: "frees",
  uses: [QUEUE_LUA],
  text: `
local q, now, tenant = open_queue(ARGV[1]), now_ms(), ARGV[2]
local since = call('HGET', tenant_key(q, tenant), 'held_since')
if not since then return end
add_hold(q, tenant, tonumber(since), now)
call('HDEL', tenant_key(q, tenant), 'held_since')
call('SREM', q.at .. 'held', tenant)
refresh(q, tenant, now)
forget_if_idle(q, tenant)`,
};

/** `queue` → tenants */
export const HELD_TENANTS: RedisScript = {
  name: "held-tenants",
  kind: "reads",
  uses: [QUEUE_LUA],
  text: `return call('SMEMBERS', open_queue(ARGV[1]).at .. 'held')`,
};

/** `queue` → tenants */
export const PAUSED_TENANTS: RedisScript = {
  name: "paused-tenants",
  kind: "reads",
  uses: [QUEUE_LUA],
  text: `return call('SMEMBERS', open_queue(ARGV[1]).at .. 'paused')`,
};

/** `queue, line, the line before it` */
export const FOLLOW: RedisScript = {
  name: "follow",
  kind: "writes",
  uses: [QUEUE_LUA],
  text: `follow(open_queue(ARGV[1]), ARGV[2], ARGV[3], now_ms())`,
};

/** `queue, generation, reason, at most` → how many were buried; the head, while it is being attempted, ends as its settlement says */
export const RETIRE: RedisScript = {
  name: "retire",
  kind: "writes",
  uses: [QUEUE_LUA],
  text: `
local q, now, generation, most = open_queue(ARGV[1]), now_ms(), ARGV[2], tonumber(ARGV[4])
local tenant = call('HGET', line_key(q, generation), 'tenant')
if not tenant then return 0 end
local is_kept = is_claimed(q, generation, now)
if not is_kept and call('HEXISTS', line_key(q, generation), 'lease_token') == 1 then
  end_lease(q, generation, tenant)
end
local first = is_kept and call('LINDEX', list_key(q, generation), 0) == call('HGET', line_key(q, generation), 'lease_head')
  and 1 or 0
local numbers = call('LRANGE', list_key(q, generation), first, first + most - 1)
for _, number in ipairs(numbers) do
  bury(q, tenant, number, ARGV[3], false, nil, now)
  call('LREM', list_key(q, generation), 1, number)
end
if not is_kept then
  replace_head(q, generation, tenant, now)
  refresh(q, tenant, now)
  forget_if_idle(q, tenant)
end
return #numbers`,
};

/**
 * `queue, oldest age in ms, longest held time in ms, lines to skip, lines to look at, at most buried` → `how many were buried, how
 * many of the lines stay as old, whether there are more lines`
 */
export const EXPIRE: RedisScript = {
  name: "expire",
  kind: "writes",
  uses: [QUEUE_LUA],
  text: `
local q, now, max_age, max_held = open_queue(ARGV[1]), now_ms(), tonumber(ARGV[2]), tonumber(ARGV[3])
local most, buried, stay = tonumber(ARGV[6]), 0, 0
local before = text_of(now - math.min(max_age, max_held) - 1)
local lines = call('ZRANGEBYSCORE', q.at .. 'ages', '-inf', before, 'LIMIT', ARGV[4], ARGV[5])
for _, generation in ipairs(lines) do
  local tenant = call('HGET', line_key(q, generation), 'tenant')
  local was_buried = false
  local is_old = false
  while buried < most and not is_claimed(q, generation, now) do
    local number = call('LINDEX', list_key(q, generation), 0)
    if not number then break end
    local enqueued = tonumber(header_of(call('HGET', q.at .. 'deliveries', number))[8])
    local held = held_ms(q, tenant, enqueued, now)
    is_old = held > max_held or now - enqueued - held > max_age
    if not is_old then break end
    if call('HEXISTS', line_key(q, generation), 'lease_token') == 1 then end_lease(q, generation, tenant) end
    call('LPOP', list_key(q, generation))
    bury(q, tenant, number, 'expired', false, nil, now)
    buried = buried + 1
    was_buried = true
  end
  if was_buried then
    replace_head(q, generation, tenant, now)
    refresh(q, tenant, now)
    forget_if_idle(q, tenant)
  end
  if buried >= most then return { text_of(buried), text_of(stay), '1' } end
  local age = call('ZSCORE', q.at .. 'ages', generation)
  if age and tonumber(age) <= tonumber(before) then stay = stay + 1 end
end
return { text_of(buried), text_of(stay), #lines == tonumber(ARGV[5]) and '1' or '0' }`,
};

/** `queue, pending or dead, number after which it begins, at most, tenant or nothing` → `number, record, state` of each */
export const LIST_DELIVERIES: RedisScript = {
  name: "list-deliveries",
  kind: "reads",
  uses: [QUEUE_LUA],
  text: `
local q, list, tenant = open_queue(ARGV[1]), ARGV[2], ARGV[5]
local order = q.at .. (list == 'dead' and 'dead-order' or 'pending') .. (tenant ~= '' and ':' .. tenant or '')
local page = {}
for _, number in ipairs(call('ZRANGEBYSCORE', order, '(' .. ARGV[3], '+inf', 'LIMIT', '0', ARGV[4])) do
  local record, state
  if list == 'dead' then
    state, record = split(call('HGET', q.at .. 'dead', number))
  else
    record, state = call('HGET', q.at .. 'deliveries', number), call('HGET', q.at .. 'states', number)
  end
  table.insert(page, { number, record, state or '' })
end
return page`,
};

/** `queue, id` → `record, state` */
export const FIND_DEAD_LETTER: RedisScript = {
  name: "find-dead-letter",
  kind: "reads",
  uses: [QUEUE_LUA],
  text: `
local q = open_queue(ARGV[1])
local number = call('HGET', q.at .. 'dead-ids', ARGV[2])
if not number then return nil end
local state, record = split(call('HGET', q.at .. 'dead', number))
return { record, state }`,
};

/** `queue, id, tenant, contact, generation, whether generations are remembered` → whether there was one */
export const REPLAY: RedisScript = {
  name: "replay",
  kind: "writes",
  uses: [QUEUE_LUA],
  text: `
local q = open_queue(ARGV[1])
local number = call('HGET', q.at .. 'dead-ids', ARGV[2])
if not number then return 0 end
local _, record = take_dead(q, number)
local _, body = split(record)
local header = header_of(record)
local has_begun = ARGV[6] == '1' and not begin_generation(q, ARGV[5])
local is_first = not has_begun
if header[5] == ARGV[5] then is_first = header[6] == '1' end
append(q, {
  id = header[1], identity = header[2], tenant = ARGV[3], contact = ARGV[4], generation = ARGV[5], body = body,
  trace = header[9]
}, is_first, true, now_ms())
return 1`,
};

/**
 * `queue, pending or dead, number after which it begins, how many are looked at, taken in by then in ms, contacts (JSON)` →
 * `how many were erased, the last number looked at or nothing`
 */
export const ERASE: RedisScript = {
  name: "erase",
  kind: "frees",
  uses: [QUEUE_LUA],
  text: `
local q, now, list, until_ms = open_queue(ARGV[1]), now_ms(), ARGV[2], tonumber(ARGV[5])
local contacts = {}
for _, contact in ipairs(cjson.decode(ARGV[6])) do contacts[contact] = true end
local order = q.at .. (list == 'dead' and 'dead-order' or 'pending')
local numbers = call('ZRANGEBYSCORE', order, '(' .. ARGV[3], '+inf', 'LIMIT', '0', ARGV[4])
local erased = 0
for _, number in ipairs(numbers) do
  local record = call('HGET', q.at .. (list == 'dead' and 'dead' or 'deliveries'), number)
  if list == 'dead' then local _, inner = split(record) record = inner end
  local header = header_of(record)
  if contacts[header[4]] and tonumber(header[8]) <= until_ms then
    erased = erased + 1
    if list == 'dead' then
      take_dead(q, number)
    else
      local tenant, generation = header[3], header[5]
      local was_head = call('LINDEX', list_key(q, generation), 0) == number
      call('LREM', list_key(q, generation), 1, number)
      remove_delivery(q, tenant, number)
      -- The settlement of one that is claimed is stale, and ends its lease.
      if was_head and call('HEXISTS', line_key(q, generation), 'lease_token') == 0 then
        replace_head(q, generation, tenant, now)
        refresh(q, tenant, now)
        forget_if_idle(q, tenant)
      end
    end
  end
end
return { text_of(erased), numbers[#numbers] or '' }`,
};

/** `queue, died longer ago than that in ms, at most` → how many were removed */
export const PRUNE_DEAD_LETTERS: RedisScript = {
  name: "prune-dead-letters",
  kind: "frees",
  uses: [QUEUE_LUA],
  text: `
local q, before, pruned = open_queue(ARGV[1]), now_ms() - tonumber(ARGV[2]), 0
-- They are numbered in the order of their deaths, so that the first young one ends it.
for _, number in ipairs(call('ZRANGE', q.at .. 'dead-order', 0, tonumber(ARGV[3]) - 1)) do
  local state = cjson.decode((split(call('HGET', q.at .. 'dead', number))))
  if tonumber(state.died) >= before then break end
  take_dead(q, number)
  pruned = pruned + 1
end
return pruned`,
};

/** `queue` → `pending, dead, paused tenants, held tenants, when the oldest head came or nothing` */
export const COUNTS: RedisScript = {
  name: "counts",
  kind: "reads",
  uses: [QUEUE_LUA],
  text: `
local q = open_queue(ARGV[1])
local oldest = call('ZRANGE', q.at .. 'ages', 0, 0, 'WITHSCORES')[2]
return {
  text_of(call('ZCARD', q.at .. 'pending')), text_of(call('ZCARD', q.at .. 'dead-order')),
  text_of(call('SCARD', q.at .. 'paused')), text_of(call('SCARD', q.at .. 'held')), oldest or ''
}`,
};
