import pg from "pg";
import { MIGRATIONS } from "./migrations/index.js";
import { DEFAULT_SCHEMA } from "./postgres-database.js";

export interface InspectOptions {
  readonly url: string;
  readonly schema?: string;
}

/** What a look at the engine shows, without changing anything. */
export type PostgresCondition =
  | { readonly kind: "unreachable"; readonly fault: string }
  | {
      readonly kind: "reachable";
      /** `15.18` */
      readonly version: string;
      /** Whether this version of the gateway can work with it. */
      readonly isNewEnough: boolean;
      /** Whether it takes writes: a standby does not. */
      readonly isWritable: boolean;
      /** Up to which migration the tables are; nothing where there are none yet. */
      readonly migration: number | undefined;
      /** Up to which one this version knows. */
      readonly knownMigration: number;
      /** Settings of the engine by which it may lose what it said was written, each with what it is now. */
      readonly risks: readonly string[];
    };

const OLDEST_VERSION = 150_000;
const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 5_000;

/** As the engine says them; what they are is this. */
const SAFE_SETTINGS: ReadonlyMap<string, string> = new Map([
  ["fsync", "on"],
  ["full_page_writes", "on"],
]);

/** Looks at the engine and at the tables. Never rejects for what the engine does. */
export async function inspectPostgres({
  url,
  schema = DEFAULT_SCHEMA,
}: InspectOptions): Promise<PostgresCondition> {
  const client = new pg.Client({
    ...{ connectionString: url, application_name: "gateway-router doctor" },
    ...{ connectionTimeoutMillis: CONNECT_TIMEOUT_MS, query_timeout: QUERY_TIMEOUT_MS },
  });
  // What breaks between two queries is told by the next one.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<SettingsRow>(SETTINGS);
    const { version, number, standby, fsync, full_page_writes } = rows[0]!;
    const set: Readonly<Record<string, string>> = { fsync, full_page_writes };
    return {
      kind: "reachable",
      version,
      isNewEnough: Number(number) >= OLDEST_VERSION,
      isWritable: !standby,
      migration: await lastMigration(client, schema),
      knownMigration: MIGRATIONS.length,
      risks: [...SAFE_SETTINGS].flatMap(([name, safe]) =>
        set[name] === safe ? [] : [`${name} is ${set[name]}`],
      ),
    };
  } catch (error) {
    return { kind: "unreachable", fault: error instanceof Error ? error.message : String(error) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface SettingsRow {
  readonly version: string;
  readonly number: string;
  readonly standby: boolean;
  readonly fsync: string;
  readonly full_page_writes: string;
}

const SETTINGS = `
SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number,
  pg_is_in_recovery() AS standby, current_setting('fsync') AS fsync,
  current_setting('full_page_writes') AS full_page_writes`;

async function lastMigration(client: pg.Client, schema: string): Promise<number | undefined> {
  const { rows } = await client.query<{ table: string | null }>("SELECT to_regclass($1) AS table", [
    `${schema}.migrations`,
  ]);
  if (rows[0]?.table == null) return undefined;
  const last = await client.query<{ last: number | null }>(
    `SELECT max(number) AS last FROM ${schema}.migrations`,
  );
  return last.rows[0]?.last ?? undefined;
}
