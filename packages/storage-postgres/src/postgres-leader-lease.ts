import { randomUUID } from "node:crypto";
import type { LeaderLease } from "@gateway-router/core";
import type { PostgresDatabase, Statement } from "./postgres-database.js";

/**
 * The leader's lease as a row. Not an advisory lock: that one lasts as long as a connection, and a server that does not
 * notice that its client is gone would keep it for hours.
 */
export class PostgresLeaderLease implements LeaderLease {
  private readonly holder = randomUUID();

  constructor(private readonly database: PostgresDatabase) {}

  async take(leaseMs: number): Promise<boolean> {
    return (await this.database.query(TAKE, [this.holder, leaseMs])).length > 0;
  }

  async giveUp(): Promise<void> {
    await this.database.query(GIVE_UP, [this.holder]);
  }
}

const TAKE: Statement = {
  name: "take-lead",
  text: `
INSERT INTO leases AS lease (name, holder, until_ms) VALUES ('leader', $1, now_ms() + $2::bigint)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms
  WHERE lease.holder = excluded.holder OR lease.until_ms <= now_ms()
RETURNING 1`,
};

const GIVE_UP: Statement = {
  name: "give-up-lead",
  text: "DELETE FROM leases WHERE name = 'leader' AND holder = $1",
};
