import { randomUUID } from "node:crypto";
import type { LeaderLease } from "@gateway-router/core";
import type { RedisDatabase } from "./redis-database.js";
import { GIVE_UP_LEAD, TAKE_LEAD } from "./scripts/layout-scripts.js";

/** The leader's lease as a key with its end in it, which is measured by the clock of all other scripts. */
export class RedisLeaderLease implements LeaderLease {
  private readonly holder = randomUUID();

  constructor(private readonly database: RedisDatabase) {}

  async take(leaseMs: number): Promise<boolean> {
    return (await this.database.run(TAKE_LEAD, this.holder, String(leaseMs))) === 1;
  }

  async giveUp(): Promise<void> {
    await this.database.run(GIVE_UP_LEAD, this.holder);
  }
}
