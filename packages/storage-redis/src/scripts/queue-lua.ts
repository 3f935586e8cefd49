import { FAILING_CONTACTS_TO_PAUSE, LONGEST_PROBE_INTERVAL_MS } from "@gateway-router/core";

/** Ended holds that are kept of a tenant; the oldest one beyond counts as ordinary time. */
const MOST_HOLDS = 100;
/** Lines that the beginning of a pause moves; those beyond wait for their own time. */
const MOST_MOVED = 10_000;
/** Timers that one look fires, so that it blocks nobody for long; the next look goes on. */
const MOST_FIRED = 1_000;

/**
 * What core's `DeliverySchedule` does in memory for one process, done in the engine for all. Keys of a queue, under
 * `q:<name>:`:
 *
 * - `numbers`, `turns`: counters; `deliveries`: number → header and body; `states`: number → what attempts made of it;
 * - `pending`, `pending:<tenant>`: numbers of what waits or is claimed, in their order;
 * - `waiting:<generation>`: the line, a list of numbers; `line:<generation>`: the state of its head, with its lease;
 * - `ready:<tenant>`: lines to be attempted, by turn; `wake`, `wake:<tenant>`: lines by when they become ready; `leases`:
 *   claimed lines by when that ends; `parked:<tenant>`: lines that wait for others (`before:`, `after:<generation>`);
 * - `failing:<tenant>`: lines whose last attempt found the tenant away; `ages`: lines by when their heads came;
 * - `tenant:<tenant>`: counts, pause and hold; `run`: tenants with something to claim, by turn; `probes`: paused ones by
 *   when their probes are due; `paused`, `held`;
 * - `dead`, `dead-order`, `dead-order:<tenant>`, `dead-ids`: dead letters; `begun:<bucket>`: generations that had a
 *   delivery; `ids:0`, `ids:1`, `ids-turn`: the duplicate memory, see `remember`.
 */
