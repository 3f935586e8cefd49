import { FAILING_CONTACTS_TO_PAUSE, LONGEST_PROBE_INTERVAL_MS } from "@gateway-router/core";
import type { Migration } from "./migration.js";

/** How soon to ask again where another instance was just at a tenant's claims. */
const ASK_AGAIN_WHERE_LOCKED_MS = 25;
/** Ended holds that are kept of a tenant. */
const MOST_HOLDS = 100;

// Conditions that stand in several statements. As functions they would be called for each row, which costs more than what
// they look up.

/** Whether the line waits for another one. */
const isBehind = (generation: string) =>
  // With its own look into the index for each line: a join would take the few orders there are to be all of them.
  `EXISTS (SELECT FROM line_orders o WHERE o.queue = p_queue AND o.line = ${generation} OFFSET 0)`;

const claimsUnderWay = (tenant: string, now: string) => `(
  SELECT count(*) FROM lines c
  WHERE c.queue = p_queue AND c.tenant_id = ${tenant} AND c.lease_token IS NOT NULL AND c.due_at_ms > ${now}
)`;

/** How many contacts of the tenant fail, as far as that matters. */
const failingContacts = (tenant: string) => `(
  SELECT count(*) FROM (
    SELECT FROM lines f WHERE f.queue = p_queue AND f.tenant_id = ${tenant} AND f.is_failing
    LIMIT ${FAILING_CONTACTS_TO_PAUSE}
  ) AS failing
)`;

/** Whether so few contacts fail that it may be their messages' fault, and another one is due that does not. */
const hasUntried = (tenant: string, now: string) => `(
  ${failingContacts(tenant)} < ${FAILING_CONTACTS_TO_PAUSE} AND EXISTS (
    SELECT FROM lines u
    WHERE u.queue = p_queue AND u.tenant_id = ${tenant} AND u.due_at_ms <= ${now} AND NOT u.is_failing
      AND NOT ${isBehind("u.generation")}
  )
)`;

/** Whether a paused tenant gives a probe: its time has come, or none is under way and a contact was not tried yet. */
const givesProbe = (tenant: string, nextProbeAtMs: string, now: string) => `(
  ${nextProbeAtMs} <= ${now} OR (${hasUntried(tenant, now)} AND NOT EXISTS (
    SELECT FROM lines p
    WHERE p.queue = p_queue AND p.tenant_id = ${tenant} AND p.lease_token IS NOT NULL AND p.lease_is_probe
      AND p.due_at_ms > ${now}
  ))
)`;

/** The deliveries of a line, in its order: one index alone has it. */
const lineOf = (generation: string) => `
  WHERE d.queue = p_queue AND d.generation = ${generation} ORDER BY d.number`;

/** Who enqueues shares it, and who finds that nothing waits for a tenant has it alone. */
const waitingLock = "hashtextextended(current_schema() || ' waiting ' || p_queue || ' ' || p_tenant, 0)";

/**
 * What core's `DeliverySchedule` does in memory for one process, done in the engine for all: each step is one function,
 * so that it is one round trip, and the row of a tenant is locked no longer than that.
 *
 * Locks are taken in this order: the tenant, then its lines. Who enqueues locks a line only; where it makes a new one,
 * which nobody else can have locked, it may go on to the tenant.
 */
