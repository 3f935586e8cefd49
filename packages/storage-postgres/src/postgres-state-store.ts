import type { StateStore } from "@gateway-router/core";
import type { PostgresDatabase, Statement } from "./postgres-database.js";

/** What the gateway remembers across restarts, in PostgreSQL: the instances share it. */
export class PostgresStateStore implements StateStore {
  constructor(private readonly database: PostgresDatabase) {}

  async read(name: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ value: string }>(READ, [name]);
    return row?.value;
  }

  async write(name: string, value: string): Promise<void> {
    await this.database.query(WRITE, [name, value]);
  }
}

const READ: Statement = { name: "read-state", text: "SELECT value FROM gateway_state WHERE name = $1" };

const WRITE: Statement = {
  name: "write-state",
  text: `
INSERT INTO gateway_state (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
};
