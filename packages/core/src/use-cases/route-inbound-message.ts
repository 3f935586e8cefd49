import { vouchedNames } from "../domain/alias.js";
import { isLid, type ContactId } from "../domain/contact-id.js";
import { LinkCodeFinder, type LinkCode } from "../domain/deep-link.js";
import type { InboundMessage } from "../domain/inbound-message.js";
import { WishFinder, type WishWords } from "../domain/opt-out.js";
import { isMessage, type InboundChange } from "../domain/tenant-event.js";
import type { TenantId } from "../domain/tenant.js";
import { traceIn } from "../domain/trace-context.js";
import type { AuditLog } from "../ports/audit-log.js";
import type { ContactLookup } from "../ports/contact-lookup.js";
import type { DeliveryQueue } from "../ports/delivery-queue.js";
import type { MappingStore } from "../ports/mapping-store.js";
import type { IntakeOutcome, MessageIntake } from "../ports/message-intake.js";
import type { Clock, IdSource, Logger } from "../ports/runtime.js";
import type { TenantDirectory } from "../ports/tenant-directory.js";
import { untraced, type Tracer } from "../ports/tracer.js";
import { settleMerge } from "./settle-merge.js";

export interface RouteInboundMessageOptions {
  readonly intake: MessageIntake;
  readonly mappings: Pick<MappingStore, "find" | "namesOf">;
  readonly queue: Pick<DeliveryQueue, "recall" | "retire">;
  readonly replies: Pick<DeliveryQueue<never>, "retire">;
  readonly tenants: TenantDirectory;
  /** Who is behind a LID that nobody has vouched for yet; without it nobody is asked. */
  readonly lookup?: ContactLookup;
  readonly audit: Pick<AuditLog, "append">;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Its current step is what led to the message. */
  readonly tracer?: Tracer;
  /** Text before the tenant id in a link code. */
  readonly linkPrefix: string;
  /** What contacts write who want no replies, or want them again; without it nobody is understood to. */
  readonly wishWords?: WishWords;
  /** Told of each message that found no mapping and made none. */
  readonly onUnmapped?: (message: InboundMessage) => void;
}

export interface RoutingCircumstances {
  /** Whether the message is of the past, found only now: its contact is not told anything about it. */
  readonly isCatchUp?: boolean;
}

/** No message waits longer for the sake of a name. */
const LONGEST_LOOKUP_MS = 500;
/** WhatsApp does not keep order: so long, a change is sent again until its message is here. */
const EARLY_CHANGE_MS = 30_000;

/** What became of a message. All but the last two mean: it is durably queued. */
export type RoutingOutcome =
  | {
      readonly kind: "routed";
      readonly tenantId: TenantId;
      readonly contact: ContactId;
      readonly isNewSession: boolean;
    }
  | { readonly kind: "duplicate"; readonly tenantId: TenantId; readonly contact: ContactId }
  | { readonly kind: "unknown_tenant"; readonly tenantId: TenantId; readonly contact: ContactId }
  | { readonly kind: "unmapped"; readonly contact: ContactId }
  /** A change whose message has not come yet: to be sent again, nothing was taken. */
  | { readonly kind: "early"; readonly contact: ContactId };

/**
 * The gateway's first half: decides whose message this is, and has it durably queued for that tenant.
 *
 * The first link code a contact sends locks it; from then on every message goes to that tenant, codes of
 * other tenants included. Resolves when what it answers is durable, rejects where it could not be made so.
 */
export class RouteInboundMessage {
  private readonly linkCodes: LinkCodeFinder;
  private readonly wishes: WishFinder;

  constructor(private readonly options: RouteInboundMessageOptions) {
    this.linkCodes = new LinkCodeFinder(options.linkPrefix);
    this.wishes = new WishFinder(options.wishWords ?? { optOut: [], optIn: [] });
  }

  async execute(
    received: InboundMessage,
    { isCatchUp = false }: RoutingCircumstances = {},
  ): Promise<RoutingOutcome> {
    const { intake, tenants, ids, clock, tracer = untraced } = this.options;
    const message = await this.withKnownNames(received);
    const { text } = message.content;
    const code = text === undefined ? undefined : this.linkCodes.find(text);
    const wish = text === undefined ? undefined : this.wishes.find(text);
    const invited = code === undefined ? undefined : await tenants.find(code.tenantId);
    const outcome = await intake.take({
      message,
      deliveryId: ids.deliveryId(),
      // A code of nobody is not kept as first words: it was meant for a tenant that is not here.
      holdIfUnmapped: code === undefined,
      // Whatever woke the catching up did not lead to what it finds.
      ...(isCatchUp ? {} : traceIn(tracer.current()?.context)),
      ...(wish === undefined ? {} : { wish }),
      ...(code !== undefined && invited?.active === true
        ? { proposal: { ...code, generation: ids.generation(), lockedAtMs: clock.nowMs() } }
        : {}),
    });
    await this.report(message, code, outcome);
    if (outcome.kind === "unmapped" && !isCatchUp) this.options.onUnmapped?.(message);
    return outcome.kind === "unmapped" && code !== undefined && invited?.active !== true
      ? { kind: "unknown_tenant", tenantId: code.tenantId, contact: message.contact }
      : routingOutcome(message.contact, outcome);
  }

  /** Takes in what a contact did to a message of before. It goes where the contact's messages go, and locks nobody. */
  async executeChange(received: InboundChange): Promise<RoutingOutcome> {
    const change = await this.withKnownNames(received);
    if (await this.isEarly(change)) return { kind: "early", contact: change.contact };
    const { intake, ids, tracer = untraced } = this.options;
    const outcome = await intake.take({
      message: change,
      deliveryId: ids.deliveryId(),
      ...traceIn(tracer.current()?.context),
      holdIfUnmapped: false,
    });
    await this.report(change, undefined, outcome);
    return routingOutcome(change.contact, outcome);
  }

