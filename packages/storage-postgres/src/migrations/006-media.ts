import type { Migration } from "./migration.js";

/** Contacts' files, so that each instance has what any of them fetched. */
export const media: Migration = {
  number: 6,
  name: "media",
  sql: `
-- What was received of a file, whether or not it became one. Kept for a while when it is nobody's any more, for those who
-- are reading it.
CREATE TABLE media_uploads (
  upload text COLLATE "C" PRIMARY KEY,
  -- Since when it is no file's.
  unused_since_ms bigint
);
CREATE INDEX media_uploads_unused ON media_uploads (unused_since_ms) WHERE unused_since_ms IS NOT NULL;

CREATE TABLE media_chunks (
  upload text COLLATE "C" NOT NULL REFERENCES media_uploads ON DELETE CASCADE,
  number integer NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (upload, number)
);
-- Files are compressed already.
ALTER TABLE media_chunks ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE media_files (
  id text COLLATE "C" PRIMARY KEY,
  contact text COLLATE "C" NOT NULL,
  -- The id as it was given, and the outcome. In json, which can hold every text.
  record json NOT NULL,
  upload text COLLATE "C",
  size_bytes bigint NOT NULL,
  kept_at_ms bigint NOT NULL,
  tenant_id bigint
);
CREATE INDEX media_files_of_contact ON media_files (contact);
CREATE INDEX media_files_by_age ON media_files (kept_at_ms);
CREATE INDEX media_files_with_content ON media_files (kept_at_ms, size_bytes) WHERE upload IS NOT NULL;

-- Removes the files, and leaves their contents to whoever reads them. Answers how many.
CREATE FUNCTION remove_media(p_ids text[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_removed integer;
BEGIN
  WITH gone AS (DELETE FROM media_files f WHERE f.id = ANY (p_ids) RETURNING f.upload),
  unused AS (
    UPDATE media_uploads u SET unused_since_ms = now_ms() FROM gone WHERE u.upload = gone.upload RETURNING 1
  )
  SELECT count(*) INTO v_removed FROM gone;
  RETURN v_removed;
END
$$;

-- Removes the oldest files until there is room for so much more. Answers how many.
CREATE FUNCTION make_media_room(p_bytes bigint, p_max_bytes bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_total bigint;
  v_file record;
  v_removed integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || ' media room', 0));
  SELECT coalesce(sum(f.size_bytes), 0) INTO v_total FROM media_files f WHERE f.upload IS NOT NULL;
  FOR v_file IN
    SELECT f.id, f.size_bytes FROM media_files f WHERE f.upload IS NOT NULL AND f.size_bytes > 0 ORDER BY f.kept_at_ms
  LOOP
    EXIT WHEN v_total + p_bytes <= p_max_bytes;
    v_removed := v_removed + remove_media(ARRAY[v_file.id]);
    v_total := v_total - v_file.size_bytes;
  END LOOP;
  RETURN v_removed;
END
$$;
`,
};
