import type { Migration } from "./migration.js";

/** Which tenant holds which contact, the contacts' other names, what is kept of them by hash, and the engine's clock. */
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

-- How many contacts each tenant has, in all (campaign '') and by each campaign. Counted right before the commit, so that
-- locks by one busy link wait for each other no longer than that.
CREATE TABLE contact_counts (
  tenant_id bigint NOT NULL,
  campaign text COLLATE "C" NOT NULL,
  contacts bigint NOT NULL,
  PRIMARY KEY (tenant_id, campaign)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX contact_counts_of_tenants ON contact_counts (tenant_id) WHERE campaign = '';
CREATE INDEX contact_counts_by_size ON contact_counts (tenant_id, contacts DESC, campaign) WHERE campaign <> '';

CREATE FUNCTION count_contact(p_tenant bigint, p_campaign text, p_change integer) RETURNS void LANGUAGE sql AS $$
  INSERT INTO contact_counts AS c (tenant_id, campaign, contacts) VALUES (p_tenant, p_campaign, p_change)
    ON CONFLICT (tenant_id, campaign) DO UPDATE SET contacts = c.contacts + excluded.contacts;
  DELETE FROM contact_counts c WHERE c.tenant_id = p_tenant AND c.campaign = p_campaign AND c.contacts = 0;
$$;

CREATE FUNCTION count_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.tenant_id = NEW.tenant_id AND OLD.campaign IS NOT DISTINCT FROM NEW.campaign THEN
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    PERFORM count_contact(OLD.tenant_id, '', -1);
    IF OLD.campaign IS NOT NULL THEN PERFORM count_contact(OLD.tenant_id, OLD.campaign, -1); END IF;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM count_contact(NEW.tenant_id, '', 1);
    IF NEW.campaign IS NOT NULL THEN PERFORM count_contact(NEW.tenant_id, NEW.campaign, 1); END IF;
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER count_contacts AFTER INSERT OR UPDATE OR DELETE ON mappings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_contacts();

-- By what names are hashed where they may not be kept, as HMAC-SHA256, which the engine has no function for: each key with
-- its two pads. The first one hashes; others came with data from elsewhere.
CREATE TABLE contact_hash_keys (
  number integer PRIMARY KEY,
  key bytea NOT NULL,
  inner_pad bytea NOT NULL,
  outer_pad bytea NOT NULL
);

-- Half of the digest, in base64url.
CREATE FUNCTION keyed_hash(p_name text, p_inner_pad bytea, p_outer_pad bytea) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT rtrim(translate(encode(
    substring(sha256(p_outer_pad || sha256(p_inner_pad || convert_to(p_name, 'UTF8'))) FROM 1 FOR 16), 'base64'
  ), '+/', '-_'), '=')
$$;

-- The hash to keep of a name.
CREATE FUNCTION hash_of(p_name text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT keyed_hash(p_name, k.inner_pad, k.outer_pad) FROM contact_hash_keys k ORDER BY k.number LIMIT 1
$$;

-- Every hash that may stand for one of the names.
CREATE FUNCTION hashes_of(p_names text[]) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(keyed_hash(n.name, k.inner_pad, k.outer_pad)), '{}')
  FROM contact_hash_keys k CROSS JOIN unnest(p_names) AS n (name) WHERE k.number >= 0
$$;

-- When contacts were erased, by the hashes of their names; and the locks that ended by it.
CREATE TABLE erasures (
  contact_hash text COLLATE "C" PRIMARY KEY,
  erased_at_ms bigint NOT NULL
);
CREATE INDEX erasures_by_time ON erasures (erased_at_ms);
CREATE TABLE erased_generations (
  generation text COLLATE "C" PRIMARY KEY
);

CREATE FUNCTION erased_at_ms(p_names text[]) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT max(e.erased_at_ms) FROM erasures e WHERE e.contact_hash = ANY (hashes_of(p_names))
$$;

-- What contacts asked for, by the hashes of their names.
CREATE TABLE opt_outs (
  contact_hash text COLLATE "C" PRIMARY KEY,
  wish text NOT NULL,
  sent_at_ms bigint NOT NULL
);

-- Of two wishes the one sent later counts, by WhatsApp's whole seconds; of two within one second, the opt-out.
CREATE FUNCTION note_wish(p_hash text, p_wish text, p_sent_at_ms bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO opt_outs AS known (contact_hash, wish, sent_at_ms) VALUES (p_hash, p_wish, p_sent_at_ms)
  ON CONFLICT (contact_hash) DO UPDATE SET wish = excluded.wish, sent_at_ms = excluded.sent_at_ms
    WHERE excluded.sent_at_ms / 1000 > known.sent_at_ms / 1000
      OR (excluded.sent_at_ms / 1000 = known.sent_at_ms / 1000 AND known.wish <> 'opt_out')
$$;

-- The wish that counts for the contact with these names.
CREATE FUNCTION wish_of(p_names text[], OUT wish text, OUT sent_at_ms bigint) LANGUAGE sql STABLE AS $$
  SELECT o.wish, o.sent_at_ms FROM opt_outs o WHERE o.contact_hash = ANY (hashes_of(p_names))
  ORDER BY o.sent_at_ms / 1000 DESC, (o.wish = 'opt_out') DESC LIMIT 1
$$;

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
