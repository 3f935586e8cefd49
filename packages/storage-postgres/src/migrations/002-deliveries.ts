import type { Migration } from "./migration.js";

/** Deliveries in their lines, and what decides which of them is attempted when. Several queues share the tables. */
export const deliveries: Migration = {
  number: 2,
  name: "deliveries",
  sql: `
-- What waits or is being attempted. A line's deliveries are numbered in its order.
CREATE TABLE deliveries (
  queue text COLLATE "C" NOT NULL,
  number bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id bigint NOT NULL,
  generation text COLLATE "C" NOT NULL,
  id text NOT NULL,
  contact text COLLATE "C" NOT NULL,
  -- Its identity and body. In json and not in text or jsonb, neither of which can hold every text.
  content json NOT NULL,
  is_first boolean NOT NULL,
  replayed boolean NOT NULL,
  enqueued_at_ms bigint NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  counted_attempts integer NOT NULL DEFAULT 0,
  refusals integer NOT NULL DEFAULT 0,
  last_error text,
  waiting_for text,
  PRIMARY KEY (queue, generation, number)
);
-- Of an expression, so that a planner without statistics, as queues often have, can't take it for the way through a line.
CREATE INDEX deliveries_in_order ON deliveries (queue, (number + 0));
CREATE INDEX deliveries_of_contact ON deliveries (queue, contact);
CREATE INDEX deliveries_of_tenant ON deliveries (queue, tenant_id, number);

CREATE TABLE dead_letters (
  queue text COLLATE "C" NOT NULL,
  number bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id bigint NOT NULL,
  generation text COLLATE "C" NOT NULL,
  id text NOT NULL,
  contact text COLLATE "C" NOT NULL,
  content json NOT NULL,
  is_first boolean NOT NULL,
  replayed boolean NOT NULL,
  enqueued_at_ms bigint NOT NULL,
  attempts integer NOT NULL,
  counted_attempts integer NOT NULL,
  refusals integer NOT NULL,
  last_error text,
  reason text NOT NULL,
  died_at_ms bigint NOT NULL,
  PRIMARY KEY (queue, number)
);
CREATE INDEX dead_letters_of_tenant ON dead_letters (queue, tenant_id, number);
CREATE INDEX dead_letters_of_contact ON dead_letters (queue, contact);
CREATE INDEX dead_letters_by_id ON dead_letters (queue, id, number);
CREATE INDEX dead_letters_by_time ON dead_letters (queue, died_at_ms);

-- One row for each line in which something waits: the state of its head.
CREATE TABLE lines (
  queue text COLLATE "C" NOT NULL,
  generation text COLLATE "C" NOT NULL,
  tenant_id bigint NOT NULL,
  waiting integer NOT NULL,
  head_enqueued_at_ms bigint NOT NULL,
  -- From when on it can be claimed: at once, after a delay, or, while it is claimed, when the lease runs out.
  due_at_ms bigint NOT NULL,
  -- Not before this, not even when a pause ends.
  floor_at_ms bigint NOT NULL DEFAULT 0,
  -- Sets apart what became due in the same millisecond.
  turn bigint NOT NULL,
  -- Whether its last attempt found the tenant unreachable, with no success of the tenant since.
  is_failing boolean NOT NULL DEFAULT false,
  -- How many messages the tenant had taken when the head first failed.
  taken_at_first_failure bigint,
  lease_token text,
  lease_holder text,
  lease_began_at_ms bigint,
  lease_is_probe boolean NOT NULL DEFAULT false,
  PRIMARY KEY (queue, generation)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
CREATE INDEX lines_of_tenant ON lines (queue, tenant_id, due_at_ms, turn);
CREATE INDEX lines_by_due ON lines (queue, due_at_ms);
CREATE INDEX lines_by_age ON lines (queue, head_enqueued_at_ms, generation);
CREATE INDEX lines_failing ON lines (queue, tenant_id) WHERE is_failing;
CREATE INDEX lines_leased ON lines (queue, tenant_id, due_at_ms) WHERE lease_token IS NOT NULL;
CREATE SEQUENCE turns;

-- Whoever makes or settles claims of a tenant locks its row first, so that limits, pauses and probes are counted right.
-- Who enqueues does not, so that webhooks wait for nobody.
CREATE TABLE tenant_schedules (
  queue text COLLATE "C" NOT NULL,
  tenant_id bigint NOT NULL,
  turn bigint NOT NULL DEFAULT 0,
  taken bigint NOT NULL DEFAULT 0,
  -- Whether it may have lines; without it, it has none.
  is_waiting boolean NOT NULL DEFAULT false,
  held_since_ms bigint,
  -- Set while the tenant is paused.
  next_probe_at_ms bigint,
  failed_probes integer NOT NULL DEFAULT 0,
  PRIMARY KEY (queue, tenant_id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX tenants_waiting ON tenant_schedules (queue, turn, tenant_id)
  WHERE is_waiting AND held_since_ms IS NULL;
CREATE INDEX tenants_paused ON tenant_schedules (queue, next_probe_at_ms) WHERE next_probe_at_ms IS NOT NULL;
CREATE INDEX tenants_held ON tenant_schedules (queue, tenant_id) WHERE held_since_ms IS NOT NULL;

-- When tenants were held, until now no more. Their deliveries did not age then.
CREATE TABLE holds (
  queue text COLLATE "C" NOT NULL,
  tenant_id bigint NOT NULL,
  from_ms bigint NOT NULL,
  to_ms bigint NOT NULL,
  PRIMARY KEY (queue, tenant_id, from_ms)
);

-- Lines that wait until others are empty.
CREATE TABLE line_orders (
  queue text COLLATE "C" NOT NULL,
  line text COLLATE "C" NOT NULL,
  behind text COLLATE "C" NOT NULL,
  PRIMARY KEY (queue, line, behind)
);
CREATE INDEX line_orders_by_behind ON line_orders (queue, behind);

CREATE TABLE begun_generations (
  queue text COLLATE "C" NOT NULL,
  generation text COLLATE "C" NOT NULL,
  PRIMARY KEY (queue, generation)
);

-- Which message went to which tenant.
CREATE TABLE identities (
  queue text COLLATE "C" NOT NULL,
  identity text NOT NULL,
  tenant_id bigint NOT NULL,
  at_ms bigint NOT NULL,
  PRIMARY KEY (queue, identity)
);
CREATE INDEX identities_by_time ON identities (queue, at_ms);
`,
};
