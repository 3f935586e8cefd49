import { systemClock, type Clock } from "@gateway-router/core";
import { ManualClock, silentLogger } from "@gateway-router/core/testing";
import pg from "pg";
import { PostgresDatabase } from "../postgres-database.js";
import { startPostgres, type PostgresServer } from "./postgres-server.js";

/** Tables of a test's own, with the engine's clock in the test's hands. */
export interface SpecTables {
  readonly schema: string;
  readonly url: string;
  /** As one more instance of the gateway would open them. Closed with the tables. */
  open(options?: { readonly clock?: Clock }): Promise<PostgresDatabase>;
  /** Runs SQL beside all instances. */
  run(sql: string): Promise<readonly Record<string, unknown>[]>;
  readonly nowMs: () => number;
  readonly advance: (byMs: number) => Promise<void>;
  /** How many rows there are. */
  count(table: string): Promise<number>;
  /** After the server was away. */
  reconnect(): Promise<void>;
  close(): Promise<void>;
}

/** Runs the specs on a server of their own, or skips them where there can be none. */
export async function describeOnPostgres(
  name: string,
  specs: (server: PostgresServer, openTables: () => Promise<SpecTables>) => void,
): Promise<void> {
  const server = await startPostgres();
  if (server === undefined) {
    describe.skip(name, () => it.skip("needs PostgreSQL", () => undefined));
    return;
  }
  let made = 0;
  describe(name, () => {
    afterAll(() => server.remove());
    specs(server, () => openTables(server.url, `spec_${(made += 1)}`));
  });
}

async function openTables(url: string, schema: string): Promise<SpecTables> {
  const opened: PostgresDatabase[] = [];
  const open: SpecTables["open"] = async (options = {}) => {
    // Its timers are those of the bell, which are to go on whatever the engine's clock says.
    const database = await PostgresDatabase.open({
      ...{ url, schema, clock: systemClock, logger: silentLogger },
      ...options,
    });
    opened.push(database);
    return database;
  };
  await open();
  let control = await connect({ url, schema });
  const run: SpecTables["run"] = async (sql) => {
    const { rows } = await control.query<Record<string, unknown>>(sql);
    return rows;
  };
  const clock = new ManualClock();
  await control.query(STOPPED_CLOCK);
  const setClock = () => control.query("UPDATE spec_clock SET at_ms = $1", [clock.nowMs()]);
  await setClock();
  return {
    schema,
    url,
    open,
    nowMs: () => clock.nowMs(),
    async advance(byMs) {
      clock.advance(byMs);
      await setClock();
    },
    run,
    async count(table) {
      const [row] = await run(`SELECT count(*) AS count FROM ${table}`);
      return Number(row!["count"]);
    },
    async reconnect() {
      control = await connect({ url, schema });
    },
    async close() {
      for (const database of opened) await database.close();
      await control.query(`DROP SCHEMA ${schema} CASCADE`);
      await control.end();
    },
  };
}

async function connect({
  url,
  schema,
}: {
  readonly url: string;
  readonly schema: string;
}): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
  // A spec may take the server away; who needs it again says so.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

const STOPPED_CLOCK = `
CREATE TABLE spec_clock (at_ms bigint NOT NULL);
INSERT INTO spec_clock VALUES (0);
CREATE OR REPLACE FUNCTION now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS $$ SELECT at_ms FROM spec_clock $$;
`;
