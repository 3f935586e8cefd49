import type { Migration } from "./migration.js";

/**
 * How much may be sent through the shared number, in all and by each tenant: core's `InProcessSendBudget`, for all
 * instances together. The limits come with each question, so that a setting that changes counts at once.
 */
export const sendBudget: Migration = {
  number: 5,
  name: "send budget",
  sql: `
-- A rate limit is one moment (the generic cell rate algorithm): when it would be at rest if nothing more came. Lane -1 is
-- the number itself, lane 0 the gateway's own words, the others are tenants.
CREATE TABLE send_lanes (
  lane bigint PRIMARY KEY,
  rested_at_ms double precision NOT NULL DEFAULT '-infinity',
  -- When the tenant's place at the number comes; it has one at a time, so that no tenant is far ahead of another.
  place_at_ms double precision NOT NULL DEFAULT '-infinity',
  -- When the last of those that wait for a place may ask for it.
  last_ask_at_ms double precision NOT NULL DEFAULT '-infinity'
);

-- What a message has at its moment: its tenant's leave ("tenant"), the right to ask for the number ("number"), or a place
-- there ("place").
CREATE TABLE send_turns (
  id text PRIMARY KEY,
  at_ms double precision NOT NULL,
  gives text NOT NULL
);
CREATE INDEX send_turns_by_time ON send_turns (at_ms);

-- Takes the lane's next place and answers its moment: now, or later.
CREATE FUNCTION take_place(p_lane bigint, p_spacing_ms double precision, p_burst integer, p_now double precision)
RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
  v_rested_at_ms double precision;
BEGIN
  INSERT INTO send_lanes (lane) VALUES (p_lane) ON CONFLICT DO NOTHING;
  SELECT rested_at_ms INTO v_rested_at_ms FROM send_lanes WHERE lane = p_lane;
  UPDATE send_lanes SET rested_at_ms = greatest(p_now, v_rested_at_ms) + p_spacing_ms WHERE lane = p_lane;
  RETURN greatest(p_now, v_rested_at_ms - p_spacing_ms * (p_burst - 1));
END
$$;

-- Answers no delay where the message may go now. What is lost of this with a crash of the engine harms nobody, so that it
-- does not wait for the disk.
CREATE FUNCTION reserve_turn(
  p_id text, p_lane bigint, p_number_spacing_ms double precision, p_lane_spacing_ms double precision, p_burst integer,
  p_kept_ms bigint,
  OUT delay_ms bigint, OUT gives text
) LANGUAGE plpgsql AS $$
DECLARE
  v_now double precision;
  v_turn send_turns;
  v_lane send_lanes;
  v_at_ms double precision;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || ' send budget', 0));
  v_now := now_ms();
  -- Who did not come for its turn has lost it.
  DELETE FROM send_turns t WHERE t.at_ms < v_now - p_kept_ms;
  SELECT * INTO v_turn FROM send_turns t WHERE t.id = p_id;
  IF v_turn.at_ms > v_now THEN
    delay_ms := ceil(v_turn.at_ms - v_now);
    gives := v_turn.gives;
    RETURN;
  END IF;
  DELETE FROM send_turns t WHERE t.id = p_id;
  IF v_turn.gives = 'place' THEN RETURN; END IF;

  IF v_turn.gives IS NULL THEN
    v_at_ms := take_place(p_lane, p_lane_spacing_ms, p_burst, v_now);
    IF v_at_ms > v_now THEN gives := 'tenant'; END IF;
  END IF;
  IF gives IS NULL THEN
    SELECT * INTO v_lane FROM send_lanes l WHERE l.lane = p_lane;
    IF v_lane.place_at_ms > v_now THEN
      v_at_ms := greatest(v_lane.last_ask_at_ms, v_lane.place_at_ms) + p_number_spacing_ms;
      UPDATE send_lanes l SET last_ask_at_ms = v_at_ms WHERE l.lane = p_lane;
      gives := 'number';
    ELSE
      v_at_ms := take_place(-1, p_number_spacing_ms, p_burst, v_now);
      IF v_at_ms <= v_now THEN RETURN; END IF;
      UPDATE send_lanes l SET place_at_ms = v_at_ms WHERE l.lane = p_lane;
      gives := 'place';
    END IF;
  END IF;
  INSERT INTO send_turns (id, at_ms, gives) VALUES (p_id, v_at_ms, gives);
  delay_ms := ceil(v_at_ms - v_now);
END
$$;

CREATE FUNCTION give_turn_back(
  p_lane bigint, p_number_spacing_ms double precision, p_lane_spacing_ms double precision
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || ' send budget', 0));
  UPDATE send_lanes l SET
    rested_at_ms = l.rested_at_ms - CASE l.lane WHEN -1 THEN p_number_spacing_ms ELSE p_lane_spacing_ms END
    WHERE l.lane IN (-1, p_lane);
END
$$;
`,
};
