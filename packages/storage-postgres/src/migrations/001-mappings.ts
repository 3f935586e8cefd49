import type { Migration } from "./migration.js";

/** Which tenant holds which contact, the contacts' other names, and the engine's clock. */
export const mappings: Migration = {
  number: 1,
  name: "mappings",
  sql: `
-- The engine's clock, in ms since the epoch: the one by which all instances measure.
CREATE FUNCTION now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint
$$;

-- Contacts and their names are compared byte by byte, as JavaScript compares what consists of ASCII.
CREATE TABLE mappings (
  contact text COLLATE "C" PRIMARY KEY,
  tenant_id bigint NOT NULL,
  generation text NOT NULL,
  locked_at_ms bigint NOT NULL,
  campaign text,
  merged_generations text[],
  changed_at_ms bigint NOT NULL
);
CREATE INDEX mappings_of_tenant ON mappings (tenant_id, contact);
CREATE INDEX mappings_of_campaign ON mappings (tenant_id, campaign, contact) WHERE campaign IS NOT NULL;
CREATE INDEX mappings_by_change ON mappings (changed_at_ms);

CREATE TABLE removals (
  contact text COLLATE "C" PRIMARY KEY,
  removed_at_ms bigint NOT NULL
);
CREATE INDEX removals_by_time ON removals (removed_at_ms);

-- Names that stand for others. What an alias stands for is no alias itself.
CREATE TABLE aliases (
  name text COLLATE "C" PRIMARY KEY,
  canonical text COLLATE "C" NOT NULL,
  lid text COLLATE "C" NOT NULL
);
CREATE INDEX aliases_of ON aliases (canonical, name);

-- Until the transaction ends, nobody else changes what is kept of the contacts with these names. All names are locked in
-- one order. An alias that changes while this waits brings in another name, and then another look.
CREATE FUNCTION lock_contacts(names text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  wanted text[] := names || ARRAY(SELECT canonical FROM aliases WHERE name = ANY (names));
  locked text[] := '{}';
  one text;
BEGIN
  WHILE cardinality(wanted) > 0 LOOP
    FOREACH one IN ARRAY ARRAY(SELECT DISTINCT w COLLATE "C" FROM unnest(wanted) w ORDER BY 1) LOOP
      PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || ' contact ' || one, 0));
    END LOOP;
    locked := locked || wanted;
    wanted := ARRAY(SELECT canonical FROM aliases WHERE name = ANY (locked) AND canonical <> ALL (locked));
  END LOOP;
END
$$;
`,
};