export const QUEUE_LUA = `
local function open_queue(name) return { at = key('q:' .. name .. ':') } end
local function tenant_key(q, tenant) return q.at .. 'tenant:' .. tenant end
local function line_key(q, generation) return q.at .. 'line:' .. generation end
local function list_key(q, generation) return q.at .. 'waiting:' .. generation end
local function next_turn(q) return call('INCR', q.at .. 'turns') end

local function next_probe(q, tenant) return tonumber(call('HGET', tenant_key(q, tenant), 'next_probe')) end

-- Header: id, identity, tenant, contact, generation, whether it is the first, whether it was replayed, when it came, and its
-- trace, where it has one.
local function header_of(record) return cjson.decode((split(record))) end

-- Puts the line where it belongs: among the ready ones, behind a time, or aside while another line must come first. A
-- paused tenant's lines wait for probes, not for their own time.
local function make_ready(q, generation, tenant, now, due, floor)
  local wake = next_probe(q, tenant) and floor or math.max(due, floor)
  call('ZREM', q.at .. 'ready:' .. tenant, generation)
  call('ZREM', q.at .. 'wake', generation)
  call('ZREM', q.at .. 'wake:' .. tenant, generation)
  if call('EXISTS', q.at .. 'before:' .. generation) == 1 then
    call('SADD', q.at .. 'parked:' .. tenant, generation)
    call('SREM', q.at .. 'failing:' .. tenant, generation)
    return
  end
  call('SREM', q.at .. 'parked:' .. tenant, generation)
  if wake > now then
    call('ZADD', q.at .. 'wake', wake, generation)
    call('ZADD', q.at .. 'wake:' .. tenant, wake, generation)
  else
    call('ZADD', q.at .. 'ready:' .. tenant, next_turn(q), generation)
  end
end

-- Puts the tenant where it belongs: among those to claim from, behind its probe's time, or nowhere.
local function refresh(q, tenant, now)
  local state = call('HMGET', tenant_key(q, tenant), 'held_since', 'next_probe')
  if state[1] or call('EXISTS', q.at .. 'ready:' .. tenant) == 0 then
    call('ZREM', q.at .. 'run', tenant)
    call('ZREM', q.at .. 'probes', tenant)
  elseif state[2] and tonumber(state[2]) > now then
    call('ZREM', q.at .. 'run', tenant)
    call('ZADD', q.at .. 'probes', state[2], tenant)
  else
    call('ZREM', q.at .. 'probes', tenant)
    call('ZADD', q.at .. 'run', 'NX', next_turn(q), tenant)
  end
end

-- A line comes in, or need not wait for another any longer. Too few contacts have failed to say that the tenant is down
-- rather than that their messages are bad: a contact that was not tried yet must not wait for them.
local function enter(q, generation, tenant, now, due, floor, has_failed)
  make_ready(q, generation, tenant, now, due, floor)
  local probe_at = next_probe(q, tenant)
  if probe_at and call('SISMEMBER', q.at .. 'parked:' .. tenant, generation) == 0 then
    if has_failed then
      call('SADD', q.at .. 'failing:' .. tenant, generation)
    elseif call('SCARD', q.at .. 'failing:' .. tenant) < ${FAILING_CONTACTS_TO_PAUSE} and probe_at > now then
      call('HSET', tenant_key(q, tenant), 'next_probe', text_of(now))
    end
  end
  refresh(q, tenant, now)
end

-- The line is empty: those that waited for it alone need not wait any longer.
local function remove_line(q, generation, tenant, now)
  call('DEL', line_key(q, generation), list_key(q, generation))
  call('ZREM', q.at .. 'ready:' .. tenant, generation)
  call('ZREM', q.at .. 'wake', generation)
  call('ZREM', q.at .. 'wake:' .. tenant, generation)
  call('ZREM', q.at .. 'ages', generation)
  call('SREM', q.at .. 'failing:' .. tenant, generation)
  call('SREM', q.at .. 'parked:' .. tenant, generation)
  call('HINCRBY', tenant_key(q, tenant), 'lines', -1)
  local followers = call('SMEMBERS', q.at .. 'after:' .. generation)
  call('DEL', q.at .. 'after:' .. generation)
  for _, follower in ipairs(followers) do
    call('SREM', q.at .. 'before:' .. follower, generation)
    if call('EXISTS', q.at .. 'before:' .. follower) == 0 then
      local line = call('HMGET', line_key(q, follower), 'tenant', 'due', 'floor', 'failed', 'lease_token')
      if line[1] and not line[5] then
        enter(q, follower, line[1], now, tonumber(line[2]), tonumber(line[3]), line[4])
      end
    end
  end
end

-- The head is gone, or another one: the next one's turn comes, or the line ends.
local function replace_head(q, generation, tenant, now)
  call('SREM', q.at .. 'failing:' .. tenant, generation)
  local head = call('LINDEX', list_key(q, generation), 0)
  if not head then return remove_line(q, generation, tenant, now) end
  local enqueued = header_of(call('HGET', q.at .. 'deliveries', head))[8]
  call('HDEL', line_key(q, generation), 'taken_before', 'failed')
  call('HSET', line_key(q, generation), 'due', enqueued, 'floor', '0')
  call('ZADD', q.at .. 'ages', enqueued, generation)
  make_ready(q, generation, tenant, now, tonumber(enqueued), 0)
end

-- Ends the pause of a tenant for which nothing waits, and forgets when it was held, which matters to nobody then.
local function forget_if_idle(q, tenant)
  local state = call('HMGET', tenant_key(q, tenant), 'lines', 'held_since')
  if state[2] or tonumber(state[1] or '0') > 0 then return end
  call('DEL', tenant_key(q, tenant), q.at .. 'failing:' .. tenant)
  call('ZREM', q.at .. 'run', tenant)
  call('ZREM', q.at .. 'probes', tenant)
  call('SREM', q.at .. 'paused', tenant)
end

local function end_lease(q, generation, tenant)
  local fields = { 'lease_token', 'lease_until', 'lease_began', 'lease_probe', 'lease_head' }
  call('HDEL', line_key(q, generation), unpack(fields))
  call('ZREM', q.at .. 'leases', generation)
  call('HINCRBY', tenant_key(q, tenant), 'in_flight', -1)
end

-- A lease ran out, or is given back without an attempt. The delivery may have been erased meanwhile.
local function give_claim_back(q, generation, tenant, now)
  local line = call('HMGET', line_key(q, generation), 'lease_head', 'floor')
  end_lease(q, generation, tenant)
  if call('LINDEX', list_key(q, generation), 0) ~= line[1] then
    replace_head(q, generation, tenant, now)
  else
    make_ready(q, generation, tenant, now, now, tonumber(line[2]))
  end
  refresh(q, tenant, now)
  forget_if_idle(q, tenant)
end

-- What became due since somebody looked last.
local function fire_timers(q, now)
  local span = { '-inf', text_of(now), 'LIMIT', '0', '${MOST_FIRED}' }
  for _, generation in ipairs(call('ZRANGEBYSCORE', q.at .. 'leases', unpack(span))) do
    give_claim_back(q, generation, call('HGET', line_key(q, generation), 'tenant'), now)
  end
  for _, generation in ipairs(call('ZRANGEBYSCORE', q.at .. 'wake', unpack(span))) do
    local tenant = call('HGET', line_key(q, generation), 'tenant')
    make_ready(q, generation, tenant, now, now, 0)
    refresh(q, tenant, now)
  end
  for _, tenant in ipairs(call('ZRANGEBYSCORE', q.at .. 'probes', unpack(span))) do refresh(q, tenant, now) end
end

local function give_probe_back(q, tenant, was_probe, now)
  if was_probe and next_probe(q, tenant) then call('HSET', tenant_key(q, tenant), 'next_probe', text_of(now)) end
end

-- The tenant answered. What waits while it is paused waits only for what it asked to be spared until, so that the end of
-- the pause touches no line.
local function resume(q, tenant)
  if not next_probe(q, tenant) then return end
  call('HDEL', tenant_key(q, tenant), 'next_probe', 'failed_probes')
  call('SREM', q.at .. 'paused', tenant)
  call('DEL', q.at .. 'failing:' .. tenant)
end

-- Whether so few contacts failed that it may be their messages' fault, and another one waits that was not tried. Answers it.
local function untried(q, tenant)
  if call('SCARD', q.at .. 'failing:' .. tenant) >= ${FAILING_CONTACTS_TO_PAUSE} then return nil end
  local first = call('ZRANGE', q.at .. 'ready:' .. tenant, 0, ${FAILING_CONTACTS_TO_PAUSE - 1})
  for _, generation in ipairs(first) do
    if call('SISMEMBER', q.at .. 'failing:' .. tenant, generation) == 0 then return generation end
  end
  return nil
end

-- From now on the tenant's lines wait for probes: those that wait for a retry come behind those that wait for a first try.
local function pause(q, tenant, probe_at, now)
  call('HSET', tenant_key(q, tenant), 'next_probe', text_of(probe_at), 'failed_probes', '0')
  call('SADD', q.at .. 'paused', tenant)
  for _, generation in ipairs(call('ZRANGE', q.at .. 'wake:' .. tenant, 0, ${MOST_MOVED - 1})) do
    make_ready(q, generation, tenant, now, now, tonumber(call('HGET', line_key(q, generation), 'floor')))
  end
end

local function note_failure(q, generation, tenant, lease, delay, now)
  call('SADD', q.at .. 'failing:' .. tenant, generation)
  -- From the attempt's start: a tenant that lets attempts time out is not probed the more seldom for it.
  local probe_at = math.max(now, lease.began + math.min(delay, ${LONGEST_PROBE_INTERVAL_MS}))
  if next_probe(q, tenant) then
    -- An attempt that was under way when the pause began says nothing new.
    if not lease.is_probe then return end
    call('HINCRBY', tenant_key(q, tenant), 'failed_probes', 1)
    call('HSET', tenant_key(q, tenant), 'next_probe', text_of(untried(q, tenant) and now or probe_at))
    return
  end
  local lines = tonumber(call('HGET', tenant_key(q, tenant), 'lines') or '0')
  local triable = lines - call('SCARD', q.at .. 'parked:' .. tenant)
  if call('SCARD', q.at .. 'failing:' .. tenant) >= math.min(${FAILING_CONTACTS_TO_PAUSE}, triable) then
    pause(q, tenant, probe_at, now)
  end
end

local function held_ms(q, tenant, from, to)
  local state = call('HMGET', tenant_key(q, tenant), 'held_since', 'holds')
  local held = 0
  local add = function(a, b) held = held + math.max(0, math.min(b, to) - math.max(a, from)) end
  if state[1] then add(tonumber(state[1]), to) end
  if state[2] then
    for a, b in string.gmatch(state[2], '(%d+)-(%d+)') do add(tonumber(a), tonumber(b)) end
  end
  return held
end

local function add_hold(q, tenant, from, to)
  local holds = call('HGET', tenant_key(q, tenant), 'holds') or ''
  local kept = {}
  for hold in string.gmatch(holds .. text_of(from) .. '-' .. text_of(to) .. ' ', '[^ ]+') do table.insert(kept, hold) end
  while #kept > ${MOST_HOLDS} do table.remove(kept, 1) end
  call('HSET', tenant_key(q, tenant), 'holds', table.concat(kept, ' ') .. ' ')
end

-- Which message went to which tenant is remembered for the memory's time at least, and at most twice as long: of two
-- hashes one is written for that time, then the other one is emptied and takes its turn.
local function recall(q, identity)
  return call('HGET', q.at .. 'ids:0', identity) or call('HGET', q.at .. 'ids:1', identity)
end

local function remember(q, identity, tenant, now, memory)
  local turn = call('HMGET', q.at .. 'ids-turn', 'current', 'since')
  local current = turn[1]
  if not current or now - tonumber(turn[2]) > memory then
    current = current == '0' and '1' or '0'
    call('UNLINK', q.at .. 'ids:' .. current)
    call('HSET', q.at .. 'ids-turn', 'current', current, 'since', text_of(now))
  end
  call('HSET', q.at .. 'ids:' .. current, identity, tenant)
end

-- Whether the generation had no delivery before. In small hashes, which cost a third of one large set.
local function begin_generation(q, generation)
  return call('HSETNX', q.at .. 'begun:' .. string.sub(redis.sha1hex(generation), 1, 4), generation, '') == 1
end

-- Puts a delivery at the end of its line.
local function append(q, d, is_first, is_replayed, now)
  local number = call('INCR', q.at .. 'numbers')
  local first, replayed = is_first and '1' or '0', is_replayed and '1' or '0'
  local header = { d.id, d.identity, d.tenant, d.contact, d.generation, first, replayed, text_of(now) }
  if d.trace then table.insert(header, d.trace) end
  call('HSET', q.at .. 'deliveries', number, cjson.encode(header) .. '\\n' .. d.body)
  call('ZADD', q.at .. 'pending', number, number)
  call('ZADD', q.at .. 'pending:' .. d.tenant, number, number)
  call('RPUSH', list_key(q, d.generation), number)
  if call('EXISTS', line_key(q, d.generation)) == 1 then return end
  call('HSET', line_key(q, d.generation), 'tenant', d.tenant, 'due', text_of(now), 'floor', '0')
  call('ZADD', q.at .. 'ages', now, d.generation)
  call('HINCRBY', tenant_key(q, d.tenant), 'lines', 1)
  enter(q, d.generation, d.tenant, now, now, 0, false)
end

-- Answers 'first' or 'enqueued', or 'duplicate' and whose it is. "key" stands for the identity in the duplicate memory.
local function enqueue(q, d, now, memory, remembers)
  local known = recall(q, d.key)
  if known then return 'duplicate', known end
  remember(q, d.key, d.tenant, now, memory)
  local is_first = not remembers or begin_generation(q, d.generation)
  append(q, d, is_first, false, now)
  return is_first and 'first' or 'enqueued'
end

local function remove_delivery(q, tenant, number)
  call('HDEL', q.at .. 'deliveries', number)
  call('HDEL', q.at .. 'states', number)
  call('ZREM', q.at .. 'pending', number)
  call('ZREM', q.at .. 'pending:' .. tenant, number)
end

local function state_of(q, number)
  local state = call('HGET', q.at .. 'states', number)
  return state and cjson.decode(state) or { attempts = 0, counted = 0, refusals = 0 }
end

-- Makes a dead letter of it. "attempted": whether it dies by an attempt just made, which then counts.
local function bury(q, tenant, number, reason, attempted, error, now)
  local record = call('HGET', q.at .. 'deliveries', number)
  local state = state_of(q, number)
  state.attempts = state.attempts + (attempted and 1 or 0)
  state.error = error or state.error
  state.waiting_for = nil
  state.reason = reason
  state.died = text_of(now)
  remove_delivery(q, tenant, number)
  local dead = call('INCR', q.at .. 'numbers')
  call('HSET', q.at .. 'dead', dead, cjson.encode(state) .. '\\n' .. record)
  call('HSET', q.at .. 'dead-ids', header_of(record)[1], dead)
  call('ZADD', q.at .. 'dead-order', dead, dead)
  call('ZADD', q.at .. 'dead-order:' .. tenant, dead, dead)
end

-- Answers its state and its record.
local function take_dead(q, number)
  local letter = call('HGET', q.at .. 'dead', number)
  if not letter then return nil end
  local state, record = split(letter)
  local header = header_of(record)
  call('HDEL', q.at .. 'dead', number)
  if call('HGET', q.at .. 'dead-ids', header[1]) == tostring(number) then call('HDEL', q.at .. 'dead-ids', header[1]) end
  call('ZREM', q.at .. 'dead-order', number)
  call('ZREM', q.at .. 'dead-order:' .. header[3], number)
  return state, record
end

local function is_claimed(q, generation, now)
  local lease_until = call('HGET', line_key(q, generation), 'lease_until')
  return lease_until and tonumber(lease_until) > now
end

-- Lets the line wait until the other one is empty; nothing where it is, or waits for this one itself.
local function follow(q, line, behind, now)
  if call('EXISTS', line_key(q, behind)) == 0 then return end
  local look, seen = { behind }, {}
  while #look > 0 do
    local generation = table.remove(look)
    if generation == line then return end
    if not seen[generation] then
      seen[generation] = true
      for _, before in ipairs(call('SMEMBERS', q.at .. 'before:' .. generation)) do table.insert(look, before) end
    end
  end
  call('SADD', q.at .. 'before:' .. line, behind)
  call('SADD', q.at .. 'after:' .. behind, line)
  local state = call('HMGET', line_key(q, line), 'tenant', 'due', 'floor', 'lease_token')
  -- A head that is being attempted ends as its settlement says.
  if not state[1] or state[4] then return end
  make_ready(q, line, state[1], now, tonumber(state[2]), tonumber(state[3]))
  refresh(q, state[1], now)
end`;
