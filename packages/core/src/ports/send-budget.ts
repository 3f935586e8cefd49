import type { WaitReason } from "../domain/delivery.js";
import type { TenantId } from "../domain/tenant.js";

/** How much may be sent through the shared number, in all and by each tenant. Bounded in what it remembers. */
export interface SendBudget {
  /**
   * Asks for the message's turn. `now` uses the budget up, once; `later` says when to ask again, and asking before
   * that answers the same moment. Who does not come within `TURN_KEPT_MS` of it has lost it.
   *
   * Tenants take turns: however much one of them wants to send, another waits for one message of each at most.
   */
  reserve(message: BudgetedMessage): Promise<SendTurn>;

  /** What `reserve` gave was not used: nothing was sent. */
  giveBack(message: BudgetedMessage): Promise<void>;
}

export interface BudgetedMessage {
  readonly id: string;
  /** Left out for the gateway's own words, which count for the number only and take turns like a tenant's. */
  readonly tenantId?: TenantId;
}

export type SendTurn =
  | { readonly kind: "now" }
  | {
      readonly kind: "later";
      /** More than 0. */
      readonly delayMs: number;
      readonly waitingFor: Extract<WaitReason, "tenant_limit" | "number_limit">;
    };

export const TURN_KEPT_MS = 5 * 60_000;
