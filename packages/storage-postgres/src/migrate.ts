import { GatewayError } from "@gateway-router/core";
import type pg from "pg";
import { MIGRATIONS } from "./migrations/index.js";
import { asStorageError } from "./postgres-errors.js";

/** A newer version of the gateway has changed the tables since: this one must not write to them. */
export class NewerTablesError extends GatewayError {
  constructor(schema: string, number: number) {
    super(
      "storage_too_new",
      `The tables in schema ${schema} were made by a newer version (migration ${number}, and this one knows ${MIGRATIONS.length}). Start that version.`,
      { retryable: false },
    );
  }
}

/**
 * Makes the schema and brings its tables up to date: all that is missing in one transaction, under an advisory lock, so
 * that of instances that start at once one does it and the others wait for it.
 */
export async function migrate(client: pg.ClientBase, schema: string): Promise<void> {
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`${schema} migrations`]);
    // Not asked for where it is there: its owner may have given no right to make schemas.
    const { rowCount: isThere } = await client.query("SELECT FROM pg_namespace WHERE nspname = $1", [schema]);
    if (isThere === 0) await client.query(`CREATE SCHEMA ${schema}`);
    await client.query(MIGRATIONS_TABLE);
    const { rows } = await client.query<{ last: number | null }>(
      "SELECT max(number) AS last FROM migrations",
    );
    const last = rows[0]?.last ?? 0;
    if (last > MIGRATIONS.length) throw new NewerTablesError(schema, last);
    for (const { number, name, sql } of MIGRATIONS.slice(last)) {
      await client.query(sql);
      await client.query("INSERT INTO migrations (number, name) VALUES ($1, $2)", [number, name]);
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw asStorageError(error);
  }
}

const MIGRATIONS_TABLE = `
CREATE TABLE IF NOT EXISTS migrations (
  number integer PRIMARY KEY,
  name text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;
