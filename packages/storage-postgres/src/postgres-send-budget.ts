import {
  MAX_REPLIES_PER_DELIVERY,
  TURN_KEPT_MS,
  type BudgetedMessage,
  type SendBudget,
  type SendLimits,
  type SendTurn,
  type TenantId,
} from "@gateway-router/core";
import type { PostgresDatabase, Statement } from "./postgres-database.js";

export interface PostgresSendBudgetOptions {
  readonly database: PostgresDatabase;
  readonly limits: SendLimits;
}

interface TurnRow {
  readonly delay_ms: number | null;
  readonly gives: "tenant" | "number" | "place" | null;
}

/** A handler's whole answer goes out without waiting. */
const BURST = MAX_REPLIES_PER_DELIVERY;
/** The gateway's own words have a lane like a tenant's, and no limit but the number's. */
const OWN_LANE = 0;

/** The budget in PostgreSQL: however many instances send, the number's limit and each tenant's hold over all of them. */
export class PostgresSendBudget implements SendBudget {
  constructor(private readonly options: PostgresSendBudgetOptions) {}

  async reserve({ id, tenantId }: BudgetedMessage): Promise<SendTurn> {
    if (this.isUnlimited) return { kind: "now" };
    const [row] = await this.options.database.query<TurnRow>(RESERVE, [
      ...[id, tenantId ?? OWN_LANE, this.numberSpacingMs, this.spacingMsOf(tenantId)],
      ...[BURST, TURN_KEPT_MS],
    ]);
    const { delay_ms, gives } = row!;
    if (delay_ms === null) return { kind: "now" };
    return {
      ...{ kind: "later", delayMs: delay_ms },
      waitingFor: gives === "tenant" ? "tenant_limit" : "number_limit",
    };
  }

  async giveBack({ tenantId }: BudgetedMessage): Promise<void> {
    if (this.isUnlimited) return;
    await this.options.database.query(GIVE_BACK, [
      ...[tenantId ?? OWN_LANE, this.numberSpacingMs, this.spacingMsOf(tenantId)],
    ]);
  }

  private get isUnlimited(): boolean {
    const { perMinute, perMinutePerTenant } = this.options.limits;
    return perMinute === 0 && perMinutePerTenant === 0;
  }

  private get numberSpacingMs(): number {
    return spacingMs(this.options.limits.perMinute);
  }

  private spacingMsOf(tenantId: TenantId | undefined): number {
    return tenantId === undefined ? 0 : spacingMs(this.options.limits.perMinutePerTenant);
  }
}

function spacingMs(perMinute: number): number {
  return perMinute === 0 ? 0 : 60_000 / perMinute;
}

const RESERVE: Statement = {
  name: "reserve-turn",
  text: "SELECT delay_ms, gives FROM reserve_turn($1, $2, $3, $4, $5, $6)",
};

const GIVE_BACK: Statement = { name: "give-turn-back", text: "SELECT give_turn_back($1, $2, $3)" };
