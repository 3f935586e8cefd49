import type { ClaimedDelivery } from "../domain/delivery.js";
import type { Mapping } from "../domain/mapping.js";
import type { MediaOutcome } from "../domain/media.js";
import type { ReplyContent } from "../domain/reply.js";
import type { Tenant } from "../domain/tenant.js";

/** Brings one delivery to a tenant's handler: one attempt, no retry of its own. Never throws for what a handler does. */
export interface TenantDispatcher {
  /** The signal ends the attempt early, which then counts as `unreachable`. */
  dispatch(tenant: Tenant, delivery: DueDelivery, signal: AbortSignal): Promise<DispatchResult>;
}

/** A delivery with all that its handler is to be told. Its `trace` is the one that the attempt belongs to. */
export interface DueDelivery extends ClaimedDelivery {
  /** What became of its message's file; left out where there was none to fetch. */
  readonly media?: MediaOutcome;
  /** By which of the tenant's campaigns the contact came; told with the first message under the mapping, and with no other. */
  readonly campaign?: string;
}

/**
 * The campaign that the delivery's tenant is told of. A lock that ended in another one was by a campaign that nobody
 * remembers: the mapping's own is not its.
 */
export function toldCampaign(
  { isFirst, generation }: Pick<DueDelivery, "isFirst" | "generation">,
  mapping: Pick<Mapping, "generation" | "campaign">,
): Pick<DueDelivery, "campaign"> {
  const { campaign } = mapping;
  const isToBeTold = isFirst && generation === mapping.generation;
  return isToBeTold && campaign !== undefined ? { campaign } : {};
}

export type DispatchResult =
  /** The handler took it. `unreadableAnswer` says what was wrong with an answer that could not be read: taken, no reply. */
  | {
      readonly kind: "accepted";
      readonly replies: readonly ReplyContent[];
      readonly unreadableAnswer?: string;
    }
  /** The handler is there and does not want this very message. */
  | { readonly kind: "refused"; readonly error: string }
  /** Everything else: no answer, a fault of the handler, a redirect. */
  | { readonly kind: "unreachable"; readonly error: string; readonly retryAfterMs?: number };
