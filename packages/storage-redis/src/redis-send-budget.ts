import {
  MAX_REPLIES_PER_DELIVERY,
  type BudgetedMessage,
  type SendBudget,
  type SendLimits,
  type SendTurn,
  type TenantId,
} from "@gateway-router/core";
import type { RedisDatabase } from "./redis-database.js";
import { GIVE_TURN_BACK, RESERVE_TURN } from "./scripts/record-scripts.js";

export interface RedisSendBudgetOptions {
  readonly database: RedisDatabase;
  readonly limits: SendLimits;
}

/** A handler's whole answer goes out without waiting. */
const BURST = MAX_REPLIES_PER_DELIVERY;
/** The gateway's own words have a lane like a tenant's, and no limit but the number's. */
const OWN_LANE = "own";

/** The budget in Redis: however many instances send, the number's limit and each tenant's hold over all of them. */
export class RedisSendBudget implements SendBudget {
  constructor(private readonly options: RedisSendBudgetOptions) {}

  async reserve({ id, tenantId }: BudgetedMessage): Promise<SendTurn> {
    if (this.isUnlimited) return { kind: "now" };
    const values = [id, laneOf(tenantId), ...this.spacingsOf(tenantId), String(BURST)];
    const reply = (await this.options.database.run(RESERVE_TURN, ...values)) as
      readonly [delayMs: string, gives: "tenant" | "number" | "place"] | null;
    if (reply === null) return { kind: "now" };
    const [delayMs, gives] = reply;
    return {
      ...{ kind: "later", delayMs: Number(delayMs) },
      waitingFor: gives === "tenant" ? "tenant_limit" : "number_limit",
    };
  }

  async giveBack({ tenantId }: BudgetedMessage): Promise<void> {
    if (this.isUnlimited) return;
    await this.options.database.run(GIVE_TURN_BACK, laneOf(tenantId), ...this.spacingsOf(tenantId));
  }

  private get isUnlimited(): boolean {
    const { perMinute, perMinutePerTenant } = this.options.limits;
    return perMinute === 0 && perMinutePerTenant === 0;
  }

  /** The number's and the lane's. */
  private spacingsOf(tenantId: TenantId | undefined): readonly string[] {
    const { perMinute, perMinutePerTenant } = this.options.limits;
    return [spacingMs(perMinute), tenantId === undefined ? 0 : spacingMs(perMinutePerTenant)].map(String);
  }
}

function laneOf(tenantId: TenantId | undefined): string {
  return tenantId === undefined ? OWN_LANE : String(tenantId);
}

function spacingMs(perMinute: number): number {
  return perMinute === 0 ? 0 : 60_000 / perMinute;
}