export const scheduling: Migration = {
  number: 3,
  name: "scheduling",
  sql: `
-- Looks ----------------------------------------------------------------------------------------------------------

-- For how long the tenant was held between two moments.
CREATE FUNCTION held_ms(p_queue text, p_tenant bigint, p_from_ms bigint, p_to_ms bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(greatest(0, least(h.to_ms, p_to_ms) - greatest(h.from_ms, p_from_ms))), 0)::bigint FROM (
    SELECT from_ms, to_ms FROM holds WHERE queue = p_queue AND tenant_id = p_tenant
    UNION ALL
    SELECT held_since_ms, p_to_ms FROM tenant_schedules
    WHERE queue = p_queue AND tenant_id = p_tenant AND held_since_ms IS NOT NULL
  ) AS h
$$;

-- Enqueueing -----------------------------------------------------------------------------------------------------

-- Puts a delivery at the end of its line. The line is locked before its number is drawn, so that numbers of a line are in
-- the order of their commits.
CREATE FUNCTION append_delivery(
  p_queue text, p_tenant bigint, p_generation text, p_id text, p_contact text, p_content json,
  p_is_first boolean, p_replayed boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_waiting integer;
  v_now bigint := now_ms();
BEGIN
  PERFORM pg_advisory_xact_lock_shared(${waitingLock});
  INSERT INTO tenant_schedules (queue, tenant_id, is_waiting) VALUES (p_queue, p_tenant, true) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    UPDATE tenant_schedules s SET is_waiting = true
      WHERE s.queue = p_queue AND s.tenant_id = p_tenant AND NOT s.is_waiting;
  END IF;
  INSERT INTO lines (queue, generation, tenant_id, waiting, head_enqueued_at_ms, due_at_ms, turn)
    VALUES (p_queue, p_generation, p_tenant, 1, v_now, v_now, nextval('turns'))
    ON CONFLICT (queue, generation) DO UPDATE SET waiting = lines.waiting + 1
    RETURNING waiting INTO v_waiting;
  INSERT INTO deliveries (queue, tenant_id, generation, id, contact, content, is_first, replayed, enqueued_at_ms)
    VALUES (p_queue, p_tenant, p_generation, p_id, p_contact, p_content, p_is_first, p_replayed, v_now);
  -- A contact that was not tried yet does not wait for the probes of few that fail.
  IF v_waiting = 1 THEN
    UPDATE tenant_schedules s SET next_probe_at_ms = v_now
    WHERE s.queue = p_queue AND s.tenant_id = p_tenant AND s.next_probe_at_ms > v_now
      AND ${failingContacts("p_tenant")} < ${FAILING_CONTACTS_TO_PAUSE} AND NOT ${isBehind("p_generation")};
  END IF;
END
$$;

CREATE FUNCTION enqueue(
  p_queue text, p_identity text, p_memory_ms bigint, p_tenant bigint, p_generation text, p_id text, p_contact text,
  p_content json, p_remembers_generation boolean,
  OUT outcome text, OUT known_for bigint
) LANGUAGE plpgsql AS $$
DECLARE
  v_is_first boolean := true;
BEGIN
  INSERT INTO identities AS known (queue, identity, tenant_id, at_ms)
    VALUES (p_queue, p_identity, p_tenant, now_ms())
    ON CONFLICT (queue, identity) DO UPDATE SET tenant_id = excluded.tenant_id, at_ms = excluded.at_ms
      WHERE known.at_ms < excluded.at_ms - p_memory_ms;
  IF NOT FOUND THEN
    outcome := 'duplicate';
    SELECT i.tenant_id INTO known_for FROM identities i WHERE i.queue = p_queue AND i.identity = p_identity;
    RETURN;
  END IF;
  IF p_remembers_generation THEN
    INSERT INTO begun_generations (queue, generation) VALUES (p_queue, p_generation) ON CONFLICT DO NOTHING;
    v_is_first := FOUND;
  END IF;
  outcome := CASE WHEN v_is_first THEN 'first' ELSE 'enqueued' END;
  PERFORM append_delivery(p_queue, p_tenant, p_generation, p_id, p_contact, p_content, v_is_first, false);
END
$$;

-- Steps of a line, its tenant being locked -----------------------------------------------------------------------

-- Ends the pause of a tenant for which nothing waits, and forgets when it was held, which matters to nobody then.
CREATE FUNCTION forget_if_idle(p_queue text, p_tenant bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM lines l WHERE l.queue = p_queue AND l.tenant_id = p_tenant) THEN RETURN; END IF;
  -- Where somebody is just enqueueing for it, it may have a line that is not seen here yet.
  UPDATE tenant_schedules s SET is_waiting = false
    WHERE s.queue = p_queue AND s.tenant_id = p_tenant AND s.is_waiting
      AND pg_try_advisory_xact_lock(${waitingLock});
  UPDATE tenant_schedules s SET next_probe_at_ms = NULL, failed_probes = 0
    WHERE s.queue = p_queue AND s.tenant_id = p_tenant AND s.held_since_ms IS NULL AND s.next_probe_at_ms IS NOT NULL;
  DELETE FROM holds h USING tenant_schedules s
    WHERE h.queue = p_queue AND h.tenant_id = p_tenant
      AND s.queue = p_queue AND s.tenant_id = p_tenant AND s.held_since_ms IS NULL;
END
$$;

-- The line is empty: those that waited for it alone need not wait any longer.
CREATE FUNCTION release_followers(p_queue text, p_tenant bigint, p_generation text, p_now bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_follower text;
BEGIN
  FOR v_follower IN
    DELETE FROM line_orders o WHERE o.queue = p_queue AND o.behind = p_generation RETURNING o.line
  LOOP
    CONTINUE WHEN ${isBehind("v_follower")} OR NOT EXISTS (
      SELECT FROM tenant_schedules s
      WHERE s.queue = p_queue AND s.tenant_id = p_tenant AND s.next_probe_at_ms IS NOT NULL
    );
    UPDATE lines l SET
      due_at_ms = greatest(p_now, l.floor_at_ms),
      is_failing = (
        SELECT d.attempts > 0 FROM deliveries d ${lineOf("v_follower")} LIMIT 1
      )
      WHERE l.queue = p_queue AND l.generation = v_follower AND l.lease_token IS NULL;
  END LOOP;
END
$$;

-- The head and perhaps more are gone: the next one's turn comes, at the end of its tenant's, or the line is empty.
CREATE FUNCTION next_in_line(p_queue text, p_tenant bigint, p_generation text, p_gone integer, p_now bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_enqueued_at_ms bigint;
BEGIN
  SELECT d.enqueued_at_ms INTO v_enqueued_at_ms FROM deliveries d ${lineOf("p_generation")} LIMIT 1;
  IF FOUND THEN
    UPDATE lines l SET
      waiting = l.waiting - p_gone, head_enqueued_at_ms = v_enqueued_at_ms,
      due_at_ms = p_now, floor_at_ms = 0, turn = nextval('turns'), is_failing = false, taken_at_first_failure = NULL,
      lease_token = NULL, lease_holder = NULL, lease_began_at_ms = NULL, lease_is_probe = false
      WHERE l.queue = p_queue AND l.generation = p_generation;
  ELSE
    DELETE FROM lines l WHERE l.queue = p_queue AND l.generation = p_generation;
    PERFORM release_followers(p_queue, p_tenant, p_generation, p_now);
    PERFORM forget_if_idle(p_queue, p_tenant);
  END IF;
END
$$;

-- Makes dead letters of them. "attempted": whether they die by an attempt just made, which then counts.
CREATE FUNCTION bury(
  p_queue text, p_generation text, p_numbers bigint[], p_reason text, p_attempted boolean, p_error text, p_now bigint
) RETURNS void LANGUAGE sql AS $$
  WITH gone AS (
    DELETE FROM deliveries d
    WHERE d.queue = p_queue AND d.generation = p_generation AND d.number = ANY (p_numbers) RETURNING d.*
  )
  INSERT INTO dead_letters (
    queue, tenant_id, generation, id, contact, content, is_first, replayed, enqueued_at_ms,
    attempts, counted_attempts, refusals, last_error, reason, died_at_ms
  )
  SELECT
    queue, tenant_id, generation, id, contact, content, is_first, replayed, enqueued_at_ms,
    attempts + p_attempted::integer, counted_attempts, refusals, coalesce(p_error, last_error), p_reason, p_now
  FROM gone ORDER BY number
$$;

-- The tenant answered. Answers whether that ended a pause. Its lines are due already: a pause lets them wait for probes only.
CREATE FUNCTION resume_tenant(p_queue text, p_tenant bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE tenant_schedules s SET next_probe_at_ms = NULL, failed_probes = 0
    WHERE s.queue = p_queue AND s.tenant_id = p_tenant AND s.next_probe_at_ms IS NOT NULL;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE lines l SET is_failing = false WHERE l.queue = p_queue AND l.tenant_id = p_tenant AND l.is_failing;
  RETURN true;
END
$$;

-- From now on the tenant's lines wait for probes and not for their own time.
CREATE FUNCTION pause_tenant(p_queue text, p_tenant bigint, p_next_probe_at_ms bigint, p_now bigint) RETURNS void
LANGUAGE sql AS $$
  UPDATE tenant_schedules s SET next_probe_at_ms = p_next_probe_at_ms, failed_probes = 0
    WHERE s.queue = p_queue AND s.tenant_id = p_tenant;
  UPDATE lines l SET due_at_ms = greatest(p_now, l.floor_at_ms)
    WHERE l.queue = p_queue AND l.tenant_id = p_tenant AND l.lease_token IS NULL
      AND l.due_at_ms > greatest(p_now, l.floor_at_ms);
$$;

-- Claims ---------------------------------------------------------------------------------------------------------

-- Takes heads of line that are due, of tenants neither held nor at their limit, in turn over the tenants. A tenant that
-- somebody else is just claiming from, or settling for, is left out; then "next_due_in_ms" is soon.
CREATE FUNCTION claim_due(
  p_queue text, p_limit integer, p_per_tenant integer, p_lease_ms bigint, p_holder text,
  OUT claims json, OUT next_due_in_ms bigint
) LANGUAGE plpgsql AS $$
DECLARE
  v_now bigint := now_ms();
  v_able bigint[];
  v_locked bigint[];
  v_tenant tenant_schedules;
  v_is_paused boolean;
  v_prefers_untried boolean;
  v_was_held boolean;
  v_room bigint;
  v_made json[];
  v_all json[] := '{}';
BEGIN
  -- In the order of their turns, so that no more are looked at than there is room for.
  v_able := ARRAY(
    SELECT s.tenant_id FROM tenant_schedules s
    WHERE s.queue = p_queue AND s.is_waiting AND s.held_since_ms IS NULL
      AND EXISTS (
        SELECT FROM lines l
        WHERE l.queue = p_queue AND l.tenant_id = s.tenant_id AND l.due_at_ms <= v_now
          AND NOT ${isBehind("l.generation")}
        OFFSET 0
      )
      AND ${claimsUnderWay("s.tenant_id", "v_now")} < p_per_tenant
      AND (s.next_probe_at_ms IS NULL OR ${givesProbe("s.tenant_id", "s.next_probe_at_ms", "v_now")})
    ORDER BY s.turn, s.tenant_id LIMIT p_limit
  );
  v_locked := ARRAY(
    SELECT s.tenant_id FROM tenant_schedules s WHERE s.queue = p_queue AND s.tenant_id = ANY (v_able)
    FOR UPDATE SKIP LOCKED
  );

  -- What was seen before the locks may have changed; each statement from here on sees what is.
  FOR v_tenant IN
    SELECT s.* FROM tenant_schedules s
    WHERE s.queue = p_queue AND s.tenant_id = ANY (v_locked) AND s.held_since_ms IS NULL ORDER BY s.turn, s.tenant_id
  LOOP
    v_is_paused := v_tenant.next_probe_at_ms IS NOT NULL;
    CONTINUE WHEN v_is_paused AND NOT ${givesProbe("v_tenant.tenant_id", "v_tenant.next_probe_at_ms", "v_now")};
    v_prefers_untried := v_is_paused AND ${hasUntried("v_tenant.tenant_id", "v_now")};
    v_room := least(
      p_limit - cardinality(v_all),
      -- Each tenant gets its share; what others leave of theirs is for the next look.
      ceil(p_limit::numeric / cardinality(v_locked)),
      p_per_tenant - ${claimsUnderWay("v_tenant.tenant_id", "v_now")},
      CASE WHEN v_is_paused THEN 1 END
    );
    CONTINUE WHEN v_room <= 0;
    -- Hardly any was, and asking for how long is most of what a claim would cost.
    v_was_held := EXISTS (SELECT FROM holds h WHERE h.queue = p_queue AND h.tenant_id = v_tenant.tenant_id);

    WITH ready AS (
      SELECT due.generation, row_number() OVER () AS place FROM (
        SELECT l.generation FROM lines l
        WHERE l.queue = p_queue AND l.tenant_id = v_tenant.tenant_id AND l.due_at_ms <= v_now
          AND NOT ${isBehind("l.generation")} AND NOT (v_prefers_untried AND l.is_failing)
        ORDER BY l.due_at_ms, l.turn LIMIT v_room
        FOR UPDATE SKIP LOCKED
      ) AS due
    ), leased AS (
      UPDATE lines l SET
        due_at_ms = v_now + p_lease_ms, lease_token = gen_random_uuid()::text, lease_holder = p_holder,
        lease_began_at_ms = v_now, lease_is_probe = v_is_paused
      FROM ready WHERE l.queue = p_queue AND l.generation = ready.generation
      RETURNING l.generation, l.lease_token, l.taken_at_first_failure, ready.place
    )
    SELECT array_agg(json_build_object(
      'delivery', row_to_json(head),
      'lease_token', leased.lease_token,
      'age_ms', greatest(0, v_now - head.enqueued_at_ms
        - CASE WHEN v_was_held THEN held_ms(p_queue, v_tenant.tenant_id, head.enqueued_at_ms, v_now) ELSE 0 END),
      'probe_number', CASE WHEN v_is_paused THEN v_tenant.failed_probes + 1 ELSE 0 END,
      'others_succeed', coalesce(v_tenant.taken > leased.taken_at_first_failure, false)
    ) ORDER BY leased.place) INTO v_made
    FROM leased CROSS JOIN LATERAL (
      SELECT * FROM deliveries d ${lineOf("leased.generation")} LIMIT 1
    ) AS head;
    CONTINUE WHEN v_made IS NULL;

    v_all := v_all || v_made;
    UPDATE tenant_schedules s SET
      turn = nextval('turns'),
      -- One probe at a time, unless it takes so long that it says nothing, or a contact comes that was not tried yet.
      next_probe_at_ms = CASE WHEN v_is_paused THEN v_now + ${LONGEST_PROBE_INTERVAL_MS} END
      WHERE s.queue = p_queue AND s.tenant_id = v_tenant.tenant_id;
  END LOOP;

  claims := array_to_json(v_all);
  -- There may be more that is due already.
  IF cardinality(v_all) >= p_limit THEN
    next_due_in_ms := 0;
    RETURN;
  END IF;
  next_due_in_ms := least(
    (
      SELECT l.due_at_ms FROM lines l WHERE l.queue = p_queue AND l.due_at_ms > v_now ORDER BY l.due_at_ms LIMIT 1
    ),
    (
      SELECT min(s.next_probe_at_ms) FROM tenant_schedules s
      WHERE s.queue = p_queue AND s.next_probe_at_ms > v_now AND s.held_since_ms IS NULL
    ),
    CASE WHEN cardinality(v_locked) < cardinality(v_able) THEN v_now + ${ASK_AGAIN_WHERE_LOCKED_MS} END
  ) - v_now;
END
$$;

-- Answers "stale", "settled", or what the settlement did to its tenant's pause: "paused", "resumed".
CREATE FUNCTION settle(
  p_queue text, p_generation text, p_token text, p_kind text, p_cause text, p_delay_ms bigint, p_floor_ms bigint,
  p_error text, p_reason text, p_waiting_for text
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_tenant tenant_schedules;
  v_line lines;
  v_head bigint;
  v_now bigint;
  v_floor_at_ms bigint;
  v_next_probe_at_ms bigint;
  v_change text := 'settled';
BEGIN
  SELECT s.* INTO v_tenant FROM tenant_schedules s
    JOIN lines l ON l.queue = s.queue AND l.tenant_id = s.tenant_id
    WHERE l.queue = p_queue AND l.generation = p_generation AND l.lease_token = p_token
    FOR UPDATE OF s;
  IF NOT FOUND THEN RETURN 'stale'; END IF;
  SELECT l.* INTO v_line FROM lines l
    WHERE l.queue = p_queue AND l.generation = p_generation AND l.lease_token = p_token FOR UPDATE;
  IF NOT FOUND THEN RETURN 'stale'; END IF;
  v_now := now_ms();
  IF v_line.due_at_ms <= v_now THEN RETURN 'stale'; END IF;
  SELECT d.number INTO v_head FROM deliveries d ${lineOf("p_generation")} LIMIT 1;

  IF p_kind = 'delivered' THEN
    DELETE FROM deliveries d WHERE d.queue = p_queue AND d.generation = p_generation AND d.number = v_head;
    UPDATE tenant_schedules s SET taken = s.taken + 1
      WHERE s.queue = p_queue AND s.tenant_id = v_line.tenant_id;
    UPDATE lines l SET is_failing = false
      WHERE l.queue = p_queue AND l.tenant_id = v_line.tenant_id AND l.is_failing;
    IF resume_tenant(p_queue, v_line.tenant_id) THEN v_change := 'resumed'; END IF;
    PERFORM next_in_line(p_queue, v_line.tenant_id, p_generation, 1, v_now);
    RETURN v_change;
  END IF;

  IF p_kind = 'dead' THEN
    PERFORM bury(p_queue, p_generation, ARRAY[v_head], p_reason, p_error IS NOT NULL, p_error, v_now);
    IF p_reason = 'refused' THEN
      IF resume_tenant(p_queue, v_line.tenant_id) THEN v_change := 'resumed'; END IF;
    ELSIF p_error IS NULL AND v_line.lease_is_probe THEN
      PERFORM give_probe_back(p_queue, v_line.tenant_id, v_now);
    END IF;
    PERFORM next_in_line(p_queue, v_line.tenant_id, p_generation, 1, v_now);
    RETURN v_change;
  END IF;

  IF p_kind = 'postponed' OR p_kind = 'released' THEN
    IF p_kind = 'postponed' THEN
      UPDATE deliveries d SET waiting_for = p_waiting_for WHERE d.queue = p_queue AND d.generation = p_generation AND d.number = v_head;
      v_floor_at_ms := v_now + p_delay_ms;
    END IF;
    UPDATE lines l SET
      due_at_ms = coalesce(v_floor_at_ms, v_now), floor_at_ms = coalesce(v_floor_at_ms, 0), turn = nextval('turns'),
      lease_token = NULL, lease_holder = NULL, lease_began_at_ms = NULL, lease_is_probe = false
      WHERE l.queue = p_queue AND l.generation = p_generation;
    IF v_line.lease_is_probe THEN PERFORM give_probe_back(p_queue, v_line.tenant_id, v_now); END IF;
    RETURN v_change;
  END IF;

  -- It is to be tried again.
  UPDATE deliveries d SET
    attempts = d.attempts + 1, counted_attempts = d.counted_attempts + (NOT v_line.lease_is_probe)::integer,
    refusals = d.refusals + (p_cause = 'refused')::integer, last_error = p_error, waiting_for = NULL
    WHERE d.queue = p_queue AND d.generation = p_generation AND d.number = v_head;
  v_floor_at_ms := coalesce(v_now + p_floor_ms, 0);
  -- The others need not wait any longer; this line's own delay begins now.
  IF p_cause = 'refused' AND resume_tenant(p_queue, v_line.tenant_id) THEN
    v_change := 'resumed';
    v_tenant.next_probe_at_ms := NULL;
  END IF;
  UPDATE lines l SET
    due_at_ms = greatest(
      CASE WHEN v_tenant.next_probe_at_ms IS NULL THEN v_now + p_delay_ms ELSE v_now END, v_floor_at_ms
    ),
    floor_at_ms = v_floor_at_ms, turn = nextval('turns'), is_failing = l.is_failing OR p_cause = 'unreachable',
    taken_at_first_failure = coalesce(l.taken_at_first_failure, v_tenant.taken),
    lease_token = NULL, lease_holder = NULL, lease_began_at_ms = NULL, lease_is_probe = false
    WHERE l.queue = p_queue AND l.generation = p_generation;
  IF p_cause = 'unreachable' THEN
    -- From the attempt's start: a tenant that lets attempts time out is not probed the more seldom for it.
    v_next_probe_at_ms :=
      greatest(v_now, v_line.lease_began_at_ms + least(p_delay_ms, ${LONGEST_PROBE_INTERVAL_MS}));
    IF v_tenant.next_probe_at_ms IS NOT NULL THEN
      -- An attempt that was under way when the pause began says nothing new.
      IF v_line.lease_is_probe THEN
        UPDATE tenant_schedules s SET failed_probes = s.failed_probes + 1, next_probe_at_ms = v_next_probe_at_ms
          WHERE s.queue = p_queue AND s.tenant_id = v_line.tenant_id;
      END IF;
    ELSIF ${failingContacts("v_line.tenant_id")} >= (
      SELECT count(*) FROM (
        SELECT FROM lines l
        WHERE l.queue = p_queue AND l.tenant_id = v_line.tenant_id AND NOT ${isBehind("l.generation")}
        LIMIT ${FAILING_CONTACTS_TO_PAUSE}
      ) AS triable
    ) THEN
      PERFORM pause_tenant(p_queue, v_line.tenant_id, v_next_probe_at_ms, v_now);
      v_change := 'paused';
    END IF;
  END IF;
  -- One that waits for another line says nothing of the tenant.
  UPDATE lines l SET is_failing = false
    WHERE l.queue = p_queue AND l.generation = p_generation AND l.is_failing AND ${isBehind("p_generation")};
  RETURN v_change;
END
$$;

-- The probe was not made, so that another one may be at once.
CREATE FUNCTION give_probe_back(p_queue text, p_tenant bigint, p_now bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE tenant_schedules s SET next_probe_at_ms = p_now
    WHERE s.queue = p_queue AND s.tenant_id = p_tenant AND s.next_probe_at_ms IS NOT NULL
$$;

-- Holds, orders, ends --------------------------------------------------------------------------------------------

CREATE FUNCTION hold_tenant(p_queue text, p_tenant bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO tenant_schedules AS s (queue, tenant_id, held_since_ms) VALUES (p_queue, p_tenant, now_ms())
  ON CONFLICT (queue, tenant_id) DO UPDATE SET held_since_ms = excluded.held_since_ms WHERE s.held_since_ms IS NULL
$$;

CREATE FUNCTION release_tenant(p_queue text, p_tenant bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_since_ms bigint;
BEGIN
  SELECT s.held_since_ms INTO v_since_ms FROM tenant_schedules s
    WHERE s.queue = p_queue AND s.tenant_id = p_tenant FOR UPDATE;
  IF v_since_ms IS NULL THEN RETURN; END IF;
  INSERT INTO holds AS h (queue, tenant_id, from_ms, to_ms) VALUES (p_queue, p_tenant, v_since_ms, now_ms())
    ON CONFLICT (queue, tenant_id, from_ms) DO UPDATE SET to_ms = greatest(h.to_ms, excluded.to_ms);
  -- Keeps what is stored of a tenant small; the oldest hold then counts as ordinary time.
  DELETE FROM holds h WHERE h.queue = p_queue AND h.tenant_id = p_tenant AND h.from_ms IN (
    SELECT o.from_ms FROM holds o WHERE o.queue = p_queue AND o.tenant_id = p_tenant
    ORDER BY o.from_ms DESC OFFSET ${MOST_HOLDS}
  );
  UPDATE tenant_schedules s SET held_since_ms = NULL WHERE s.queue = p_queue AND s.tenant_id = p_tenant;
  PERFORM forget_if_idle(p_queue, p_tenant);
END
$$;

-- Lets the line wait until the other one is empty; nothing where it is, or waits for this one itself.
CREATE FUNCTION follow_line(p_queue text, p_tenant bigint, p_line text, p_behind text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM tenant_schedules s WHERE s.queue = p_queue AND s.tenant_id = p_tenant FOR UPDATE;
  IF NOT EXISTS (SELECT FROM lines l WHERE l.queue = p_queue AND l.generation = p_behind) THEN RETURN; END IF;
  IF EXISTS (
    WITH RECURSIVE before (line) AS (
      SELECT p_behind COLLATE "C"
      UNION
      SELECT o.behind FROM line_orders o JOIN before b ON o.queue = p_queue AND o.line = b.line
    )
    SELECT FROM before WHERE line = p_line
  ) THEN RETURN; END IF;
  INSERT INTO line_orders (queue, line, behind) VALUES (p_queue, p_line, p_behind) ON CONFLICT DO NOTHING;
  -- A head that is being attempted ends as its settlement says.
  UPDATE lines l SET is_failing = false
    WHERE l.queue = p_queue AND l.generation = p_line AND l.is_failing AND l.lease_token IS NULL;
END
$$;

-- Makes dead letters of what waits in the line, all or those that are too old, at most "p_limit". Answers how many. The
-- head, while it is being attempted, ends as its settlement says.
CREATE FUNCTION bury_line(
  p_queue text, p_generation text, p_reason text, p_max_age_ms bigint, p_max_held_ms bigint, p_limit integer
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_line lines;
  v_now bigint;
  v_is_claimed boolean;
  v_numbers bigint[];
BEGIN
  PERFORM FROM tenant_schedules s JOIN lines l ON l.queue = s.queue AND l.tenant_id = s.tenant_id
    WHERE l.queue = p_queue AND l.generation = p_generation FOR UPDATE OF s;
  SELECT l.* INTO v_line FROM lines l WHERE l.queue = p_queue AND l.generation = p_generation FOR UPDATE;
  IF NOT FOUND THEN RETURN 0; END IF;
  v_now := now_ms();
  v_is_claimed := v_line.lease_token IS NOT NULL AND v_line.due_at_ms > v_now;
  -- What is behind a head that is being attempted grows too old after it.
  IF v_is_claimed AND p_max_age_ms IS NOT NULL THEN RETURN 0; END IF;
  v_numbers := ARRAY(
    SELECT waiting.number FROM (
      SELECT d.number, d.enqueued_at_ms FROM deliveries d ${lineOf("p_generation")}
      OFFSET v_is_claimed::integer LIMIT p_limit
    ) AS waiting
    CROSS JOIN LATERAL held_ms(p_queue, v_line.tenant_id, waiting.enqueued_at_ms, v_now) AS held
    WHERE p_max_age_ms IS NULL OR held > p_max_held_ms OR v_now - waiting.enqueued_at_ms - held > p_max_age_ms
  );
  IF cardinality(v_numbers) = 0 THEN RETURN 0; END IF;
  PERFORM bury(p_queue, p_generation, v_numbers, p_reason, false, NULL, v_now);
  IF v_is_claimed THEN
    UPDATE lines l SET waiting = l.waiting - cardinality(v_numbers)
      WHERE l.queue = p_queue AND l.generation = p_generation;
  ELSE
    PERFORM next_in_line(p_queue, v_line.tenant_id, p_generation, cardinality(v_numbers), v_now);
  END IF;
  RETURN cardinality(v_numbers);
END
$$;

-- Removes what is kept of deliveries of the contacts up to that moment. Answers how many. A head that is being attempted is
-- gone like the others: its settlement is stale, and what came after it is due.
CREATE FUNCTION erase_contacts(p_queue text, p_contacts text[], p_until_ms bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_of record;
  v_line lines;
  v_head bigint;
  v_now bigint;
  v_gone bigint[];
  v_erased bigint := 0;
BEGIN
  FOR v_of IN
    SELECT DISTINCT d.tenant_id, d.generation FROM deliveries d
    WHERE d.queue = p_queue AND d.contact = ANY (p_contacts) AND d.enqueued_at_ms <= p_until_ms ORDER BY 1, 2
  LOOP
    PERFORM FROM tenant_schedules s WHERE s.queue = p_queue AND s.tenant_id = v_of.tenant_id FOR UPDATE;
    SELECT l.* INTO v_line FROM lines l WHERE l.queue = p_queue AND l.generation = v_of.generation FOR UPDATE;
    CONTINUE WHEN NOT FOUND;
    v_now := now_ms();
    SELECT d.number INTO v_head FROM deliveries d ${lineOf("v_of.generation")} LIMIT 1;
    WITH gone AS (
      DELETE FROM deliveries d
      WHERE d.queue = p_queue AND d.generation = v_of.generation AND d.contact = ANY (p_contacts)
        AND d.enqueued_at_ms <= p_until_ms
      RETURNING d.number
    )
    SELECT array_agg(number) INTO v_gone FROM gone;
    CONTINUE WHEN v_gone IS NULL;
    v_erased := v_erased + cardinality(v_gone);
    IF v_head = ANY (v_gone) THEN
      IF v_line.lease_token IS NOT NULL AND v_line.due_at_ms > v_now AND v_line.lease_is_probe THEN
        PERFORM give_probe_back(p_queue, v_line.tenant_id, v_now);
      END IF;
      PERFORM next_in_line(p_queue, v_line.tenant_id, v_of.generation, cardinality(v_gone), v_now);
    ELSE
      UPDATE lines l SET waiting = l.waiting - cardinality(v_gone)
        WHERE l.queue = p_queue AND l.generation = v_of.generation;
    END IF;
  END LOOP;
  WITH gone AS (
    DELETE FROM dead_letters d
    WHERE d.queue = p_queue AND d.contact = ANY (p_contacts) AND d.enqueued_at_ms <= p_until_ms RETURNING 1
  )
  SELECT v_erased + count(*) INTO v_erased FROM gone;
  RETURN v_erased;
END
$$;

-- Puts a dead letter at the end of the line of who holds its contact now. In its own line it stays the first where it was;
-- in another it is the first only where nothing was queued there before. Answers whether there was one.
CREATE FUNCTION replay(
  p_queue text, p_id text, p_tenant bigint, p_contact text, p_generation text, p_remembers_generation boolean
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_letter dead_letters;
  v_is_first boolean := true;
BEGIN
  DELETE FROM dead_letters l WHERE l.queue = p_queue AND l.number = (
    SELECT o.number FROM dead_letters o WHERE o.queue = p_queue AND o.id = p_id
    ORDER BY o.number DESC LIMIT 1 FOR UPDATE
  ) RETURNING l.* INTO v_letter;
  IF NOT FOUND THEN RETURN false; END IF;
  IF p_remembers_generation THEN
    INSERT INTO begun_generations (queue, generation) VALUES (p_queue, p_generation) ON CONFLICT DO NOTHING;
    v_is_first := FOUND;
  END IF;
  IF v_letter.generation = p_generation THEN v_is_first := v_letter.is_first; END IF;
  PERFORM append_delivery(
    p_queue, p_tenant, p_generation, p_id, p_contact, v_letter.content, v_is_first, true
  );
  RETURN true;
END
$$;
`,
};
