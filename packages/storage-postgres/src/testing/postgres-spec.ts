import { systemClock } from "@gateway-router/core";
import { ManualClock, silentLogger } from "@gateway-router/core/testing";
import pg from "pg";
import { PostgresDatabase } from "../postgres-database.js";
import { startPostgres, type PostgresServer } from "./postgres-server.js";

/** Tables of a test's own, with the engine's clock in the test's hands. */
export interface SpecTables {
  readonly schema: string;
  readonly url: string;
  /** As one more instance of the gateway would open them. Closed with the tables. */
  open(options?: { readonly maxConnections?: number }): Promise<PostgresDatabase>;
  readonly nowMs: () => number;
  readonly advance: (byMs: number) => Promise<void>;
  /** How many rows there are. */
  count(table: string): Promise<number>;
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
      ...options,
      url,
      schema,
      clock: systemClock,
      logger: silentLogger,
    });
    opened.push(database);
    return database;
  };
  await open();
  const control = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
  await control.connect();
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
    async count(table) {
      const { rows } = await control.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
      return Number(rows[0]!.count);
    },
    async close() {
      for (const database of opened) await database.close();
      await control.query(`DROP SCHEMA ${schema} CASCADE`);
      await control.end();
    },
  };
}

const STOPPED_CLOCK = `
CREATE TABLE spec_clock (at_ms bigint NOT NULL);
INSERT INTO spec_clock VALUES (0);
CREATE OR REPLACE FUNCTION now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS $$ SELECT at_ms FROM spec_clock $$;
`;
