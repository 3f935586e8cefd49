import type { InboundMessage } from "../domain/inbound-message.js";
import type { MappingMerge } from "../domain/mapping-merge.js";
import type { Generation, Mapping } from "../domain/mapping.js";
import type { Wish } from "../domain/opt-out.js";
import type { InboundChange } from "../domain/tenant-event.js";
import type { TenantId } from "../domain/tenant.js";
import type { TraceContext } from "../domain/trace-context.js";

/**
 * Takes one message in: recognises a duplicate, learns the contact's other name where the message carries it, finds
 * or makes the contact's mapping, and queues the message under it, with the contact's first words, by
 * whichever of its names it wrote them (see `areWordsBehind` for their place). Notes what the contact asks for, and
 * says with all that it queues of a contact that wants nothing sent to it, that it does (`optedOut`). Durable as a whole when its promise resolves; an engine
 * that can does it in one transaction, and `SequentialMessageIntake` does it step by step on the other ports
 * such that a repeat after a crash completes it.
 */
export interface MessageIntake {
  take(request: IntakeRequest): Promise<IntakeOutcome>;
}

export interface IntakeRequest {
  readonly message: InboundMessage | InboundChange;
  /** The delivery's id, should the message become one. */
  readonly deliveryId: string;
  /** Kept with the delivery, or with the first words, whichever the message becomes. */
  readonly trace?: TraceContext;
  /** The lock that the message asks for, should nobody hold the contact. */
  readonly proposal?: LockProposal;
  /** What the contact asks for by the message: noted whoever holds it, and whether anybody does. */
  readonly wish?: Wish;
  /** Whether to keep a message as first words where nobody holds the contact. A change is never kept. */
  readonly holdIfUnmapped: boolean;
}

export interface LockProposal {
  readonly tenantId: TenantId;
  readonly generation: Generation;
  readonly lockedAtMs: number;
  readonly campaign?: string;
}

export type IntakeOutcome =
  | { readonly kind: "duplicate"; readonly tenantId: TenantId }
  | {
      readonly kind: "routed";
      readonly mapping: Mapping;
      /** Whether this message made the mapping. */
      readonly locked: boolean;
      /** Whether it is the first message queued under the mapping. */
      readonly isFirst: boolean;
      /** How many first words were queued behind it. */
      readonly firstWords: number;
      /**
       * What the message's two names made of their mappings. Where they ended a lock of the same tenant, the kept line
       * waits behind the ended one by now, and where they ended a lock at all, that is in the audit log. What waits
       * under another tenant's ended lock is the caller's to retire.
       */
      readonly merge?: MappingMerge;
    }
  | { readonly kind: "unmapped" };

/**
 * Whether first words stand behind the message that brings them along: they do behind their link message. Any other
 * one that shows they were this contact's came after them.
 */
export function areWordsBehind({ proposal }: IntakeRequest, { tenantId }: Mapping): boolean {
  return proposal?.tenantId === tenantId;
}