  /** Whether the message it is about may still be on its way, and with it the lock, should that be a link message. */
  private async isEarly({ concerns, sentAtMs }: InboundChange): Promise<boolean> {
    const { queue, clock } = this.options;
    if (concerns === undefined || clock.nowMs() - sentAtMs >= EARLY_CHANGE_MS) return false;
    return (await queue.recall(concerns)) === undefined;
  }

  /** The event under the contact's canonical name, as far as it is known or can be found out. */
  private async withKnownNames<Event extends InboundMessage | InboundChange>(event: Event): Promise<Event> {
    // What the source vouches for itself is newer than what was known.
    if (vouchedNames(event) !== undefined) return event;
    const [canonical] = await this.options.mappings.namesOf(event.contact);
    if (!isLid(canonical)) return canonical === event.contact ? event : { ...event, contact: canonical };
    const phone = await this.lookUp(canonical);
    return phone === undefined ? event : { ...event, contact: phone, otherName: canonical };
  }

  private async lookUp(lid: ContactId): Promise<ContactId | undefined> {
    const { lookup, clock, logger } = this.options;
    if (lookup === undefined) return undefined;
    let cancel: (() => void) | undefined;
    const tooLate = new Promise<undefined>((resolve) => {
      cancel = clock.setTimer(LONGEST_LOOKUP_MS, () => resolve(undefined));
    });
    try {
      const phone = await Promise.race([lookup.phoneOf(lid), tooLate]);
      return phone === undefined || isLid(phone) ? undefined : phone;
    } catch (error) {
      logger.log("warn", `Who is behind ${lid} could not be asked; the message goes on without`, {
        event: "contact.lookup_failed",
        phone_number: lid,
        error,
      });
      return undefined;
    } finally {
      cancel?.();
    }
  }

  /**
   * One line per message at `info` that carries the phrases of all its steps, so that one grep finds a
   * contact's way; the steps one by one at `debug`.
   */
  private tell(
    event: InboundMessage | InboundChange,
    code: LinkCode | undefined,
    outcome: IntakeOutcome,
  ): void {
    const { logger } = this.options;
    if (!logger.isEnabled("info")) return;
    const contact = outcome.kind === "routed" ? outcome.mapping.contact : event.contact;
    const steps = [isMessage(event) ? "📨 Received message" : `📨 Received change (${event.kind})`];
    if (code !== undefined) steps.push(`✅ Extracted tenant_id=${code.tenantId} from deep link`);
    if (outcome.kind === "unmapped") {
      const why = code === undefined ? "it has no mapping" : "the link's tenant takes no contacts";
      steps.push(`🚫 Not routed: User ${contact}, ${why}`);
    } else if (outcome.kind === "duplicate") {
      steps.push(`♻️ Duplicate: User ${contact} → Tenant ${outcome.tenantId} has it already`);
    } else {
      const { tenantId } = outcome.mapping;
      if (outcome.locked) steps.push(`🔒 Locked user ${contact} to tenant ${tenantId}`);
      if (outcome.isFirst) steps.push(`🎯 NEW SESSION: User ${contact} → Tenant ${tenantId}`);
      steps.push(`📍 ROUTING: User ${contact} → Tenant ${tenantId}`);
    }
    if (logger.isEnabled("debug")) {
      for (const step of steps) logger.log("debug", step, { phone_number: contact });
    }
    // Durably queued is as good as under way; the attempt itself says so again, at `debug`.
    if (outcome.kind === "routed") steps.push(`🚀 Forwarding to tenant ${outcome.mapping.tenantId}`);
    logger.log("info", steps.join(" | "), {
      event: `message.${outcome.kind}`,
      phone_number: contact,
      message_id: isMessage(event) ? event.content.id : event.messageId,
      ...(code === undefined ? {} : { link_tenant_id: code.tenantId }),
      ...(outcome.kind === "duplicate" ? { tenant_id: outcome.tenantId } : {}),
      ...(outcome.kind === "routed"
        ? {
            tenant_id: outcome.mapping.tenantId,
            is_new_session: outcome.isFirst,
            locked: outcome.locked,
            first_words: outcome.firstWords,
          }
        : {}),
    });
  }

  private async report(
    event: InboundMessage | InboundChange,
    code: LinkCode | undefined,
    outcome: IntakeOutcome,
  ): Promise<void> {
    const { logger } = this.options;
    this.tell(event, code, outcome);
    if (outcome.kind === "routed" && outcome.merge !== undefined) {
      await settleMerge(this.options, outcome.merge);
    }
    if (outcome.kind === "routed" && code !== undefined && code.tenantId !== outcome.mapping.tenantId) {
      const { contact } = outcome.mapping;
      logger.log(
        "warn",
        `⚔️ User ${contact} stays with tenant ${outcome.mapping.tenantId} though it used tenant ${code.tenantId}'s link`,
        {
          event: "contact.contested",
          phone_number: contact,
          tenant_id: outcome.mapping.tenantId,
          link_tenant_id: code.tenantId,
        },
      );
    }
  }
}

function routingOutcome(contact: ContactId, outcome: IntakeOutcome): RoutingOutcome {
  switch (outcome.kind) {
    case "duplicate":
      return { kind: "duplicate", tenantId: outcome.tenantId, contact };
    case "routed": {
      const { mapping, isFirst } = outcome;
      return {
        kind: "routed",
        tenantId: mapping.tenantId,
        contact: mapping.contact,
        isNewSession: isFirst,
      };
    }
    case "unmapped":
      return { kind: "unmapped", contact };
  }
}
